import * as fs from "node:fs"
import * as http from "node:http"
import * as https from "node:https"
import { join } from "node:path"
import { Duplex } from "node:stream"
import { describe, expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import {
  askingFirst,
  type Blobs,
  keepsFirst,
  readS3Account,
  type S3Options,
  s3Blobs,
  sourceOf
} from "../../src/index.js"
import { bucket, fail, type MemoryS3, memoryS3, secret } from "../support/memoryS3.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

const source = sourceOf(utf8("a song"))

const withS3 = (
  title: string,
  body: (blobs: Blobs, s3: MemoryS3, options: S3Options) => Effect.Effect<void, unknown>
) =>
  it.scopedLive(title, () =>
    Effect.gen(function* () {
      const s3 = yield* memoryS3
      yield* body(yield* s3Blobs(s3.options), s3, s3.options)
    })
  )

const calls = (blobs: Blobs): ReadonlyArray<Effect.Effect<unknown, unknown>> => [
  blobs.put("a", source),
  blobs.get("a"),
  blobs.get("a", { offset: 0, length: 1 }),
  blobs.head("a"),
  blobs.list(""),
  blobs.delete("a")
]

/** The error of each operation, which must not hold the secret. */
const faults = (blobs: Blobs) =>
  Effect.forEach(calls(blobs), (call) =>
    Effect.map(Effect.flip(call), (error) => {
      expect(`${JSON.stringify(error)} ${error}`).not.toContain(secret)
      return error
    })
  )

describe("blobs in S3", () => {
  withS3("ask for each operation once", (blobs, { asked }) =>
    Effect.gen(function* () {
      yield* blobs.put("lib/a", source)
      yield* blobs.head("lib/a")
      yield* blobs.get("lib/a")
      yield* blobs.get("lib/a", { offset: 1, length: 2 })
      yield* blobs.list("lib/", "lib/0")
      yield* blobs.delete("lib/a")
      expect(asked.map((each) => each.split("?")[0])).toEqual([
        `PUT /${bucket}/lib/a`,
        `HEAD /${bucket}/lib/a`,
        `GET /${bucket}/lib/a`,
        `GET /${bucket}/lib/a`,
        `GET /${bucket}/`,
        `DELETE /${bucket}/lib/a`
      ])
    })
  )

  withS3("tell a wrong secret, an unknown key and a wrong clock apart", (_, { manners }, options) =>
    Effect.gen(function* () {
      const wrong = { ...options.credentials, secretAccessKey: Redacted.make("wrong") }
      for (const error of yield* faults(yield* s3Blobs({ ...options, credentials: wrong })))
        expect(error).toMatchObject({
          _tag: "PlaceRefused",
          reason: expect.stringContaining("secret key is wrong")
        })
      const unknown = { ...options.credentials, accessKeyId: "NOBODY" }
      for (const error of yield* faults(yield* s3Blobs({ ...options, credentials: unknown })))
        expect(error).toMatchObject({ _tag: "PlaceRefused", reason: "it does not know the access key" })
      manners.clockMs = -2 * 60 * 60 * 1000
      for (const error of yield* faults(yield* s3Blobs(options)))
        expect(error).toMatchObject({
          _tag: "PlaceRefused",
          reason: expect.stringContaining("the clock of this machine is wrong by 120 minutes (it is ahead)")
        })
    })
  )

  withS3("say which bucket is not there, and which region is right", (blobs, { manners }, options) =>
    Effect.gen(function* () {
      for (const error of yield* faults(yield* s3Blobs({ ...options, bucket: "other" })))
        expect(error).toMatchObject({
          _tag: "PlaceUnreachable",
          reason: "there is no bucket other",
          retryable: false
        })
      manners.answers.push((_, response) => {
        response
          .writeHead(301, { location: "http://127.0.0.1:1/", "x-amz-bucket-region": "eu-north-1" })
          .end()
      })
      expect(yield* Effect.flip(blobs.get("a"))).toMatchObject({
        _tag: "PlaceRefused",
        reason: "the bucket lies in the region eu-north-1"
      })
    })
  )

  withS3("know what may be tried again", (blobs, { manners }) =>
    Effect.gen(function* () {
      const answers = (code: string, status: number) => {
        manners.answers.push(fail(code, status))
        return Effect.flip(blobs.put("a", source))
      }
      for (const [code, status] of [
        ["SlowDown", 503],
        ["InternalError", 500],
        ["TooManyRequests", 429],
        ["RequestTimeout", 400],
        ["ConditionalRequestConflict", 409],
        ["XAmzContentSHA256Mismatch", 400]
      ] as const)
        expect(yield* answers(code, status)).toMatchObject({ _tag: "PlaceUnreachable", retryable: true })
      expect(yield* answers("PreconditionFailed", 412)).toMatchObject({ _tag: "BlobExists" })
      expect(yield* answers("QuotaExceeded", 403)).toMatchObject({ _tag: "PlaceFull" })
      expect(yield* answers("AnythingElse", 507)).toMatchObject({ _tag: "PlaceFull" })
      expect(yield* answers("AccessDenied", 403)).toMatchObject({ _tag: "PlaceRefused" })
      expect(yield* answers("EntityTooLarge", 400)).toMatchObject({ _tag: "PlaceRefused" })
      manners.answers.push((request) => request.socket.destroy())
      expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({
        _tag: "PlaceUnreachable",
        retryable: true
      })
      yield* blobs.put("a", source)
    })
  )

  withS3("retain what the key may not delete", (blobs, { manners }) =>
    Effect.gen(function* () {
      yield* blobs.put("a", source)
      manners.deletes = "denied"
      expect(yield* Effect.flip(blobs.delete("a"))).toMatchObject({ _tag: "BlobRetained" })
    })
  )

  withS3("take no cut and no foreign answer for a blob or a list", (blobs, { manners }) =>
    Effect.gen(function* () {
      yield* blobs.put("a", source)
      const again = { _tag: "PlaceUnreachable", retryable: true }
      manners.answers.push((_, response) => {
        response.writeHead(200, { "content-length": 100 })
        response.write("half", () => response.destroy())
      })
      expect(yield* Effect.flip(blobs.get("a"))).toMatchObject(again)
      manners.answers.push((_, response) => {
        response.writeHead(206, { "content-range": "bytes 3-4/6" }).end("xx")
      })
      expect(yield* Effect.flip(blobs.get("a", { offset: 0, length: 2 }))).toMatchObject(again)
      for (const text of ["", "<html>Sign in to this network</html>", "<ListBucketResult><Contents>"]) {
        manners.answers.push((_, response) => void response.end(text))
        expect(yield* Effect.flip(blobs.list(""))).toMatchObject(again)
      }
    })
  )

  withS3("leave lists that are out of order or never end", (blobs, { manners }) =>
    Effect.gen(function* () {
      const page = (inside: string) => {
        manners.answers.push(
          (_, response) => void response.end(`<ListBucketResult>${inside}</ListBucketResult>`)
        )
        return Effect.flip(blobs.list("", "b"))
      }
      const key = (name: string) =>
        `<Contents><Key>${name}</Key><Size>1</Size><LastModified>2026-11-29T00:00:00Z</LastModified></Contents>`
      const refused = { _tag: "PlaceRefused" }
      expect(yield* page(key("d") + key("c"))).toMatchObject(refused)
      expect(yield* page(key("c") + key("c"))).toMatchObject(refused)
      expect(yield* page(key("a"))).toMatchObject(refused)
      expect(yield* page("<IsTruncated>true</IsTruncated>")).toMatchObject(refused)
    })
  )

  withS3("find out that a store replaces, and ask it first then", (blobs, { manners, objects }) =>
    Effect.gen(function* () {
      expect(yield* keepsFirst(blobs)).toBe(true)
      manners.condition = "ignore"
      expect(yield* keepsFirst(blobs)).toBe(false)
      expect(objects.size).toBe(0)
      const asking = askingFirst(blobs)
      yield* asking.put("a", source)
      expect(yield* Effect.flip(asking.put("a", sourceOf(utf8("other"))))).toMatchObject({
        _tag: "BlobExists"
      })
      expect(objects.get("a")?.bytes.toString()).toBe("a song")
    })
  )

  withS3(
    "ask first by themselves where a store says that it knows no condition",
    (blobs, { manners, asked }) =>
      Effect.gen(function* () {
        manners.condition = "unknown"
        yield* blobs.put("a", source)
        expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({ _tag: "BlobExists" })
        // HEAD, GET for the reason, PUT; once more HEAD.
        expect(asked.map((each) => each.split(" ")[0])).toEqual(["PUT", "HEAD", "GET", "PUT", "HEAD"])
      })
  )

  withS3("stand in the host's name too", (_, { objects }, options) =>
    Effect.gen(function* () {
      // The name leads nowhere here; what is signed and sent is looked at.
      let sent = ""
      const blobs = yield* s3Blobs({
        ...options,
        endpoint: "https://s3.example.com/api",
        style: "virtual",
        prefix: "my songs",
        request: (asked) => {
          sent = `${asked.protocol}//${asked.host}${asked.path}`
          return https.request({
            ...asked,
            agent: false,
            lookup: (_host, _options, done) =>
              done(Object.assign(new Error(secret), { code: "ENOTFOUND" }), [])
          })
        }
      })
      expect(blobs.place).toBe(`s3://${bucket}/my songs`)
      expect((yield* faults(blobs))[0]).toMatchObject({
        _tag: "PlaceUnreachable",
        reason: "its name leads nowhere"
      })
      expect(sent).toBe(`https://${bucket}.s3.example.com/api/my%20songs/a`)
      expect(objects.size).toBe(0)
    })
  )

  it.scoped("wait so long for an answer, and no longer", () =>
    Effect.gen(function* () {
      const { options } = yield* memoryS3
      // A connection on which nothing ever comes.
      const silent = () => new Duplex({ read: () => {}, write: () => {} })
      const request: S3Options["request"] = (asked) =>
        http.request({ ...asked, agent: undefined, createConnection: silent })
      const blobs = yield* s3Blobs({ ...options, request })
      const fiber = yield* Effect.fork(Effect.flip(blobs.head("a")))
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "PlaceUnreachable", retryable: true })
    })
  )

  it.effect("refuse addresses that cannot be", () =>
    Effect.gen(function* () {
      const credentials = { accessKeyId: "A", secretAccessKey: Redacted.make(secret) }
      for (const [field, options] of [
        ["bucket", { bucket: "" }],
        ["bucket", { bucket: "a/b" }],
        ["prefix", { bucket, prefix: "a/../b" }],
        ["prefix", { bucket, prefix: "a//b" }],
        ["region", { bucket, region: "x.evil.com/" }],
        ["endpoint", { bucket, endpoint: "ftp://a" }],
        ["endpoint", { bucket, endpoint: `https://me:${secret}@a` }],
        ["endpoint", { bucket, endpoint: "nonsense" }]
      ] as const)
        expect(yield* Effect.flip(s3Blobs({ ...options, credentials }))).toMatchObject({
          _tag: "InvalidInput",
          field
        })
    })
  )
})

