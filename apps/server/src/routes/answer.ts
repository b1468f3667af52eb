import * as fs from "node:fs"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { libraryFor } from "../control/libraryFor.js"
import { proofOf } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import type { Question } from "../replica/Question.js"
import type { Told } from "../replica/Replicas.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"
import { waitOf } from "./waitOf.js"

const attachment = (name: string) => ({
  "content-type": "application/octet-stream",
  "content-disposition": `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "_")}"`
})

/** The bytes of a file, which is gone as soon as it is open, or where a system keeps what is open, when it is closed. */
const passedOn = (path: string) =>
  Effect.gen(function* () {
    const { method } = yield* HttpServerRequest.HttpServerRequest
    const fd = fs.openSync(path, "r")
    const remove = () => fs.rmSync(path, { force: true })
    const stream = fs.createReadStream(path, { fd })
    stream.once("close", () => Effect.runSync(Effect.ignore(Effect.try(remove))))
    yield* Effect.ignore(Effect.try(remove))
    // Nobody takes the bytes then.
    if (method === "HEAD") stream.destroy()
    return stream
  })

/** Whether somebody has what they ask for: `If-None-Match` names its version. */
const hasIt = (seen: string | undefined, tag: string): boolean =>
  (seen ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === tag)

const respond = (told: Told, name: string, seen: string | undefined) =>
  Effect.gen(function* () {
    const etag = told.tag === undefined ? undefined : `"${told.tag}"`
    const about = {
      ...{ "whiteroom-line": told.line, "whiteroom-position": String(told.position) },
      ...(etag !== undefined && { etag })
    }
    if (etag !== undefined && hasIt(seen, etag))
      return HttpServerResponse.empty({ status: 304, headers: about })
    const { file } = told
    if (file !== undefined) {
      const stream = yield* passedOn(file.path)
      const headers = { ...about, ...attachment(file.name), "content-length": String(file.bytes) }
      return HttpServerResponse.raw(stream, { headers })
    }
    if (told.isJson)
      return HttpServerResponse.uint8Array(told.body, { contentType: "application/json", headers: about })
    return HttpServerResponse.uint8Array(told.body, {
      contentType: "application/octet-stream",
      headers: { ...about, ...attachment(name) }
    })
  })

interface Asked {
  readonly library: string
  readonly line?: string | undefined
  readonly prefer?: string | undefined
  readonly "if-none-match"?: string | undefined
  readonly question: Question
  /** What a document is called that is kept as a file. */
  readonly name?: string
}

/** Asks a library that the caller may see, and sends what it says. */
export const answer = ({ library: id, line, prefer, question, name = "document.json", ...asked }: Asked) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const desk = yield* TheDesk
    const library = yield* libraryFor(caller, id)
    const proof = question._tag === "Status" ? yield* proofOf(id) : undefined
    const proven = proof ? { at: new Date(proof.ended_at).toISOString(), ok: proof.ok === 1 } : null
    const asking = { library, question, line, waitMs: waitOf(prefer), proven }
    const told = yield* Effect.catchAll(desk.replicas.ask(asking), asRefused)
    return yield* respond(told, name, asked["if-none-match"])
  }).pipe(failing)
