/** The four repositories over one session. */
import {
  type BackupDocument,
  type BackupInfo,
  type BackupRepository,
  createDefaultUserPreferences,
  decodeRecord,
  EntityNotFound,
  entriesOf,
  fromHex,
  type Kind,
  type Performance,
  type PerformanceDataRepository,
  type PerformanceInput,
  type PerformanceSummary,
  performanceOfRow,
  preferencesOfRow,
  rowOfPerformance,
  rowOfPreferences,
  rowOfRecord,
  rowOfSong,
  type Song,
  type SongInput,
  type SongSummary,
  songOfRow,
  type UserPreferencesInput,
  type UserPreferencesRepository,
  writeExchangeEntity
} from "@white-room/core"
import type * as Context from "effect/Context"
import {
  backupsByVersion,
  backupsTakenBetween,
  filterBackups,
  findBackup,
  namedLatest
} from "../backup/Catalog.js"
import { keepDocuments } from "../import/keepDocuments.js"
import { type LiveTable, requireTable } from "../live/LiveTable.js"
import { forget } from "../retention/Trash.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { appendWish } from "../write/Append.js"
import { Entities } from "./Entities.js"

export const makeSongs = (session: Session): Entities<Song, SongInput, SongSummary> =>
  new Entities(session, {
    kind: "song",
    idOf: (song: SongInput) => song.id,
    rowOf: rowOfSong,
    ofRow: songOfRow,
    summary: ({ songDataJSON: _, ...summary }: Song): SongSummary => summary,
    searched: ["name", "composer", "description", "genre"]
  })

class Performances
  extends Entities<Performance, PerformanceInput, PerformanceSummary>
  implements Context.Tag.Service<typeof PerformanceDataRepository>
{
  getBySongId = (songId: string) =>
    this.run("getBySongId", () => this.summaries(`WHERE song_id = ? ${this.byName}`, songId))

  get getFavorites() {
    return this.run("getFavorites", () => this.summaries(`WHERE is_favorite = 1 ${this.byName}`))
  }
}

export const makePerformances = (session: Session): Performances =>
  new Performances(session, {
    kind: "performance",
    idOf: (performance: PerformanceInput) => performance.id,
    rowOf: rowOfPerformance,
    ofRow: performanceOfRow,
    summary: ({ performanceDataJSON: _, ...summary }: Performance): PerformanceSummary => summary,
    searched: ["name", "description", "tags"]
  })

const preferencesTable = (session: Session): LiveTable => requireTable(session.tables, "preferences")

export const preferencesChange = (session: Session, input: UserPreferencesInput, now: number) => {
  const id = input.userId ?? "default"
  return {
    kind: "preferences" as const,
    id,
    row: rowOfPreferences(input, new Date(now), preferencesTable(session).get(id))
  }
}

export const makePreferences = (session: Session): Context.Tag.Service<typeof UserPreferencesRepository> => {
  const run = <A>(name: string, body: (now: number) => A) =>
    attempt(session.path, `preferences.${name}`, body)
  const absent = (id: string) =>
    new EntityNotFound({ kind: "preferences", name: id, where: "this library", near: [] })
  return {
    read: (userId) =>
      run("read", () => {
        const row = preferencesTable(session).get(userId)
        if (row === undefined) throw absent(userId)
        return preferencesOfRow(userId, row)
      }),
    getDefault: run("getDefault", (now) => {
      const row = preferencesTable(session).get("default")
      return row ? preferencesOfRow("default", row) : createDefaultUserPreferences(new Date(now))
    }),
    getAll: run("getAll", () =>
      preferencesTable(session)
        .summaries("ORDER BY user_id")
        .map(({ id, row }) => preferencesOfRow(id, row))
    ),
    upsert: (input, { expected, ...options } = {}) =>
      run("upsert", (now) =>
        appendWish(
          session,
          ["preferences", "upsert", input, expected],
          options,
          () => [{ ...preferencesChange(session, input, now), ...(expected !== undefined && { expected }) }],
          now
        )
      ),
    delete: (userId, { expected, ...options } = {}) =>
      run("delete", (now) =>
        appendWish(
          session,
          ["preferences", "delete", userId, expected],
          options,
          () => {
            if (!preferencesTable(session).has(userId)) throw absent(userId)
            return [
              { kind: "preferences", id: userId, row: null, ...(expected !== undefined && { expected }) }
            ]
          },
          now
        )
      ),
    count: run("count", () => preferencesTable(session).count())
  }
}

/** The entities of one kind in a backup, or that of one id, as the Node app wrote them. */
function* documentsOf(session: Session, backup: BackupInfo, kind: Kind, only?: string): Generator<string> {
  for (const { id, record } of entriesOf(fromHex(backup.root), kind, session.nodeStore(new Map()))) {
    if (only !== undefined && id !== only) continue
    const row = rowOfRecord(decodeRecord(kind, record), (ref) => session.reader.get(ref.hash))
    const json = writeExchangeEntity({ kind, id, row }, backup.timestamp, { family: "node" })
    if (json !== undefined) yield json
  }
}

const documentOf = (session: Session, backup: BackupInfo): BackupDocument => {
  const list = (kind: Kind): string => `[${[...documentsOf(session, backup, kind)].join(",")}]`
  const [ofDefault] = documentsOf(session, backup, "preferences", "default")
  const [first] = ofDefault === undefined ? documentsOf(session, backup, "preferences") : [ofDefault]
  return {
    id: backup.backupId,
    timestamp: backup.timestamp,
    description: backup.description,
    songsJSON: list("song"),
    performancesJSON: list("performance"),
    preferencesJSON: first ?? "null",
    size: backup.size,
    version: backup.version
  }
}

export const makeBackupRepository = (session: Session): Context.Tag.Service<typeof BackupRepository> => {
  const run = <A>(name: string, body: (now: number) => A) =>
    attempt(session.path, `backupRepository.${name}`, body)
  const kept = () => filterBackups(session.db)
  return {
    create: (backup) => run("create", (now) => keepDocuments(session, backup, now)),
    read: (id) => run("read", () => documentOf(session, findBackup(session.db, id))),
    getAll: run("getAll", kept),
    getLatest: run("getLatest", () => namedLatest(session.db)),
    getByDateRange: (from, to) =>
      run("getByDateRange", () => backupsTakenBetween(session.db, from.getTime(), to.getTime())),
    getByVersion: (version) => run("getByVersion", () => backupsByVersion(session.db, version)),
    search: (text) => run("search", () => filterBackups(session.db, { search: text })),
    count: run("count", () => kept().length),
    getTotalSize: run("getTotalSize", () => kept().reduce((sum, { size }) => sum + size, 0)),
    deleteOlderThan: (time) =>
      run("deleteOlderThan", (now) => {
        const backups = kept()
        const old = backups.filter(
          ({ timestamp, pinned }, index) => timestamp < time && !pinned && index < backups.length - 1
        )
        const names = old.map(({ backupId }) => backupId)
        return names.length === 0
          ? 0
          : forget(session, names, `taken before ${time.toISOString()}`, now).length
      })
  }
}
