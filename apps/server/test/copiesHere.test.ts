/** Copies of a library on this computer, asked for over the API: begun and told, and nobody's business on a server. */
import { describe, expect, it } from "@effect/vitest"
import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Copies, CopiesHere } from "../src/index.js"
import { browser, here } from "./support/here.js"
import { device, sharedServer } from "./support/server.js"

const idle: Copies = {
  ...{ isRunning: false, copies: [], vaults: ["Straße é"] },
  offered: [{ place: "/media/anna/Studio SSD", label: "Studio SSD" }]
}

const running: Copies = {
  ...{ isRunning: true, vaults: ["Straße é"], offered: [] },
  copies: [{ name: "Straße é", state: "running", done: 1, total: 4, detail: null, recovery: null }]
}

describe("copies", () => {
  const shared = sharedServer()

  it.scopedLive("are begun, at all places or at one, and tell how far they are", () =>
    Effect.gen(function* () {
      const asked: Array<string | undefined> = []
      const copies: CopiesHere = {
        read: Effect.succeed(idle),
        begin: (place) => {
          asked.push(place)
          return place === "/etc"
            ? Effect.fail(new InvalidInput({ field: "place", reason: "it was not offered" }))
            : Effect.succeed(running)
        }
      }
      const ask = yield* browser(yield* here({ copies }))
      expect((yield* ask("copies")).json).toEqual(idle)
      const begun = yield* ask("copies", "POST", {})
      expect([begun.status, begun.json]).toEqual([202, running])
      yield* ask("copies", "POST", { place: "/media/anna/Studio SSD" })
      const refused = yield* ask("copies", "POST", { place: "/etc" })
      expect([refused.status, refused.json.type]).toEqual([400, "InvalidRequest"])
      expect((yield* ask("copies", "POST", { place: "x".repeat(5000) })).status).toBe(400)
      expect(asked).toEqual([undefined, "/media/anna/Studio SSD", "/etc"])
    })
  )

  it.scopedLive("are made by devices of what is on a server, for whoever asks there", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const jonas = yield* device(server, admin, { name: "Jonas" })
      const at = `/v1/libraries/${jonas.library}/copies`
      const begin = (token: string) => server.ask("POST", at, { token, body: {} })
      expect((yield* begin(admin)).json).toMatchObject({ type: "HomeElsewhere" })
      expect((yield* begin(jonas.token)).json).toMatchObject({ type: "NotAllowed" })
    })
  )
})
