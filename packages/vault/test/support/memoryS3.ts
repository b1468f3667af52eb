/** A small S3 in memory, with signatures that are checked, and with the faults of others on demand. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { S3Options } from "../../src/index.js"

/** How this store differs from what it ought to be. */
interface S3Manners {
  /** What it does with `If-None-Match`. */
  condition: "keep" | "ignore" | "unknown"
  ranges: "cut" | "ignore"
  /** How far its clock is ahead. */
  clockMs: number
  /** Answers, in place of its own, to the next requests; taken one by one. */
  answers: Array<(request: IncomingMessage, response: ServerResponse) => void>
  /** What may not be deleted. */
  deletes: "allowed" | "denied"
}

export interface MemoryS3 {
  readonly options: S3Options
  readonly manners: S3Manners
  /** Keys and their bytes. */
  readonly objects: Map<string, { readonly bytes: Buffer; readonly at: number }>
  /** What was asked, in order: `PUT /bucket/key`. */
  readonly asked: Array<string>
}

const accessKeyId = "AKIDEXAMPLE"
export const secret = "a/secret+key%of=ours"
export const bucket = "songs"

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest()
const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** The error that a signature deserves, or `undefined`. Written from the description of AWS, not from our own signer. */
const signatureFault = (
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  now: number
): string | undefined => {
  const header = request.headers.authorization ?? ""
  const [, key, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header
    ) ?? []
  if (key === undefined || scope === undefined || names === undefined || signature === undefined)
    return "AccessDenied"
  if (key !== accessKeyId) return "InvalidAccessKeyId"
  const date = String(request.headers["x-amz-date"])
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))
  if (!(Math.abs(now - time) < 15 * 60_000)) return "RequestTimeTooSkewed"
  const hash = String(request.headers["x-amz-content-sha256"])
  const canonical = [
    request.method,
    url.pathname
      .split("/")
      .map((part) => strict(decodeURIComponent(part)))
      .join("/"),
    [...url.searchParams]
      .map(([name, value]) => `${strict(name)}=${strict(value)}`)
      .sort()
      .join("&"),
    ...names.split(";").map((name) => `${name}:${String(request.headers[name]).trim()}`),
    "",
    names,
    hash
  ].join("\n")
  const [day = "", region = "", service = ""] = scope.split("/")
  const signing = [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${secret}`, day))
  const expected = hmac(signing, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n"))
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return "SignatureDoesNotMatch"
  return sha256(body) === hash ? undefined : "XAmzContentSHA256Mismatch"
}

const statuses: Readonly<Record<string, number>> = {
  NoSuchKey: 404,
  NoSuchBucket: 404,
  PreconditionFailed: 412,
  InvalidRange: 416,
  NotImplemented: 501,
  XAmzContentSHA256Mismatch: 400
}

/** An answer of S3 that is an error; of a HEAD without its body. */
export const fail =
  (code: string, status = statuses[code] ?? 403) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${secret}</Message></Error>`
    response.writeHead(status, { "content-type": "application/xml" })
    response.end(request.method === "HEAD" ? undefined : body)
  }

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const listing = (objects: MemoryS3["objects"], query: URLSearchParams): string => {
  const prefix = query.get("prefix") ?? ""
  const token = query.get("continuation-token")
  const after = token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString()
  const most = Number(query.get("max-keys") ?? 1000)
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
  const page = keys.slice(0, most)
  const contents = page.map((key) => {
    const { bytes, at } = objects.get(key) ?? { bytes: Buffer.alloc(0), at: 0 }
    return `<Contents><Key>${escaped(key)}</Key><LastModified>${new Date(at).toISOString()}</LastModified><ETag>&quot;${sha256(bytes)}&quot;</ETag><Size>${bytes.length}</Size><Owner><ID>o</ID></Owner></Contents>`
  })
  const next = Buffer.from(page.at(-1) ?? "").toString("base64url")
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${keys.length > most}</IsTruncated>${keys.length > most ? `<NextContinuationToken>${next}</NextContinuationToken>` : ""}${contents.join("")}</ListBucketResult>`
}

const giveObject = (
  { manners }: MemoryS3,
  { bytes, at }: { readonly bytes: Buffer; readonly at: number },
  request: IncomingMessage,
  response: ServerResponse
): void => {
  response.setHeader("last-modified", new Date(at).toUTCString())
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []
  if (first === undefined || manners.ranges === "ignore") {
    response.setHeader("content-length", bytes.length)
    response.end(request.method === "HEAD" ? undefined : bytes)
  } else if (Number(first) >= bytes.length) fail("InvalidRange")(request, response)
  else {
    const part = bytes.subarray(Number(first), Number(last) + 1)
    const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`
    response.writeHead(206, { "content-range": range, "content-length": part.length })
    response.end(part)
  }
}

