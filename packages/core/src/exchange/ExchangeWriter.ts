/** Writing exchange files piece by piece: memory does not grow with the library. */
import { type Kind, kinds, liveTables, Text } from "../model/Entity.js"
import { rowOfPreferences } from "../model/UserPreferences.js"
import { placeholderKey } from "./Columns.js"
import type { ExchangeHead, ExchangeProblem, Family } from "./ExchangeReader.js"
import type { ExchangeEntity } from "./entityOfJson.js"
import { jsonOfTime } from "./JsonOfCell.js"
import { jsonOfEntity } from "./jsonOfEntity.js"

export interface WriteExchangeOptions {
  /** The apps that are to read it. */
  readonly family: Family
  /** Told of everything that the file cannot carry as it is. */
  readonly onProblem?: ((problem: ExchangeProblem, entity: ExchangeEntity) => void) | undefined
}

const nameOf = ({ kind, id, row }: ExchangeEntity): string => {
  const name = row.get(liveTables[kind].nameColumn)
  return `${kind} ${id}${name instanceof Text && name.toString() !== "" ? ` (${name.toString()})` : ""}`
}

/** The old apps read no file without preferences: the defaults, marked so that a reader of ours passes over them. */
const placeholder = (now: Date): ExchangeEntity => ({
  kind: "preferences",
  id: "default",
  row: new Map([...rowOfPreferences({}, now), [placeholderKey, Text.ofString("true")]])
})

/** The preferences that the old apps read, and those of the other users. */
const divide = (all: ReadonlyArray<ExchangeEntity>, now: Date) => {
  const first = all.find(({ id }) => id === "default") ?? all[0] ?? placeholder(now)
  return { first, others: all.filter((each) => each !== first) }
}

/**
 * One object of an exchange file, as it stands in its list; the file of a single entity. `undefined` when the entity
 * has no form that could be read back. Never throws.
 */
export const writeExchangeEntity = (
  entity: ExchangeEntity,
  now: Date,
  { family, onProblem }: WriteExchangeOptions
): string | undefined => {
  const { json, problems } = jsonOfEntity(entity, family, timeOf(now, family))
  for (const reason of problems)
    onProblem?.({ where: nameOf(entity), reason, ...(json === undefined && { leftOut: true }) }, entity)
  return json
}

const timeOf = (time: Date, family: Family): string =>
  jsonOfTime(Text.ofString(time.toISOString()), family) ??
  (family === "ios" ? "0" : '"1970-01-01T00:00:00.000Z"')

/** The inside of a string: JSON in JSON. */
const inside = (json: string): string => JSON.stringify(json).slice(1, -1)

/** A list inside a string, item by item. */
function* list(key: string, items: Iterable<string | undefined>): Generator<string> {
  yield `,\n  "${key}": "[`
  let separator = ""
  for (const item of items) {
    if (item === undefined) continue
    yield separator + inside(item)
    separator = ","
  }
  yield ']"'
}

/** Hands out the rows of one kind after the other, which come in this order. */
class InKinds {
  private readonly rows: Iterator<ExchangeEntity>
  private next: IteratorResult<ExchangeEntity, unknown>

  constructor(rows: Iterable<ExchangeEntity>) {
    this.rows = rows[Symbol.iterator]()
    this.next = this.rows.next()
  }

  *of(kind: Kind): Generator<ExchangeEntity> {
    for (; this.next.done !== true && this.next.value.kind === kind; this.next = this.rows.next())
      yield this.next.value
  }

  end(): void {
    if (this.next.done !== true) throw new RangeError(`rows must come in the order ${kinds.join(", ")}`)
  }
}

/**
 * The text of an exchange file in pieces. `rows` come in the order songs, performances, preferences, each entity once.
 * What the file cannot carry exactly is told to `onProblem` and written as the nearest value that the old apps read;
 * an entity without a usable id is left out. Preferences of other users than `default` stand under a key of their own,
 * which the old apps pass over.
 */
export function* writeExchangeFile(
  { version, timestamp, description }: ExchangeHead,
  rows: Iterable<ExchangeEntity>,
  options: WriteExchangeOptions
): Generator<string> {
  const inKinds = new InKinds(rows)
  const write = (entity: ExchangeEntity) => writeExchangeEntity(entity, timestamp, options)
  const lines = [
    `"version": ${JSON.stringify(version)}`,
    `"timestamp": ${timeOf(timestamp, options.family)}`,
    `"description": ${JSON.stringify(description)}`
  ]
  yield `{\n  ${lines.join(",\n  ")}`
  yield* list("songs", map(inKinds.of("song"), write))
  yield* list("performances", map(inKinds.of("performance"), write))
  const { first, others } = divide([...inKinds.of("preferences")], timestamp)
  inKinds.end()
  yield `,\n  "preferences": "${inside(write(first) ?? write(placeholder(timestamp)) ?? "null")}"`
  if (others.length > 0) yield* list("otherPreferences", map(others, write))
  yield "\n}"
}

function* map<A, B>(items: Iterable<A>, f: (item: A) => B): Generator<B> {
  for (const item of items) yield f(item)
}
