// Our side: a library, used through the public API. Only lock times come from inside the store.
import { copyFileSync, rmSync, statSync } from "node:fs"
import { createLibrary, openLibrary } from "@white-room/store"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
// @boundaries-ignore lock times are no part of the public API
import { Database } from "../../../packages/store/dist/sqlite/Database.js"
import { songAt, songsFrom } from "../songs.mjs"
import { timed } from "../stats.mjs"

let library
let scope
let path

const holds = []
let database
const open = Database.open
Database.open = (...args) => {
  database = open(...args)
  database.onLock = ({ held }) => holds.push(held)
  return database
}

const run = Effect.runSync

/** Milliseconds an Effect took. */
const timeOf = (effect) => timed(() => run(effect))

export const openAt = ({ file }) => {
  path = file
  scope = run(Scope.make())
  library = run(Scope.extend(openLibrary(file), scope))
}

export const close = () => {
  run(Scope.close(scope, Exit.void))
  library = undefined
}

export const create = ({ file }) => {
  rmSync(file, { force: true })
  run(createLibrary(file))
  openAt({ file })
}

export const openCopy = ({ from, file }) => {
  rmSync(file, { force: true })
  copyFileSync(from, file)
  openAt({ file })
}

/** Songs `from` … `from + count - 1`, in memory, as one import. */
export const importSongs = ({ count, from = 0 }) => {
  const songs = songsFrom(from, count)
  return timeOf(library.imports.entities({ source: "bench", songs }))
}

/** One song per durable append. */
export const appendEach = ({ count, from }) =>
  songsFrom(from, count).map((song) => timeOf(library.songs.create(song)))

/** Edits of songs as single saves. */
export const saveEach = ({ indexes, version }) =>
  indexes.map((index) => timeOf(library.songs.update(songAt(index, version))))

/** Durable appends of many edits each. */
export const saveBatches = ({ batches, version }) =>
  batches
    .map((indexes) => indexes.map((index) => songAt(index, version)))
    .map((songs) => timeOf(library.songs.upsertAll(songs)))

/** One durable append of many edits. */
export const saveBatch = ({ indexes, version }) => saveBatches({ batches: [indexes], version })[0]

export const backup = () => timeOf(library.backups.take())

/** Deletes every song, in one append. */
export const emptyIt = ({ count }) => {
  const changes = songsFrom(0, count).map(({ id }) => ({ kind: "song", id, row: null }))
  run(library.log.append({ changes }))
}

export const restore = ({ count }) => {
  let result
  const ms = timed(() => {
    result = run(library.backups.restore("b1", { mode: "exact" }))
  })
  if (result.songsRestored !== count || !result.isSuccess)
    throw new Error(`restored ${JSON.stringify(result)}`)
  return ms
}

/** Performances of the first songs, each with a tag. */
export const importPerformances = ({ count }) => {
  const performances = songsFrom(0, count).map(({ id, name }, index) => ({
    ...{ id: `performance-${index}`, name, songId: id, duration: 60 },
    performanceDataJSON: JSON.stringify({ take: index }),
    tags: [index === 0 ? "encore" : "live"]
  }))
  return timeOf(library.imports.entities({ source: "bench", performances }))
}

/** One song out of a backup; it was edited since. */
export const restoreOne = ({ index, backup }) => {
  let result
  const only = [{ kind: "song", id: songAt(index).id }]
  const ms = timed(() => {
    result = run(library.backups.restore(`b${backup}`, { only }))
  })
  if (result.songsRestored !== 1 || !result.isSuccess) throw new Error(`restored ${JSON.stringify(result)}`)
  return ms
}

export const diff = ({ from, to, words, count }) => {
  let difference
  const ms = timed(() => {
    difference = run(library.history.diff(from, to, { words }))
  })
  if (difference.changed.length !== count) throw new Error(`${difference.changed.length} songs differ`)
  return ms
}

export const stateAt = ({ index, position }) => {
  const { id, name } = songAt(index)
  let song
  const ms = timed(() => {
    song = run(library.history.entityAt({ kind: "song", id }, `@${position}`))
  })
  if (song?.name !== name) throw new Error(`at @${position} there is no ${name}`)
  return ms
}

export const check = () => {
  let report
  const ms = timed(() => {
    report = run(library.upkeep.check({ level: "full" }))
  })
  if (!report.ok) throw new Error(`the check found damage: ${JSON.stringify(report.damaged.slice(0, 3))}`)
  return ms
}

/** Loses every live row behind the triggers' back, as damage would, with the flag that keeps them quiet. */
export const loseRows = () => {
  const db = new Sqlite(path)
  db.exec(`BEGIN;
    INSERT INTO command(command_id, actor, recorded_at, first_position, last_position) VALUES('lost', '', 0, 0, -1);
    DELETE FROM song_data;
    DELETE FROM command WHERE command_id = 'lost';
    COMMIT`)
  db.close()
}

export const rebuild = ({ count }) => {
  let written
  const ms = timed(() => {
    written = run(library.upkeep.rebuild())
  })
  if (written !== count) throw new Error(`rebuilt ${written} rows`)
  return ms
}

export const position = () => run(library.upkeep.status).position

/** Another program writes the next version of these songs in plain SQL. */
export const writeForeign = ({ indexes, version }) => {
  const db = new Sqlite(path)
  const update = db.prepare("UPDATE song_data SET song_data_json = ?, updated_at = ? WHERE id = ?")
  db.transaction(() => {
    for (const { songDataJSON, updatedAt, id } of indexes.map((index) => songAt(index, version)))
      update.run(songDataJSON, updatedAt.toISOString(), id)
  })()
  db.close()
}

export const capture = () => timeOf(library.log.capture)

/**
 * Writes the WAL back now and not again by itself. SQLite gives the write lock back before it does that, but inside
 * the same COMMIT: a time that others do not wait for would count as holding the lock.
 */
export const keepWal = () => {
  database.pragma("wal_checkpoint(TRUNCATE)")
  database.pragma("wal_autocheckpoint = 0")
  takeHolds()
}

/** How long each write transaction since the last call held the lock. */
export const takeHolds = () => holds.splice(0)

export const walBytes = () => statSync(`${path}-wal`).size

export const usage = () => run(library.upkeep.usage)
