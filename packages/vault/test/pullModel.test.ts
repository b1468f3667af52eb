/**
 * Days with one library on several computers, in random order: edits and deletions, pushes and pulls, copies of the
 * file, files put back from earlier, merging, deleting and reclaiming of segments by anybody, lists that come late. Against a model of one page:
 * each edit remembers which one it replaced. In the end, what nobody replaced is on every computer, and all are equal.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { isWhiteRoomError, toHex } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  checkVault,
  clone,
  faulty,
  listLines,
  memoryBlobs,
  mergeLine,
  openPull,
  openReader,
  openVault,
  push,
  upkeep,
  type Vault,
  writePolicy
} from "../src/index.js"
import { knownHome, song, sqlite, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

const ids = ["a", "b", "c"]

const action = FastCheck.record({
  what: FastCheck.constantFrom(
    ...(["Edit", "Edit", "Edit", "AppEdits", "Delete", "Backup"] as const),
    ...([
      "Push",
      "Push",
      "Push",
      "Pull",
      "Pull",
      "Pull",
      "Merge",
      "Reclaim",
      "Copy",
      "Keep",
      "PutBack",
      "OldCopy"
    ] as const)
  ),
  machine: FastCheck.nat(2),
  id: FastCheck.constantFrom(...ids),
  late: FastCheck.nat(5),
  pick: FastCheck.nat(9)
})
type Action = typeof action extends FastCheck.Arbitrary<infer A> ? A : never

/** What somebody did to a song: the text it has since (none: it was deleted), in place of another. */
interface Deed {
  readonly text: string | undefined
  readonly replaced: string | undefined
}

type Deeds = ReadonlySet<Deed>

interface Machine {
  readonly name: string
  readonly file: string
  deeds: Deeds
  kept: { readonly file: string; readonly deeds: Deeds } | undefined
}

/** A song that does not compress: what is let go of it is worth a file that is written again. */
const written = (id: string, text: string) => {
  const notes = Array.from({ length: 16 }, (_, index) =>
    createHash("sha256").update(`${text} ${index}`).digest("hex")
  )
  return { ...song(id), songDataJSON: JSON.stringify({ text, notes }) }
}

const textIn = (file: string, id: string): string | undefined =>
  sqlite(file, `SELECT json_extract(song_data_json, '$.text') FROM song_data WHERE id = '${id}'`) || undefined

const rows = (file: string): string =>
  sqlite(file, "SELECT id, name, song_data_json, determinism_seed FROM song_data ORDER BY id")

const world = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const blobs = memoryBlobs()
  const first: Machine = { name: "m0", file: path.join(folder, "m0.db"), deeds: new Set(), kept: undefined }
  yield* createLibrary(first.file)
  yield* Effect.scoped(
    Effect.gen(function* () {
      const library = yield* openLibrary(first.file)
      const vault = yield* withVault(library, blobs)
      // Nothing is kept that nobody needs.
      yield* writePolicy(vault, { keepEdits: 0, graceDays: 0 })
      yield* library.songs.create(written("a", "begin"))
      yield* push(library, vault, yield* knownHome(library))
    })
  )
  const begin: Deed = { text: "begin", replaced: undefined }
  first.deeds = new Set([begin])
  const machines = [first]
  for (const name of ["m1", "m2"]) {
    const file = path.join(folder, `${name}.db`)
    yield* clone(yield* openVault(blobs), file, { name: "home" })
    machines.push({ name, file, deeds: first.deeds, kept: undefined })
  }
  return { folder, blobs, machines, lines: new Map<string, Deeds>(), count: 0 }
})
type World = Effect.Effect.Success<typeof world>

const at = <A>(machine: Machine, use: (library: Library) => Effect.Effect<A, unknown>) =>
  Effect.scoped(
    Effect.flatMap(openLibrary(machine.file, { actor: `ada@${machine.name}` }), (library) => use(library))
  )

/** Defects, where it fails: no action of the model passes over them. */
const expectCloned = (vault: Vault, line: string) =>
  Effect.gen(function* () {
    const copy = path.join(yield* temporaryFolder, "copy.db")
    expect((yield* clone(vault, copy, { line })).damaged).toEqual([])
  }).pipe(Effect.scoped, Effect.orDie)

