/** Blobs in a bucket of S3, or of a store that speaks as it does. */
import { createHash } from "node:crypto"
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
import { askingFirst } from "./askingFirst.js"
import { readAll, verifiedChunks } from "./BlobSource.js"
import {
  type BlobInfo,
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
import { type S3Client, type S3Options, s3Client } from "./S3Client.js"
import { codeOf, faultOf, isGood, type S3Fault } from "./S3Fault.js"
import { listS3 } from "./S3Listing.js"

const noLength = { offset: 0, length: 1 }

/** Fails with what an answer means, among what the operation may fail with; anything else is a refusal. */
const failWith = <Tag extends S3Fault["_tag"]>(
  fault: S3Fault,
  tags: ReadonlyArray<Tag>
): Effect.Effect<never, Extract<S3Fault, { _tag: Tag }> | PlaceError> => {
  if (isOneOf(fault, tags) || fault._tag === "PlaceRefused" || fault._tag === "PlaceUnreachable")
    return Effect.fail(fault)
  return Effect.fail(new PlaceRefused({ place: fault.place, reason: fault.message }))
}

const isOneOf = <Tag extends S3Fault["_tag"]>(
  fault: S3Fault,
  tags: ReadonlyArray<Tag>
): fault is Extract<S3Fault, { _tag: Tag }> => tags.some((tag) => tag === fault._tag)

/** The part of an object that was asked for, when the answer has it whole. */
const bytesOf = (answer: HttpAnswer, range: ByteRange | undefined): Uint8Array | undefined => {
  // A store that knows no ranges answers 200: of that the range was cut out while reading.
  if (range === undefined) return answer.isWhole ? answer.body : undefined
  if (answer.status === 200) return answer.body
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(answer.headers["content-range"] ?? "") ?? []
  const isAsked = Number(start) === range.offset && Number(end) - Number(start) + 1 === answer.body.length
  return isAsked && answer.isWhole ? answer.body : undefined
}

const getObject = (
  client: S3Client,
  name: string,
  range: ByteRange | undefined
): Effect.Effect<Uint8Array, ReadError> =>
  Effect.gen(function* () {
    if (range?.length === 0) {
      yield* getObject(client, name, noLength)
      return new Uint8Array(0)
    }
    const answer = yield* client.send({
      method: "GET",
      name,
      most: range?.length ?? largestBlob,
      skip: range?.offset,
      headers:
        range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
    })
    // The range begins behind the end.
    if (answer.status === 416 && range !== undefined) return new Uint8Array(0)
    if (!isGood(answer)) return yield* failWith(faultOf(client, answer, name), ["BlobMissing"])
    const bytes = bytesOf(answer, range)
    if (bytes !== undefined) return bytes
    return yield* Effect.fail(
      new PlaceUnreachable({
        place: client.place,
        reason: "other bytes came than were asked for",
        retryable: true
      })
    )
  })

/** A HEAD has no body to say what is wrong: when it fails for a reason to be told, a GET is asked for the reason. */
const headObject = (client: S3Client, name: string): Effect.Effect<HttpAnswer, ReadError> =>
  Effect.gen(function* () {
    const answer = yield* client.send({ method: "HEAD", name })
    if (isGood(answer)) return answer
    if (answer.status < 500 && answer.status !== 429) yield* getObject(client, name, noLength)
    return yield* failWith(faultOf(client, answer, name), ["BlobMissing"])
  })

const infoOf = (
  client: S3Client,
  name: string,
  { headers }: HttpAnswer
): Effect.Effect<BlobInfo, PlaceRefused> => {
  const bytes = Number(headers["content-length"] ?? Number.NaN)
  const arrivedAt = Date.parse(headers["last-modified"] ?? "")
  return Number.isSafeInteger(bytes) && Number.isFinite(arrivedAt)
    ? Effect.succeed({ name, bytes, arrivedAt, isHere: true })
    : Effect.fail(
        new PlaceRefused({
          place: client.place,
          reason: "it does not say how large a blob is and when it came"
        })
      )
}

/** What is larger is sent as it is read, and never held as a whole. */
const heldBytes = 8 * 1024 * 1024

/** Sends a large object. It is asked for first: an answer in the middle of sending may be lost. */
const sendLarge = (
  client: S3Client,
  name: string,
  source: BlobSource,
  headers: Readonly<Record<string, string>>
): Effect.Effect<HttpAnswer, PutError> =>
  Effect.gen(function* () {
    const isThere = yield* headObject(client, name).pipe(
      Effect.as(true),
      Effect.catchTags({
        BlobMissing: () => Effect.succeed(false),
        BlobNotHere: () => Effect.succeed(true)
      })
    )
    if (isThere) return yield* Effect.fail(new BlobExists({ place: client.place, name }))
    let spoilt: FileNotVerified | undefined
    async function* chunks() {
      try {
        yield* verifiedChunks(name, source)
      } catch (error) {
        if (error instanceof FileNotVerified) spoilt = error
        throw error
      }
    }
    const { sha256, bytes: length } = source
    const checksum = { "x-amz-checksum-sha256": Buffer.from(sha256).toString("base64") }
    return yield* Effect.mapError(
      client.send({
        method: "PUT",
        name,
        body: { length, sha256, chunks },
        headers: { ...headers, ...checksum }
      }),
      (error) => spoilt ?? error
    )
  })

/** Sends an object that is held in memory. */
const sendSmall = (
  client: S3Client,
  name: string,
  source: BlobSource,
  headers: Readonly<Record<string, string>>
): Effect.Effect<HttpAnswer, PutError> =>
  Effect.gen(function* () {
    const bytes = yield* readAll(name, source)
    // Buckets with Object Lock want it.
    const digest = { "content-md5": createHash("md5").update(bytes).digest("base64") }
    return yield* client.send({
      method: "PUT",
      name,
      body: { bytes, sha256: source.sha256 },
      headers: { ...headers, ...digest }
    })
  })

/** Puts an object, `conditional` when it says that the store may not replace one. Answers whether the store can. */
const putObject = (
  client: S3Client,
  name: string,
  source: BlobSource,
  conditional: boolean
): Effect.Effect<boolean, PutError> =>
  Effect.gen(function* () {
    const send = source.bytes > heldBytes ? sendLarge : sendSmall
    const answer = yield* send(client, name, source, {
      "content-type": "application/octet-stream",
      ...(conditional ? { "if-none-match": "*" } : {})
    })
    if (isGood(answer)) return true
    if (conditional && (answer.status === 501 || codeOf(answer) === "NotImplemented")) return false
    return yield* failWith(faultOf(client, answer, name), ["BlobExists", "PlaceFull"])
  })

const deleteObject = (client: S3Client, name: string): Effect.Effect<void, PlaceError | BlobRetained> =>
  Effect.gen(function* () {
    const answer = yield* client.send({ method: "DELETE", name })
    if (isGood(answer)) return
    const retained = new BlobRetained({ place: client.place, name })
    if (codeOf(answer) === "AccessDenied") return yield* Effect.fail(retained)
    const fault = faultOf(client, answer, name)
    if (fault._tag === "BlobMissing") return
    return yield* failWith(fault, ["BlobRetained"])
  })

/**
 * A bucket, or the part of one below a prefix. Puts are single requests, signed with the hash of their bytes, large ones sent as they are
 * read, and ask the store not to replace (`If-None-Match`). A store that says it cannot is asked first; one that ignores it is found by
 * `keepsFirst`.
 */
export const s3Blobs = (options: S3Options): Effect.Effect<Blobs, InvalidInput> =>
  Effect.map(onlyInput(Effect.try({ try: () => s3Client(options), catch: (error) => error })), (client) =>
    blobsOf(client, Math.min(options.pageSize ?? 1000, 1000))
  )

const blobsOf = (client: S3Client, pageSize: number): Blobs => {
  const { place } = client
  const named = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | BlobMissing> =>
    isBlobName(name) ? effect : Effect.fail(new BlobMissing({ place, name }))
  const plain: Blobs = {
    place,
    put: (name, source) => Effect.asVoid(putObject(client, name, source, false)),
    get: (name, range) => Effect.suspend(() => named(name, getObject(client, name, checkedRange(range)))),
    head: (name) =>
      named(
        name,
        Effect.flatMap(headObject(client, name), (answer) => infoOf(client, name, answer))
      ),
    list: (prefix, after = "") => listS3(client, prefix, after, pageSize),
    delete: (name) => (isBlobName(name) ? deleteObject(client, name) : Effect.void),
    now: Effect.flatMap(client.send({ method: "HEAD", name: "vault.json" }), (answer) => {
      const now = Date.parse(answer.headers.date ?? "")
      return Number.isFinite(now)
        ? Effect.succeed(now)
        : Effect.fail(new PlaceRefused({ place, reason: "it does not say what time it is" }))
    })
  }
  const asking = askingFirst(plain)
  let canKeepFirst = true
  return {
    ...plain,
    put: (name, source) =>
      Effect.gen(function* () {
        if (!isBlobName(name)) return yield* Effect.dieMessage(`not the name of a blob: ${name}`)
        if (canKeepFirst) canKeepFirst = yield* putObject(client, name, source, true)
        if (!canKeepFirst) yield* asking.put(name, source)
      })
  }
}
