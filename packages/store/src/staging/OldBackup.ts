/** A row of Phase 5's table `backups`, cell by cell, as a backup of a library. */
import {
  backupTextFault,
  type Cell,
  idOfCell,
  incompleteTag,
  isWhiteRoomError,
  parseTime,
  readExchangeParts,
  shortened,
  Text,
  type TimeSpelling,
  type WhiteRoomError
} from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { fitterTo } from "./fitterTo.js"
import type { ForeignBackup } from "./ImportSource.js"
import type { ForeignRow } from "./Stager.js"

/** Something that could not be taken over, and stays where it is: what it is, in words, and why. */
export interface SetAside {
  readonly what: string
  readonly reason: string
}

export interface OldBackup {
  readonly backup: ForeignBackup
  readonly rows: ReadonlyArray<ForeignRow>
  /** Single songs and such that could not be read in it. */
  readonly problems: ReadonlyArray<SetAside>
}

export const isSetAside = <A extends object>(old: A | SetAside): old is SetAside => "what" in old

/** A row is at fault when its own bytes are; a full disk, a lock or a damaged library is not its fault. */
export const faultOf = (error: unknown, ...tags: ReadonlyArray<WhiteRoomError["_tag"]>): string => {
  if (error instanceof RangeError) return "it is too large"
  if (isWhiteRoomError(error) && tags.includes(error._tag)) return error.message
  throw error
}

/** A time that a backup can have. */
export const timeOf = (cell: Cell | undefined): Date | undefined => {
  const time = parseTime(cell instanceof Text ? cell.toString() : cell)
  return time !== undefined && time.getTime() >= 0 ? time : undefined
}

const shown = (cell: Cell | undefined): string =>
  cell instanceof Text || typeof cell === "bigint" || typeof cell === "number" ? cell.toString() : ""

export const nameOf = (id: Cell, description: Cell | undefined): string => {
  const words = shown(description)
  return `backup ${shown(id) || (id === null ? "without an id" : idOfCell(id).slice(2))}${words === "" ? "" : ` (${shortened(words)})`}`
}

/** The JSON of one part: its bytes, however SQLite holds them. */
const contentOf = (cell: Cell | undefined): Uint8Array | undefined =>
  cell instanceof Text ? cell.bytes : cell instanceof Uint8Array ? cell : undefined

const isBackupId = (id: string): boolean => id !== "" && id.length <= 1024 && !id.includes("\u0000")

/** What a row says, cell by cell, as a backup; or what it is, and why it cannot be one. Never throws for what it holds. */
export const oldBackupOf = (
  db: Database,
  key: Cell,
  cells: ReadonlyArray<Cell>,
  times: TimeSpelling,
  onRead?: (bytes: number) => void
): OldBackup | SetAside => {
  const [id = null, timestamp, description, version, ...parts] = cells
  const what = nameOf(key, description)
  const backupId = id instanceof Text ? idOfCell(id) : ""
  if (!isBackupId(backupId)) return { what, reason: "it has no id that could name it" }
  const time = timeOf(timestamp)
  if (time === undefined)
    return { what, reason: `its time cannot be read (${shown(timestamp) || "there is none"})` }
  const fault = backupTextFault({ description: shown(description), version: shown(version) })
  if (fault !== undefined) return { what, reason: `${fault.field}: ${fault.reason}` }
  const [songs, performances, preferences] = parts.map(contentOf)
  if (songs === undefined || performances === undefined || preferences === undefined)
    return { what, reason: "its songs, performances or preferences are missing" }
  onRead?.(songs.length + performances.length + preferences.length)
  const { entities, problems } = readExchangeParts({ songs, performances, preferences }, { times })
  if (entities.length === 0 && problems.length > 0)
    return { what, reason: `nothing in it can be read: ${problems[0]?.reason ?? ""}` }
  return {
    backup: {
      backupId,
      timestamp: time,
      description: shown(description),
      tags: problems.length > 0 ? [incompleteTag] : [],
      pinned: false,
      version: shown(version)
    },
    rows: entities.map(fitterTo({ db })),
    problems: problems.map(({ where, reason }) => ({ what: `${what}, ${where}`, reason }))
  }
}
