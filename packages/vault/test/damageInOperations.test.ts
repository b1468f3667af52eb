/** A vault that somebody damages in any way, in every operation: a typed error or an answer, and nothing here is harmed. */
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import { isWhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import {
  checkVault,
  clone,
  folderBlobs,
  listLines,
  makeVault,
  openLibraryIn,
  openPull,
  openReader,
  push,
  repairVault,
  upkeep,
  type Vault
} from "../src/index.js"
import { contents, know, knownHome, newLibrary, pushHome, song, temporaryFolder } from "./support/library.js"
import { memoryVault } from "./support/sealed.js"
import { rounds } from "./support/soak.js"

const numbers = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

/** Two devices with one library, each with a line of several files. */
const twoDevices = (kind: "plain" | "sealed") =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const blobs = folderBlobs(folder)
    const vault: Vault = kind === "plain" ? yield* makeVault(blobs) : yield* memoryVault(blobs)
    const first = yield* newLibrary
    yield* know(first, vault)
    for (const id of ["a", "b"]) {
      yield* first.songs.create(song(id))
      yield* first.backups.take({ description: id })
      yield* pushHome(first, vault)
    }
    const file = path.join(yield* temporaryFolder, "second.db")
    yield* clone(vault, file, { name: "home" })
    const second = yield* openLibrary(file)
    yield* second.songs.create(song("c"))
    yield* pushHome(second, vault)
    yield* first.songs.upsert(song("a", "again"))
    yield* pushHome(first, vault)
    return { folder, vault, devices: [first, second] as const }
  })

const filesIn = (folder: string): ReadonlyArray<string> =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .toSorted()

/** One kind of harm, done to files of a vault; those of another vault may take their place. */
const harm = (below: (n: number) => number, folder: string, foreign: string): string => {
  const files = filesIn(folder)
  const pick = () => files[below(files.length)] ?? ""
  const [one, two] = [pick(), pick()]
  const bytes = fs.existsSync(one) ? fs.readFileSync(one) : Buffer.alloc(0)
  const others = filesIn(foreign)
  const write = (file: string, data: Uint8Array) => {
    fs.rmSync(file, { force: true })
    fs.writeFileSync(file, data)
  }
  const kinds = {
    flipped: () => {
      const at = below(Math.max(1, bytes.length))
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
      write(one, bytes)
    },
    "cut off": () => write(one, bytes.subarray(0, below(bytes.length + 1))),
    "with more at its end": () => write(one, Buffer.concat([bytes, Buffer.alloc(1 + below(100), 7)])),
    missing: () => fs.rmSync(one, { force: true }),
    "another one": () => write(one, fs.readFileSync(two)),
    "of another vault": () => write(one, fs.readFileSync(others[below(others.length)] ?? "")),
    "under another name": () => {
      fs.rmSync(one, { force: true })
      fs.writeFileSync(path.join(path.dirname(one), path.basename(one).replace(/\d(?=\D*$)/, "7")), bytes)
    }
  }
  const names = Object.keys(kinds) as ReadonlyArray<keyof typeof kinds>
  const name = names[below(names.length)] ?? "missing"
  kinds[name]()
  return `${path.basename(one)} is ${name}`
}

const operations = (
  vault: Vault,
  library: Library
): Readonly<Record<string, Effect.Effect<unknown, unknown, Scope.Scope>>> => {
  const known = knownHome(library)
  const key = { kind: "song", id: "a" } as const
  return {
    check: checkVault(vault, { level: "full", library }),
    clone: Effect.flatMap(temporaryFolder, (to) => clone(vault, path.join(to, "c.db"))),
    look: Effect.flatMap(openLibraryIn(vault), ({ library: found }) => found.songs.list()),
    read: Effect.gen(function* () {
      const reader = yield* openReader(vault)
      yield* reader.backups
      yield* reader.history(key)
      return yield* reader.entity(key, yield* reader.head)
    }),
    upkeep: Effect.flatMap(known, (each) => upkeep(library, vault, each)),
    push: Effect.gen(function* () {
      yield* library.songs.upsert(song("d", "more"))
      return yield* push(library, vault, yield* known)
    }),
    plan: Effect.flatMap(known, (each) => openPull(library, vault, each)),
    repair: repairVault(library, vault)
  }
}

it.scoped.each(["plain", "sealed"] as const)(
  "nothing that is done to a %s vault is more than a typed error, or harms a library",
  (kind) =>
    Effect.gen(function* () {
      const { folder, vault, devices } = yield* twoDevices(kind)
      const foreign = yield* twoDevices(kind)
      const sound = new Map(filesIn(folder).map((file) => [file, fs.readFileSync(file)]))
      const below = numbers(5)
      for (let round = 0; round < rounds(2, 150); round++) {
        const done = Array.from({ length: 1 + below(3) }, () => harm(below, folder, foreign.folder)).join(
          ", "
        )
        const library = devices[below(2)] ?? devices[0]
        for (const [name, operation] of Object.entries(operations(vault, library))) {
          const before = contents(library.path)
          const exit = yield* Effect.exit(Effect.scoped(Effect.asVoid(operation)))
          const about = `round ${round}: ${done}: ${name}`
          if (Exit.isFailure(exit)) {
            const failure = Cause.failureOption(exit.cause)
            const isTyped = failure._tag === "Some" && isWhiteRoomError(failure.value)
            expect(isTyped, `${about}: ${Cause.pretty(exit.cause)}`).toBe(true)
          }
          if (name !== "push") expect(contents(library.path), about).toBe(before)
        }
        // From the library comes all that it has, unless the vault itself cannot be opened any more.
        const repaired = yield* Effect.either(repairVault(library, vault))
        if (repaired._tag === "Right" && repaired.right.ok) {
          const { line } = yield* knownHome(library)
          yield* pushHome(library, vault)
          const own = (yield* knownHome(library)).line
          const to = path.join(yield* temporaryFolder, "c.db")
          yield* clone(vault, to, { line: own })
          expect(contents(to), `round ${round}: ${done}: ${line}`).toBe(contents(library.path))
        }
        yield* TestClock.adjust("2 days")
        for (const file of filesIn(folder)) if (!sound.has(file)) fs.rmSync(file)
        for (const [file, bytes] of sound) {
          fs.rmSync(file, { force: true })
          fs.mkdirSync(path.dirname(file), { recursive: true })
          fs.writeFileSync(file, bytes)
        }
      }
      for (const library of devices)
        expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
      expect((yield* listLines(vault)).length).toBe(2)
    })
)