/** The error that a request deserves, or `undefined`. */
const faultOf = (
  { objects, manners }: MemoryS3,
  request: IncomingMessage,
  isOurs: boolean,
  key: string
): string | undefined => {
  if (!isOurs) return "NoSuchBucket"
  if (request.method === "DELETE") return manners.deletes === "denied" ? "AccessDenied" : undefined
  if (request.method !== "PUT") return key === "" || objects.has(key) ? undefined : "NoSuchKey"
  if (request.headers["if-none-match"] !== "*" || manners.condition === "ignore") return undefined
  if (manners.condition === "unknown") return "NotImplemented"
  return objects.has(key) ? "PreconditionFailed" : undefined
}

const answer = (s3: MemoryS3, request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
  const { objects, manners } = s3
  const now = Date.now() + manners.clockMs
  const host = request.headers.host ?? ""
  const url = new URL(`http://${host}${request.url}`)
  response.setHeader("date", new Date(now).toUTCString())
  const path = decodeURIComponent(url.pathname).slice(1)
  const isVirtual = host.startsWith(`${bucket}.`)
  const key = isVirtual ? path : path.slice(bucket.length + 1)
  const found = objects.get(key)
  const fault =
    signatureFault(request, url, body, now) ??
    faultOf(s3, request, isVirtual || path.split("/")[0] === bucket, key)
  if (fault !== undefined) fail(fault)(request, response)
  else if (request.method === "PUT") {
    objects.set(key, { bytes: body, at: now })
    response.end()
  } else if (request.method === "DELETE") {
    objects.delete(key)
    response.writeHead(204).end()
  } else if (found === undefined) response.end(listing(objects, url.searchParams))
  else giveObject(s3, found, request, response)
}

/** One such store with an empty bucket, on a port of its own, for as long as the scope lasts. */
export const memoryS3 = Effect.acquireRelease(
  Effect.async<{ readonly s3: MemoryS3; readonly close: () => Promise<void> }>((resume) => {
    const server = createServer((request, response) => {
      const parts: Array<Buffer> = []
      request.on("data", (part: Buffer) => parts.push(part))
      request.on("end", () => {
        s3.asked.push(`${request.method} ${request.url}`)
        const other = s3.manners.answers.shift()
        if (other === undefined) answer(s3, request, response, Buffer.concat(parts))
        else other(request, response)
      })
    })
    const s3: MemoryS3 = {
      get options() {
        const { port } = server.address() as AddressInfo
        return {
          bucket,
          endpoint: `http://127.0.0.1:${port}`,
          region: "eu-central-1",
          credentials: { accessKeyId, secretAccessKey: Redacted.make(secret) }
        }
      },
      manners: { condition: "keep", ranges: "cut", clockMs: 0, answers: [], deletes: "allowed" },
      objects: new Map(),
      asked: []
    }
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ s3, close })))
  }),
  ({ close }) => Effect.promise(close)
).pipe(Effect.map(({ s3 }) => s3))
