/** A thread of the server: makes libraries of the files that devices pushed, or reads them. */
import { parentPort, workerData } from "node:worker_threads"
import type { OnProgress, WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { makerIn } from "./Maker.js"
import type { Asked, Request, Told } from "./Messages.js"
import { problemOfError } from "./problemOfError.js"
import { answerOf } from "./Reader.js"

const { data } = Schema.decodeUnknownSync(Schema.Struct({ data: Schema.String }))(workerData)
const maker = makerIn(data)

const tell = (told: Told): void => parentPort?.postMessage(told)

interface Open {
  readonly library: Library
  readonly scope: Scope.CloseableScope
}

/** Libraries that are open, the one that was asked last at the end. */
const open = new Map<string, Open>()
const mostOpen = 8

const close = (file: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    const known = open.get(file)
    open.delete(file)
    return known === undefined ? Effect.void : Scope.close(known.scope, Exit.void)
  })

const opened = (file: string): Effect.Effect<Library, WhiteRoomError> =>
  Effect.gen(function* () {
    const known = open.get(file)
    if (known !== undefined) {
      open.delete(file)
      open.set(file, known)
      return known.library
    }
    const scope = yield* Scope.make()
    const library = yield* Scope.extend(openLibrary(file, { actor: "server" }), scope)
    open.set(file, { library, scope })
    for (const oldest of open.keys()) if (open.size > mostOpen) yield* close(oldest)
    return library
  })

const perform = (request: Request, onProgress: OnProgress): Effect.Effect<unknown, WhiteRoomError> => {
  if (request._tag === "Bring") return maker.bring(request.library, request.line, onProgress)
  if (request._tag === "Discard") return maker.discard(request.library, request.line)
  if (request._tag === "Close") return close(request.file)
  const { question, facts } = request
  return Effect.flatMap(opened(facts.file), (library) => answerOf(library, question, facts))
}

/** What says that a file of ours is not as it was made, and helps nobody who asked. */
const spoilt = new Set([
  "LibraryDamaged",
  "LibraryNotFound",
  "LibraryReplaced",
  "MalformedData",
  "NotALibrary",
  "StorageFailed",
  "UnsafeDatabase"
])

const failed = (id: number, cause: Cause.Cause<WhiteRoomError>): Told => {
  const error = Cause.failureOption(cause)
  if (error._tag === "Some") {
    const problem = problemOfError(error.value)
    if (problem !== undefined) return { _tag: "Problem", id, problem }
    if (spoilt.has(error.value._tag)) return { _tag: "Spoilt", id }
  }
  return { _tag: "Fault", id, text: Cause.pretty(cause).slice(0, 2000) }
}

parentPort?.on("message", ({ id, request }: Asked) => {
  const onProgress: OnProgress = ({ step, done, total }) =>
    tell({ _tag: "Progress", id, progress: { step, done, total } })
  Effect.runCallback(perform(request, onProgress), {
    onExit: (exit) =>
      tell(Exit.isSuccess(exit) ? { _tag: "Done", id, value: exit.value } : failed(id, exit.cause))
  })
})
