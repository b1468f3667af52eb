/** Libraries to begin with, made in this process, because that is quicker than running the program for it. */
import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Whiteroom } from "./whiteroom.js"

const time = new Date("2026-05-04T10:00:00.000Z")

export const song = (
  id: string,
  name: string,
  document = `{"title":${JSON.stringify(name)},"notes":[1,2,3]}\n`
) => ({
  id,
  name,
  createdAt: time,
  updatedAt: time,
  songDataJSON: document,
  determinismSeed: id
})

export const performance = (id: string, name: string, songId: string) => ({
  id,
  name,
  songId,
  duration: 60,
  createdAt: time,
  updatedAt: time,
  performanceDataJSON: `{"take":${JSON.stringify(name)}}`
})

/** An exchange file as the Node app of Phase 5 wrote it. */
export const exchangeFile = (
  songs: ReadonlyArray<ReturnType<typeof song>>,
  performances: ReadonlyArray<ReturnType<typeof performance>> = []
): string =>
  JSON.stringify({
    version: "1.0",
    timestamp: "2025-03-01T12:00:00.000Z",
    description: "an old export",
    songs: JSON.stringify(songs),
    performances: JSON.stringify(performances.map((each) => ({ ...each, isFavorite: false, tags: [] }))),
    preferences: JSON.stringify({ userId: "default", theme: "light", updatedAt: time })
  })

/** Works on the library of a test, which is made when missing. */
export const withLibrary = <A>(
  whiteroom: Whiteroom,
  work: (library: Library) => Effect.Effect<A, unknown>
): Promise<A> =>
  Effect.gen(function* () {
    yield* createLibrary(whiteroom.library).pipe(Effect.catchTag("LibraryExists", () => Effect.void))
    return yield* work(yield* openLibrary(whiteroom.library, { actor: "tester@here" }))
  }).pipe(Effect.scoped, Effect.runPromise)

/** Three songs (two of one name), two performances, preferences, and `b1` of all that. */
export const smallLibrary = (whiteroom: Whiteroom): Promise<unknown> =>
  withLibrary(whiteroom, (library) =>
    Effect.gen(function* () {
      yield* library.imports.entities({
        source: "test",
        songs: [
          song("s-1", "Night Drive"),
          song("s-2", "Echo"),
          song("s-3", "Echo", '{"title":"Echo","take":2}')
        ],
        performances: [performance("p-1", "Live at Dawn", "s-1"), performance("p-2", "Rehearsal", "s-2")],
        preferences: [{ theme: "dark" }]
      })
      yield* library.backups.take({ description: "before the tour", tags: ["tour"] })
    })
  )

/** A file in the folder of a test. */
export const write = (whiteroom: Whiteroom, name: string, content: string | Uint8Array): string => {
  const file = whiteroom.at(name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

/** Another program writing into the file: the sqlite3 shell. */
export const sqlite = (file: string, sql: string): string =>
  execFileSync("sqlite3", ["-cmd", ".timeout 5000", file, sql], { encoding: "utf8" })

/** The database of an app that knows nothing of us: two songs, one old backup, and a table of its own. */
export const appDatabase = (whiteroom: Whiteroom, name = "app.db"): string => {
  const file = write(whiteroom, name, "")
  const columns = "created_at TEXT NOT NULL, updated_at TEXT NOT NULL"
  const times = "'2026-01-26 09:00:00.000', '2026-01-27 09:00:00.000'"
  const backup = JSON.stringify([
    { ...song("s-1", "Night Drive"), createdAt: 790592400, updatedAt: 790592400 }
  ])
  sqlite(
    file,
    `CREATE TABLE song_data(id TEXT PRIMARY KEY, name TEXT NOT NULL, composer TEXT, description TEXT, genre TEXT,
       duration REAL, key TEXT, ${columns}, song_data_json TEXT NOT NULL, determinism_seed TEXT NOT NULL, custom_metadata TEXT);
     INSERT INTO song_data VALUES
       ('s-1', 'Night Drive', NULL, NULL, NULL, 180, NULL, ${times}, '{"take":2}', 'x', NULL),
       ('s-2', 'Echo', NULL, NULL, NULL, NULL, NULL, ${times}, '{}', 'y', NULL);
     CREATE TABLE backups(id TEXT PRIMARY KEY, timestamp TEXT NOT NULL, description TEXT NOT NULL,
       songs_json TEXT NOT NULL, performances_json TEXT NOT NULL, preferences_json TEXT NOT NULL, size INTEGER NOT NULL,
       version TEXT NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
     INSERT INTO backups VALUES ('old-one', '2026-01-26 10:00:00.000', 'before the tour', '${backup}', '[]', 'null', 9, '1.0.0', '');
     CREATE TABLE markers(id INTEGER PRIMARY KEY)`
  )
  return file
}
