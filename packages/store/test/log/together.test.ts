/** What is looked up many at a time is what it is one by one. */
import { expect, it } from "@effect/vitest"
import { type EntityKey, eachItem } from "@white-room/core"
import * as Effect from "effect/Effect"
import { lastEventOf, stateOf } from "../../src/log/EventTable.js"
import { entitiesAtOnce, lastEventsOf, statesOf } from "../../src/log/LastEvents.js"
import { placeOf, placesOf } from "../../src/object/Objects.js"
import { freshLibrary, performance, sessionOn, song, songs, sound } from "../support/libraries.js"

const library = Effect.gen(function* () {
  const made = yield* freshLibrary
  yield* made.imports.entities({
    source: "test",
    songs: songs(150).map((each) => ({ ...each, songDataJSON: `${each.id} ${"document ".repeat(300)}` })),
    performances: [performance("s3", "s0")]
  })
  for (const [id, name] of [
    ["s3", "once"],
    ["s3", "twice"],
    ["s70", "once"]
  ] as const)
    yield* made.songs.upsert(song(id, { name }))
  yield* made.songs.delete("s4")
  yield* made.backups.take()
  return made
})

it.scoped("the last events of entities, those that nobody knows among them", () =>
  Effect.gen(function* () {
    const { db } = yield* sessionOn(yield* library)
    const ids = ["s3", "s4", "nobody", "s70", "", "s3", ...songs(entitiesAtOnce - 7).map(({ id }) => id)]
    const keys: ReadonlyArray<EntityKey> = [
      ...ids.map((id) => ({ kind: "song", id }) as const),
      { kind: "performance", id: "s3" }
    ]
    expect(keys.length).toBe(entitiesAtOnce)
    for (const some of [keys, keys.slice(0, 3), []])
      expect(lastEventsOf(db, some)).toEqual(some.map((key) => lastEventOf(db, key)))
    expect(lastEventsOf(db, keys.slice(0, 3)).map(({ version }) => version)).toEqual([3, 2, 0])
    // Some groups of them, and too few for one.
    for (const some of [[...keys, ...keys.toReversed(), ...keys.slice(0, 9)], keys.slice(0, 3), []])
      expect(statesOf(db, some)).toEqual(some.map((key) => stateOf(db, key)))
  })
)

it.scoped("the places of objects, those that are nowhere among them", () =>
  Effect.gen(function* () {
    const { db } = yield* sessionOn(yield* library)
    const stored = db
      .rows<[Uint8Array]>("SELECT hash FROM object ORDER BY block, offset")
      .map(([hash]) => hash)
    expect(stored.length).toBeGreaterThan(150)
    const wanted = [undefined, new Uint8Array(32), ...stored, stored[0], undefined]
    expect([...placesOf(db, wanted)]).toEqual(wanted.map((hash) => hash && placeOf(db, hash)))
    expect([...placesOf(db, [])]).toEqual([])
  })
)

it.scoped("a plan from a file that has an entity twice leaves one history of it", () =>
  Effect.gen(function* () {
    const made = yield* library
    yield* made.songs.upsert(song("s5", { name: "since" }))
    const { saved } = yield* made.backups.plan("b1", { mode: "exact", onConflict: "replace" })
    expect(saved.items.map(({ id, action }) => [id, action])).toEqual([["s5", "update"]])
    yield* Effect.either(made.backups.apply({ ...saved, items: [...saved.items, ...saved.items] }))
    yield* sound(made)
    const versions = (yield* made.history.versions({ kind: "song", id: "s5" })).map(({ version }) => version)
    expect(new Set(versions).size).toBe(versions.length)
  })
)

it.scoped("the items of a plan, one by one and as a list", () =>
  Effect.gen(function* () {
    const made = yield* library
    for (const id of ["s5", "s6"]) yield* made.songs.upsert(song(id, { name: "since" }))
    yield* made.songs.delete("s7")
    const plan = yield* made.backups.plan("b1", { mode: "exact", onConflict: "replace" })
    expect([...eachItem(plan)]).toEqual(plan.items)
    expect(eachItem(plan)).not.toBe(plan.items)
    expect(plan.items.length).toBe(3)
  })
)
