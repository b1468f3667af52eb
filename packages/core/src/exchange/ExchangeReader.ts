/**
 * Reads exchange files and the JSON texts of Phase 5 backups piece by piece: memory for one entity, whatever the size.
 * One bad entity never costs the others.
 */
import { andMore, BoundedList } from "../bounds/BoundedList.js"
import { bounds, shortened } from "../bounds/Bounds.js"
import { formatCount } from "../bounds/formatCount.js"
import { utf8 } from "../codec/Bytes.js"
import { type Kind, keyString } from "../model/Entity.js"
import { parseTime } from "../model/Time.js"
import type { TimeSpelling } from "./CellOfJson.js"
import { type ExchangeEntity, entityOfJson } from "./entityOfJson.js"
import { BrokenJson, bytesFrom, bytesOf, JsonScanner, textOf } from "./JsonScanner.js"

/** Something that was left out or changed, and where. */
export interface ExchangeProblem {
  /** Such as `song 3 (Night Drive)` or `file`. */
  readonly where: string
  readonly reason: string
  /** The whole entity was left out. */
  readonly leftOut?: true
  /** Something was there beside what was read; what was read is as it is written. */
  readonly notRead?: true
  /** How many further problems this one stands for, where a list would have become too long. */
  readonly count?: number
}

export interface ExchangeOptions {
  readonly times: TimeSpelling
  /** The largest JSON of one entity, in bytes; `bounds.entityBytes` unless given. Larger ones are passed over. */
  readonly maxEntityBytes?: number | undefined
}

/** The family of apps that wrote a file. */
export type Family = "node" | "ios"

/** What a file says of itself. */
export interface ExchangeHead {
  readonly version: string
  readonly timestamp: Date
  readonly description: string
}

const kindOfKey: ReadonlyMap<string, Kind> = new Map([
  ["songs", "song"],
  ["performances", "performance"],
  ["preferences", "preferences"],
  ["otherPreferences", "preferences"]
])

/** Reads an exchange file of either family piece by piece, in memory that does not grow with it. */
export class ExchangeReader {
  private readonly found = new BoundedList<ExchangeProblem>((count) => ({
    where: "file",
    reason: andMore(count),
    count
  }))
  /** Keys of the file that were seen. */
  readonly seen = new Set<string>()
  family: Family = "node"
  private readonly ids = new Set<string>()
  private readonly counts: Record<Kind, number> = { song: 0, performance: 0, preferences: 0 }
  private version: string | undefined
  private description: string | undefined
  private timestamp: Date | undefined
  private newest = 0

  constructor(private readonly options: ExchangeOptions) {}

  /** What was wrong so far: no more than a person reads. The last one says how many more there are. */
  get problems(): ReadonlyArray<ExchangeProblem> {
    return this.found.items
  }

  /** What the file said of itself; complete when it has been read to its end. */
  get head(): ExchangeHead {
    return {
      version: this.version ?? "1.0.0",
      timestamp: this.timestamp ?? new Date(this.newest),
      description: this.description ?? ""
    }
  }

  private problem(where: string, reason: string): void {
    this.found.add({ where, reason: shortened(reason, bounds.shownReason) })
  }

  private leaveOut(where: string, reason: string): void {
    this.found.add({ where, reason: shortened(reason, bounds.shownReason), leftOut: true })
  }

  private notRead(where: string, reason: string): void {
    this.found.add({ where, reason, notRead: true })
  }

  /** Only white space may follow. */
  private requireEnd(where: string, scanner: JsonScanner): void {
    if (scanner.peek() !== -1) this.notRead(where, "something follows after its end and was not read")
  }

  /** The entities of a whole exchange file. Never throws but what `chunks` throws; ends them also when it is left early. */
  *file(chunks: Iterable<Uint8Array>): Generator<ExchangeEntity> {
    const iterator = chunks[Symbol.iterator]()
    try {
      yield* this.guarded("file", this.members(new JsonScanner(bytesFrom(iterator))))
    } finally {
      iterator.return?.()
    }
    for (const key of ["version", "timestamp", "songs", "performances", "preferences"])
      if (this.seen.size > 0 && !this.seen.has(key)) this.problem("file", `it has no ${key}`)
  }

  /** The entities of one JSON text: a list of them, one, or `null`. */
  *part(kind: Kind, json: Uint8Array | string): Generator<ExchangeEntity> {
    if (typeof json === "string" && !json.isWellFormed())
      this.problem(plural[kind], "half surrogate pairs became U+FFFD")
    const scanner = new JsonScanner(bytesOf([typeof json === "string" ? utf8(json) : json]))
    if (scanner.peek() === -1) return
    yield* this.guarded(plural[kind], this.whole(kind, scanner))
  }

  private *whole(kind: Kind, scanner: JsonScanner): Generator<ExchangeEntity> {
    yield* this.elements(kind, scanner)
    this.requireEnd(plural[kind], scanner)
  }

