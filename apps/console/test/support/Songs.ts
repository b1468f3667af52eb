/** Songs in the shape of White Room's, as files that are imported, and edits as the app makes them: plain SQL on its tables. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import Database from "better-sqlite3"
import { whiteroom } from "./Whiteroom.js"

export interface TestNote {
  readonly midi: number
  readonly time: number
  readonly duration: number
  readonly velocity: number
}

/** A scale of notes, half a second each, from a pitch on. */
export const scale = (from: number, count: number, each = 0.5): ReadonlyArray<TestNote> =>
  Array.from({ length: count }, (_, index) => ({
    midi: from + (index % 12),
    time: index * each,
    duration: each * 0.8,
    velocity: 0.8
  }))

/** A document with a lead and a bass track, in 4/4 at tempo 120: a bar lasts two seconds. */
export const songDocument = (
  lead: ReadonlyArray<TestNote>,
  tempo = 120,
  name = "Night Drive",
  bass = scale(36, 8)
): string =>
  JSON.stringify({
    name,
    session_model: {
      tempo,
      time_signature: [4, 4],
      form: {
        sections: [
          { name: "Verse", start_bar: 1, bars: 2 },
          { name: "Chorus", start_bar: 3, bars: 2 }
        ]
      },
      tracks: [
        { name: "Lead", channel: 0, instrument: "flute", notes: lead },
        { name: "Bass", channel: 1, instrument: "acoustic bass", notes: bass }
      ]
    }
  })

export interface TestSong {
  readonly id: string
  readonly name: string
  readonly document: string
}

/** A library in a folder, with these songs. */
export const createLibrary = async (folder: string, songs: ReadonlyArray<TestSong>): Promise<void> => {
  await whiteroom(folder, "init")
  write(folder, songs)
}

/** A library of many songs with three years of work until a moment: see the program. */
export const createLargeLibrary = async (folder: string, songs: number, until: number): Promise<void> => {
  const program = fileURLToPath(new URL("largeLibrary.mjs", import.meta.url))
  await promisify(execFile)(process.execPath, [program, join(folder, "library.db"), `${songs}`, `${until}`])
}

const open = (folder: string) => new Database(join(folder, "library.db"), { fileMustExist: true })

/** Saves songs as the app does. */
export const write = (folder: string, songs: ReadonlyArray<TestSong>): void => {
  const database = open(folder)
  try {
    const save = database.prepare(
      `INSERT INTO song_data (id, name, created_at, updated_at, song_data_json, determinism_seed)
       VALUES (?, ?, '2026-02-02T10:00:00.000Z', ?, ?, '1')
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, song_data_json = excluded.song_data_json,
         updated_at = excluded.updated_at`
    )
    database.transaction(() => {
      for (const song of songs) save.run(song.id, song.name, new Date().toISOString(), song.document)
    })()
  } finally {
    database.close()
  }
}

/** Deletes a song as the app does. */
export const remove = (folder: string, id: string): void => {
  const database = open(folder)
  try {
    database.prepare("DELETE FROM song_data WHERE id = ?").run(id)
  } finally {
    database.close()
  }
}

/** All songs as the app reads them, by name. */
export const songsNow = (folder: string): ReadonlyMap<string, string> => {
  const database = open(folder)
  try {
    const rows = database.prepare("SELECT name, song_data_json FROM song_data").raw().all()
    return new Map(rows as ReadonlyArray<readonly [string, string]>)
  } finally {
    database.close()
  }
}

/** The document of a song, as the app reads it. */
export const documentNow = (folder: string, id: string): unknown => {
  const database = open(folder)
  try {
    return database.prepare("SELECT song_data_json FROM song_data WHERE id = ?").pluck().get(id)
  } finally {
    database.close()
  }
}
