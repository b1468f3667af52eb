import { describe, expect, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createBackup } from "../../src/backup/createBackup.js"
import { makeTimeline } from "../../src/history/makeTimeline.js"
import type { Library } from "../../src/index.js"
import { openLibrary } from "../../src/index.js"
import { makePerformances, makeSongs } from "../../src/library/EntityServices.js"
import { versionsOf } from "../../src/log/EntityEvents.js"
import { latestStates, readEvents, stateOf } from "../../src/log/EventTable.js"
import { lastEventsOf, statesOf } from "../../src/log/LastEvents.js"
import { lastBackupEvent } from "../../src/log/Markers.js"
import { placesOf } from "../../src/object/Objects.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { openSession } from "../../src/session/openSession.js"
import type { Session } from "../../src/session/Session.js"
import { append } from "../../src/write/Append.js"
import { freshPath, hour, morning, performance, song, songs, sqlite } from "../support/libraries.js"

/** A library of `count` songs with a backup, and a session on it. */
const withSongs = (count: number) =>
  Effect.gen(function* () {
    const path = yield* freshPath
    const library: Library = yield* openLibrary(path)
    const documents = songs(count).map((each) => ({
      ...each,
      songDataJSON: `${each.id} ${"document ".repeat(300)}`
    }))
    yield* library.imports.entities({
      source: "test",
      songs: documents,
      performances: [performance("p", "s0")]
    })
    yield* library.backups.take()
    return yield* Effect.acquireRelease(
      Effect.sync(() => openSession(path, { actor: "test" })),
      (session) => Effect.sync(() => session.close())
    )
  })

interface Planned {
  readonly sql: string
  readonly plan: ReadonlyArray<string>
}

/** How SQLite finds the rows of every statement that `body` prepares. */
const plansOf = <A>(session: Session, body: Effect.Effect<A, unknown>) =>
  Effect.gen(function* () {
    const seen = new Set<string>()
    const prepare = session.db.prepare.bind(session.db)
    session.db.prepare = (sql) => {
      seen.add(sql)
      return prepare(sql)
    }
    yield* body
    session.db.prepare = prepare
    return [...seen]
      .filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)/.test(sql))
      .map((sql): Planned => {
        const explain = session.db.handle.prepare<Array<unknown>, string>(`EXPLAIN QUERY PLAN ${sql}`)
        const parameters = Array.from(sql.matchAll(/\?/g), () => null)
        return {
          sql,
          plan:
            explain.columns().length > 0
              ? explain
                  .raw()
                  .all(...parameters)
                  .map((row) => String(row[3]))
              : []
        }
      })
  })

const lines = (plans: ReadonlyArray<Planned>): ReadonlyArray<string> => plans.flatMap(({ plan }) => plan)

const save = (session: Session, id: string, name: string) =>
  Effect.orDie(makeSongs(session).upsert(song(id, { name }), { commandId: `${id} ${name}` }))

const tenEdits = (session: Session) =>
  Effect.forEach(
    Array.from({ length: 10 }, (_, index) => `s${index * 3}`),
    (id) => save(session, id, "edited")
  )

const manyKeys = Array.from({ length: 70 }, (_, index) => ({ kind: "song", id: `s${index}` }) as const)