  private *guarded(where: string, entities: Generator<ExchangeEntity>): Generator<ExchangeEntity> {
    try {
      yield* entities
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error
      this.problem(where, `${error.message}; what comes after that is lost`)
    }
  }

  private *members(scanner: JsonScanner): Generator<ExchangeEntity> {
    scanner.expect("{")
    if (scanner.takes(0x7d)) return
    do {
      if (scanner.peek() !== 0x22) scanner.expect('"')
      const key = this.headText(scanner) ?? ""
      scanner.expect(":")
      const kind = kindOfKey.get(key)
      const first = !this.seen.has(key)
      this.seen.add(key)
      if (!first) this.notRead("file", `${JSON.stringify(shortened(key))} is there twice; the first counts`)
      if (kind !== undefined && first) yield* this.text(kind, scanner)
      else if (first) this.readHead(key, scanner)
      else scanner.value(0)
    } while (scanner.takes(0x2c))
    scanner.expect("}")
    this.requireEnd("file", scanner)
  }

  /** A short string as the scanner comes to it. */
  private headText(scanner: JsonScanner): string | undefined {
    const value = this.headValue(scanner)
    return typeof value === "string" ? value : undefined
  }

  private headValue(scanner: JsonScanner): unknown {
    const { bytes, fault } = scanner.value(bounds.headBytes)
    if (fault !== undefined) return undefined
    try {
      return JSON.parse(textOf(bytes).text)
    } catch {
      return undefined
    }
  }

  private readHead(key: string, scanner: JsonScanner): void {
    const value = this.headValue(scanner)
    if (key === "version" && typeof value === "string") this.version = value.toWellFormed()
    else if (key === "description" && typeof value === "string") this.description = value.toWellFormed()
    else if (key === "timestamp") {
      if (typeof value === "number") this.family = "ios"
      this.timestamp = parseTime(value)
      if (this.timestamp === undefined) this.problem("file", "its timestamp is not a time")
    } else if (key === "version" || key === "description") this.problem("file", `its ${key} is not a text`)
    else this.problem("file", `${JSON.stringify(shortened(key))} is not known and was left out`)
  }

  /** A string that holds JSON, or that JSON itself. */
  private *text(kind: Kind, scanner: JsonScanner): Generator<ExchangeEntity> {
    if (scanner.peek() !== 0x22) return yield* this.elements(kind, scanner)
    const content = scanner.content(() => this.problem(plural[kind], "half a surrogate pair became U+FFFD"))
    const inner = new JsonScanner(content)
    if (inner.peek() === -1) return
    yield* this.guarded(plural[kind], this.whole(kind, inner))
    // After broken JSON the rest of the string is passed over, so that what follows it is read.
    while (content() !== -1);
  }

  private *elements(kind: Kind, scanner: JsonScanner): Generator<ExchangeEntity> {
    if (!scanner.takes(0x5b)) {
      if (scanner.peek() === 0x6e) {
        scanner.value(4)
        return
      }
      if (scanner.peek() !== 0x7b) this.problem(plural[kind], "it is neither a list nor an object")
      yield* this.element(kind, scanner)
    } else if (!scanner.takes(0x5d)) {
      do {
        yield* this.element(kind, scanner)
      } while (scanner.takes(0x2c))
      scanner.expect("]")
    }
  }

  private *element(kind: Kind, scanner: JsonScanner): Generator<ExchangeEntity> {
    const { bytes, fault } = scanner.value(this.options.maxEntityBytes ?? bounds.entityBytes)
    const where = `${kind} ${++this.counts[kind]}`
    if (fault !== undefined) return this.leaveOut(where, fault)
    if (this.ids.size >= bounds.entities)
      return this.leaveOut(where, `there are ${formatCount(bounds.entities)} before it, and no more are read`)
    const { text, exact } = textOf(bytes)
    const { entity, name, problems, notRead } = entityOfJson(kind, text, this.options.times)
    if (entity === undefined && problems.length === 0) return
    const place = name === "" ? where : `${where} (${shortened(name)})`
    if (!exact) this.problem(place, "it is not UTF-8 throughout; ill-formed bytes became U+FFFD")
    if (entity === undefined) return this.leaveOut(place, problems.join("; "))
    for (const reason of problems) this.problem(place, reason)
    for (const reason of notRead) this.notRead(place, reason)
    if (this.ids.has(keyString(kind, entity.id)))
      return this.leaveOut(place, `the id ${entity.id} is there twice; the first counts`)
    this.ids.add(keyString(kind, entity.id))
    const updated = parseTime(String(entity.row.get("updated_at") ?? ""))
    if (updated !== undefined) this.newest = Math.max(this.newest, updated.getTime())
    yield entity
  }
}

const plural: Readonly<Record<Kind, string>> = {
  song: "songs",
  performance: "performances",
  preferences: "preferences"
}
