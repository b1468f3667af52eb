/**
 * An app that does not know us goes on in an adopted file: every form of statement, in the journal modes it may use,
 * also while a backup runs. No write fails, none is lost, and a restore writes back what it then reads.
 */

import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { adoptLibrary } from "../../src/adopt/AdoptLibrary.js"
import { createBackup } from "../../src/backup/createBackup.js"
import { captureAll } from "../../src/capture/Capture.js"
import { statusOf } from "../../src/library/Status.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import type { Session } from "../../src/session/Session.js"
import { takeOverBackups } from "../../src/staging/OldBackups.js"
import { damageOf, open, scratchFolder, start, using } from "../reliability/support/world.js"
import { appContent, asApp, makeAppDatabase } from "../support/appDatabase.js"
import { appSong, quoted } from "../support/libraries.js"
import { ended, type ForeignProgram, foreignPrograms } from "./support/foreignPrograms.js"

const adopted = (): string => {
  const path = makeAppDatabase(join(scratchFolder(), "white_room.db"))
  adoptLibrary(path, { actor: "ada@studio" }, start)
  return path
}

const songColumns = `id, name, composer, description, genre, duration, key, created_at, updated_at, song_data_json,
  determinism_seed, custom_metadata`

/** What an app may do, in the order in which it does it, and the rows `id name` that are there then. */
const doings: ReadonlyArray<readonly [what: string, statements: ReadonlyArray<string>, songs: string]> = [
  ["INSERT", [`INSERT INTO ${appSong("a", "A")}`, `INSERT INTO ${appSong("b", "B")}`], "a A, b B"],
  [
    "UPSERT",
    [
      `INSERT INTO ${appSong("a", "A2")} ON CONFLICT(id) DO UPDATE SET name = excluded.name`,
      `INSERT INTO ${appSong("b", "no")} ON CONFLICT DO NOTHING`
    ],
    "a A2, b B"
  ],
  [
    "INSERT OR …",
    [
      `INSERT OR REPLACE INTO ${appSong("a", "A3")}`,
      `REPLACE INTO ${appSong("c", "C")}`,
      `INSERT OR IGNORE INTO ${appSong("b", "no")}`,
      `INSERT OR IGNORE INTO ${appSong("d", "D")}`,
      `INSERT OR ABORT INTO ${appSong("e", "E")}`,
      `INSERT OR FAIL INTO ${appSong("f", "F")}`,
      `INSERT OR ROLLBACK INTO ${appSong("g", "G")}`
    ],
    "a A3, b B, c C, d D, e E, f F, g G"
  ],
  [
    "UPDATE OR …",
    [
      "UPDATE song_data SET name = 'A4' WHERE id = 'a'",
      "UPDATE OR REPLACE song_data SET id = 'b' WHERE id = 'c'",
      "UPDATE OR IGNORE song_data SET id = 'b' WHERE id = 'd'",
      "UPDATE OR ABORT song_data SET name = 'E2' WHERE id = 'e'",
      "UPDATE OR FAIL song_data SET name = 'F2' WHERE id = 'f'",
      "UPDATE OR ROLLBACK song_data SET name = 'G2' WHERE id = 'g'"
    ],
    "a A4, b C, d D, e E2, f F2, g G2"
  ],
  [
    "DELETE, transactions and savepoints",
    [
      "DELETE FROM song_data WHERE id = 'g'",
      "BEGIN",
      "DELETE FROM song_data WHERE id = 'f'",
      "SAVEPOINT s",
      "DELETE FROM song_data",
      "ROLLBACK TO s",
      "COMMIT",
      "BEGIN EXCLUSIVE",
      "UPDATE song_data SET name = 'undone'",
      "ROLLBACK"
    ],
    "a A4, b C, d D, e E2"
  ],
  [
    "a migration that recreates the table",
    [
      "PRAGMA foreign_keys = OFF",
      "BEGIN",
      `CREATE TABLE new_song_data (id TEXT PRIMARY KEY, name TEXT NOT NULL, composer TEXT, description TEXT, genre TEXT,
         duration REAL, key TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, song_data_json TEXT NOT NULL,
         determinism_seed TEXT NOT NULL, custom_metadata TEXT, mood TEXT DEFAULT 'calm')`,
      `INSERT INTO new_song_data(${songColumns}) SELECT ${songColumns} FROM song_data`,
      "DROP TABLE song_data",
      "ALTER TABLE new_song_data RENAME TO song_data",
      "CREATE INDEX idx_song_data_name ON song_data(name)",
      "PRAGMA foreign_key_check",
      "COMMIT",
      "UPDATE song_data SET mood = 'wild' WHERE id = 'a'",
      "DELETE FROM song_data WHERE id = 'e'"
    ],
    "a A4, b C, d D"
  ],
  [
    "VACUUM and upkeep",
    ["VACUUM", "REINDEX", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA optimize"],
    "a A4, b C, d D"
  ],
  [
    "a backup of its own",
    [
      `INSERT OR REPLACE INTO backups(id, timestamp, description, songs_json, performances_json, preferences_json, size, version)
       VALUES('own', '2026-03-01T10:00:00.000Z', 'own', '[]', '[]', ${quoted('{"userId":"default","updatedAt":"2026-03-01T10:00:00.000Z"}')}, 9, '1.0.0')`,
      "DELETE FROM backups WHERE id IN (SELECT id FROM backups ORDER BY timestamp DESC LIMIT -1 OFFSET 2)"
    ],
    "a A4, b C, d D"
  ]
]

const songsIn = (path: string): unknown =>
  asApp(path, (app) =>
    app
      .prepare(
        "SELECT group_concat(id || ' ' || name, ', ') FROM (SELECT * FROM song_data WHERE length(id) = 1 ORDER BY id)"
      )
      .pluck()
      .get()
  )

/** Uses a library until a promise is settled, and closes it, whatever happens. */
const whileOpen = async (path: string, body: (session: Session) => Promise<void>): Promise<void> => {
  const session = open(path)
  try {
    await body(session)
  } finally {
    session.close()
  }
}

/** The app ends with every statement done. */
const run = async (program: ForeignProgram, path: string, statements: ReadonlyArray<string>) =>
  expect(await ended(program.start(path, statements))).toEqual({ code: 0, said: "" })

for (const program of foreignPrograms)
  describe.skipIf(!program.present)(
    `${program.name} in an adopted file${program.present ? "" : " (is not installed)"}`,
    () => {
      for (const mode of ["WAL", "DELETE"])
        it(`may do all it may, in journal mode ${mode}, and nothing is lost`, {
          timeout: 120_000
        }, async () => {
          const path = adopted()
          for (const [what, statements, songs] of doings) {
            await run(program, path, [`PRAGMA journal_mode = ${mode}`, ...statements])
            expect(songsIn(path), what).toBe(songs)
            const before = appContent(path)
            using(path, (session) => {
              captureAll(session, start)
              takeOverBackups(session, start)
              createBackup(session, { description: what }, start)
              expect(damageOf(session, start), what).toEqual([])
              expect(statusOf(session), what).toMatchObject({
                pendingChanges: 0,
                changedSinceBackup: 0,
                oldBackups: { waiting: 0, setAside: [] }
              })
            })
            expect(appContent(path), what).toBe(before)
          }
          const wanted = appContent(path)
          await run(program, path, [
            "DELETE FROM song_data",
            "DELETE FROM performance_data",
            "DELETE FROM user_preferences"
          ])
          using(path, (session) => restoreFromBackup(session, "latest", { mode: "exact" }, start))
          expect(appContent(path).split("\n").toSorted()).toEqual(wanted.split("\n").toSorted())
          using(path, (session) => expect(damageOf(session, start)).toEqual([]))
        })

      it("writes while backups are taken: no write fails, none is lost", { timeout: 120_000 }, async () => {
        const path = adopted()
        const statements = Array.from({ length: 400 }, (_, n) => {
          const id = `w${n % 40}`
          if (n % 7 === 3) return `DELETE FROM song_data WHERE id = '${id}'`
          return `INSERT INTO ${appSong(id, `v${n}`, "x".repeat(2000) + n)}
                ON CONFLICT(id) DO UPDATE SET name = excluded.name, song_data_json = excluded.song_data_json`
        })
        const last = new Map<string, string | undefined>()
        for (const [n] of statements.entries()) last.set(`w${n % 40}`, n % 7 === 3 ? undefined : `v${n}`)
        const app = program.start(path, statements)
        let over = false
        const end = ended(app).finally(() => {
          over = true
        })
        let backups = 0
        await whileOpen(path, async (session) => {
          while (!over) {
            createBackup(session, { description: `during ${++backups}` }, start)
            await setImmediate()
          }
          expect(await end).toEqual({ code: 0, said: "" })
          createBackup(session, { description: "after" }, start)
          const rows = session.db.rows<[string, string]>("SELECT id, name FROM song_data WHERE id GLOB 'w*'")
          for (const [id, name] of last) if (name === undefined) last.delete(id)
          expect(new Map(rows)).toEqual(last)
          expect(damageOf(session, start)).toEqual([])
          expect(statusOf(session)).toMatchObject({ pendingChanges: 0, changedSinceBackup: 0 })
        })
        expect(backups).toBeGreaterThan(1)
      })

      it("asks for another journal mode while the library is open, and goes on writing", async () => {
        const path = adopted()
        await whileOpen(path, async (session) => {
          // SQLite refuses the change while others have the file open; whether that is an error is the program's choice.
          await ended(program.start(path, ["PRAGMA journal_mode = DELETE"]))
          await run(program, path, [`INSERT INTO ${appSong("a", "A")}`])
          expect(captureAll(session, start)).toBe(1)
          expect(damageOf(session, start)).toEqual([])
        })
      })
    }
  )

it("an app that holds the file open in journal mode DELETE goes on when the library is opened", () => {
  const path = adopted()
  asApp(path, (app) => {
    expect(app.pragma("journal_mode = DELETE", { simple: true })).toBe("delete")
    app.exec(`INSERT INTO ${appSong("a", "A")}`)
    using(path, (session) => {
      expect(captureAll(session, start)).toBe(1)
      app.exec(`INSERT INTO ${appSong("b", "B")}`)
      expect(captureAll(session, start)).toBe(1)
      expect(damageOf(session, start)).toEqual([])
    })
    app.exec(`INSERT INTO ${appSong("c", "C")}`)
    expect(songsIn(path)).toBe("a A, b B, c C")
  })
})
