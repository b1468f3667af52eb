// A device that sends single files to a server and reads them in ranges, and the same without ours.
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { request } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { httpBlobs } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const pieceBytes = 1024 * 1024
const rangeBytes = 8 * pieceBytes

let blobs
let plain
let source
let bytes
let last
const folder = `${randomUUID()}/${randomUUID()}`

export const open = async ({ place, token, plain: address, bytes: size }) => {
  plain = address
  bytes = size
  blobs = await Effect.runPromise(httpBlobs({ place, token: Redacted.make(token) }))
  // The same megabyte again and again: what is measured is not how fast randomness is made.
  const piece = randomBytes(pieceBytes)
  const hash = createHash("sha256")
  for (let sent = 0; sent < bytes; sent += pieceBytes) hash.update(piece)
  const read = function* () {
    for (let sent = 0; sent < bytes; sent += pieceBytes) yield piece
  }
  source = { bytes, sha256: new Uint8Array(hash.digest()), read }
}

const timed = async (body) => {
  const from = performance.now()
  await body()
  return performance.now() - from
}

export const put = () => {
  last = `${folder}/${randomUUID()}`
  return timed(() => Effect.runPromise(blobs.put(last, source)))
}

export const get = () =>
  timed(async () => {
    for (let offset = 0; offset < bytes; offset += rangeBytes)
      await Effect.runPromise(blobs.get(last, { offset, length: rangeBytes }))
  })

export const plainPut = () =>
  timed(async () => {
    const sent = request(plain, { method: "PUT", headers: { "content-length": bytes } })
    const answered = new Promise((resolve, reject) => {
      sent.once("response", (response) => response.resume().once("end", resolve))
      sent.once("error", reject)
    })
    await pipeline(Readable.from(source.read()), sent)
    await answered
  })

export const plainGet = () => timed(async () => void (await (await fetch(plain)).arrayBuffer()))