const pushFrom = (world: World, machine: Machine, blobs: Blobs) =>
  at(machine, (library) =>
    Effect.gen(function* () {
      const vault = yield* openVault(blobs)
      const { line, events } = yield* push(library, vault, yield* knownHome(library))
      // A push that said done can be cloned, whatever was let go of there meanwhile.
      if (events > 0 && blobs === world.blobs) yield* expectCloned(vault, line)
      world.lines.set(line, new Set([...(world.lines.get(line) ?? []), ...machine.deeds]))
    })
  )

/** Takes in everything that is new; false when there was nothing. */
const pullTo = (world: World, machine: Machine, blobs: Blobs) =>
  at(machine, (library) =>
    Effect.gen(function* () {
      let found = false
      for (;;) {
        const opened = yield* openPull(library, yield* openVault(blobs), yield* knownHome(library))
        if (opened === undefined) return found
        const deeds = world.lines.get(opened.line) ?? new Set()
        yield* opened.apply()
        machine.deeds = new Set([...machine.deeds, ...deeds])
        found = true
      }
    })
  )

/** Backups are taken, described and forgotten on each computer. */
const changeBackups = (library: Library, pick: number, text: string) =>
  Effect.gen(function* () {
    const [first] = yield* library.backups.list()
    if (first === undefined || pick < 6) yield* library.backups.take({ description: text })
    else if (pick < 8) yield* library.backups.edit(first.backupId, { description: text })
    else yield* library.backups.forget([first.backupId])
  })

const hexOf = (bytes: Uint8Array | undefined): string | undefined => bytes && toHex(bytes)

/** What somebody reads of a line by ranges, who keeps what says where things are; damage is a failure, lateness none. */
const readAll = (world: World, machine: Machine, blobs: Blobs) =>
  Effect.gen(function* () {
    const { line } = yield* at(machine, knownHome)
    const cache = { folder: path.join(world.folder, "cache"), settings: path.join(world.folder, "settings") }
    const reader = yield* openReader(yield* openVault(blobs), { line, cache })
    const read = yield* Effect.forEach(ids, (id) =>
      Effect.flatMap(reader.head, (head) => reader.entity({ kind: "song", id }, head))
    )
    return { backups: yield* reader.backups, records: read.map((found) => hexOf(found?.record)) }
  }).pipe(
    Effect.catchIf(
      (error) => blobs !== world.blobs || (isWhiteRoomError(error) && error._tag === "VaultNotFound"),
      () => Effect.succeed(undefined)
    )
  )

/** What of a song the vault let go of is what a copy of the file that comes back says it is. */
const oldCopy = ["Edit", "Push", "Keep", "Edit", "Push", "Reclaim", "PutBack"] as const

