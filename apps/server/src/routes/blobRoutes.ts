/** The files of libraries: streamed both ways, never replaced. */
import type { IncomingMessage } from "node:http"
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { WhiteRoomError } from "@white-room/core"
import { isBlobName } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Caller } from "../api/Api.js"
import { type ProblemType, problem } from "../api/Problem.js"
import { audited } from "../control/Audit.js"
import { noteDiscarded } from "../control/Discarded.js"
import { addUsed, type KeptLibrary, ownerOf } from "../control/Libraries.js"
import { libraryFor } from "../control/libraryFor.js"
import { bodyOf } from "../http/bodyOf.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"
import { nodeRequest } from "../http/NodeRequest.js"
import { oneUpload } from "../http/oneUpload.js"
import { aboutBlob, lineOfPrefix, mayRead } from "../library/BlobName.js"
import { keepBlob } from "../library/keepBlob.js"
import { blobJson, costOf } from "../library/Shelf.js"

const refuse = (type: ProblemType) => Effect.fail(problem(type))

/** Another time they may be there. What a bucket refuses is a fault of who runs the server, which the log has. */
const away = (error: WhiteRoomError) =>
  error._tag === "PlaceUnreachable" && error.retryable ? refuse("FilesAway") : Effect.die(error)

/** A request about the files of a library that the caller may see. */
interface Visit {
  readonly desk: Desk
  readonly request: IncomingMessage
  readonly caller: Caller
  readonly library: KeptLibrary
  /** What stands behind `/blobs/`, as it was sent. */
  readonly name: string
  readonly query: URLSearchParams
}

/** Addresses are taken as they were sent: nothing in them is decoded, so nothing in them means two things. */
const pattern = /^\/v1\/libraries\/([a-z0-9][a-z0-9-]{0,62})\/blobs(?:\/([^?]*))?(?:\?(.*))?$/

const visit = Effect.gen(function* () {
  const caller = yield* entrance
  const desk = yield* TheDesk
  const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
  const [, id, name = "", query = ""] = pattern.exec(request.url ?? "") ?? []
  if (id === undefined || caller === undefined) return yield* refuse("NotFound")
  const library = yield* libraryFor(caller, id)
  const found: Visit = { desk, request, caller, library, name, query: new URLSearchParams(query) }
  return found
})

/** What a device that only pushes may know of: how to push, and its own line. */
const checkOwn = ({ caller, library }: Visit, line: string | undefined) =>
  Effect.gen(function* () {
    if (line === undefined) return yield* refuse("NotAllowed")
    const owner = yield* ownerOf(library.id, line)
    if (owner !== undefined && owner !== caller.id) return yield* refuse("NotAllowed")
  })

const list = Effect.gen(function* () {
  const here = yield* visit
  const { query, desk, library, caller } = here
  const prefix = query.get("prefix") ?? ""
  const after = query.get("after") ?? ""
  const limit = Number(query.get("limit") ?? 1000)
  const isAskable = /^[a-z0-9./-]{0,700}$/.test(prefix) && /^[a-z0-9./-]{0,700}$/.test(after)
  if (!isAskable || !Number.isInteger(limit) || limit < 1 || limit > 1000)
    return yield* refuse("InvalidRequest")
  // What a sealed vault is opened with is read by all who write to it.
  if (caller.role === "push-only" && !/^(?:keys|policy)\//.test(prefix))
    yield* checkOwn(here, lineOfPrefix(prefix)?.line)
  const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")))
  const page =
    folder === "" || isBlobName(folder)
      ? yield* Effect.catchAll(desk.shelf.blobs(library.id, limit).list(prefix, after), away)
      : { blobs: [], isLast: true }
  return HttpServerResponse.unsafeJson({
    now: Date.now(),
    isLast: page.isLast,
    blobs: page.blobs.map(blobJson)
  })
})

/** The one range that is asked for; `undefined` for none, `null` for one that cannot be answered. */
const rangeOf = (header: string | undefined, bytes: number) => {
  if (header === undefined) return undefined
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header) ?? []
  if (first === undefined) return null
  const start = Number(first)
  const end = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1)
  return start < bytes && start <= end ? { start, end } : null
}

