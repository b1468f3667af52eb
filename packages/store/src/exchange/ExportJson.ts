/** Exchange files, and folders with one file per entity: how they are written and read again. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  type Cell,
  type ExchangeEntity,
  type ExchangeHead,
  type ExchangeProblem,
  ExchangeReader,
  type ExportOptions,
  encodeRecord,
  entityOfJson,
  type Family,
  FileExists,
  FileNotVerified,
  isWhiteRoomError,
  type Kind,
  keyString,
  parseTime,
  safeFileName,
  Text,
  toHex,
  writeExchangeEntity,
  writeExchangeFile
} from "@white-room/core"
import { encrypt } from "../age/Age.js"
import { syncFolder } from "../file/Durable.js"
import { fileChunks } from "../file/FileChunks.js"
import {
  createFile,
  createFolder,
  discard,
  giveName,
  type Readers,
  removeAbandoned,
  temporaryIn
} from "../file/NewFile.js"
import { breathe, targetError, writeTarget, writeVerified } from "../file/TargetFile.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"
import { type ExportedEntry, rowsOf } from "./ExportedRows.js"

/** One export on its way. */
export interface ExportJob {
  readonly session: Session
  readonly entries: ReadonlyArray<ExportedEntry>
  readonly extras: Parameters<typeof rowsOf>[2]
  readonly head: ExchangeHead
  readonly options: ExportOptions
  readonly signal: AbortSignal
}

export interface WrittenExport {
  readonly files: number
  readonly bytes: number
  readonly written: Readonly<Record<Kind, number>>
  readonly problems: ReadonlyArray<ExchangeProblem>
}

/** Keys that are there for the iOS app and in no row. */
const addedForIos: ReadonlySet<string> = new Set(["active", "parameters", "projections"])

/** A time is the same moment in either spelling. */
const comparable = ([column, cell]: readonly [string, Cell]): readonly [string, Cell] => {
  if (!/^(?:created|updated)_at$/.test(column) || !(cell instanceof Text)) return [column, cell]
  const time = parseTime(cell.toString())
  return time === undefined ? [column, cell] : [column, Text.ofString(time.toISOString())]
}

/** Equal digests, equal rows; a column that is not there is NULL. */
const digestOf = ({ kind, row }: ExchangeEntity, family: Family): string => {
  const added = family === "ios" && kind === "performance"
  const cells = [...row].filter(([column, cell]) => cell !== null && !(added && addedForIos.has(column)))
  return toHex(sha256(encodeRecord(kind, new Map(cells.map(comparable)), sha256).record))
}

/**
 * Rows on their way into files: counts them, remembers what must be found in the file again, and what the file cannot
 * carry.
 */
class Outgoing {
  readonly problems: Array<ExchangeProblem> = []
  readonly written: Record<Kind, number> = { song: 0, performance: 0, preferences: 0 }
  /** What must be read again; the empty string for what is known to be changed. */
  readonly digests = new Map<string, string>()
  constructor(private readonly job: ExportJob) {}

  get family(): Family {
    return this.job.options.family ?? "node"
  }

  readonly onProblem = (problem: ExchangeProblem, entity?: ExchangeEntity): void => {
    this.problems.push(problem)
    if (entity === undefined) return
    const key = keyString(entity.kind, entity.id)
    if (problem.leftOut === undefined) this.digests.set(key, "")
    else if (this.digests.delete(key)) this.written[entity.kind]--
  };

  *rows(): Generator<ExchangeEntity> {
    const { session, entries, extras, options, signal } = this.job
    let done = 0
    for (const entity of rowsOf(session, entries, extras, this.onProblem)) {
      signal.throwIfAborted()
      this.digests.set(keyString(entity.kind, entity.id), digestOf(entity, this.family))
      this.written[entity.kind]++
      yield entity
      options.onProgress?.({ done: ++done, total: entries.length, step: "export" })
    }
  }

  /** @throws FileNotVerified for an entity that is not as it was written */
  check(entity: ExchangeEntity, file: string): void {
    const expected = this.digests.get(keyString(entity.kind, entity.id))
    if (expected === undefined || (expected !== "" && expected !== digestOf(entity, this.family)))
      throw new FileNotVerified({ file, reason: `${entity.kind} ${entity.id} is another one` })
  }

  result(files: number, bytes: number): WrittenExport {
    return { files, bytes, written: this.written, problems: this.problems }
  }
}

const chunkLength = 128 * 1024

/** Pieces of text as chunks of bytes; other work goes on in between. */
async function* chunksOf(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  let text = ""
  for (const piece of pieces) {
    text += piece
    if (text.length < chunkLength) continue
    yield Buffer.from(text)
    text = ""
    await breathe()
  }
  if (text !== "") yield Buffer.from(text)
}

const readersOf = ({ session }: ExportJob) => ({ of: session.path })

const sealed = (
  plain: AsyncIterable<Uint8Array>,
  { lock, armored }: ExportOptions
): AsyncIterable<Uint8Array> => (lock === undefined ? plain : encrypt(plain, lock, { armored }))

/** Reads an exchange file again and compares it with what was written. @throws FileNotVerified */
const checkExchangeFile = async (file: string, target: string, outgoing: Outgoing): Promise<void> => {
  const reader = new ExchangeReader({ times: "iso" })
  let found = 0
  for (const entity of reader.file(fileChunks(file))) {
    outgoing.check(entity, target)
    if (++found % 100 === 0) await breathe()
  }
  if (found !== outgoing.digests.size)
    throw new FileNotVerified({ file: target, reason: `${found} of ${outgoing.digests.size} are in it` })
}

/** Counts what would be written. */
const rehearse = (pieces: Iterable<string>): number => {
  let bytes = 0
  for (const piece of pieces) bytes += Buffer.byteLength(piece)
  return bytes
}

