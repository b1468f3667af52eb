import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { addVault, checkVault, clone, offerState, openLibraryIn, push, vaultAt } from "../../src/index.js"

const program = Effect.gen(function* () {
  yield* createLibrary("library.db")
  const library = yield* openLibrary("library.db")
  yield* library.songs.create({ id: "s1", name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" })
  yield* library.backups.take({ description: "before the tour" })

  // A folder that exists: another disk, a NAS, a synced folder. Buckets are written s3://bucket/prefix.
  const { vault, known } = yield* addVault(library, "studio", "studio-ssd")
  const pushed = yield* push(library, vault, known)
  console.log(`${pushed.events} events in ${pushed.segments} file`)

  // One song back from there, as the newest backup has it.
  yield* library.songs.delete("s1")
  const there = yield* openLibraryIn(vault)
  const { reference } = yield* offerState(library, there.library, "latest", "studio")
  yield* library.backups.restore(reference, { only: [{ kind: "song", id: "s1" }] })
  console.log(`${(yield* library.songs.read("s1")).name} is back`)

  // Everything, on a new computer.
  const { ok } = yield* checkVault(vault, { level: "full" })
  const report = yield* clone(yield* vaultAt("studio-ssd"), "new-laptop.db")
  console.log(`sound: ${ok}; ${report.songs} song and ${report.backups} backup came back`)
}).pipe(Effect.scoped)

await Effect.runPromise(program)
