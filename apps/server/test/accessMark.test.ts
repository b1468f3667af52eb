/** What has a part in who may see what changes the mark of the control database, whoever writes it, and nothing else does. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { insertAccess, noteUse } from "../src/control/AccessList.js"
import { layerSqlite } from "../src/control/Database.js"
import { insertLibrary, reserve, settle } from "../src/control/Libraries.js"
import { knownOf } from "../src/start/knownOf.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const columnsOf = (db: Sqlite.Database, table: string) =>
  db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table)

/** What is written at each push, read or look, and says nothing of who may see what. */
const without: Readonly<Record<string, ReadonlyArray<string>>> = {
  access: ["id", "created_at", "last_used_at", "last_used_from"],
  access_library: [],
  library: [
    ...["folder", "quota", "used", "reserved", "created_at", "arrived_at", "reclaimed_at"],
    ...["head_line", "head_position", "head_hash", "fence", "look_at", "schedule_number"]
  ]
}

describe("the mark of who may see what", () => {
  it.scoped(
    "is another after each change that has a part in it, by any program, and the same after all others",
    () =>
      Effect.gen(function* () {
        const file = join(yield* temporaryFolder, "control.db")
        const known = yield* Effect.gen(function* () {
          yield* insertLibrary("a", "A", false, 1000)
          yield* insertLibrary("b", "B", false, 1000)
          const who = { id: "x", name: "Anna", role: "device", device: "", secret_hash: "h" } as const
          const when = { created_at: 1, expires_at: 0, revoked_at: 0, last_used_at: 0, last_used_from: "" }
          yield* insertAccess({ ...who, ...when, group_name: "", libraries: ["a"] })
          const marks = yield* knownOf({ _tag: "File", file })
          const before = marks.mark()
          yield* noteUse("x", 5, "203.0.113.7")
          expect([yield* reserve("a", 10), before === undefined]).toEqual([true, false])
          yield* settle("a", 10, 7)
          expect(marks.mark()).toBe(before)
          return marks
        }).pipe(Effect.provide(layerSqlite(file)))
        const db = new Sqlite(file)
        yield* Effect.addFinalizer(() => Effect.sync(() => db.close()))
        const seen = new Set([known.mark()])
        const isOther = () => seen.size < seen.add(known.mark()).size
        for (const [table, others] of Object.entries(without))
          for (const column of columnsOf(db, table)) {
            db.pragma("foreign_keys = OFF")
            db.exec(`UPDATE ${table} SET "${column}" = "${column}"`)
            // An id stays: others refer to it. That of an access is never another.
            const isPart = !others.includes(column)
            expect([table, column, isOther()]).toEqual([table, column, isPart])
          }
        db.exec("INSERT INTO access_library (access, library) VALUES ('x', 'b')")
        expect(isOther()).toBe(true)
        for (const table of ["access_library", "access", "library"]) {
          db.exec(`DELETE FROM ${table}`)
          expect([table, isOther()]).toEqual([table, true])
        }
      })
  )
})
