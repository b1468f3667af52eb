/** What devices do with a server, by the same code as with any other place. */
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import {
  addVault,
  checkVault,
  clone,
  httpBlobs,
  keepServerKey,
  openKnown,
  push,
  vaultAt
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { device, sharedServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const song = (id: string) => ({
  id,
  name: `Song ${id}`,
  songDataJSON: `{"notes":[${id}]}`,
  determinismSeed: "1"
})

/** A machine with a folder of settings of its own, and a library. */
const machine = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  return { settings: `${folder}/settings`, library: `${folder}/library.db`, env: {} }
})

describe("devices", () => {
  const shared = sharedServer()

  for (const sealed of [false, true])
    it.scopedLive(`push, ${sealed ? "sealed" : "plain"}, and a new computer brings everything back`, () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        const anna = yield* device(server, admin, { sealed })
        const place = `${server.address}/${anna.library}`
        const one = yield* machine
        yield* keepServerKey(one.settings, { place, token: Redacted.make(anna.token) })
        yield* createLibrary(one.library)
        const library = yield* openLibrary(one.library)
        for (const id of ["1", "2", "3"]) yield* library.songs.create(song(id))
        yield* library.backups.take({ description: "before the tour" })
        const seal = sealed
          ? { seal: { passphrase: "four words of mine", label: "mine", workFactor: 10 } }
          : {}
        const { vault, known, isNew } = yield* addVault(library, "school", place, { ...one, ...seal })
        expect(isNew).toBe(true)
        const pushed = yield* push(library, vault, known)
        expect(pushed).toMatchObject({ began: "first", segments: 1 })
        yield* library.songs.create(song("4"))
        expect(yield* push(library, yield* openKnown(known, one), known)).toMatchObject({
          began: undefined,
          segments: 1
        })
        expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })

        const other = yield* machine
        const second = yield* device(server, admin, { libraries: [anna.library] })
        yield* keepServerKey(other.settings, { place, token: Redacted.make(second.token) })
        const keys = sealed ? { keys: { passphrase: "four words of mine" } } : {}
        const report = yield* clone(yield* vaultAt(place, { ...other, ...keys }), other.library)
        expect(report).toMatchObject({ songs: 4, backups: 1, problems: [], damaged: [] })

        // 8: another device writes a line of its own, never that of the first.
        const back = yield* openLibrary(other.library)
        yield* back.songs.create(song("5"))
        const again = yield* openKnown({ ...known, line: known.line }, { ...other, ...keys })
        const refused = yield* Effect.flip(push(back, again, known))
        expect(refused).toMatchObject({ _tag: "PlaceRefused", reason: "another device writes there" })
      })
    )

  it.scopedLive("security 5: a wrong, expired or revoked token gets nothing, at once", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const { library, token, access } = yield* device(server, admin)
      const blobs = (secret: string) =>
        httpBlobs({ place: `${server.address}/${library}`, token: Redacted.make(secret) })
      const good = yield* blobs(token)
      expect((yield* good.list("")).blobs).toEqual([])
      const wrong = yield* blobs("x".repeat(43))
      expect(yield* Effect.flip(wrong.list(""))).toMatchObject({ _tag: "PlaceRefused" })
      expect((yield* server.ask("DELETE", `/v1/access/${access}`, { token: admin })).status).toBe(204)
      for (const call of [good.list(""), good.head("vault.json"), good.get("vault.json"), good.delete("a")])
        expect((yield* Effect.flip<unknown, { readonly _tag: string }, never>(call))._tag).toMatch(
          /PlaceRefused|BlobMissing/
        )
    })
  )
})
