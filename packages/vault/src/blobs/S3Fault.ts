/** What S3 answers in place of what was asked for, as errors of ours. Of its texts only codes are taken over. */
import {
  BlobExists,
  BlobMissing,
  type BlobRetained,
  PlaceFull,
  PlaceRefused,
  PlaceUnreachable
} from "@white-room/core"
import type { HttpAnswer } from "./HttpExchange.js"
import type { S3Client } from "./S3Client.js"
import { textOf } from "./S3Xml.js"

export type S3Fault = BlobExists | BlobMissing | BlobRetained | PlaceFull | PlaceRefused | PlaceUnreachable

export const isGood = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300

/** The code of an error: a word, or nothing. */
export const codeOf = ({ body }: HttpAnswer): string => {
  const code = textOf(Buffer.from(body).toString("utf8"), "Code") ?? ""
  return /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : ""
}

/** Stores take a request for as long as that, by their clock. */
const skewMs = 14 * 60 * 1000

/** Why the store does not take the time of this machine, by the clock it answers with; `undefined` when they agree. */
const clockReason = ({ headers }: HttpAnswer, code: string): string | undefined => {
  const theirs = Date.parse(headers.date ?? "")
  const ahead = Date.now() - theirs
  const isOff = Math.abs(ahead) > skewMs
  if (!isOff && code !== "RequestTimeTooSkewed") return undefined
  const much = isOff ? ` by ${Math.round(Math.abs(ahead) / 60_000)} minutes` : ""
  const way = isOff ? (ahead > 0 ? " (it is ahead)" : " (it is behind)") : ""
  return `the clock of this machine is wrong${much}${way}; set it, the keys may well be right`
}

const keyReasons: ReadonlyMap<string, string> = new Map([
  ["SignatureDoesNotMatch", "the secret key is wrong, or belongs to another access key"],
  ["InvalidAccessKeyId", "it does not know the access key"],
  ["ExpiredToken", "the keys were lent, and have expired"],
  ["TokenRefreshRequired", "the keys were lent, and have expired"],
  ["InvalidToken", "the session token is wrong"],
  ["AccessDenied", "the key has no right to do that"],
  ["InvalidObjectState", "it lies in an archive; have the store bring it back first"]
])

const full = new Set(["QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "StorageCapExceeded"])

/** The request was right: it was damaged on its way, or met another. */
const passing = new Set([
  "RequestTimeout",
  "IncompleteBody",
  "BadDigest",
  "XAmzContentSHA256Mismatch",
  "SlowDown",
  "ConditionalRequestConflict",
  "OperationAborted"
])

/** The region that a store says a bucket lies in. */
const regionReason = (answer: HttpAnswer): string => {
  const region =
    answer.headers["x-amz-bucket-region"] ?? textOf(Buffer.from(answer.body).toString("utf8"), "Region")
  return typeof region === "string" && /^[a-z0-9-]{1,64}$/.test(region)
    ? `the bucket lies in the region ${region}`
    : "the bucket lies elsewhere: region or endpoint is wrong"
}

/** What an answer that is not good means, for the blob it was asked about. */
export const faultOf = ({ place, bucket }: S3Client, answer: HttpAnswer, name: string): S3Fault => {
  const { status } = answer
  const code = codeOf(answer)
  const refused = (reason: string) => new PlaceRefused({ place, reason })
  if (full.has(code) || status === 507) return new PlaceFull({ place })
  if (status === 412) return new BlobExists({ place, name })
  if (code === "NoSuchBucket")
    return new PlaceUnreachable({ place, reason: `there is no bucket ${bucket}`, retryable: false })
  if (status === 404) return new BlobMissing({ place, name })
  if (passing.has(code) || status === 408 || status === 429 || (status >= 500 && status !== 501))
    return new PlaceUnreachable({ place, reason: `it answered ${status} ${code}`.trim(), retryable: true })
  if (status === 401 || status === 403)
    return refused(
      clockReason(answer, code) ?? keyReasons.get(code) ?? `it answered ${status} ${code}`.trim()
    )
  if ((status >= 300 && status < 400) || code === "AuthorizationHeaderMalformed")
    return refused(regionReason(answer))
  return refused(`it answered ${status} ${code}`.trim())
}
