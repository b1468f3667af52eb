import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import { EventLog, rowOfSong } from "../src/index.js"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest()
const song = { id: "song-1", name: "Night Drive", songDataJSON: '{"tempo":96}', determinismSeed: "1" }

const program = Effect.gen(function* () {
  const log = yield* EventLog
  yield* log.append({ changes: [{ kind: "song", id: song.id, row: rowOfSong(song, new Date()) }] })
  yield* log.append({ changes: [{ kind: "song", id: song.id, row: null, expected: 1 }] })
  return (yield* log.read()).map((event) => `@${event.position} ${event.type}`)
})

const events = await Effect.runPromise(
  program.pipe(Effect.provide(EventLog.layerMemory({ sha256, actor: "anna@studio" })))
)
console.log(events.join("\n"))
