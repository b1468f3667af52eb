/** Blobs on a White Room server: those of one library there. */
import {
  BlobExists,
  BlobMissing,
  BlobRetained,
  FileNotVerified,
  type InvalidInput,
  PlaceRefused,
  PlaceUnreachable
} from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  type BlobInfo,
  type BlobPage,
  type BlobSource,
  type Blobs,
  type ByteRange,
  isBlobName,
  largestBlob,
  type PlaceError,
  type PutError,
  type ReadError
} from "./Blobs.js"
import { checkedRange } from "./ByteRanges.js"
import type { HttpAnswer } from "./HttpExchange.js"
import { onlyInput } from "./onlyInput.js"
import { type ServerClient, type ServerOptions, serverClient, serverPlace } from "./ServerClient.js"
import { serverFault } from "./serverFault.js"

export interface HttpOptions extends Omit<ServerOptions, "server"> {
  /** The library on its server: `https://host/LIBRARY`. */
  readonly place: string
  /** The most blobs of a page; 1,000 by default, which is the most. */
  readonly pageSize?: number | undefined
}

const Page = Schema.parseJson(
  Schema.Struct({
    now: Schema.Int,
    isLast: Schema.Boolean,
    blobs: Schema.Array(
      Schema.Struct({
        name: Schema.String.pipe(Schema.filter(isBlobName)),
        bytes: Schema.Int.pipe(Schema.between(0, largestBlob)),
        arrivedAt: Schema.Int
      })
    ).pipe(Schema.maxItems(1000))
  })
)

/** The bytes that were asked for, when the answer has them whole. */
const bytesOf = ({ status, headers, body, isWhole }: HttpAnswer, range: ByteRange | undefined) => {
  if (!isWhole) return undefined
  if (range === undefined) return status === 200 ? body : undefined
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(headers["content-range"] ?? "") ?? []
  const isAsked =
    status === 206 && Number(start) === range.offset && Number(end) - Number(start) + 1 === body.length
  return isAsked && body.length <= range.length ? body : undefined
}

