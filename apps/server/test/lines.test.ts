/** What each device writes is its own; what is missing of it is named. */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { checkVault, clone, folderBlobs, listBlobs, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { pushing, reader, song } from "./support/pushed.js"
import {
  device,
  enrol,
  hashOf,
  invite,
  newToken,
  putBlob,
  putHeaders,
  sharedServer
} from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

describe("the lines of a library", () => {
  const shared = sharedServer()

  it.effect("security 8: belong to a device and not to its token; no other goes on with them", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const secret = newToken()
      const first = yield* invite(server, admin)
      const { library } = first
      expect((yield* enrol(server, first.code, secret)).answer.status).toBe(200)
      const other = yield* device(server, admin, { libraries: [library] })
      const [folder, line] = [randomUUID(), randomUUID()]
      const put = (token: string, name: string, into = line) =>
        Effect.map(putBlob(server, token, library, `${folder}/${into}/${name}`, name), ({ status, json }) =>
          status < 300 ? status : json.type
        )
      expect(yield* put(secret, "one")).toBe(201)
      expect(yield* put(other.token, "two")).toBe("LineOfAnother")
      // Not even with bytes that are there, nor when the line is the other's by then.
      expect(yield* put(other.token, "one")).toBe("LineOfAnother")
      expect(yield* put(other.token, "one", randomUUID())).toBe(201)
      expect(yield* put(secret, "two")).toBe(201)
      // The same device comes again with a new code: it keeps its line.
      const again = yield* invite(server, admin, { libraries: [library] })
      expect((yield* enrol(server, again.code, secret)).answer.status).toBe(200)
      expect(yield* put(secret, "three")).toBe(201)
      // Another secret is another device, whatever it calls itself.
      const twin = yield* invite(server, admin, { libraries: [library] })
      const body = { code: twin.code, secretHash: hashOf("x".repeat(43)), device: "test" }
      expect((yield* server.ask("POST", "/v1/enrolments", { body })).status).toBe(200)
      expect(yield* put("x".repeat(43), "four")).toBe("LineOfAnother")
      expect(server.log.filter(({ level }) => level === "error")).toEqual([])
    })
  )

  it.scopedLive(
    "security 15: what its events need and nobody sent is named by the next check, and the rest comes back",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* pushing(server, admin)
        yield* anna.library.songs.create(song("first"))
        yield* anna.push
        yield* anna.library.songs.create(song("second"))
        yield* anna.library.backups.take()
        yield* anna.push
        const source = folderBlobs(join(server.data, "libraries", anna.id))
        const names = (yield* listBlobs(source, "")).map(({ name }) => name)
        const [missing = ""] = names.filter((name) => name.endsWith(".seg")).toSorted()
        // Somebody sends all of it but the file that the others go on from.
        const thief = yield* device(server, admin, { name: "Ben" })
        for (const name of names.filter((each) => each !== missing)) {
          const bytes = Buffer.from(yield* source.get(name))
          const path = `/v1/libraries/${thief.library}/blobs/${name}`
          const sent = { token: thief.token, body: bytes, headers: putHeaders(bytes) }
          expect((yield* server.ask("PUT", path, sent)).status).toBe(201)
        }
        const vault = yield* openVault(folderBlobs(join(server.data, "libraries", thief.library)))
        const check = yield* checkVault(vault, { level: "full" })
        // Where it begins, what is not there, and what cannot be had whole without it.
        expect(check).toMatchObject({ ok: false, segments: 1 })
        expect(check.damaged).toMatchObject([
          { what: expect.stringMatching(/^line /), reason: expect.stringMatching(/@0 .*missing/) },
          {
            what: expect.stringMatching(/@1 to @3/),
            reason: expect.stringMatching(/@1 to @1 are missing/),
            backups: ["b1"]
          }
        ])
        const asked = yield* reader(server, { id: thief.library, token: thief.token })("songs")
        // What is told of it is what is whole.
        expect(asked.status).toBe(200)
        expect(asked.json.items).toMatchObject([{ id: "second" }])
        const folder = yield* temporaryFolder
        const refused = yield* Effect.flip(clone(vault, join(folder, "clone.db")))
        expect(refused).toMatchObject({ _tag: "VaultDamaged" })
        const brought = yield* clone(vault, join(folder, "clone.db"), { partial: true })
        expect(brought).toMatchObject({ songs: 1 })
        expect(brought.problems.length + brought.damaged.length).toBeGreaterThan(0)
        // The library that is whole is as it was.
        const sound = yield* openVault(source)
        expect(yield* checkVault(sound, { level: "full" })).toMatchObject({ ok: true })
      })
  )
})
