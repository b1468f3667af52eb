// Baseline (a): the SQLite driver alone writes the same rows to the same live tables with the same indexes, with the
// same durability, and nothing else.
import { copyFileSync, rmSync, statSync } from "node:fs"
import Sqlite from "better-sqlite3"
// @boundaries-ignore the baseline writes the very tables that the store writes
import { liveSchema } from "../../../packages/store/dist/sqlite/Schema.js"
import { songAt, songsFrom } from "../songs.mjs"
import { timed } from "../stats.mjs"

let db
let insert
let update
let path

export const openAt = ({ file }) => {
  path = file
  db = new Sqlite(file)
  db.pragma("journal_mode = WAL")
  db.pragma("synchronous = FULL")
  db.exec(liveSchema)
  insert = db.prepare(
    `INSERT INTO song_data(id, name, composer, description, genre, duration, key, created_at, updated_at, song_data_json,
       determinism_seed, custom_metadata) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`
  )
  update = db.prepare("UPDATE song_data SET song_data_json = ?, updated_at = ? WHERE id = ?")
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

const insertSong = (song) =>
  insert.run(
    song.id,
    song.name,
    song.composer,
    song.description,
    song.genre,
    song.duration,
    song.key,
    song.createdAt.toISOString(),
    song.updatedAt.toISOString(),
    song.songDataJSON,
    song.determinismSeed
  )

const insertAll = (songs) => {
  for (const song of songs) insertSong(song)
}

const updateAll = (songs) => {
  for (const { songDataJSON, updatedAt, id } of songs) update.run(songDataJSON, updatedAt.toISOString(), id)
}

export const importSongs = ({ count, from = 0 }) => {
  const songs = songsFrom(from, count)
  return timed(() => db.transaction(insertAll).immediate(songs))
}

export const appendEach = ({ count, from }) =>
  songsFrom(from, count).map((song) => timed(() => db.transaction(insertSong).immediate(song)))

export const saveBatches = ({ batches, version }) =>
  batches
    .map((indexes) => indexes.map((index) => songAt(index, version)))
    .map((songs) => timed(() => db.transaction(updateAll).immediate(songs)))

export const walBytes = () => statSync(`${path}-wal`).size
