/** A library whose events were written by older programs is, to today's, the same as one written today. */
import { createHash } from "node:crypto"
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import {
  chainHash,
  type EventType,
  eventTypes,
  genesis,
  isDeletion,
  subjects,
  type UpcasterChain
} from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Library, openLibrary } from "../../src/index.js"
import { type Seeded, seeded } from "../reliability/support/seeded.js"
import { act, ids } from "../support/days.js"
import { dump, failure, freshPath, morning, sound, temporaryFolder } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

/** Made up: version 1 was written backwards, versions 1 and 2 with some bits flipped; version 3 is today's. */
const newest = 3
const reversed = (payload: Uint8Array) => payload.slice().reverse()
const flipped = (payload: Uint8Array) => payload.map((byte) => byte ^ 0x5f)
const upcasters: UpcasterChain = Object.fromEntries(eventTypes.map((type) => [type, [reversed, flipped]]))

const inVersion = (payload: Uint8Array, schema: number) =>
  [flipped, reversed].slice(0, newest - schema).reduce((bytes, step) => step(bytes), payload)

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest())

interface EventRow {
  readonly position: number
  readonly subject: number
  readonly entity_id: string
  readonly version: number
  readonly type: EventType
  readonly payload: Uint8Array
  readonly command_id: string
  readonly actor: string
  readonly recorded_at: number
}

/** Writes every event of a closed library as older programs would have, the chain of hashes included. */
const writeAsThen = (path: string, schemaOf: (type: EventType) => number): void => {
  const db = new Sqlite(path)
  const rows = db
    .prepare<[], EventRow>(
      "SELECT * FROM event_log e JOIN command c ON c.number = e.command ORDER BY position"
    )
    .all()
  const update = db.prepare("UPDATE event_log SET schema = ?, payload = ?, chain_hash = ? WHERE position = ?")
  let previous = genesis
  db.transaction(() => {
    for (const { position, subject, entity_id: id, version, type, ...row } of rows) {
      const schema = schemaOf(type)
      const payload = inVersion(new Uint8Array(row.payload), schema)
      const envelope = {
        ...{ position, id, version, type, schema, actor: row.actor },
        ...{ subject: subjects[subject] ?? "library", commandId: row.command_id, recordedAt: row.recorded_at }
      }
      previous = chainHash(previous, envelope, sha256(payload), sha256)
      update.run(schema, payload, previous, position)
    }
  })()
  db.close()
}

/** Positions from one moment that is asked about to the next. */
const gap = rounds(10, 5)

/** All that can be asked of a library's past and present. */
const told = (library: Library) =>
  Effect.gen(function* () {
    const { position } = yield* library.log.head
    const backups = yield* library.backups.list()
    const keys = ids.flatMap((id) => [
      { kind: "song", id } as const,
      { kind: "performance", id: `p${id}` } as const
    ])
    const moments = Array.from({ length: Math.ceil(position / gap) }, (_, index) => `@${index * gap + 1}`)
    return {
      backups,
      trash: yield* library.backups.list({ trash: true }),
      operations: yield* library.history.operations(),
      found: yield* library.history.find("1"),
      stale: yield* library.history.staleReturns,
      histories: yield* Effect.forEach(keys, (key) => Effect.either(library.history.versions(key))),
      states: yield* Effect.forEach(moments, (moment) => library.history.entries(moment)),
      entities: yield* Effect.forEach(keys, (key) =>
        Effect.forEach(moments, (moment) => Effect.either(library.history.entityAt(key, moment)))
      ),
      entries: yield* Effect.forEach(backups, ({ backupId }) => library.backups.entries(backupId)),
      changes: yield* Effect.forEach(backups, ({ backupId }) => library.history.diff(backupId, "now"))
    }
  })

/** The live rows; copies have ids by chance. */
const live = (library: Library) =>
  ["song_data", "performance_data", "user_preferences"].map((table) =>
    dump(library, table)
      .replaceAll(/^id text [0-9A-F]{72}$/gm, "id of a copy")
      .split("\n\n")
      .map((row) => row.trimEnd())
      .sort()
  )

const options = { actor: "ada@studio", upcasters }

/** A library with a random past, closed, and a copy of it that older programs have written. */
const bothFiles = (random: Seeded, steps: number) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(morning)
    const path = yield* freshPath
    yield* Effect.scoped(
      Effect.gen(function* () {
        const library = yield* openLibrary(path, options)
        for (let step = 0; step < steps; step++) yield* act(library, random, step)
        yield* library.log.capture
      })
    )
    const old = join(yield* temporaryFolder, "library.db")
    copyFileSync(path, old)
    return { path, old }
  })

describe("a library written with old event versions", () => {
  for (const seed of Array.from({ length: rounds(1, 12) }, (_, index) => index + 1))
    it.scoped(`tells the same of present and past, and goes on from there (${seed})`, () =>
      Effect.gen(function* () {
        const random = seeded(seed)
        const { path, old } = yield* bothFiles(random, rounds(24, 40))
        // Where one of a type had no steps yet, its events stay as they are: deletions carry nothing in any version.
        writeAsThen(old, (type) => (seed === 1 ? 1 : isDeletion(type) ? newest : 1 + random.int(newest)))
        const [today, then] = [yield* openLibrary(path, options), yield* openLibrary(old, options)]
        yield* sound(then)
        expect(yield* told(then)).toEqual(yield* told(today))
        expect(yield* then.upkeep.rebuild()).toEqual(yield* today.upkeep.rebuild())
        expect(live(then)).toEqual(live(today))
        for (let step = 100; step < 100 + rounds(6, 12); step++) {
          const same = random.int(2 ** 31)
          const time = yield* Clock.currentTimeMillis
          yield* act(then, seeded(same), step)
          yield* TestClock.setTime(time)
          yield* act(today, seeded(same), step)
          expect(live(then)).toEqual(live(today))
        }
        yield* sound(then)
        expect((yield* then.log.read({ after: (yield* then.log.head).position - 1 }))[0]?.schema).toBe(newest)
      })
    )

  it.scoped("is refused, not misread, by a program that lacks the steps", () =>
    Effect.gen(function* () {
      const { old } = yield* bothFiles(seeded(6), 40)
      const library = yield* openLibrary(old, { actor: "ada@studio" })
      expect(yield* failure(library.history.versions({ kind: "song", id: "a" }))).toBe("MalformedData")
      expect((yield* library.upkeep.check({ level: "full" })).damaged.length).toBeGreaterThan(0)
    })
  )
})
