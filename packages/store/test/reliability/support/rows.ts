/** Rows as our own repositories make them, and as an app that does not know us does. */

import { type Change, type Kind, rowOfPerformance, rowOfPreferences, rowOfSong } from "@white-room/core"
import type Sqlite from "better-sqlite3"

export const start = Date.parse("2026-11-20T09:00:00Z")

export const songChange = (id: string, document: string, name = `Song ${id}`, now = start): Change => ({
  kind: "song",
  id,
  row: rowOfSong({ id, name, songDataJSON: document, determinismSeed: `seed-${id}` }, new Date(now))
})

export const performanceChange = (id: string, songId: string, document: string, now = start): Change => ({
  kind: "performance",
  id,
  row: rowOfPerformance(
    { id, name: `Performance ${id}`, songId, duration: 61.5, performanceDataJSON: document },
    new Date(now)
  )
})

export const preferencesChange = (theme: string, userId = "default", now = start): Change => ({
  kind: "preferences",
  id: userId,
  row: rowOfPreferences({ userId, theme }, new Date(now))
})

export const deletion = (kind: Kind, id: string): Change => ({ kind, id, row: null })

/** How an app that does not know us saves a song. */
export const appSave = (app: Sqlite.Database, id: string, document: string): void =>
  void app
    .prepare(
      `INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
       VALUES(?, ?, '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678', ?, 'seed')
       ON CONFLICT(id) DO UPDATE SET song_data_json = excluded.song_data_json`
    )
    .run(id, `App ${id}`, document)
