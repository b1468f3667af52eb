/** Numbers in a library that only damage or somebody who means harm writes: each is a typed error, and none a crash. */
import { describe, expect, it } from "@effect/vitest"
import type { WhiteRoomError } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { type Library, openLibrary } from "../../src/index.js"
import { lookAt } from "../../src/transfer.js"
import { freshLibrary, song } from "../support/libraries.js"

type Work = (library: Library) => Effect.Effect<unknown, WhiteRoomError>

const read: Work = ({ log }) => log.read()
const list: Work = ({ backups }) => backups.list()
const take: Work = ({ backups }) => backups.take()
const runs: Work = ({ schedule }) => schedule.runs()
const profiles: Work = ({ schedule }) => schedule.profiles
const look: Work = (library) => lookAt(library, ({ libraryId }) => libraryId)

const never = 8.64e15 + 1

const strange: ReadonlyArray<
  readonly [sql: string, tag: WhiteRoomError["_tag"], ...work: ReadonlyArray<Work>]
> = [
  [`UPDATE command SET recorded_at = ${never}`, "MalformedData", read],
  [`UPDATE backup_catalog SET taken_at = ${never}`, "MalformedData", list],
  [`UPDATE backup_catalog SET forgotten_at = ${-never}`, "MalformedData", list],
  [`UPDATE profile SET changed_at = ${never}`, "MalformedData", profiles],
  [
    `INSERT INTO run VALUES(1, 'daily', 'backup', '', ${never}, 1, NULL, NULL, NULL, NULL)`,
    "MalformedData",
    runs
  ],
  ["UPDATE event_log SET position = 9007199254740991 WHERE position = 2", "MalformedData", take],
  ["UPDATE command SET number = 9223372036854775807 WHERE number = 2", "LibraryDamaged", take],
  ["UPDATE library_info SET library_id = '../../elsewhere'", "MalformedData", look]
]

describe("a library that says", () => {
  for (const [sql, tag, ...works] of strange)
    it.scoped(`${sql}: fails with ${tag}`, () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* library.songs.create(song("a"))
        yield* library.backups.take()
        yield* library.schedule.saveProfile({ name: "daily", definition: "{}" })
        const db = new Sqlite(library.path)
        db.exec(sql)
        db.close()
        const again = yield* openLibrary(library.path)
        for (const work of works) expect(yield* Effect.flip(work(again))).toHaveProperty("_tag", tag)
      })
    )
})

it.scoped("a check that is on record with what no check says was none", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    for (const wrong of [`checked_at = ${never}`, "position = 'x'"]) {
      yield* library.upkeep.check({ level: "quick" })
      expect((yield* library.upkeep.status).lastCheck).toBeDefined()
      const db = new Sqlite(library.path)
      db.exec(`UPDATE check_result SET ${wrong}`)
      db.close()
      expect((yield* library.upkeep.status).lastCheck).toBeUndefined()
    }
  })
)
