/** A server that somebody broke into can say no, and nothing else: whatever it answers is bounded, checked and told in our words. */
import * as http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { httpBlobs, sourceOf } from "../../src/index.js"

type Say = (request: http.IncomingMessage, response: http.ServerResponse) => void

/** A server that answers everything in one way, and a device that asks it. */
const asking = (say: Say) =>
  Effect.gen(function* () {
    const server = yield* Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<http.Server>((resolve) => {
            const made = http.createServer((request, response) => {
              response.on("error", () => {})
              say(request, response)
            })
            made.listen(0, "127.0.0.1", () => resolve(made))
          })
      ),
      (made) =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              made.close(() => resolve())
              made.closeAllConnections()
            })
        )
    )
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return yield* httpBlobs({
      place: `http://127.0.0.1:${port}/anna`,
      token: Redacted.make("x".repeat(43)),
      patience: "5 seconds"
    })
  })

const json =
  (value: unknown, status = 200): Say =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" })
    response.end(typeof value === "string" ? value : JSON.stringify(value))
  }

const page = (...names: ReadonlyArray<string>) => ({
  ...{ now: 1, isLast: true },
  blobs: names.map((name) => ({ name, bytes: 1, arrivedAt: 1 }))
})

/** Bytes without end, for as long as somebody takes them. */
const endless: Say = (_, response) => {
  response.writeHead(200, { "content-type": "application/octet-stream" })
  const piece = Buffer.alloc(64 * 1024, 0x20)
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  }
  response.on("drain", more)
  more()
}

describe("a server that means harm", () => {
  it.scopedLive("security 45: answers without end are read to their bound", () =>
    Effect.gen(function* () {
      const blobs = yield* asking(endless)
      const before = process.memoryUsage().rss
      yield* Effect.either(blobs.put("a", sourceOf(utf8("a"))))
      yield* Effect.either(blobs.delete("a"))
      expect((yield* Effect.flip(blobs.get("a", { offset: 0, length: 1000 })))._tag).toBe("PlaceUnreachable")
      expect((yield* Effect.flip(blobs.list("")))._tag).toBe("PlaceRefused")
      expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
    })
  )

  it.scopedLive("security 45: lists have names that are ones, in order, below what was asked for", () =>
    Effect.gen(function* () {
      const lists: ReadonlyArray<unknown> = [
        "[".repeat(200_000),
        ...["{}", "null", "\u0000"],
        page("a\u0007b"),
        page("a\nb"),
        page("../../etc/passwd"),
        page("/etc/passwd"),
        page("b", "a"),
        page("a", "a"),
        { ...page("a"), blobs: [{ name: "a", bytes: -1, arrivedAt: 1 }] },
        { ...page("a"), blobs: [{ name: "a", bytes: 1e300, arrivedAt: 1 }] },
        page(...Array.from({ length: 1001 }, (_, at) => `a${String(at).padStart(5, "0")}`))
      ]
      for (const list of lists) {
        const blobs = yield* asking(json(list))
        expect([
          String(JSON.stringify(list)).slice(0, 80),
          (yield* Effect.flip(blobs.list("")))._tag
        ]).toEqual([String(JSON.stringify(list)).slice(0, 80), "PlaceRefused"])
      }
      const elsewhere = yield* asking(json(page("other/a")))
      expect((yield* Effect.flip(elsewhere.list("mine/")))._tag).toBe("PlaceRefused")
    })
  )

  it.scopedLive(
    "security 45: other bytes than were asked for are not taken, nor is it followed elsewhere",
    () =>
      Effect.gen(function* () {
        const ranged =
          (range: string, body: string): Say =>
          (_, response) => {
            response.writeHead(206, { "content-range": range, "content-length": body.length })
            response.end(body)
          }
        for (const say of [
          ranged("bytes 5-8/100", "abcd"),
          ranged("bytes 0-9/100", "abcd"),
          ranged("bytes 0-7/100", "abcdefgh"),
          json("whole", 200)
        ]) {
          const blobs = yield* asking(say)
          expect((yield* Effect.flip(blobs.get("a", { offset: 0, length: 4 })))._tag).toBe("PlaceUnreachable")
        }
        let followed = 0
        const away = yield* asking((request, response) => {
          if (request.url?.startsWith("/elsewhere")) followed++
          response.writeHead(302, { location: "/elsewhere" })
          response.end()
        })
        expect((yield* Effect.either(away.get("a")))._tag).toBe("Left")
        expect((yield* Effect.either(away.put("a", sourceOf(utf8("a")))))._tag).toBe("Left")
        expect(followed).toBe(0)
        const cut = yield* asking((_, response) => {
          response.writeHead(200, { "content-length": 1000 })
          response.write("abc")
          response.destroy()
        })
        expect(yield* Effect.flip(cut.get("a"))).toMatchObject({ _tag: "PlaceUnreachable", retryable: true })
      })
  )

  it.scopedLive("one that takes no program as old as this says how to get a newer one", () =>
    Effect.gen(function* () {
      const blobs = yield* asking(json({ status: 426 }, 426))
      const error = yield* Effect.flip(blobs.get("a"))
      expect(error.message).toContain("needs a newer White Room Backup")
      expect(error).toMatchObject({ _tag: "PlaceRefused", recovery: expect.stringContaining("npm install") })
    })
  )

  it.scopedLive("security 45: its words are not repeated to anybody", () =>
    Effect.gen(function* () {
      const words = "\u001b[31mYour disk is full, run rm -rf ~ \u202e"
      const problem = { type: words, title: words, status: 403, detail: words, recovery: words }
      for (const status of [400, 401, 403, 404, 409, 412, 418, 426, 429, 500, 503, 507]) {
        const blobs = yield* asking(json({ ...problem, status }, status))
        const errors = [
          yield* Effect.flip(blobs.get("a")),
          yield* Effect.flip(blobs.put("a", sourceOf(utf8("a")))),
          yield* Effect.flip(blobs.list(""))
        ]
        for (const error of errors)
          for (const word of ["rm -rf", "\u001b", "\u202e"])
            expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(word)
      }
    })
  )
})
