// Against a real S3 server. `npm run test:s3` runs this; a missing server is a failure there.
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { keepsFirst, s3Blobs, sourceOf } from "../../src/index.js"
import { blobsContract } from "../../src/testing.js"
import { hasRadosgw, type Radosgw, radosgw } from "../support/radosgw.js"

const isWished = process.env.WHITEROOM_S3_TESTS === "1"

describe.runIf(isWished)("a real S3 server", () => {
  const scope = Effect.runSync(Scope.make())
  let server: Radosgw | undefined
  let buckets = 0

  beforeAll(async () => {
    expect(hasRadosgw(), "install ceph-mon, ceph-osd and radosgw").toBe(true)
    server = await Effect.runPromise(Scope.extend(radosgw, scope))
  }, 120_000)
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  /** A bucket of its own for each test. */
  const options = Effect.gen(function* () {
    if (server === undefined) return yield* Effect.dieMessage("the server is not up")
    const bucket = `songs-${buckets++}`
    yield* server.makeBucket(bucket)
    return { bucket, endpoint: server.endpoint, credentials: server.credentials, pageSize: 5 }
  })
  const place = Effect.flatMap(options, s3Blobs)

  blobsContract("radosgw", place)
  blobsContract(
    "radosgw, below a prefix that has to be escaped",
    Effect.flatMap(options, (given) => s3Blobs({ ...given, prefix: "my songs & more/ä+ö!(1)" }))
  )

  it.live("keeps the first of two blobs", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flatMap(place, keepsFirst)).toBe(true)
    })
  )

  it.live(
    "security 17: with versions, what a thief of the keys deletes or replaces can be brought back",
    () =>
      Effect.gen(function* () {
        const given = yield* options
        if (server === undefined) return
        const { ask } = server
        const on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        expect((yield* ask("PUT", `${given.bucket}?versioning`, on)).status).toBe(200)
        const blobs = yield* s3Blobs(given)
        yield* blobs.put("a", sourceOf(utf8("the songs")))
        // The thief has the device's keys: deletes, and writes something else under the name.
        yield* blobs.delete("a")
        expect((yield* Effect.flip(blobs.get("a")))._tag).toBe("BlobMissing")
        yield* blobs.put("a", sourceOf(utf8("nothing")))
        const { text } = yield* ask("GET", `${given.bucket}?versions`)
        const versions = [...text.matchAll(/<(Version|DeleteMarker)>.*?<VersionId>([^<]+)<.*?<\/\1>/gs)]
        const newer = versions.filter(
          ([all, kind]) => kind === "DeleteMarker" || all.includes("<IsLatest>true<")
        )
        expect([versions.length, newer.length]).toEqual([3, 2])
        for (const [, , version] of newer)
          expect((yield* ask("DELETE", `${given.bucket}/a?versionId=${version}`)).status).toBe(204)
        expect(Buffer.from(yield* blobs.get("a")).toString()).toBe("the songs")
      })
  )

  it.live("security 17: with Object Lock nobody destroys a version before its time, and devices go on", () =>
    Effect.gen(function* () {
      if (server === undefined) return
      const { ask, makeBucket, endpoint, credentials } = server
      const bucket = `locked-${buckets++}`
      yield* makeBucket(bucket, { "x-amz-bucket-object-lock-enabled": "true" })
      const rule =
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
      expect((yield* ask("PUT", `${bucket}?object-lock`, rule)).status).toBe(200)
      const blobs = yield* s3Blobs({ bucket, endpoint, credentials })
      yield* blobs.put("a", sourceOf(utf8("the songs")))
      // radosgw forgets the condition of a put where it keeps versions: that is noticed, and asked for first.
      expect(yield* keepsFirst(blobs)).toBe(false)
      const { text } = yield* ask("GET", `${bucket}?versions`)
      const [, version] = /<VersionId>([^<]+)</.exec(text) ?? []
      // With all the rights that the owner's keys have.
      expect((yield* ask("DELETE", `${bucket}/a?versionId=${version}`)).status).toBe(403)
      const shorter =
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2020-01-01T00:00:00Z</RetainUntilDate></Retention>"
      expect((yield* ask("PUT", `${bucket}/a?retention&versionId=${version}`, shorter)).status).not.toBe(200)
      yield* blobs.delete("a")
      const marker = yield* ask("GET", `${bucket}?versions`)
      const [, hidden] = /<DeleteMarker>.*?<VersionId>([^<]+)</s.exec(marker.text) ?? []
      expect((yield* ask("DELETE", `${bucket}/a?versionId=${hidden}`)).status).toBe(204)
      expect(Buffer.from(yield* blobs.get("a")).toString()).toBe("the songs")
    })
  )

  it.live("tells a wrong secret, an unknown key and a missing bucket apart", () =>
    Effect.gen(function* () {
      const given = yield* options
      const fault = (changed: Partial<typeof given>) =>
        s3Blobs({ ...given, ...changed }).pipe(
          Effect.flatMap((blobs) => blobs.put("a", sourceOf(utf8("a")))),
          Effect.flip
        )
      const wrong = { ...given.credentials, secretAccessKey: Redacted.make("wrong") }
      expect(yield* fault({ credentials: wrong })).toMatchObject({
        _tag: "PlaceRefused",
        reason: expect.stringContaining("secret key is wrong")
      })
      expect(yield* fault({ credentials: { ...wrong, accessKeyId: "NOBODY" } })).toMatchObject({
        _tag: "PlaceRefused",
        reason: "it does not know the access key"
      })
      expect(yield* fault({ bucket: "no-such-bucket" })).toMatchObject({
        _tag: "PlaceUnreachable",
        retryable: false
      })
    })
  )
})
