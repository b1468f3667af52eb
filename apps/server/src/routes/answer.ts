import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import { libraryFor } from "../control/libraryFor.js"
import { proofOf } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import { isUnchanged } from "../http/isUnchanged.js"
import { nodeRequest } from "../http/NodeRequest.js"
import { remembering } from "../http/TellAgain.js"
import type { Question } from "../replica/Question.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { bytesOf, unchangedOf } from "./ToldAnswer.js"
import { theCaller } from "./theCaller.js"
import { waitOf } from "./waitOf.js"

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
    const response = bytesOf(told, name)
    const unchanged = unchangedOf(told)
    if (mark !== undefined) remember?.(library, mark, response, unchanged)
    return isUnchanged(asked["if-none-match"], response.headers.etag) ? unchanged : response
  }).pipe(failing)
