import { createHash, createHmac } from "node:crypto"
import * as Redacted from "effect/Redacted"
import type { S3Credentials } from "./S3Credentials.js"

interface Unsigned {
  readonly method: string
  readonly url: URL
  /** All that is signed, in lower case, besides host and time. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body, in hex. */
  readonly sha256: string
}

const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest()

/**
 * The headers of a request to S3, signed for a region at a time by AWS Signature Version 4, in the header `authorization`. Path and query of
 * the address are as `encodeURIComponent` writes them, `!'()*` escaped too, and the query in the order of its names.
 */
export const signS3 = (
  { method, url, headers, sha256 }: Unsigned,
  { accessKeyId, secretAccessKey, sessionToken }: S3Credentials,
  region: string,
  now: Date
): Readonly<Record<string, string>> => {
  const time = now.toISOString().replace(/[:-]|\.\d{3}/g, "")
  const all: Readonly<Record<string, string>> = {
    ...headers,
    host: url.host,
    "x-amz-content-sha256": sha256,
    "x-amz-date": time,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": Redacted.value(sessionToken) })
  }
  const names = Object.keys(all).sort()
  const request = [
    ...[method, url.pathname, url.search.slice(1)],
    ...names.map((name) => `${name}:${all[name]}`),
    ...["", names.join(";"), sha256]
  ].join("\n")
  const scope = [time.slice(0, 8), region, "s3", "aws4_request"]
  const text = [
    "AWS4-HMAC-SHA256",
    time,
    scope.join("/"),
    createHash("sha256").update(request).digest("hex")
  ].join("\n")
  const secret = `AWS4${Redacted.value(secretAccessKey)}`
  const key = scope.reduce<string | Uint8Array>(hmac, secret)
  const signature = hmac(key, text).toString("hex")
  const credential = `${accessKeyId}/${scope.join("/")}`
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`
  }
}
