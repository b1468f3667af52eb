import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { basename, join } from "node:path"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { type AdoptOptions, adoptLibrary } from "../../src/adopt/AdoptLibrary.js"
import { previewAdoption } from "../../src/adopt/previewAdoption.js"
import { allBackups } from "../../src/backup/Catalog.js"
import { captureAll } from "../../src/capture/Capture.js"
import { isWhiteRoomError } from "../../src/index.js"
import { statusOf } from "../../src/library/Status.js"
import { readHead } from "../../src/log/EventTable.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { undo } from "../../src/restore/Undo.js"
import { createLibrary } from "../../src/session/createLibrary.js"
import { damageOf, scratchFolder, start, using } from "../reliability/support/world.js"
import { appContent, asApp, families, makeAppDatabase } from "../support/appDatabase.js"

const options: AdoptOptions = { actor: "ada@studio" }
const adopt = (path: string, more: Partial<AdoptOptions> = {}) =>
  adoptLibrary(path, { ...options, ...more }, start)

const preview = (path: string, more: Partial<AdoptOptions> = {}) =>
  Effect.runPromise(previewAdoption(path, { ...options, ...more }))

const appFile = (family?: "node" | "ios") => makeAppDatabase(join(scratchFolder(), "white_room.db"), family)

/** The tag of the error, and that neither the file nor its folder changed. */
const refusal = (path: string, more: Partial<AdoptOptions> = {}): string => {
  const before = existsSync(path) ? readFileSync(path) : undefined
  const names = readdirSync(join(path, "..")).toSorted()
  let tag = "done"
  try {
    adopt(path, more)
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    tag = error._tag
  }
  if (before !== undefined) expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(join(path, "..")).toSorted()).toEqual(names)
  return tag
}

describe.for(families)("a database of the %s app", (family) => {
  it("becomes a library where it lies; its tables keep their shape and its rows their bytes", () => {
    const path = appFile(family)
    const before = appContent(path)
    const report = adopt(path)
    expect(report).toMatchObject({
      path,
      already: false,
      songs: 3,
      performances: 1,
      preferences: 1,
      backups: 2,
      problems: [],
      journalMode: "delete",
      capturing: true,
      unprotectedTables: []
    })
    expect(appContent(path)).toBe(before)
    using(path, (session) => {
      expect(damageOf(session, start)).toEqual([])
      expect(statusOf(session)).toMatchObject({
        songs: 3,
        pendingChanges: 0,
        changedSinceBackup: 0,
        backups: 3
      })
    })
    expect(appContent(path)).toBe(before)
  })

  it("has its old backups by their own ids and times, oldest first, and one of how it is now", () => {
    const path = appFile(family)
    adopt(path)
    using(path, (session) => {
      const backups = allBackups(session.db).map((backup) => ({
        ...backup,
        timestamp: backup.timestamp.toISOString()
      }))
      expect(backups).toMatchObject([
        {
          number: 1,
          backupId: "backup-one",
          timestamp: "2026-02-01T10:00:00.500Z",
          description: "about backup-one",
          trigger: "imported",
          version: "1.0.0",
          tags: [],
          songs: 2,
          performances: 1,
          preferences: 1
        },
        { number: 2, backupId: "backup-two", trigger: "imported", songs: 3, origin: { source: "" } },
        { number: 3, description: "Adopted white_room.db", trigger: "manual", songs: 3 }
      ])
      // The same rows, whether they come from the app's JSON or from its tables.
      expect(backups[1]?.root).toBe(backups[2]?.root)
    })
  })

  it("can be restored to an old backup by its old id, and that can be undone", () => {
    const path = appFile(family)
    adopt(path)
    const before = appContent(path)
    using(path, (session) => {
      const { plan } = restoreFromBackup(session, "backup-one", { mode: "exact" }, start)
      expect(plan).toMatchObject({ create: 0, update: 2, delete: 1, unchanged: 2 })
      expect(session.db.rows("SELECT id, song_data_json LIKE '% ' FROM song_data ORDER BY id")).toEqual([
        ["s1", 1],
        ["s2", 1]
      ])
      undo(session, {}, start)
      expect(damageOf(session, start)).toEqual([])
    })
    expect(appContent(path).split("\n").toSorted()).toEqual(before.split("\n").toSorted())
  })

  it("whose tables are WITHOUT ROWID is one as well", () => {
    const path = appFile(family)
    const tables = ["song_data", "performance_data", "user_preferences"]
    const rows = () =>
      asApp(path, (app) => tables.map((table) => app.prepare(`SELECT * FROM ${table}`).raw().all()))
    asApp(path, (app) => {
      for (const table of tables) {
        const key = table === "user_preferences" ? "user_id" : "id"
        const columns = app.prepare(`SELECT name FROM pragma_table_info('${table}') WHERE name <> '${key}'`)
        const names = [key, ...columns.pluck().all()].join(", ")
        app.exec(`CREATE TABLE other(${names}, PRIMARY KEY(${key})) WITHOUT ROWID;
          INSERT INTO other(${names}) SELECT ${names} FROM ${table};
          DROP TABLE ${table}; ALTER TABLE other RENAME TO ${table}`)
      }
    })
    const before = rows()
    expect(adopt(path)).toMatchObject({ songs: 3, performances: 1, preferences: 1, backups: 2, problems: [] })
    expect(rows()).toEqual(before)
    using(path, (session) => expect(damageOf(session, start)).toEqual([]))
  })
})

