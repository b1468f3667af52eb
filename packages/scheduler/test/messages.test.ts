/** What a webhook is told and how it knows whose message it is; when a watch hears that all is well. */
import { createHmac } from "node:crypto"
import { rmSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { decodeProfile } from "../src/index.js"
import { listening } from "./support/listening.js"
import { edit, folderIn, freshLibrary, look, withProfile } from "./support/worlds.js"

describe("a message of a webhook", () => {
  it.scoped("says whose library, on which machine, when, what and where, signed with a key from a file", () =>
    Effect.gen(function* () {
      const { heard, base } = yield* listening
      const library = yield* freshLibrary
      const key = join(library.path, "..", "key")
      writeFileSync(key, "a secret line\nand no more of it\n")
      yield* edit(library, "first")
      const hooks = { before: "exit 3" }
      yield* withProfile(library, {
        when: ["every hour"],
        webhook: `${base}/hook`,
        webhookKey: key,
        hooks,
        notify: false
      })
      const [report] = yield* look(library)
      expect(report?.warnings).toEqual([])
      const { headers = {}, body = "" } = heard[0] ?? {}
      const message = JSON.parse(body)
      expect(message).toMatchObject({
        version: 1,
        host: hostname(),
        library: library.path,
        libraryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        libraryName: "library",
        profile: "daily",
        activity: "backup",
        place: "",
        placeInWords: "the library itself",
        outcome: "failed",
        detail: expect.stringContaining("before")
      })
      expect(headers["user-agent"]).toBe("white-room-backup")
      const seconds = Date.parse(message.time) / 1000
      const expected = createHmac("sha256", "a secret line").update(`${seconds}.${body}`).digest("hex")
      expect(headers["x-white-room-signature"]).toBe(`t=${seconds},v1=${expected}`)
    })
  )

  it.scoped("is not sent unsigned when its key is gone, and says so without naming the file", () =>
    Effect.gen(function* () {
      const { heard, base } = yield* listening
      const library = yield* freshLibrary
      yield* edit(library, "first")
      const key = join(library.path, "..", "gone")
      yield* withProfile(library, {
        when: ["every hour"],
        webhook: `${base}/hook`,
        webhookKey: key,
        hooks: { before: "exit 3" },
        notify: false
      })
      const [report] = yield* look(library)
      expect(heard).toEqual([])
      expect(report?.warnings).toEqual([
        expect.stringMatching(/was not called: the file of its key is not there/)
      ])
    })
  )

  it("names its key by a whole path", () => {
    expect(() => decodeProfile({ name: "a", when: ["hourly"], webhookKey: "key" })).toThrow(InvalidInput)
  })
})

describe("a watch", () => {
  it.scoped("hears that all is well only when the backup is at every place", () =>
    Effect.gen(function* () {
      const { heard, base } = yield* listening
      const library = yield* freshLibrary
      const disk = folderIn(library, "disk")
      yield* edit(library, "first")
      yield* withProfile(library, {
        when: ["every hour"],
        heartbeat: `${base}/beat`,
        places: [disk],
        notify: false
      })
      yield* look(library)
      expect(heard.map(({ path }) => path)).toEqual(["/beat"])
      rmSync(disk, { recursive: true })
      yield* edit(library, "second")
      yield* TestClock.adjust("1 hour")
      const away = yield* look(library)
      expect(away.map(({ run }) => run.outcome)).toEqual(["done", "failed"])
      expect(heard).toHaveLength(1)
      yield* TestClock.adjust("1 hour")
      yield* look(library)
      expect(heard).toHaveLength(1)
    })
  )
})
