/** A file that holds one song, one performance or one preferences record, as a row. */
import { statSync } from "node:fs"
import {
  bounds,
  ExchangeReader,
  fileErrorReason,
  firstJson,
  type JsonForm,
  type Kind,
  type ReadFileOptions,
  type Row,
  readPerformanceFile,
  readSongFile,
  rowOfPerformance,
  rowOfSong,
  shortened,
  spellTime,
  type TimeSpelling,
  text
} from "@white-room/core"
import { readWhole } from "../file/OpenFile.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"
import { fitterTo } from "../staging/fitterTo.js"
import type { ForeignRow } from "../staging/Stager.js"

export interface EntityFile {
  readonly row: ForeignRow
  /** Tells an equal file from another that claims the same id. */
  readonly digest: Uint8Array
  /** What was in the file and had no place. */
  readonly warnings: ReadonlyArray<string>
  /** What was in the file and was not read. */
  readonly notRead: ReadonlyArray<string>
}

type Read = Omit<EntityFile, "digest"> | { readonly reason: string }

/** All that an app writes of an entity; a file that has less is read with more patience. */
const written: Readonly<Record<Kind, ReadonlyArray<ReadonlyArray<string>>>> = {
  song: [
    ["id"],
    ["name"],
    ["createdAt", "created_at"],
    ["updatedAt", "updated_at"],
    ["songDataJSON", "song_data_json"],
    ["determinismSeed", "determinism_seed"]
  ],
  performance: [
    ["id"],
    ["name"],
    ["songId", "song_id"],
    ["createdAt", "created_at"],
    ["updatedAt", "updated_at"],
    ["performanceDataJSON", "performance_data_json"]
  ],
  preferences: []
}

const isComplete = (kind: Kind, keys: ReadonlyMap<string, JsonForm>): boolean =>
  written[kind].every((names) => names.some((name) => keys.has(name)))

/** Leaves out what the table has no column for, and says so. */
const fitted = (
  session: Session,
  kind: Kind,
  row: Row
): Pick<EntityFile, "warnings"> & { readonly row: Row } => {
  const columns = session.tables[kind]?.defaults
  const kept = new Map([...row].filter(([column]) => columns === undefined || columns.has(column)))
  const warnings = [...row.keys()]
    .filter((column) => !kept.has(column))
    .map((column) => `${JSON.stringify(shortened(column))} has no place in ${nouns[kind]} and was left out`)
  return { row: kept, warnings }
}

const nouns = { song: "a song", performance: "a performance", preferences: "preferences" } as const

/** An entity exactly as an app wrote it; `undefined` when anything about it is not. */
const readWritten = (session: Session, kind: Kind, bytes: Uint8Array, times: TimeSpelling): Read => {
  const reader = new ExchangeReader({ times, maxEntityBytes: bounds.entityFileBytes })
  const [entity] = [...reader.part(kind, bytes)]
  const problem = reader.problems.find(({ notRead }) => notRead !== true)
  if (entity === undefined || problem !== undefined)
    return { reason: problem?.reason ?? `it holds no ${kind}` }
  const { row, warnings } = fitted(session, kind, fitterTo(session)(entity).row)
  return {
    row: { kind, id: entity.id, row },
    warnings,
    notRead: reader.problems.map(({ reason }) => reason)
  }
}

/** New rows get times as the library's app spells them; those of rows that are there keep theirs where they can. */
const respelled = (
  row: Row,
  current: Row | undefined,
  times: TimeSpelling,
  named: ReadonlyMap<string, Date>
): Row => {
  if (times === "iso") return row
  const cells = new Map(row)
  for (const [column, time] of named)
    if (cells.get(column) !== current?.get(column)) cells.set(column, text(spellTime(time, times)))
  return cells
}

const readLenient = (
  session: Session,
  kind: "song" | "performance",
  bytes: Uint8Array,
  file: string,
  times: TimeSpelling,
  now: Date
): Read => {
  const options: ReadFileOptions = { now, hash: sha256, maxBytes: bounds.entityFileBytes }
  const read =
    kind === "song" ? readSongFile(bytes, file, options) : readPerformanceFile(bytes, file, options)
  if (read._tag === "Rejected") return { reason: read.reason }
  const entity = read._tag === "Song" ? read.song : read.performance
  const current = session.tables[kind]?.get(entity.id)
  const row =
    read._tag === "Song"
      ? rowOfSong(read.song, now, current)
      : rowOfPerformance(read.performance, now, current)
  const named = new Map([
    ["created_at", entity.createdAt],
    ["updated_at", entity.updatedAt]
  ])
  const { warnings, notRead } = read
  return { row: { kind, id: entity.id, row: respelled(row, current, times, named) }, warnings, notRead }
}

/**
 * Reads such a file. A file without times gets that of its last change, so that importing it again changes nothing.
 * @param name what the file is called; one without a name in it is called after that
 */
export const readEntityFile = (
  session: Session,
  path: string,
  name: string,
  kind: Kind,
  keys: ReadonlyMap<string, JsonForm>,
  times: TimeSpelling
): EntityFile | { readonly reason: string } => {
  try {
    const { mtime } = statSync(path)
    const file = readWhole(path, bounds.entityFileBytes)
    const first = firstJson(file)
    const bytes = first ?? file
    const exact = isComplete(kind, keys) ? readWritten(session, kind, bytes, times) : undefined
    const read =
      kind === "preferences" || (exact !== undefined && !("reason" in exact))
        ? (exact ?? { reason: "it holds no preferences" })
        : readLenient(session, kind, bytes, name, times, mtime)
    if ("reason" in read) return read
    const rest = first === undefined ? [] : ["something follows after its end and was not read"]
    return { ...read, notRead: [...rest, ...read.notRead], digest: sha256(file) }
  } catch (error) {
    return { reason: fileErrorReason(error) }
  }
}