describe("adopting", () => {
  it("makes a verified copy of the file as it was, which stays", () => {
    const path = appFile()
    chmodSync(path, 0o600)
    const before = appContent(path)
    const { safetyCopy } = adopt(path)
    expect(statSync(safetyCopy ?? "").mode & 0o777).toBe(0o600)
    expect(basename(safetyCopy ?? "")).toBe("white_room.before-adoption.db")
    expect(appContent(safetyCopy ?? "")).toBe(before)
    asApp(safetyCopy ?? "", (app) => {
      expect(app.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'library_info'").get()).toBeUndefined()
      expect(app.pragma("integrity_check", { simple: true })).toBe("ok")
    })
    expect(readdirSync(join(path, "..")).toSorted()).toEqual([
      "white_room.before-adoption.db",
      "white_room.db"
    ])
  })

  it("never writes over an older copy", () => {
    const path = appFile()
    const taken = join(path, "..", "white_room.before-adoption.db")
    writeFileSync(taken, "mine")
    expect(basename(adopt(path).safetyCopy ?? "")).toBe("white_room.before-adoption-2.db")
    expect(readFileSync(taken, "utf8")).toBe("mine")
  })

  it("changes nothing the second time", () => {
    const path = appFile()
    adopt(path)
    const [bytes, names] = [readFileSync(path), readdirSync(join(path, ".."))]
    expect(adopt(path)).toMatchObject({
      already: true,
      songs: 0,
      performances: 0,
      preferences: 0,
      backups: 0,
      skipped: 7,
      problems: [],
      safetyCopy: undefined,
      capturing: true
    })
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(readdirSync(join(path, ".."))).toEqual(names)
  })

  it("only tells with dryRun, and leaves no file behind", async () => {
    for (const mode of ["DELETE", "WAL"]) {
      const path = appFile()
      asApp(path, (app) => app.pragma(`journal_mode = ${mode}`))
      const bytes = readFileSync(path)
      expect(await preview(path)).toMatchObject({
        songs: 3,
        backups: 2,
        journalMode: mode.toLowerCase(),
        safetyCopy: undefined,
        backup: undefined,
        capturing: false
      })
      expect(readFileSync(path).equals(bytes)).toBe(true)
      expect(readdirSync(join(path, ".."))).toEqual(["white_room.db"])
    }
  })

  it("creates the tables that are missing, and none of the app's indexes in tables that are there", () => {
    const path = join(scratchFolder(), "app.db")
    asApp(path, (app) => {
      app.exec("CREATE TABLE song_data(id TEXT PRIMARY KEY, song_data_json BLOB, mood)")
      app.exec("INSERT INTO song_data VALUES('a', x'ff00', 7), ('b', NULL, NULL)")
    })
    expect(adopt(path)).toMatchObject({ songs: 2, performances: 0, preferences: 0, backups: 0 })
    using(path, (session) => {
      expect(session.db.rows("SELECT name FROM pragma_index_list('song_data')")).toHaveLength(1)
      expect(session.db.rows("SELECT name FROM pragma_index_list('performance_data')")).toHaveLength(4)
      expect(damageOf(session, start)).toEqual([])
    })
  })

  it("keeps every odd value as it is: ill-formed text, blobs, integers in texts, columns of the app's own", () => {
    const path = appFile()
    asApp(path, (app) => {
      app.exec(`ALTER TABLE song_data ADD COLUMN "odd ""name" BLOB`)
      app.exec(`UPDATE song_data SET name = CAST(x'c328ff' AS TEXT), "odd ""name" = x'00ff' WHERE id = 's1'`)
      app.exec("UPDATE song_data SET composer = 7.5, key = x'00', duration = 'long' WHERE id = 's2'")
      app.exec("UPDATE song_data SET id = CAST(x'fffe' AS TEXT) WHERE id = 's3'")
    })
    const before = appContent(path)
    adopt(path)
    expect(appContent(path)).toBe(before)
    using(path, (session) => {
      session.db.run("DELETE FROM song_data")
      captureAll(session, start)
      restoreFromBackup(session, "b3", { mode: "exact" }, start)
      expect(damageOf(session, start)).toEqual([])
    })
    expect(appContent(path).split("\n").toSorted()).toEqual(before.split("\n").toSorted())
  })

  it("reports rows that nothing can name, and leaves them where they are", () => {
    const path = appFile()
    asApp(path, (app) =>
      app.exec(
        "INSERT INTO song_data(name, created_at, updated_at, song_data_json, determinism_seed) VALUES('lost', '', '', '{}', '')"
      )
    )
    const before = appContent(path)
    expect(adopt(path)).toMatchObject({
      songs: 3,
      problems: [{ what: "1 row of song_data", reason: "without an id nothing can name them" }]
    })
    expect(appContent(path)).toBe(before)
    expect(adopt(path).problems).toEqual([])
  })

  it("leaves other tables, views and triggers of the app alone and names them", () => {
    const path = appFile()
    asApp(path, (app) =>
      app.exec(`CREATE TABLE markers(id INTEGER PRIMARY KEY, song TEXT REFERENCES song_data(id));
        INSERT INTO markers(song) VALUES('s1');
        CREATE VIEW names AS SELECT name FROM song_data;
        CREATE VIRTUAL TABLE song_search USING fts5(name);
        CREATE TRIGGER on_song AFTER UPDATE ON song_data BEGIN INSERT INTO markers(song) VALUES(NEW.id); END;
        PRAGMA user_version = 5; PRAGMA application_id = 77`)
    )
    const before = appContent(path)
    expect(adopt(path).unprotectedTables).toEqual(["markers", "song_search"])
    expect(appContent(path)).toBe(before)
    using(path, (session) => {
      expect(session.db.pragma("user_version")).toBe(5)
      expect(session.db.pragma("application_id")).toBe(77)
      expect(session.db.rows("SELECT name FROM names ORDER BY name")).toHaveLength(3)
      expect(statusOf(session).unprotectedTables).toEqual(["markers", "song_search"])
      restoreFromBackup(session, "b1", {}, start)
      expect(damageOf(session, start)).toEqual([])
    })
  })

  it("is possible through a link, and the copy lies beside the file itself", () => {
    const path = appFile()
    const link = join(scratchFolder(), "link.db")
    symlinkSync(path, link)
    const { safetyCopy } = adopt(link)
    expect(safetyCopy).toBe(join(path, "..", "white_room.before-adoption.db"))
    expect(adopt(link).already).toBe(true)
  })

  it("keeps the app's own way of giving space back", () => {
    for (const setting of [0, 1, 2]) {
      const path = join(scratchFolder(), "app.db")
      asApp(path, (app) => app.pragma(`auto_vacuum = ${setting}`))
      makeAppDatabase(path)
      const { safetyCopy } = adopt(path)
      for (const file of [path, safetyCopy ?? ""])
        asApp(file, (app) => expect(app.pragma("auto_vacuum", { simple: true })).toBe(setting))
    }
  })

  it("takes what a database in WAL mode has not written back yet", () => {
    const path = appFile()
    const app = new Sqlite(path)
    app.pragma("journal_mode = WAL")
    app.pragma("wal_autocheckpoint = 0")
    app.exec("UPDATE song_data SET name = 'in the WAL' WHERE id = 's1'")
    const { safetyCopy, journalMode } = adopt(path)
    expect(journalMode).toBe("wal")
    expect(appContent(safetyCopy ?? "")).toContain(
      `'${Buffer.from("in the WAL").toString("hex").toUpperCase()}'`
    )
    app.exec("UPDATE song_data SET name = 'after' WHERE id = 's1'")
    using(path, (session) => {
      expect(captureAll(session, start)).toBe(1)
      expect(damageOf(session, start)).toEqual([])
    })
    app.close()
  })
})

describe("adopting is refused, and changes nothing,", () => {
  const folderWith = (name: string, content: string | Uint8Array): string => {
    const path = join(scratchFolder(), name)
    writeFileSync(path, content)
    return path
  }
  const databaseWith = (sql: string): string => {
    const path = join(scratchFolder(), "app.db")
    asApp(path, (app) => app.exec(sql))
    return path
  }

  it("for what is not a database of the app", () => {
    expect(refusal(join(scratchFolder(), "none.db"))).toBe("LibraryNotFound")
    expect(refusal(folderWith("text.db", "no database at all, whatever its name says"))).toBe("NotALibrary")
    expect(refusal(folderWith("empty.db", ""))).toBe("NotALibrary")
    expect(refusal(databaseWith("CREATE TABLE mails(id)"))).toBe("NotALibrary")
    expect(refusal(databaseWith("CREATE TABLE song_data(number INTEGER)"))).toBe("NotALibrary")
    expect(refusal(databaseWith("CREATE VIEW song_data AS SELECT 1 AS id, 2 AS song_data_json"))).toBe(
      "NotALibrary"
    )
    expect(
      refusal(
        databaseWith(
          "CREATE TABLE song_data(id, song_data_json); INSERT INTO song_data VALUES('a', 1), ('a', 2)"
        )
      )
    ).toBe("NotALibrary")
    expect(
      refusal(
        databaseWith("PRAGMA encoding = 'UTF-16le'; CREATE TABLE song_data(id TEXT, song_data_json TEXT)")
      )
    ).toBe("NotALibrary")
  })

  it("when the app has a table of one of our names", () => {
    const path = appFile()
    asApp(path, (app) => app.exec("CREATE TABLE Migration(id)"))
    expect(refusal(path)).toBe("NotALibrary")
  })

  it("for a library of a newer format", () => {
    const path = join(scratchFolder(), "library.db")
    createLibrary(path, start)
    asApp(path, (app) => app.exec("UPDATE library_info SET min_writer = 99"))
    expect(refusal(path)).toBe("LibraryTooNew")
  })

  it("in folders of synchronising services, unless told to", async () => {
    const folder = join(scratchFolder(), "Dropbox")
    mkdirSync(folder)
    const path = join(folder, "white_room.db")
    copyFileSync(appFile(), path)
    expect(refusal(path)).toBe("UnsafePlace")
    await expect(preview(path)).rejects.toThrow(/Dropbox/)
    expect(adopt(path, { allowSyncedFolder: true }).songs).toBe(3)
  })

  it("for a damaged file", () => {
    const path = appFile()
    const bytes = readFileSync(path)
    const size = bytes.readUInt16BE(16)
    bytes.fill(0xa5, 3 * size, 9 * size)
    writeFileSync(path, bytes)
    expect(refusal(path)).toBe("LibraryDamaged")
    bytes.fill(0x5a, 20, 100)
    writeFileSync(path, bytes)
    expect(["LibraryDamaged", "NotALibrary"]).toContain(refusal(path))
  })

  it("while the app is writing", () => {
    const path = appFile()
    const app = new Sqlite(path)
    app.exec("BEGIN IMMEDIATE; UPDATE song_data SET name = 'half'")
    try {
      const before = readdirSync(join(path, ".."))
      expect(() => adopt(path)).toThrow(/is being written by another program/)
      expect(readdirSync(join(path, ".."))).toEqual(before)
    } finally {
      app.exec("ROLLBACK")
      app.close()
    }
    expect(adopt(path).songs).toBe(3)
  })
})

it.skipIf(process.platform === "win32")("says who has the file open", async () => {
  const path = appFile()
  expect((await preview(path)).openIn).toEqual([])
  const program = 'require("node:fs").openSync(process.argv[1]); console.log("open"); process.stdin.resume()'
  const other = spawn(process.execPath, ["-e", program, path], { stdio: ["pipe", "pipe", "inherit"] })
  await once(other.stdout, "data")
  expect((await preview(path)).openIn).toMatchObject([{ pid: other.pid }])
  expect(adopt(path).openIn).toMatchObject([{ pid: other.pid }])
  other.stdin.end()
  await once(other, "close")
})

it("writes the log as an app's own doing, the old backups first", () => {
  const path = appFile()
  adopt(path)
  using(path, (session) => {
    expect(readHead(session.db).position).toBe(8)
    const types = session.db.rows<[string, string]>(
      "SELECT e.type, c.actor FROM event_log e JOIN command c ON c.number = e.command ORDER BY e.position"
    )
    expect(types.map(([type]) => type)).toEqual([
      "BackupTaken",
      "BackupTaken",
      "SongCreated",
      "SongCreated",
      "SongCreated",
      "PerformanceCreated",
      "PreferencesCreated",
      "BackupTaken"
    ])
    expect(types.map(([, actor]) => actor)).toEqual([...Array(7).fill("external"), "ada@studio"])
  })
})
