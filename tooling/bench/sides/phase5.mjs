// Baseline (b): Phase 5's method. A backup is every row as JSON in one row of `backups`; a restore is one statement
// per row, each its own transaction.
import { copyFileSync, rmSync } from "node:fs"
import Sqlite from "better-sqlite3"
// @boundaries-ignore the baseline writes the very tables that the store writes
import { liveSchema } from "../../../packages/store/dist/sqlite/Schema.js"
import { songAt, songsFrom } from "../songs.mjs"
import { timed } from "../stats.mjs"

const backupsSchema = `
CREATE TABLE IF NOT EXISTS backups (
  id TEXT PRIMARY KEY,
  timestamp TEXT NOT NULL,
  description TEXT NOT NULL,
  songs_json TEXT NOT NULL,
  performances_json TEXT NOT NULL,
  preferences_json TEXT NOT NULL,
  size INTEGER NOT NULL,
  version TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS idx_backups_timestamp ON backups(timestamp);
CREATE INDEX IF NOT EXISTS idx_backups_version ON backups(version);
`

let db

export const openAt = ({ file }) => {
  db = new Sqlite(file)
  db.pragma("journal_mode = WAL")
  db.pragma("synchronous = FULL")
  db.exec(liveSchema)
  db.exec(backupsSchema)
}

export const create = ({ file }) => {
  rmSync(file, { force: true })
  openAt({ file })
}

export const openCopy = ({ from, file }) => {
  rmSync(file, { force: true })
  copyFileSync(from, file)
  openAt({ file })
}

export const close = () => db.close()

const songOfRow = (row) => ({
  id: row.id,
  name: row.name,
  composer: row.composer,
  description: row.description,
  genre: row.genre,
  duration: row.duration,
  key: row.key,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  songDataJSON: row.song_data_json,
  determinismSeed: row.determinism_seed,
  customMetadata: row.custom_metadata
})

let backups = 0

export const backup = () =>
  timed(() => {
    const songs = JSON.stringify(db.prepare("SELECT * FROM song_data").all().map(songOfRow))
    const id = `backup-${++backups}`
    db.prepare(
      `INSERT INTO backups(id, timestamp, description, songs_json, performances_json, preferences_json, size, version)
       VALUES(?, ?, '', ?, '[]', '{}', ?, '1.0')`
    ).run(id, new Date(Date.UTC(2026, 0, backups)).toISOString(), songs, Buffer.byteLength(songs))
  })

export const emptyIt = () => {
  db.exec("DELETE FROM song_data")
}

const upsertSong = () =>
  db.prepare(
    `INSERT OR REPLACE INTO song_data(id, name, composer, description, genre, duration, key, created_at, updated_at,
       song_data_json, determinism_seed, custom_metadata) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )

/** The songs of a backup, the newest first. */
const songsOfBackup = (back = 0) => {
  const row = db.prepare("SELECT songs_json FROM backups ORDER BY timestamp DESC LIMIT 1 OFFSET ?").get(back)
  return JSON.parse(row.songs_json)
}

export const restore = ({ count }) => {
  const ms = timed(() => {
    const upsert = upsertSong()
    for (const song of songsOfBackup()) upsert.run(Object.values(song))
  })
  const [restored] = db.prepare("SELECT count(*) FROM song_data").raw().get()
  if (restored !== count) throw new Error(`restored ${restored} of ${count}`)
  return ms
}

/** Songs 0 … `count - 1`; not timed. */
export const addSongs = ({ count }) => {
  const insert = upsertSong()
  const batch = 5000
  for (let from = 0; from < count; from += batch)
    db.transaction(() => {
      for (const song of songsFrom(from, Math.min(batch, count - from))) {
        const { id, name, composer, description, genre, duration, key, songDataJSON, determinismSeed } = song
        const [created, updated] = [song.createdAt.toISOString(), song.updatedAt.toISOString()]
        const about = [id, name, composer, description, genre, duration, key, created, updated]
        insert.run(...about, songDataJSON, determinismSeed, null)
      }
    })()
}

const oneOfBackup = (index) => {
  const { id } = songAt(index)
  return songsOfBackup().find((song) => song.id === id)
}

export const readOne = ({ index }) => timed(() => oneOfBackup(index))

export const restoreOne = ({ index }) =>
  timed(() => {
    upsertSong().run(Object.values(oneOfBackup(index)))
  })

/** Which songs the newest two backups hold differently. */
export const diff = ({ count }) => {
  let changed
  const ms = timed(() => {
    const before = new Map(songsOfBackup(1).map((song) => [song.id, JSON.stringify(song)]))
    changed = songsOfBackup().filter((song) => before.get(song.id) !== JSON.stringify(song))
  })
  if (changed.length !== count) throw new Error(`${changed.length} songs differ in place of ${count}`)
  return ms
}

/** Edits of songs; not timed. */
export const edit = ({ indexes, version }) => {
  const update = db.prepare("UPDATE song_data SET song_data_json = ?, updated_at = ? WHERE id = ?")
  db.transaction(() => {
    for (const { songDataJSON, updatedAt, id } of indexes.map((index) => songAt(index, version)))
      update.run(songDataJSON, updatedAt.toISOString(), id)
  })()
}

/** Bytes of the file, and of the live tables with their indexes in it. */
export const usage = () => {
  db.pragma("wal_checkpoint(TRUNCATE)")
  const pages = db.pragma("page_count", { simple: true }) * db.pragma("page_size", { simple: true })
  const [live] = db
    .prepare(
      `SELECT sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
       WHERE d.aggregate = TRUE AND s.tbl_name IN ('song_data', 'performance_data', 'user_preferences')`
    )
    .raw()
    .get()
  return { fileBytes: pages, liveBytes: live }
}