/** @throws InvalidInput when the place or the certificate is not written as one */
const blobsOf = ({ place, pageSize = 1000, ...options }: HttpOptions): Blobs => {
  const { server, library } = serverPlace(place)
  const client: ServerClient = serverClient({ ...options, server })
  const shown = `${client.server}/${library}`
  const root = `/v1/libraries/${library}/blobs`
  const send: ServerClient["send"] = (request) =>
    Effect.mapError(client.send(request), (error) =>
      error instanceof FileNotVerified
        ? error
        : new PlaceUnreachable({
            ...{ place: shown, reason: error.reason, retryable: error.retryable, advice: error.advice }
          })
    )
  /** Without a body, nothing of ours can fail to verify. */
  const ask = (request: Parameters<typeof send>[0]) =>
    Effect.catchTag(send(request), "FileNotVerified", Effect.die)
  const faultOf = (answer: HttpAnswer, name: string) => serverFault(shown, answer, name)
  const refused = (reason: string) => new PlaceRefused({ place: shown, reason })

  const get = (name: string, range: ByteRange | undefined): Effect.Effect<Uint8Array, ReadError> =>
    Effect.gen(function* () {
      if (range?.length === 0) {
        yield* head(name)
        return new Uint8Array(0)
      }
      const answer = yield* ask({
        method: "GET",
        path: `${root}/${name}`,
        most: range?.length ?? largestBlob,
        headers:
          range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
      })
      // The range begins behind the end.
      if (answer.status === 416 && range !== undefined) return new Uint8Array(0)
      const bytes = answer.status < 300 ? bytesOf(answer, range) : undefined
      if (bytes !== undefined) return bytes
      if (answer.status >= 300) return yield* only(faultOf(answer, name), shown, ["BlobMissing"])
      return yield* new PlaceUnreachable({
        place: shown,
        reason: "other bytes came than were asked for",
        retryable: true
      })
    })

  const head = (name: string): Effect.Effect<BlobInfo, ReadError> =>
    Effect.gen(function* () {
      const answer = yield* ask({ method: "HEAD", path: `${root}/${name}` })
      if (answer.status >= 300) return yield* only(faultOf(answer, name), shown, ["BlobMissing"])
      const bytes = Number(answer.headers["content-length"] ?? Number.NaN)
      const arrivedAt = Number(answer.headers["whiteroom-arrived-at"] ?? Number.NaN)
      return Number.isSafeInteger(bytes) && Number.isSafeInteger(arrivedAt)
        ? { name, bytes, arrivedAt, isHere: true }
        : yield* refused("it does not say how large a blob is and when it came")
    })

  const page = (prefix: string, after: string, limit: number): Effect.Effect<typeof Page.Type, PlaceError> =>
    Effect.gen(function* () {
      const query = new URLSearchParams({ prefix, after, limit: String(limit) })
      const answer = yield* ask({ method: "GET", path: `${root}?${query}` })
      if (answer.status >= 300) return yield* only(faultOf(answer, ""), shown, [])
      const text = Buffer.from(answer.body).toString("utf8")
      const found = yield* Effect.mapError(Schema.decodeUnknown(Page)(text), () =>
        refused("what it answered is not a list")
      )
      const isInOrder = found.blobs.every(
        ({ name }, at) => name.startsWith(prefix) && name > (found.blobs[at - 1]?.name ?? after)
      )
      return isInOrder ? found : yield* refused("what it listed is not what was asked for")
    })

  const put = (name: string, source: BlobSource): Effect.Effect<void, PutError> =>
    Effect.gen(function* () {
      const digest = Buffer.from(source.sha256).toString("base64")
      const answer = yield* send({
        method: "PUT",
        path: `${root}/${name}`,
        body: source,
        headers: {
          "content-type": "application/octet-stream",
          "content-digest": `sha-256=:${digest}:`,
          "if-none-match": "*"
        }
      })
      if (answer.status === 201) return
      // The same bytes were there.
      if (answer.status === 204) return yield* new BlobExists({ place: shown, name })
      return yield* only(faultOf(answer, name), shown, ["BlobExists", "PlaceFull", "FileNotVerified"])
    })

  const remove = (name: string): Effect.Effect<void, PlaceError | BlobRetained> =>
    Effect.gen(function* () {
      const answer = yield* ask({ method: "DELETE", path: `${root}/${name}` })
      if (answer.status < 300) return
      if (answer.status === 403) return yield* new BlobRetained({ place: shown, name })
      const fault = faultOf(answer, name)
      if (fault._tag !== "BlobMissing") yield* only(fault, shown, [])
    })

  const named = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | BlobMissing> =>
    isBlobName(name) ? effect : Effect.fail(new BlobMissing({ place: shown, name }))

  return {
    place: shown,
    put: (name, source) =>
      isBlobName(name) ? put(name, source) : Effect.dieMessage(`not the name of a blob: ${name}`),
    get: (name, range) => Effect.suspend(() => named(name, get(name, checkedRange(range)))),
    head: (name) => named(name, head(name)),
    list: (prefix, after = "") =>
      Effect.map(
        page(prefix, after, pageSize),
        ({ blobs, isLast }): BlobPage => ({
          blobs: blobs.map((blob) => ({ ...blob, isHere: true })),
          isLast: isLast || blobs.length === 0
        })
      ),
    delete: (name) => (isBlobName(name) ? remove(name) : Effect.void),
    now: Effect.map(page("", "", 1), ({ now }) => now)
  }
}

type Fault = ReturnType<typeof serverFault>

const isOneOf = <Tag extends Fault["_tag"]>(
  fault: Fault,
  tags: ReadonlyArray<Tag>
): fault is Extract<Fault, { _tag: Tag }> => tags.some((tag) => tag === fault._tag)

/** Fails with what an answer means, among what the operation may fail with; anything else is a refusal. */
const only = <Tag extends Fault["_tag"]>(
  fault: Fault,
  place: string,
  tags: ReadonlyArray<Tag>
): Effect.Effect<never, Extract<Fault, { _tag: Tag }> | PlaceError> => {
  if (isOneOf(fault, tags) || fault._tag === "PlaceRefused" || fault._tag === "PlaceUnreachable")
    return Effect.fail(fault)
  return Effect.fail(new PlaceRefused({ place, reason: fault.message }))
}

/**
 * The blobs of one library on a White Room server. Uploads are streamed, with the hash they must have; what comes back is
 * bounded by what was asked for. A server can say no, and nothing else.
 */
export const httpBlobs = (options: HttpOptions): Effect.Effect<Blobs, InvalidInput> =>
  onlyInput(Effect.try({ try: () => blobsOf(options), catch: (error) => error }))
