import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { pipeline } from "node:stream/promises"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import { type ProblemOf, problem } from "../api/Problem.js"
import { bodyOf } from "./bodyOf.js"
import { TheDesk } from "./Desk.js"
import { nodeRequest } from "./NodeRequest.js"
import { oneUpload } from "./oneUpload.js"

type Refusal = ProblemOf<"LengthRequired" | "TooLarge" | "Full" | "InvalidRequest">

/** A file that was sent. */
export interface UploadedFile {
  readonly path: string
  readonly bytes: number
  /** SHA-256, in hex. */
  readonly sha256: string
}

/**
 * Does something with the body of a request as a file of its own in a folder of the server, which is gone then, whatever came
 * between; a client that hangs up leaves nothing.
 */
export const withUpload = <A, E, R>(
  access: string,
  folder: string,
  use: (file: UploadedFile) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
    const length = request.headers["content-length"] ?? ""
    if (!/^\d{1,15}$/.test(length)) return yield* Effect.fail<Refusal>(problem("LengthRequired"))
    const bytes = Number(length)
    if (bytes > desk.limits.importBytes) return yield* Effect.fail<Refusal>(problem("TooLarge"))
    if (!(yield* desk.room.has(bytes))) return yield* Effect.fail<Refusal>(problem("Full"))
    const file = path.join(folder, `${randomBytes(12).toString("hex")}.upload`)
    const receive = Effect.tryPromise({
      try: async (): Promise<UploadedFile> => {
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
        const hash = createHash("sha256")
        const hashed = async function* () {
          for await (const part of bodyOf(request, desk.limits)) {
            hash.update(part)
            yield part
          }
        }
        await pipeline(hashed, fs.createWriteStream(file, { flags: "wx", mode: 0o600 }))
        return { path: file, bytes, sha256: hash.digest("hex") }
      },
      // It was left, or too slow, or the disk is full: it was looked at before.
      catch: (): Refusal => problem("InvalidRequest")
    })
    const received = Effect.acquireUseRelease(
      Effect.succeed(file),
      () => Effect.flatMap(receive, use),
      () => Effect.sync(() => fs.rmSync(file, { force: true }))
    )
    return yield* oneUpload(desk, access, received)
  })
