/**
 * One signed request to S3 and its whole answer, within bounds of time and bytes. Redirects are not followed, nothing is
 * sent again, and no error holds a key, a signature or a text that the store made up.
 */
import { createHash } from "node:crypto"
import type * as http from "node:http"
import type * as https from "node:https"
import { errorCode, InvalidInput, isWellFormed, type PlaceUnreachable } from "@white-room/core"
import { AwsV4Signer } from "aws4fetch"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { connectionFault, inTime } from "./Exchange.js"
import { agentTo, exchange, type HttpAnswer, hostOf, requestTo } from "./HttpExchange.js"
import type { S3Credentials } from "./S3Credentials.js"

export interface S3Options {
  readonly bucket: string
  /** What all keys begin with; `/` follows it. */
  readonly prefix?: string | undefined
  /** The server; that of AWS in the region by default. */
  readonly endpoint?: string | undefined
  /** `us-east-1` by default, which many other stores take. */
  readonly region?: string | undefined
  readonly credentials: S3Credentials
  /** Where the bucket stands in addresses: in the path for an endpoint that was given, else in the name of the host. */
  readonly style?: "path" | "virtual" | undefined
  /** How long an answer may take, besides a second for every 32 KiB; 30 s by default. */
  readonly patience?: Duration.DurationInput | undefined
  /** The most keys of a page, up to 1,000. */
  readonly pageSize?: number | undefined
  /** What begins requests; that of Node by default. */
  readonly request?: ((options: https.RequestOptions) => http.ClientRequest) | undefined
}

/** What is sent, with its hash, which the store holds it against: bytes, or so many as they are read. */
type S3Body = { readonly sha256: Uint8Array } & (
  | { readonly bytes: Uint8Array }
  | { readonly length: number; readonly chunks: () => AsyncIterable<Uint8Array> }
)

const lengthOf = (body: S3Body): number => ("bytes" in body ? body.bytes.length : body.length)

interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE"
  /** The key below the prefix; without one the bucket is meant. */
  readonly name?: string | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: S3Body | undefined
  /** The most bytes to read of a good answer, after as many as are passed over when it is a whole object (200). */
  readonly most?: number | undefined
  readonly skip?: number | undefined
}

export interface S3Client {
  readonly place: string
  readonly bucket: string
  /** Empty, or with `/` at its end. */
  readonly prefix: string
  readonly send: (request: S3Request) => Effect.Effect<HttpAnswer, PlaceUnreachable>
}

/** What errors and listings may weigh: 1,000 keys, every character escaped. */
const textBytes = 16 * 1024 * 1024

/** Stores close connections on which nothing was asked for so long, or longer. */
const idleMs = 4000

const emptyHash = createHash("sha256").digest()

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** As signatures want it: `encodeURIComponent` leaves some characters. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  )

/** A prefix whose parts survive in an address, with `/` at its end. */
const checkedPrefix = (given: string): string => {
  const prefix = given.replace(/^\/+|\/+$/g, "")
  if (prefix === "") return ""
  const parts = prefix.split("/")
  if (parts.some((part) => ["", ".", ".."].includes(part)) || !isWellFormed(prefix) || /\p{Cc}/u.test(prefix))
    throw new InvalidInput({
      field: "prefix",
      reason: "it has empty parts, dots alone or control characters"
    })
  if (Buffer.byteLength(prefix) > 300)
    throw new InvalidInput({ field: "prefix", reason: "it is longer than 300 bytes" })
  return `${prefix}/`
}

const checkedEndpoint = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InvalidInput({ field: "endpoint", reason: "it is not an address that begins with https://" })
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new InvalidInput({ field: "endpoint", reason: "it may name a server and a path, nothing else" })
  return url
}