export const writeJson = async (job: ExportJob, target: string): Promise<WrittenExport> => {
  const { options, head } = job
  const outgoing = new Outgoing(job)
  const { family, onProblem } = outgoing
  const pieces = writeExchangeFile(head, outgoing.rows(), { family, onProblem })
  if (options.dryRun === true) return outgoing.result(1, rehearse(pieces))
  const bytes = await writeTarget(target, sealed(chunksOf(pieces), options), {
    readers: readersOf(job),
    force: options.force ?? false,
    check: options.lock === undefined ? (file) => checkExchangeFile(file, target, outgoing) : undefined
  })
  return outgoing.result(1, bytes)
}

const folderOf: Readonly<Record<Kind, string>> = {
  song: "songs",
  performance: "performances",
  preferences: "preferences"
}

/** The files of a folder: where each lies and what it holds. */
function* filesOf(
  job: ExportJob,
  outgoing: Outgoing
): Generator<{ readonly entity: ExchangeEntity; readonly place: string; readonly json: string }> {
  const { family, onProblem } = outgoing
  const taken: Record<Kind, Set<string>> = { song: new Set(), performance: new Set(), preferences: new Set() }
  const extension = job.options.lock === undefined ? ".json" : ".json.age"
  const names = new Map(job.entries.map(({ kind, id, name }) => [keyString(kind, id), name]))
  for (const entity of outgoing.rows()) {
    const { kind, id } = entity
    const json = writeExchangeEntity(entity, job.head.timestamp, { family, onProblem })
    if (json === undefined) continue
    const name = names.get(keyString(kind, id))
    const file = safeFileName(name === undefined || name === "" ? id : name, extension, taken[kind])
    yield { entity, place: path.join(folderOf[kind], file), json: `${json}\n` }
  }
}

/** Reads a file of one entity again. @throws FileNotVerified */
const checkEntityFile = (kind: Kind, file: string, target: string, outgoing: Outgoing): void => {
  const { entity } = entityOfJson(kind, fs.readFileSync(file, "utf8"), "iso")
  if (entity === undefined) throw new FileNotVerified({ file: target, reason: "it cannot be read" })
  outgoing.check(entity, target)
}

/** True when nothing would be in the way of a new folder. @throws FileExists */
const requireFree = (target: string, force: boolean): void => {
  const stat = fs.lstatSync(target, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory() || (!force && fs.readdirSync(target).length > 0))
    throw new FileExists({ file: target })
}

/** A folder in one that is there: not a link that somebody put there to lead elsewhere. @throws FileExists */
const requireFolder = (folder: string, readers: Readers): void => {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) createFolder(folder, readers)
  else if (!stat.isDirectory()) throw new FileExists({ file: folder })
}

/** Gives a finished folder its name; into one that is there its files move one by one. */
const publishFolder = (temporary: string, target: string, readers: Readers): void => {
  if (!fs.existsSync(target)) {
    fs.renameSync(temporary, target)
    syncFolder(path.dirname(target))
    return
  }
  for (const kind of fs.readdirSync(temporary)) {
    requireFolder(path.join(target, kind), readers)
    for (const name of fs.readdirSync(path.join(temporary, kind)))
      giveName(path.join(temporary, kind, name), path.join(target, kind, name), true)
    syncFolder(path.join(target, kind))
  }
  syncFolder(target)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Writes a folder with one file per entity: all of them or, when anything fails, none. */
export const writeFolder = async (job: ExportJob, target: string): Promise<WrittenExport> => {
  const { options } = job
  const outgoing = new Outgoing(job)
  const files = filesOf(job, outgoing)
  if (options.dryRun === true) {
    const sizes = Array.from(files, ({ json }) => Buffer.byteLength(json))
    return outgoing.result(
      sizes.length,
      sizes.reduce((sum, size) => sum + size, 0)
    )
  }
  const temporary = temporaryIn(path.dirname(target))
  let [count, bytes] = [0, 0]
  const pending: Array<{ readonly kind: Kind; readonly place: string }> = []
  try {
    requireFree(target, options.force ?? false)
    removeAbandoned(path.dirname(target))
    createFolder(temporary, readersOf(job))
    for (const { entity, place, json } of files) {
      const file = path.join(temporary, place)
      if (!fs.existsSync(path.dirname(file))) createFolder(path.dirname(file), readersOf(job))
      createFile(file, readersOf(job))
      bytes += await writeVerified(file, sealed(once(Buffer.from(json)), options))
      pending.push({ kind: entity.kind, place })
      count++
    }
    if (options.lock === undefined)
      for (const { kind, place } of pending)
        checkEntityFile(kind, path.join(temporary, place), path.join(target, place), outgoing)
    for (const name of fs.readdirSync(temporary)) syncFolder(path.join(temporary, name))
    publishFolder(temporary, target, readersOf(job))
    return outgoing.result(count, bytes)
  } catch (error) {
    throw isWhiteRoomError(error) ? error : targetError(error, target)
  } finally {
    discard(temporary)
  }
}

export const writeEntity = async (job: ExportJob, target: string): Promise<WrittenExport> => {
  const { options } = job
  const outgoing = new Outgoing(job)
  const [file] = [...filesOf(job, outgoing)]
  if (file === undefined) return outgoing.result(0, 0)
  if (options.dryRun === true) return outgoing.result(1, Buffer.byteLength(file.json))
  const bytes = await writeTarget(target, sealed(once(Buffer.from(file.json)), options), {
    readers: readersOf(job),
    force: options.force ?? false,
    check:
      options.lock === undefined
        ? async (written) => checkEntityFile(file.entity.kind, written, target, outgoing)
        : undefined
  })
  return outgoing.result(1, bytes)
}