const act = (world: World, action: Action): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const { what, machine: index, id, late, pick } = action
    const { machines, folder } = world
    const machine = machines[index % machines.length]
    if (machine === undefined) return
    const blobs =
      late === 0
        ? faulty(world.blobs, ({ number }) => (number % 3 === pick % 3 ? { kind: "late" } : undefined))
        : world.blobs
    const seen = textIn(machine.file, id)
    const text = `text ${++world.count}`
    const did = (deed: Deed) => {
      machine.deeds = new Set([...machine.deeds, deed])
    }
    yield* TestClock.adjust("1 hour")
    if (what === "Edit") {
      yield* at(machine, (library) => library.songs.upsert(written(id, text)))
      did({ text, replaced: seen })
    } else if (what === "AppEdits" && seen !== undefined) {
      sqlite(
        machine.file,
        `UPDATE song_data SET song_data_json = json_object('text', '${text}') WHERE id = '${id}'`
      )
      did({ text, replaced: seen })
    } else if (what === "Delete" && seen !== undefined) {
      yield* at(machine, (library) => library.songs.delete(id))
      did({ text: undefined, replaced: seen })
    } else if (what === "Backup") yield* at(machine, (library) => changeBackups(library, pick, text))
    else if (what === "Push") yield* Effect.either(pushFrom(world, machine, blobs))
    else if (what === "Pull") yield* Effect.either(pullTo(world, machine, blobs))
    else if (what === "Merge" || what === "Reclaim") {
      const reclaim = what === "Reclaim"
      yield* TestClock.adjust(reclaim ? "40 days" : pick < 5 ? "1 hour" : "2 days")
      const vault = yield* openVault(blobs)
      yield* readAll(world, machine, blobs)
      if (reclaim || pick % 3 === 0) {
        const keepUp = (library: Library) =>
          Effect.flatMap(knownHome(library), (known) => upkeep(library, vault, known, { reclaim }))
        yield* Effect.either(at(machine, keepUp))
        return
      }
      const lines = yield* listLines(vault)
      const chosen = lines[pick % Math.max(1, lines.length)]
      if (chosen !== undefined) yield* Effect.either(mergeLine(vault, chosen.library, chosen.line))
    } else if (what === "Copy") {
      // Another computer goes on with a copy of this one's file; what it had, it has pushed.
      const other = machines[pick % machines.length]
      if (other === undefined || other === machine) return
      yield* pushFrom(world, other, world.blobs)
      fs.rmSync(other.file)
      sqlite(machine.file, `VACUUM INTO '${other.file}'`)
      other.deeds = machine.deeds
      other.kept = undefined
    } else if (what === "Keep") {
      yield* at(machine, (library) => library.log.capture)
      const file = path.join(folder, `kept-${world.count}.db`)
      fs.copyFileSync(machine.file, file)
      machine.kept = { file, deeds: machine.deeds }
    } else if (what === "PutBack" && machine.kept !== undefined) {
      // Into the same file, which stays the library that it was: what was not pushed is gone, as with any snapshot.
      fs.copyFileSync(machine.kept.file, machine.file)
      machine.deeds = machine.kept.deeds
    } else if (what === "OldCopy") {
      for (const each of oldCopy) yield* act(world, { ...action, what: each, late: 1 })
      const another = ids[(ids.indexOf(id) + 1) % ids.length] ?? id
      yield* act(world, { ...action, what: "Edit", id: another })
      yield* act(world, { ...action, what: "Push", late: 1 })
    }
  })

/** Everybody pushes and pulls until nobody has anything new. */
const settle = (world: World) =>
  Effect.gen(function* () {
    for (let round = 0; round < 12; round++) {
      let moved = false
      for (const machine of world.machines) {
        yield* TestClock.adjust("1 hour")
        if (yield* pullTo(world, machine, world.blobs)) moved = true
        yield* pushFrom(world, machine, world.blobs)
      }
      if (!moved && round > 0) return
    }
    return expect.fail("they never come to an end")
  })

const check = (world: World) =>
  Effect.gen(function* () {
    const [first, ...others] = world.machines
    const rowsOfFirst = rows(first?.file ?? "")
    for (const { file, name } of others) expect(rows(file), name).toBe(rowsOfFirst)
    const deeds = [...world.lines.values()].flatMap((each) => [...each])
    const replaced = new Set(deeds.map((deed) => deed.replaced))
    for (const { text } of deeds)
      if (text !== undefined && !replaced.has(text)) expect(rowsOfFirst).toContain(`"${text}"`)
    for (const machine of world.machines)
      expect((yield* at(machine, (library) => library.upkeep.check({ level: "full" }))).damaged).toEqual([])
    for (const machine of world.machines) {
      const here = yield* at(machine, (library) =>
        Effect.gen(function* () {
          const all = [...(yield* library.backups.list()), ...(yield* library.backups.list({ trash: true }))]
          const records = yield* Effect.forEach(ids, (id) =>
            Effect.map(library.history.recordAt({ kind: "song", id }, "now"), hexOf)
          )
          return { backups: all.toSorted((a, b) => a.number - b.number), records }
        })
      )
      expect(yield* readAll(world, machine, world.blobs), machine.name).toEqual(here)
    }
    expect((yield* checkVault(yield* openVault(world.blobs), { level: "full" })).damaged).toEqual([])
  })

describe("computers that share a library", () => {
  it.scoped.each(Array.from({ length: rounds(1, 100) }, (_, seed) => seed))(
    "lose nothing and come to agree, in whatever order things happen (%i)",
    (seed) =>
      Effect.gen(function* () {
        const [actions = []] = FastCheck.sample(FastCheck.array(action, { minLength: 20, maxLength: 40 }), {
          seed: 1000 + seed,
          numRuns: 1
        })
        const made = yield* world
        for (const each of actions) yield* act(made, each)
        yield* settle(made)
        yield* check(made)
      })
  )
})