describe("every statement that must be fast finds its rows by an index", () => {
  const expected: ReadonlyArray<
    readonly [string, (session: Session) => Effect.Effect<unknown, unknown>, RegExp]
  > = [
    [
      "the state of an entity",
      (session) => Effect.sync(() => stateOf(session.db, { kind: "song", id: "s1" }, 9)),
      /^SEARCH event_log USING INDEX event_log_entity \(subject=\? AND entity_id=\? AND position<\?\)$/
    ],
    [
      "the last states of all entities, of which earlier events are only indexed",
      (session) => Effect.sync(() => [...latestStates(session.db)]),
      /^SEARCH event_log USING COVERING INDEX event_log_entity \(subject=\?\)$/
    ],
    [
      "the last events of many entities",
      (session) => Effect.sync(() => lastEventsOf(session.db, [{ kind: "song", id: "s1" }])),
      /^SEARCH event_log USING COVERING INDEX event_log_entity \(subject=\? AND entity_id=\?\)$/
    ],
    [
      "and what else is known of those",
      (session) => Effect.sync(() => lastEventsOf(session.db, [{ kind: "song", id: "s1" }])),
      /^SEARCH e USING INTEGER PRIMARY KEY \(rowid=\?\)$/
    ],
    [
      "the states of many entities",
      (session) => Effect.sync(() => statesOf(session.db, manyKeys)),
      /^SEARCH event_log USING COVERING INDEX event_log_entity \(subject=\? AND entity_id=\?\)$/
    ],
    [
      "where many objects lie",
      (session) => Effect.sync(() => [...placesOf(session.db, [new Uint8Array(32)])]),
      /^SEARCH object USING PRIMARY KEY \(hash=\?\)$/
    ],
    [
      "the versions of an entity",
      (session) => Effect.sync(() => versionsOf(session.db, { kind: "song", id: "s1" })),
      /^SEARCH e USING INDEX event_log_entity \(subject=\? AND entity_id=\?\)$/
    ],
    [
      "the newest restore, however many events ago it was",
      (session) => Effect.sync(() => lastBackupEvent(session.db, "BackupRestored")),
      /^SEARCH event_log USING INDEX event_log_entity \(subject=\?\)$/
    ],
    [
      "a page of events",
      (session) => Effect.sync(() => readEvents(session.db, 3, 10)),
      /^SEARCH event_log USING INTEGER PRIMARY KEY \(rowid>\?\)$/
    ],
    [
      "what changed since a backup",
      (session) => Effect.sync(() => createBackup(session, {}, morning)),
      /^SEARCH event_log USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/
    ],
    [
      "an object",
      (session) =>
        Effect.sync(() => session.reader.get(new Uint8Array(32))).pipe(
          Effect.catchAllDefect(() => Effect.void)
        ),
      /^SEARCH object USING PRIMARY KEY \(hash=\?\)$/
    ],
    [
      "a song",
      (session) => makeSongs(session).read("s1"),
      /^SEARCH song_data USING INDEX sqlite_autoindex_song_data_1 \(id=\?\)$/
    ],
    [
      "many songs at once",
      (session) => Effect.sync(() => session.tables.song?.getEach(["s1", "s2"])),
      /^SEARCH song_data USING INDEX sqlite_autoindex_song_data_1 \(id=\?\)$/
    ],
    [
      "the performances of a song",
      (session) => makePerformances(session).ofSong("s0"),
      /^SEARCH performance_data USING INDEX idx_performance_data_song_id \(song_id=\?\)$/
    ],
    [
      "a backup by its id",
      (session) => Effect.sync(() => createBackup(session, {}, morning)),
      /^SEARCH backup_catalog USING INDEX sqlite_autoindex_backup_catalog_1 \(backup_id=\?\)$/
    ],
    [
      "the receipt of a command",
      (session) => save(session, "s1", "again"),
      /^SEARCH command USING INDEX command_repeatable \(command_id=\?\)$/
    ]
  ]
  for (const [name, body, plan] of expected)
    it.scoped(name, () =>
      Effect.gen(function* () {
        const session = yield* withSongs(3)
        expect(lines(yield* plansOf(session, body(session))).some((line) => plan.test(line))).toBe(true)
      })
    )

  it.scoped("also after the app let SQLite gather statistics", () =>
    Effect.gen(function* () {
      const session = yield* withSongs(300)
      sqlite(session.path, "ANALYZE")
      const after = openSession(session.path, { actor: "test" })
      const found = lines(
        yield* plansOf(
          after,
          Effect.sync(() => createBackup(after, {}, morning))
        )
      )
      after.close()
      expect(found).toContain("SEARCH event_log USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    })
  )
})

describe("saving, backing up and restoring one song", () => {
  it.scoped("never read a table from end to end", () =>
    Effect.gen(function* () {
      const session = yield* withSongs(100)
      const work = Effect.gen(function* () {
        yield* save(session, "s1", "edited")
        yield* Effect.orDie(makeSongs(session).read("s1"))
        createBackup(session, {}, morning)
        yield* save(session, "s1", "edited again")
        restoreFromBackup(session, "b1", { only: [{ kind: "song", id: "s1" }] }, morning)
      })
      const scans = (yield* plansOf(session, work)).filter(
        ({ sql, plan }) =>
          plan.some((line) =>
            /^SCAN (?!CONSTANT|\d+ CONSTANT ROWS|wanted|\(subquery|sqlite_schema|pragma_|library_info)/.test(
              line
            )
          ) &&
          !/LIMIT 1$/.test(sql.trim()) &&
          // The catalogue is small: one row for each backup.
          !/FROM backup_catalog ORDER BY number$/.test(sql.trim())
      )
      expect(scans).toEqual([])
    })
  )
})

/** Rows that statements gave to us, and rows that they changed, while `body` ran. */
const rowsOf = (session: Session, body: () => void) => {
  const { db } = session
  const iterate = db.iterate.bind(db)
  let read = 0
  const single = vi.spyOn(db, "row")
  const several = vi.spyOn(db, "rows")
  const each = vi.spyOn(db, "iterate").mockImplementation((sql, ...parameters) => {
    const found = [...iterate(sql, ...parameters)]
    read += found.length
    return found.values()
  })
  const changes = () => Number(db.handle.prepare("SELECT total_changes()").pluck().get())
  const before = changes()
  body()
  for (const { type, value } of several.mock.results) read += type === "return" ? value.length : 0
  read += single.mock.calls.length
  for (const spy of [single, several, each]) spy.mockRestore()
  return { read, changed: changes() - before }
}

describe("the cost of a backup", () => {
  it.scoped("follows the number of changes, not the size of the library", () =>
    Effect.gen(function* () {
      const costs = []
      for (const count of [500, 2000]) {
        const session = yield* withSongs(count)
        yield* tenEdits(session)
        costs.push(rowsOf(session, () => createBackup(session, {}, morning)))
      }
      const [small, large] = costs
      // Ten edits change ten paths of at most three nodes below a root; each node is an object that is looked up and written.
      expect(large?.changed).toBeLessThanOrEqual(60)
      expect(large?.read).toBeLessThanOrEqual(250)
      expect(large?.read).toBeLessThanOrEqual((small?.read ?? 0) * 1.5)
    })
  )

  it.scoped("of saving one song does not follow it either", () =>
    Effect.gen(function* () {
      const costs = []
      for (const count of [50, 2000]) {
        const session = yield* withSongs(count)
        const { tables } = session
        const row = tables.song?.get("s7") ?? new Map()
        costs.push(
          rowsOf(session, () => {
            append(
              session,
              { changes: [{ kind: "song", id: "s7", row: new Map([...row, ["key", 7n]]) }] },
              morning
            )
          })
        )
      }
      expect(costs[1]).toEqual(costs[0])
    })
  )
})

describe("the cost of a timeline", () => {
  it.scoped("follows what is shown, not the library, and finds it by an index", () =>
    Effect.gen(function* () {
      const edges = Array.from({ length: 101 }, (_, index) => morning + index * hour)
      const costs = []
      for (const count of [100, 2000]) {
        const session = yield* withSongs(count)
        const timeline = makeTimeline(session)
        timeline({})
        yield* tenEdits(session)
        costs.push(rowsOf(session, () => timeline({ edges, at: morning, limit: 30 })))
        const shown = Effect.sync(() => timeline({ edges, at: morning, limit: 30 }))
        // The head of the log is its last row.
        const scans = (yield* plansOf(session, shown)).filter(
          ({ sql, plan }) =>
            plan.some((line) => /^SCAN (?!\(subquery)/.test(line)) &&
            !/ORDER BY position DESC LIMIT 1$/.test(sql)
        )
        expect(scans).toEqual([])
      }
      expect(costs[1]).toEqual(costs[0])
      expect(costs[1]?.changed).toBe(0)
      expect(costs[1]?.read).toBeLessThanOrEqual(250)
    })
  )
})

describe("the cost of a restore", () => {
  it.scoped("holds the tree of today once: what it plans with is its safety backup", () =>
    Effect.gen(function* () {
      const session = yield* withSongs(50)
      yield* tenEdits(session)
      const iterate = session.db.iterate.bind(session.db)
      const ranges: Array<string> = []
      session.db.iterate = (sql, ...parameters) => {
        if (sql.includes("GROUP BY subject, entity_id")) ranges.push(parameters.join(" to "))
        return iterate(sql, ...parameters)
      }
      const { songsRestored } = restoreFromBackup(session, "b1", { mode: "exact" }, morning)
      session.db.iterate = iterate
      expect(songsRestored).toBe(10)
      // For the tree, and whether anything changed between the plan and its transaction.
      expect(ranges).toEqual(["52 to 63", "63 to 64"])
    })
  )
})
