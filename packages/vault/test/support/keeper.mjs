// A program that edits, pushes, keeps up and clones until it is killed, and prints what it has done. The clock of the place is
// days ahead, so that what it merged is deleted while it runs.
import { rmSync } from "node:fs"
import { openLibrary } from "@white-room/store"
import { clone, folderBlobs, makeVault, push, upkeep, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"

const [, , file, folder, copy] = process.argv
const inner = folderBlobs(folder)
const blobs = { ...inner, now: Effect.map(inner.now, (now) => now + 3 * 24 * 60 * 60 * 1000) }

const program = Effect.gen(function* () {
  const library = yield* openLibrary(file, { actor: "ada@studio" })
  const vault = yield* makeVault(blobs)
  for (let number = 0; ; number++) {
    const id = `s${number % 5}`
    yield* library.songs.upsert({
      id,
      name: id,
      songDataJSON: `${process.pid} ${number} `.repeat(50),
      determinismSeed: id
    })
    const [known] = yield* vaultRecords(library).all
    yield* push(library, vault, known)
    console.log("pushed")
    if (number % 4 === 3) {
      const [pushed] = yield* vaultRecords(library).all
      yield* upkeep(library, vault, pushed, { reclaim: number % 8 === 7 })
      console.log("kept up")
      yield* clone(vault, copy)
      rmSync(copy)
      console.log("cloned")
    }
  }
})

await Effect.runPromise(Effect.scoped(program))
