import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { history, song, songs, temporaryFolder } from "../support/libraries.js"
import { clientOf, setlist, withSetlist } from "./support.js"

/** A transaction of another fiber: it has written, and goes on when it is told to. */
const openTransaction = Effect.gen(function* () {
  const { library, sql } = yield* withSetlist
  const opened = yield* Deferred.make<void>()
  const goOn = yield* Deferred.make<void, "no">()
  const fiber = yield* Effect.fork(
    sql.withTransaction(
      Effect.gen(function* () {
        yield* library.songs.upsert(song("a", { name: "unfinished" }))
        yield* sql`INSERT INTO setlist VALUES (1, 'unfinished')`
        yield* Deferred.succeed(opened, undefined)
        yield* Deferred.await(goOn)
      })
    )
  )
  yield* Deferred.await(opened)
  return { library, sql, goOn, fiber }
})

/** Forks an effect, and lets it run until it waits or is done. */
const started = (effect: Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow()
    return fiber
  })

describe("while a fiber has a transaction open", () => {
  it.scoped("others wait, and see and write nothing of it", () =>
    Effect.gen(function* () {
      const { library, sql, goOn, fiber } = yield* openTransaction
      const other = yield* clientOf(library)
      const waiting = yield* Effect.forEach(
        [
          library.songs.list(),
          library.songs.upsert(song("b")),
          library.upkeep.check({ level: "full" }),
          setlist(sql),
          setlist(other),
          sql`INSERT INTO setlist VALUES (2, 'on its own')`,
          other.withTransaction(sql`INSERT INTO setlist VALUES (3, 'in one of its own')`)
        ],
        started
      )
      for (const each of waiting) expect(Option.isNone(yield* Fiber.poll(each))).toBe(true)
      yield* Deferred.fail(goOn, "no")
      expect(yield* Effect.flip(Fiber.join(fiber))).toBe("no")
      const [seen, , checked, before] = yield* Effect.forEach(waiting, Fiber.join)
      expect(seen).toEqual([])
      expect(before).toEqual([])
      expect(checked).toMatchObject({ ok: true })
      expect(yield* setlist(sql)).toEqual(["on its own", "in one of its own"])
      expect(yield* history(library)).toEqual(["@1 SongCreated b v1 ada@studio"])
    })
  )

  it.scoped("whoever waits can be interrupted, and leaves the way free", () =>
    Effect.gen(function* () {
      const { library, sql, goOn, fiber } = yield* openTransaction
      const waiting = yield* Effect.forEach(
        [sql.withTransaction(library.songs.delete("a")), library.songs.delete("a")],
        started
      )
      yield* Fiber.interruptAll(waiting)
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(fiber)
      yield* sql.withTransaction(library.songs.upsert(song("b")))
      expect((yield* library.songs.list()).map(({ id }) => id)).toEqual(["b", "a"])
    })
  )

  it.scoped("the fibers it forks are inside", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql.withTransaction(
        Effect.forEach(
          songs(20),
          (each, index) =>
            Effect.zipRight(
              library.songs.upsert(each),
              sql`INSERT INTO setlist VALUES (${index}, ${each.id})`
            ),
          { concurrency: "unbounded" }
        ).pipe(Effect.zipRight(Effect.fail("no")), Effect.flip, Effect.zipRight(setlist(sql)))
      )
      expect(yield* setlist(sql)).toHaveLength(20)
      expect(yield* library.songs.list()).toHaveLength(20)
    })
  )
})

it.scoped("a fiber that outlives its transaction goes on outside it", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const ended = yield* Deferred.make<void>()
    const fiber = yield* sql.withTransaction(
      Effect.fork(
        Effect.zipRight(Deferred.await(ended), sql.withTransaction(library.songs.upsert(song("a"))))
      )
    )
    yield* Deferred.succeed(ended, undefined)
    yield* Fiber.join(fiber)
    expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
    yield* sql`INSERT INTO setlist VALUES (1, 'a')`
  })
)

it.scoped("a transaction waits for exports that read the library, and they for it", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const target = join(yield* temporaryFolder, "export.json")
    yield* library.songs.upsertAll(songs(50))
    const begun = yield* Deferred.make<void>()
    const exporting = yield* Effect.fork(
      library.exports.write("now", target, {
        onProgress: () => Deferred.unsafeDone(begun, Effect.void)
      })
    )
    yield* Deferred.await(begun)
    const order: Array<string> = []
    yield* Effect.all(
      [
        Effect.zipRight(
          Fiber.join(exporting),
          Effect.sync(() => order.push("export"))
        ),
        sql.withTransaction(
          Effect.zipRight(
            Effect.sync(() => order.push("transaction")),
            library.songs.upsert(song("late"))
          )
        )
      ],
      { concurrency: "unbounded" }
    )
    expect(order).toEqual(["export", "transaction"])
  })
)

it.scoped("a reserved connection is this fiber's alone", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const waiting = yield* Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* sql.reserve
        const other = yield* started(library.songs.upsert(song("a")))
        yield* connection.execute("INSERT INTO setlist VALUES (?, ?)", [1, "reserved"], undefined)
        expect(yield* connection.executeValues("SELECT count(*) FROM song_data", [])).toEqual([[0]])
        return other
      })
    )
    yield* Fiber.join(waiting)
    expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
  })
)

it.scoped("what writes files, or needs the whole library, is refused inside a transaction", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const folder = yield* temporaryFolder
    yield* library.songs.upsert(song("a"))
    const refused: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
      library.copies.bundle("now", join(folder, "a.wrb")),
      library.exports.write("now", join(folder, "a.json")),
      library.upkeep.prune(),
      library.upkeep.check(),
      library.upkeep.migrateUp(),
      library.upkeep.migrateDown(0)
    ]
    yield* sql.withTransaction(
      Effect.gen(function* () {
        for (const call of refused) expect(yield* Effect.flip(call)).toMatchObject({ field: "transaction" })
      })
    )
    expect((yield* library.upkeep.status).backups).toBe(0)
    expect(yield* library.copies.bundle("now", join(folder, "a.wrb"))).toMatchObject({ songs: 1 })
  })
)

it.scoped("restores, imports and undo are part of a transaction like any call", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    yield* library.songs.upsertAll(songs(3))
    yield* library.backups.take()
    const inside = Effect.gen(function* () {
      yield* library.songs.delete("s1")
      yield* library.imports.entities({ source: "elsewhere", songs: [song("new")] })
      yield* library.backups.restore("latest", { mode: "exact" })
      yield* library.history.undo()
      yield* library.upkeep.rebuild()
      yield* sql`INSERT INTO setlist VALUES (1, 'restored')`
      return (yield* library.songs.list()).map(({ id }) => id).sort()
    })
    const before = yield* library.log.head
    yield* Effect.flip(sql.withTransaction(Effect.zipRight(inside, Effect.fail("no"))))
    expect(yield* library.log.head).toEqual(before)
    expect(yield* sql.withTransaction(inside)).toEqual(["new", "s0", "s2"])
    expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
  })
)