/** The address of the bucket, without `/` at its end. */
const bucketAddress = ({ bucket, endpoint, region = "us-east-1", style }: S3Options): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket))
    throw new InvalidInput({ field: "bucket", reason: "no bucket can have that name" })
  if (!/^[a-z0-9-]{1,64}$/i.test(region))
    throw new InvalidInput({ field: "region", reason: "no region can have that name" })
  const server = checkedEndpoint(endpoint ?? `https://s3.${region}.amazonaws.com`)
  // A certificate for `*.s3.…` does not cover a name with more dots.
  const isVirtual =
    style === undefined ? endpoint === undefined && !bucket.includes(".") : style === "virtual"
  // As `encoded` would write it, which is what gets signed.
  const path = server.pathname
    .replace(/\/+$/, "")
    .replace(/%[0-9a-f]{2}/g, (escaped) => escaped.toUpperCase())
    .replace(/[^\w.~/%-]/g, encoded)
  return isVirtual
    ? `${server.protocol}//${bucket}.${server.host}${path}`
    : `${server.protocol}//${server.host}${path}/${bucket}`
}

const networkFault = (place: string, error: unknown): PlaceUnreachable => {
  const code = errorCode(error)
  const isCertificate = /CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)
  return connectionFault(place, code, isCertificate)
}

/** @throws InvalidInput when bucket, prefix, endpoint or region cannot be */
export const s3Client = (options: S3Options): S3Client => {
  const { bucket, credentials, region = "us-east-1", patience = "30 seconds" } = options
  const prefix = checkedPrefix(options.prefix ?? "")
  const base = bucketAddress(options)
  const place = `s3://${bucket}/${prefix}`.replace(/\/$/, "")
  const make = options.request ?? requestTo(new URL(base))
  const agent = agentTo(new URL(base), { timeout: idleMs })

  const addressOf = ({ name, query = {} }: S3Request): URL => {
    const path = name === undefined ? "" : (prefix + name).split("/").map(encoded).join("/")
    const search = Object.entries(query).map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
    return new URL(`${base}/${path}${search.length === 0 ? "" : `?${search.sort().join("&")}`}`)
  }

  const derivedKeys = new Map<string, ArrayBuffer>()

  const signed = (url: URL, { method, headers = {}, body }: S3Request) => {
    const token = credentials.sessionToken
    return new AwsV4Signer({
      ...{ method, url: url.href },
      headers: { ...headers, "x-amz-content-sha256": hex(body?.sha256 ?? emptyHash) },
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: Redacted.value(credentials.secretAccessKey),
      ...(token === undefined ? {} : { sessionToken: Redacted.value(token) }),
      ...{ service: "s3", region, cache: derivedKeys }
    }).sign()
  }

  const ask = async (request: S3Request, signal: AbortSignal): Promise<HttpAnswer> => {
    const { method, body, skip = 0, most = textBytes } = request
    const url = addressOf(request)
    const { headers } = await signed(url, request)
    const sent = make({
      ...{ protocol: url.protocol, host: hostOf(url), port: url.port, path: url.pathname + url.search },
      ...{ method, agent, signal },
      headers: {
        ...Object.fromEntries(headers),
        // Not signed, as servers before the store may change it. A compressed answer has another length than it says.
        "accept-encoding": "identity",
        ...(body === undefined ? {} : { "content-length": String(lengthOf(body)) })
      }
    })
    const bytes = body && ("bytes" in body ? body.bytes : body.chunks())
    // A whole object is cut here, a part of one was cut by the store.
    const bounds = (status: number) =>
      status >= 200 && status < 300 ? { skip: status === 200 ? skip : 0, most } : { most: textBytes }
    return exchange(sent, bytes, bounds, signal)
  }

  return {
    place,
    bucket,
    prefix,
    send: (request) => {
      const bytes =
        (request.body === undefined ? 0 : lengthOf(request.body)) + (request.skip ?? 0) + (request.most ?? 0)
      const answer = Effect.tryPromise({
        try: (signal) => ask(request, signal),
        catch: (error) => networkFault(place, error)
      })
      return inTime(place, patience, bytes, answer)
    }
  }
}
