/** A bucket in memory, as a store of S3 that a server reaches by its address. */
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import { type Blobs, openPlace } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface TestBucket {
  /** `s3://bucket?endpoint=…` */
  readonly place: string
  readonly blobs: Blobs
  readonly objects: Map<string, { readonly bytes: Buffer; readonly at: number }>
  /** True while every answer is 503. */
  isAway: boolean
  /** Told of each request, which waits for it; its own answer in place of the bucket's. */
  answer: ((method: string, key: string) => number | undefined | Promise<undefined>) | undefined
}

const xml = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)

const failure = (code: string): string => `<Error><Code>${code}</Code></Error>`

/** Threads of a server find the keys in the environment, as it does. */
const keys = { AWS_ACCESS_KEY_ID: "TEST", AWS_SECRET_ACCESS_KEY: "secret" }

/** What was there before the first of those buckets that are there now. */
let before: Readonly<Record<string, string | undefined>> = {}
let buckets = 0

/** The keys stay for as long as there is one bucket: that of a cluster outlasts those of single tests. */
const keysInEnvironment = Effect.acquireRelease(
  Effect.sync(() => {
    if (buckets++ > 0) return
    before = Object.fromEntries(Object.keys(keys).map((name) => [name, process.env[name]]))
    Object.assign(process.env, keys)
  }),
  () =>
    Effect.sync(() => {
      if (--buckets > 0) return
      for (const [name, value] of Object.entries(before))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    })
)

export const testBucket: Effect.Effect<TestBucket, never, Scope.Scope> = Effect.gen(function* () {
  const objects: TestBucket["objects"] = new Map()
  const state: Pick<TestBucket, "isAway" | "answer"> = { isAway: false, answer: undefined }
  const server = createServer((request, response) => {
    const parts: Array<Buffer> = []
    request.on("data", (part: Buffer) => parts.push(part))
    request.on("end", async () => {
      const url = new URL(`http://localhost${request.url}`)
      const key = decodeURIComponent(url.pathname).replace(/^\/songs\/?/, "")
      const say = (status: number, body: string | Buffer = "", headers = {}) => {
        response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers })
        response.end(request.method === "HEAD" ? undefined : body)
      }
      response.setHeader("date", new Date().toUTCString())
      const other = state.isAway ? 503 : await state.answer?.(request.method ?? "", key)
      if (other !== undefined) return say(other, failure("SlowDown"))
      const found = objects.get(key)
      const body = Buffer.concat(parts)
      if (request.method === "PUT") {
        if (createHash("sha256").update(body).digest("hex") !== request.headers["x-amz-content-sha256"])
          return say(400, failure("XAmzContentSHA256Mismatch"))
        if (found !== undefined && request.headers["if-none-match"] === "*")
          return say(412, failure("PreconditionFailed"))
        objects.set(key, { bytes: body, at: Date.now() })
        return say(200)
      }
      if (request.method === "DELETE") {
        objects.delete(key)
        return say(204)
      }
      if (key === "") {
        const { searchParams: query } = url
        const token = query.get("continuation-token") ?? query.get("start-after") ?? ""
        const names = [...objects.keys()].filter((each) => each.startsWith(query.get("prefix") ?? "")).sort()
        const rest = names.filter((each) => each > token)
        const page = rest.slice(0, Number(query.get("max-keys") ?? 1000))
        const contents = page.map((each) => {
          const { bytes, at } = objects.get(each) ?? { bytes: Buffer.alloc(0), at: 0 }
          return `<Contents><Key>${xml(each)}</Key><LastModified>${new Date(at).toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`
        })
        const isCut = rest.length > page.length
        const next = isCut ? `<NextContinuationToken>${xml(page.at(-1) ?? "")}</NextContinuationToken>` : ""
        return say(
          200,
          `<ListBucketResult><KeyCount>${page.length}</KeyCount><IsTruncated>${isCut}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`
        )
      }
      if (found === undefined) return say(404, failure("NoSuchKey"))
      const { bytes, at } = found
      const modified = { "last-modified": new Date(at).toUTCString() }
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []
      if (first === undefined) return say(200, bytes, modified)
      if (Number(first) >= bytes.length) return say(416, failure("InvalidRange"))
      const part = bytes.subarray(Number(first), Number(last) + 1)
      const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`
      return say(206, part, { ...modified, "content-range": range })
    })
  })
  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )
  yield* keysInEnvironment
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const place = `s3://songs?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`
  const blobs = yield* Effect.orDie(openPlace(place))
  return Object.assign(state, { place, blobs, objects })
})
