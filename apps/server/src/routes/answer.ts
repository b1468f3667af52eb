import * as fs from "node:fs"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { libraryFor } from "../control/libraryFor.js"
import { proofOf } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import { isUnchanged } from "../http/isUnchanged.js"
import { nodeRequest } from "../http/NodeRequest.js"
import { remembering } from "../http/TellAgain.js"
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

/** What an answer says of itself, with its body and without. */
const aboutOf = ({ line, position, tag }: Told) => ({
  ...{ "whiteroom-line": line, "whiteroom-position": String(position) },
  ...(tag !== undefined && { etag: `"${tag}"` })
})

const unchangedOf = (told: Told) => HttpServerResponse.empty({ status: 304, headers: aboutOf(told) })

/** The bytes as the thread made them. */
const bytesOf = (told: Told, name: string) =>
  told.isJson
    ? HttpServerResponse.uint8Array(told.body, { contentType: "application/json", headers: aboutOf(told) })
    : HttpServerResponse.uint8Array(told.body, {
        contentType: "application/octet-stream",
        headers: { ...aboutOf(told), ...attachment(name) }
      })

const fileOf = ({ path, name, bytes }: NonNullable<Told["file"]>, told: Told) =>
  Effect.map(passedOn(path), (stream) =>
    HttpServerResponse.raw(stream, {
      headers: { ...aboutOf(told), ...attachment(name), "content-length": String(bytes) }
    })
  )

/** States that are the same at every time, as long as nothing is written. */
const isSteady = (at: string | undefined): boolean =>
  at === undefined || /^(?:now|latest(?:~\d+)?|b\d+|@\d+)$/i.test(at)

/** Whether an answer depends on the library alone, and on no clock. */
const isOfLibrary = (question: Question): boolean => {
  switch (question._tag) {
    case "Entity":
    case "Document":
    case "Entities":
      return isSteady(question.at)
    case "Backups":
      return question.since === undefined && question.until === undefined
    case "History":
      return true
    default:
      return false
  }
}

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
    const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
    const remember = isOfLibrary(question) ? remembering(request, desk) : undefined
    const library = yield* libraryFor(caller, id)
    const mark = remember && desk.replicas.mark(library)
    const proof = question._tag === "Status" ? yield* proofOf(id) : undefined
    const proven = proof ? { at: new Date(proof.ended_at).toISOString(), ok: proof.ok === 1 } : null
    const asking = { library, question, line, waitMs: waitOf(prefer), proven }
    const told = yield* Effect.catchAll(desk.replicas.ask(asking), asRefused)
    const { file } = told
    if (file !== undefined) return yield* fileOf(file, told)
    const response = bytesOf(told, name)
    const unchanged = unchangedOf(told)
    if (mark !== undefined) remember?.(library, mark, response, unchanged)
    return isUnchanged(asked["if-none-match"], response.headers.etag) ? unchanged : response
  }).pipe(failing)
