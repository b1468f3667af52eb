import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openLibrary } from "../../src/index.js"
import { freshPath, sqlite, temporaryFolder } from "../support/libraries.js"
import { phase5Schema } from "../support/phase5.js"

const tables = ["song_data", "performance_data", "user_preferences"]

/** Columns, types, defaults, keys and indexes as SQLite understands them. */
const shapeOf = (path: string) =>
  tables.map((table) => ({
    table,
    columns: sqlite(path, `SELECT * FROM pragma_table_xinfo('${table}')`).split("\n"),
    indexes: sqlite(
      path,
      `SELECT l.name, l."unique", l.origin, l.partial, x.seqno, x.name, x.desc, x.coll, x.key
       FROM pragma_index_list('${table}') l, pragma_index_xinfo(l.name) x ORDER BY l.name, x.seqno`
    ).split("\n"),
    foreignKeys: sqlite(path, `SELECT * FROM pragma_foreign_key_list('${table}')`)
  }))

describe("the tables of the app", () => {
  it.scoped("are exactly those of Phase 5", () =>
    Effect.gen(function* () {
      const library = yield* freshPath
      const phase5 = join(yield* temporaryFolder, "phase5.db")
      sqlite(phase5, phase5Schema.trim().replace(/;$/, ""))
      expect(shapeOf(library)).toEqual(shapeOf(phase5))
    })
  )

  it.scoped("take what the Phase 5 code itself creates and writes, while the library is open", () =>
    Effect.gen(function* () {
      const library = yield* openLibrary(yield* freshPath)
      sqlite(
        library.path,
        phase5Schema.trim().replace(/;$/, ""),
        `INSERT OR REPLACE INTO song_data (id, name, composer, description, genre, duration, key, created_at, updated_at,
           song_data_json, determinism_seed, custom_metadata)
         VALUES ('s', 'S', NULL, NULL, NULL, NULL, NULL, '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z', '{}', 'x', NULL)`,
        `INSERT OR REPLACE INTO performance_data (id, name, song_id, description, duration, performance_data_json,
           created_at, updated_at, is_favorite, tags)
         VALUES ('p', 'P', 's', NULL, 12.5, '{}', '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z', 1, '["a"]')`,
        "INSERT INTO user_preferences (user_id, updated_at) VALUES ('default', '2026-01-02T03:04:05.678Z')"
      )
      expect(yield* library.log.capture).toBe(3)
      expect(yield* library.performances.read("p")).toMatchObject({
        isFavorite: true,
        tags: ["a"],
        duration: 12.5
      })
      const preferences = yield* library.preferences.read("default")
      expect(preferences).toMatchObject({ autoSaveInterval: 300, backupIntervalHours: 24, maxBackups: 30 })
    })
  )
})

describe("our own tables", () => {
  it.scoped(
    "have names that are none of Phase 5's, and no constraint that could make the app's write fail",
    () =>
      Effect.gen(function* () {
        const path = yield* freshPath
        const names = sqlite(
          path,
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).split("\n")
        expect(names.filter((name) => !tables.includes(name))).toEqual([
          "backup_catalog",
          "block",
          "check_result",
          "command",
          "damaged_object",
          "event_log",
          "external_changes",
          "lease",
          "library_info",
          "migration",
          "object",
          "profile",
          "run",
          "vault"
        ])
        expect(names).not.toContain("backups")
        expect(
          sqlite(
            path,
            "SELECT sum(\"notnull\"), sum(dflt_value IS NOT NULL) FROM pragma_table_info('external_changes')"
          )
        ).toBe("0|0")
        expect(sqlite(path, "SELECT count(*) FROM pragma_index_list('external_changes')")).toBe("0")
      })
  )
})
