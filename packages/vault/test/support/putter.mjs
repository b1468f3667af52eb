// A program that puts blobs into a folder until it is killed, and prints the names of those that it was told are there.
// Their bytes say whose they are.
import { folderBlobs, sourceOf } from "@white-room/vault"
import * as Effect from "effect/Effect"

const [, , folder, who] = process.argv
const blobs = folderBlobs(folder)

for (let number = 0; ; number++) {
  const name = `line/${String(number).padStart(6, "0")}`
  const bytes = Buffer.alloc(200_000, `${who} ${name} `)
  const result = await Effect.runPromise(Effect.either(blobs.put(name, sourceOf(bytes))))
  if (result._tag === "Right") console.log(name)
  else if (result.left._tag !== "BlobExists") throw result.left
}
