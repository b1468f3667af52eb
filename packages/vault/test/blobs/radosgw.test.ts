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
