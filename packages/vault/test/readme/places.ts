import * as Effect from "effect/Effect"
import { folderBlobs, keepsFirst, retrying, sourceOf } from "../../src/index.js"

const program = Effect.gen(function* () {
  const blobs = retrying(folderBlobs("studio-ssd"))
  console.log(`keeps the first of two: ${yield* keepsFirst(blobs)}`)
  yield* blobs.put("songs/night-drive", sourceOf(Buffer.from("0 4 7 10")))
  const { blobs: found } = yield* blobs.list("songs/")
  for (const { name, bytes } of found) console.log(`${name}: ${bytes} bytes`)
  const again = yield* Effect.flip(blobs.put("songs/night-drive", sourceOf(Buffer.from("other"))))
  console.log(again.message)
})

await Effect.runPromise(program)