const read = Effect.gen(function* () {
  const here = yield* visit
  const { desk, request, library, name, caller } = here
  const about = aboutBlob(name)
  if (about === undefined) return yield* refuse("BlobMissing")
  if (!mayRead(caller.role, about)) {
    if (request.method !== "HEAD" || about._tag !== "Line") return yield* refuse("NotAllowed")
    yield* checkOwn(here, about.line)
  }
  const info = yield* desk.shelf
    .blobs(library.id)
    .head(name)
    .pipe(
      Effect.catchTags({
        BlobMissing: () => refuse("BlobMissing"),
        BlobNotHere: () => refuse("BlobMissing")
      }),
      Effect.catchTags({ PlaceRefused: away, PlaceUnreachable: away })
    )
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": "attachment",
    "accept-ranges": "bytes",
    "whiteroom-arrived-at": String(info.arrivedAt)
  }
  const range = rangeOf(request.headers.range, info.bytes)
  if (range === null && request.method !== "HEAD") return yield* refuse("RangeNotSatisfiable")
  if (request.method === "HEAD" || info.bytes === 0)
    return HttpServerResponse.empty({
      status: 200,
      headers: { ...headers, "content-length": String(info.bytes) }
    })
  const open = yield* Effect.catchAll(desk.shelf.open(library.id, name), away)
  if (open === undefined) return yield* refuse("BlobMissing")
  const { start, end } = range ?? { start: 0, end: info.bytes - 1 }
  const stream = open.read(start, end)
  yield* Effect.addFinalizer(() => Effect.sync(() => stream.destroy()))
  desk.metrics.sent.inc(end - start + 1)
  return HttpServerResponse.raw(stream, {
    status: range === undefined || range === null ? 200 : 206,
    headers: {
      ...headers,
      "content-length": String(end - start + 1),
      ...(range ? { "content-range": `bytes ${start}-${end}/${info.bytes}` } : {})
    }
  })
})

const drain = (request: IncomingMessage): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (request.readableEnded || request.destroyed) return resume(Effect.void)
    request.once("close", () => resume(Effect.void))
    request.once("end", () => resume(Effect.void))
    request.resume()
  })

const digestOf = (header: string | ReadonlyArray<string> | undefined): Uint8Array | undefined => {
  const found = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(typeof header === "string" ? header : "")?.[1]
  return found === undefined ? undefined : new Uint8Array(Buffer.from(found, "base64"))
}

const put = Effect.gen(function* () {
  const { desk, request, library, name, caller } = yield* visit
  if (library.home === "server") return yield* refuse("HomeHere")
  const { headers } = request
  const sha256 = digestOf(headers["content-digest"])
  if (headers["if-none-match"] !== "*" || sha256 === undefined) return yield* refuse("ConditionRequired")
  if (!/^\d{1,15}$/.test(headers["content-length"] ?? "")) return yield* refuse("LengthRequired")
  const bytes = Number(headers["content-length"])
  if (bytes > desk.limits.blobBytes) return yield* refuse("TooLarge")
  if (desk.isStopping()) return yield* refuse("Stopping")
  const source = { bytes, sha256, read: () => bodyOf(request, desk.limits) }
  const kept = yield* oneUpload(
    desk,
    caller.id,
    keepBlob(desk.shelf, desk.room, caller, library, { name, source, drain: drain(request) })
  )
  if (kept === "new") {
    desk.metrics.received.inc(bytes)
    desk.mirror?.noticed(library.id, name)
    desk.replicas.changed(library.id)
  }
  return HttpServerResponse.empty({ status: kept === "new" ? 201 : 204 })
})

const remove = Effect.gen(function* () {
  const { desk, library, name, caller } = yield* visit
  if (library.home === "server") return yield* refuse("HomeHere")
  if (aboutBlob(name) === undefined) return yield* refuse("BlobMissing")
  const info = yield* Effect.option(desk.shelf.blobs(library.id).head(name))
  const isGone = yield* Effect.catchAll(desk.shelf.discard(library.id, name), away)
  if (isGone) desk.replicas.changed(library.id)
  if (isGone && info._tag === "Some")
    yield* audited(
      { actor: caller.id, action: "file discarded", subject: library.id, detail: name },
      Effect.zipRight(noteDiscarded(library.id, name), addUsed(library.id, -costOf(info.value.bytes)))
    )
  return HttpServerResponse.empty({ status: 204 })
})

/** The routes of files. */
export const blobRoutes = Layer.mergeAll(
  HttpLayerRouter.add("GET", "/v1/libraries/:library/blobs", list),
  HttpLayerRouter.add("GET", "/v1/libraries/:library/blobs/*", read),
  HttpLayerRouter.add("PUT", "/v1/libraries/:library/blobs/*", put),
  HttpLayerRouter.add("DELETE", "/v1/libraries/:library/blobs/*", remove)
)
