/** The keys of sealed vaults, asked for over the API of a library on this computer: handed on by name, and to nobody who is let in less far. */
import { describe, expect, it } from "@effect/vitest"
import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { KeysHere } from "../src/index.js"
import { browser, here } from "./support/here.js"
import { device, sharedServer } from "./support/server.js"

const secret = "AGE-SECRET-KEY-1EXAMPLE"

/** A program that has one sealed vault. */
const program = () => {
  const tried: Array<string> = []
  const only = <A>(name: string, value: A) =>
    name === "Straße é"
      ? Effect.succeed(value)
      : Effect.fail(new InvalidInput({ field: `vault ${name}`, reason: "there is none" }))
  const keys: KeysHere = {
    list: Effect.succeed([{ name: "Straße é", hasKit: null }]),
    read: (name) =>
      only(name, {
        ...{ name, fingerprint: "1a2b 3c4d", generation: 2, forked: false },
        keys: [{ slot: "0123456789abcdef", label: "kitchen", held: true }]
      }),
    makeKit: (name) => only(name, { slot: "fedcba9876543210", fileName: "kit.html", html: `<p>${secret}` }),
    testKit: (name, kit) => {
      tried.push(kit)
      return only(name, { fingerprint: "1a2b 3c4d" })
    }
  }
  return { keys, tried }
}

/** As addresses have it. */
const inAddress = (name: string) => `~${Buffer.from(name).toString("base64url")}`

describe("keys of sealed vaults", () => {
  const shared = sharedServer()

  it.scopedLive("are listed, and kits made and tested, by the names of vaults, whatever those are", () =>
    Effect.gen(function* () {
      const { keys, tried } = program()
      const ask = yield* browser(yield* here({ keys }))
      const listed = yield* ask("keys")
      expect(listed.json).toEqual({ items: [{ name: "Straße é", hasKit: null }], isLast: true })
      const at = `keys/${inAddress("Straße é")}`
      const read = yield* ask(at)
      expect(read.json).toMatchObject({ fingerprint: "1a2b 3c4d", keys: [{ label: "kitchen" }] })
      const made = yield* ask(`${at}/kit`, "POST")
      expect([made.status, made.json]).toMatchObject([201, { fileName: "kit.html", html: `<p>${secret}` }])
      // What is a secret is kept by nobody on its way.
      expect(made.headers.get("cache-control")).toBe("no-store")
      const tested = yield* ask(`${at}/test`, "POST", { kit: secret })
      expect([tested.json, tried]).toEqual([{ fingerprint: "1a2b 3c4d" }, [secret]])
      const unknown = yield* ask("keys/other/kit", "POST")
      expect([unknown.status, unknown.text.includes(secret)]).toEqual([400, false])
      expect((yield* ask(`${at}/test`, "POST", {})).status).toBe(400)
    })
  )

  it.scopedLive("are of elsewhere on a server, for admins too, and nobody else's business", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const jonas = yield* device(server, admin, { name: "Jonas" })
      const asked = (token: string) => server.ask("GET", `/v1/libraries/${jonas.library}/keys`, { token })
      expect((yield* asked(admin)).json).toMatchObject({ type: "HomeElsewhere" })
      expect((yield* asked(jonas.token)).json).toMatchObject({ type: "NotAllowed" })
    })
  )
})