describe("the account of AWS", () => {
  const tell = (env: Readonly<Record<string, string>>, home: string) =>
    Effect.map(readS3Account(env, home), ({ credentials, region, endpoint }) => [
      credentials.accessKeyId,
      Redacted.value(credentials.secretAccessKey),
      credentials.sessionToken === undefined ? undefined : Redacted.value(credentials.sessionToken),
      region,
      endpoint
    ])

  it.scoped("comes from variables before files, from one profile, and never half from each", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      expect(yield* Effect.flip(readS3Account({}, home))).toMatchObject({ _tag: "InvalidInput" })
      fs.mkdirSync(join(home, ".aws"))
      fs.writeFileSync(
        join(home, ".aws/credentials"),
        "# mine\n[default]\naws_access_key_id = A\r\naws_secret_access_key=a=/+ \n[studio]\naws_access_key_id = S\naws_secret_access_key = s\naws_session_token = t\n"
      )
      fs.writeFileSync(
        join(home, ".aws/config"),
        "[default]\nregion = eu-west-1\ns3 =\n  region = no\n[profile studio]\nregion=us-west-2\nendpoint_url = https://s3.studio\n"
      )
      expect(yield* tell({}, home)).toEqual(["A", "a=/+", undefined, "eu-west-1", undefined])
      expect(yield* tell({ AWS_PROFILE: "studio" }, home)).toEqual([
        "S",
        "s",
        "t",
        "us-west-2",
        "https://s3.studio"
      ])
      expect(yield* Effect.flip(readS3Account({ AWS_PROFILE: "none" }, home))).toMatchObject({
        _tag: "InvalidInput"
      })
      const env = {
        AWS_ACCESS_KEY_ID: "E",
        AWS_SECRET_ACCESS_KEY: "e",
        AWS_REGION: "ap-south-1",
        AWS_ENDPOINT_URL: "http://nas:9000"
      }
      expect(yield* tell({ ...env, AWS_PROFILE: "studio" }, home)).toEqual([
        "E",
        "e",
        undefined,
        "ap-south-1",
        "http://nas:9000"
      ])
      expect(yield* tell({ AWS_ACCESS_KEY_ID: "E", AWS_SESSION_TOKEN: "x" }, home)).toEqual([
        "A",
        "a=/+",
        undefined,
        "eu-west-1",
        undefined
      ])
      expect(JSON.stringify(yield* readS3Account({}, home))).not.toContain("a=/+")
    })
  )
})
