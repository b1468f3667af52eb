/** What takes backups by itself, asked for over the API of a library on this computer: what it tells nobody stays as it is. */
import { describe, expect, it } from "@effect/vitest"
import { InvalidInput } from "@white-room/core"
import { encodeProfile, loadStates, saveProfile } from "@white-room/scheduler"
import { vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { RunHere } from "../src/index.js"
import { browser, here } from "./support/here.js"

/** As addresses have it. */
const inAddress = (name: string) => `~${Buffer.from(name).toString("base64url")}`

const isNew = { "if-none-match": "*" }

describe("profiles of the library on this computer", () => {
  it.scopedLive("are listed, added, changed and removed by their names, whatever those are", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const entry = { name: "studio", place: "/media/studio", vaultId: "v", line: "l", pushedAt: 0 }
      yield* vaultRecords(open.library).remember({
        ...entry,
        pushed: { position: 0, chainHash: new Uint8Array(32) }
      })
      const ask = yield* browser(open)
      // While none is saved, the preferences ask for one.
      expect((yield* ask("profiles")).json.items).toMatchObject([{ stored: false }])
      const name = "Jeden Abend é"
      const at = `profiles/${inAddress(name)}`
      const wish = { when: ["daily 18:00"], keep: { last: 7 }, places: ["studio"] }
      const added = yield* ask(at, "PUT", wish, isNew)
      expect([added.status, added.json]).toMatchObject([200, { ...wish, name, stored: true, enabled: true }])
      expect((yield* ask(at, "PUT", wish, isNew)).json).toMatchObject({
        type: "ProfileChanged",
        detail: `There is a profile ${name} already. Nothing was changed.`
      })
      const tag = { "if-match": added.headers.get("etag") ?? "" }
      const paused = yield* ask(at, "PUT", { ...wish, enabled: false }, tag)
      expect(paused.json).toMatchObject({ enabled: false, next: null })
      expect((yield* ask(at, "PUT", wish, tag)).status).toBe(412)
      const elsewhere = yield* ask("profiles/x", "PUT", { ...wish, places: ["/tmp"] }, isNew)
      expect(elsewhere.json).toMatchObject({ type: "InvalidRequest", error: "InvalidInput" })
      const odd = yield* ask("profiles/x", "PUT", { when: ["never ever"] }, isNew)
      expect([odd.status, odd.json.type]).toEqual([400, "InvalidRequest"])
      for (const body of [{ when: [] }, {}, { ...wish, hooks: { before: "rm -rf /" } }])
        expect((yield* ask("profiles/x", "PUT", body, isNew)).status).toBe(400)
      expect((yield* ask("profiles")).json.items).toHaveLength(1)
      const last = { "if-match": paused.headers.get("etag") ?? "" }
      expect((yield* ask(at, "DELETE", undefined, last)).status).toBe(204)
      expect((yield* ask("profiles")).json.items).toMatchObject([{ stored: false }])
      expect((yield* ask("../../events?limit=100")).text.match(/"type":"profile"/g)).toHaveLength(3)
    })
  )

  it.scopedLive("keep commands, addresses and drills, which nobody is told", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const secret = "https://hc.example/secret"
      yield* saveProfile(open.library, {
        ...{ name: "daily", when: ["daily 18:00"], heartbeat: secret, hooks: { before: "mount /studio" } },
        ...{ drill: { when: ["sundays 12:00"] }, pausedUntil: "2999-01-01T00:00:00Z" }
      })
      const ask = yield* browser(open)
      const read = yield* ask("profiles/daily")
      expect(read.text).not.toMatch(/secret|mount|sundays/)
      const wish = { when: ["daily 19:00"], enabled: true }
      const saved = yield* ask("profiles/daily", "PUT", wish, { "if-match": read.headers.get("etag") ?? "" })
      expect([saved.status, "pausedUntil" in saved.json]).toEqual([200, false])
      const [state] = yield* loadStates(open.library)
      const kept = {
        heartbeat: secret,
        hooks: { before: "mount /studio" },
        drill: { when: ["sundays 12:00"] }
      }
      expect(state && JSON.parse(encodeProfile(state.profile))).toMatchObject({
        ...kept,
        when: ["daily 19:00"]
      })
    })
  )

  it.scopedLive("are run by the program that has the keys of their places, and refused in its words", () =>
    Effect.gen(function* () {
      const names: Array<string> = []
      const time = "2026-11-20T12:00:00.000Z"
      const done = {
        ...{ number: 1, profile: "daily", activity: "backup", place: "", dueAt: time, startedAt: time },
        ...{ endedAt: time, outcome: "done" as const, backupId: null, detail: null }
      }
      const at = new Date(time)
      const ran = {
        ...{
          number: 1,
          profile: "daily",
          activity: "backup",
          place: "",
          dueAt: at,
          startedAt: at,
          endedAt: at
        },
        outcome: "done" as const
      }
      const run: RunHere = (name) =>
        name === "none"
          ? Effect.fail(new InvalidInput({ field: "profile none", reason: "there is none" }))
          : Effect.sync(() => (names.push(name) > 0 ? [ran] : []))
      const ask = yield* browser(yield* here({ run }))
      expect((yield* ask(`profiles/${inAddress("Jeden Abend é")}/run`, "POST")).json).toEqual({
        runs: [done]
      })
      expect(names).toEqual(["Jeden Abend é"])
      expect((yield* ask("profiles/none/run", "POST")).json).toMatchObject({
        ...{ type: "InvalidRequest", error: "InvalidInput" },
        detail: expect.stringContaining("there is none")
      })
    })
  )
})
