/** The blobs of a bucket, a page at a time: `ListObjectsV2`. */
import { PlaceRefused, PlaceUnreachable } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type BlobInfo, type BlobPage, isBlobName, type PlaceError } from "./Blobs.js"
import type { S3Client } from "./S3Client.js"
import { faultOf, isGood } from "./S3Fault.js"
import { elements, textOf } from "./S3Xml.js"

/** Pages in a row that may hold nothing of ours: a million objects. A store that never ends is left sooner or later. */
const mostForeignPages = 1000

interface S3Page extends BlobPage {
  readonly next: string | undefined
}

/** One object of a listing; `undefined` when it is not a blob of ours. */
const infoOf = (xml: string, prefix: string): BlobInfo | undefined => {
  const key = textOf(xml, "Key") ?? ""
  const name = key.slice(prefix.length)
  if (!key.startsWith(prefix) || !isBlobName(name)) return undefined
  const bytes = Number(textOf(xml, "Size") ?? Number.NaN)
  const arrivedAt = Math.floor(Date.parse(textOf(xml, "LastModified") ?? "") / 1000) * 1000
  if (!Number.isSafeInteger(bytes) || !Number.isFinite(arrivedAt)) return undefined
  return { name, bytes, arrivedAt, isHere: true }
}

const readPage = (xml: string, prefix: string): S3Page => ({
  blobs: [...elements(xml, "Contents")].flatMap((each) => infoOf(each, prefix) ?? []),
  isLast: textOf(xml, "IsTruncated") !== "true",
  next: textOf(xml, "NextContinuationToken")
})

const isInOrder = (blobs: ReadonlyArray<BlobInfo>, prefix: string, after: string): boolean =>
  blobs.every(({ name }, index) => name.startsWith(prefix) && name > (blobs[index - 1]?.name ?? after))

/** A page that has a blob, or is the last one. */
export const listS3 = (
  client: S3Client,
  prefix: string,
  after: string,
  pageSize: number
): Effect.Effect<BlobPage, PlaceError> =>
  Effect.gen(function* () {
    const { place } = client
    let next: string | undefined
    for (let page = 0; page < mostForeignPages; page++) {
      const from: Readonly<Record<string, string>> =
        next !== undefined
          ? { "continuation-token": next }
          : after === ""
            ? {}
            : { "start-after": client.prefix + after }
      const answer = yield* client.send({
        method: "GET",
        query: { "list-type": "2", "max-keys": String(pageSize), prefix: client.prefix + prefix, ...from }
      })
      if (!isGood(answer)) {
        const fault = faultOf(client, answer, prefix)
        if (fault._tag === "PlaceRefused" || fault._tag === "PlaceUnreachable")
          return yield* Effect.fail(fault)
        return yield* Effect.fail(new PlaceRefused({ place, reason: "it does not list what it has" }))
      }
      const xml = Buffer.from(answer.body).toString("utf8")
      // What a proxy answers, or a page that was cut, must not pass for an empty place.
      if (!answer.isWhole || !xml.includes("</ListBucketResult>"))
        return yield* Effect.fail(
          new PlaceUnreachable({ place, reason: "it answered something else than a list", retryable: true })
        )
      const { blobs, isLast, next: following } = readPage(xml, client.prefix)
      if (!isInOrder(blobs, prefix, after))
        return yield* Effect.fail(
          new PlaceRefused({ place, reason: "it does not list in the order of names" })
        )
      if (blobs.length > 0 || isLast) return { blobs, isLast }
      if (following === undefined)
        return yield* Effect.fail(new PlaceRefused({ place, reason: "its lists break off" }))
      next = following
    }
    return yield* Effect.fail(
      new PlaceRefused({ place, reason: "too much lies there that is not ours; choose another prefix" })
    )
  })
