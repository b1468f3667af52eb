/** Killed or failing at any call, the vault reads as before or as after, and the next push needs no repair: promise 2. */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  type BlobCall,
  checkVault,
  clone,
  type Fault,
  faulty,
  memoryBlobs,
  openVault,
  push
} from "../src/index.js"
import {
  contents,
  knownHome,
  newLibrary,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"
import { rounds } from "./support/soak.js"

const cloneText = (vault: Parameters<typeof clone>[0]) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file)
    return sqlite(file, "SELECT group_concat(id) FROM (SELECT id FROM song_data ORDER BY id)")
  })

const faults: ReadonlyArray<Fault> = [
  { kind: "before" },
  { kind: "after" },
  { kind: "refuse" },
  { kind: "full" },
  { kind: "twice" },
  { kind: "cut", bytes: 100 },
  { kind: "flip", bit: 999 }
]

/** The calls that meet the nth fault: in `npm test` every second, and of the next fault those between. */
const callsOf = (nth: number): ReadonlyArray<number> =>
  [1, 2, 3, 4, 5].filter((at) => (at + nth) % rounds(2, 1) === 0)

describe.each(faults)("a push in which a call meets $kind", (fault) => {
  it.scoped.each(callsOf(faults.indexOf(fault)))(
    "at call %i, leaves a vault that reads and is gone on with",
    (at) =>
      Effect.gen(function* () {
        const library = yield* newLibrary
        yield* library.songs.create(song("a"))
        const blobs = memoryBlobs()
        const vault = yield* withVault(library, blobs)
        yield* push(library, vault, yield* knownHome(library))
        yield* library.songs.create(song("b"))
        let calls = 0
        // A place that keeps other bytes than it was given breaks what `blobsContract` checks.
        const spoils = fault.kind === "cut" || fault.kind === "flip"
        const plan = ({ operation }: BlobCall): Fault | undefined =>
          ++calls === at && !(spoils && operation === "put") ? fault : undefined
        const shaky = { ...vault, blobs: faulty(blobs, plan) }
        yield* Effect.either(push(library, shaky, yield* knownHome(library)))
        const sound = yield* openVault(blobs)
        expect(["a", "a,b"]).toContain(yield* cloneText(sound))
        const again = yield* push(library, sound, yield* knownHome(library))
        expect(again.damaged).toEqual([])
        expect(yield* cloneText(sound)).toBe("a,b")
        expect((yield* checkVault(sound, { level: "full" })).damaged).toEqual([])
        expect(contents(library.path)).toContain("Song b")
      })
  )
})
