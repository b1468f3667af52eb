/** Dangers are told at once, and once: a disk that fills, a mirror that fails, damage, much that was deleted. */

import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { type Letter, type Mail, OutsideFailed } from "@white-room/scheduler"
import { createLibrary, openLibrary } from "@white-room/store"
import { makeVault, memoryBlobs } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { lastLoss } from "../src/control/Alerts.js"
import { audited } from "../src/control/Audit.js"
import { layerSqlite } from "../src/control/Database.js"
import { insertLibrary, notePushed } from "../src/control/Libraries.js"
import { keepProof } from "../src/control/Proofs.js"
import { callPublic } from "../src/digest/callPublic.js"
import { raiseAlerts } from "../src/digest/raiseAlerts.js"
import { changeSettings } from "../src/digest/Settings.js"
import type { LogLine } from "../src/http/Desk.js"
import { type Losses, type LossesSince, lossesIn } from "../src/replica/Survey.js"
import { answering, listening } from "./support/hearing.js"
import { song } from "./support/pushed.js"
import { sendingTo } from "./support/sendingTo.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const noon = Date.parse("2026-11-20T12:00:00Z")

interface State {
  isDeaf: boolean
  hasRoom: boolean
  failingSince: number | undefined
  losses: (since: LossesSince | undefined) => Effect.Effect<Losses | undefined>
}

const nothing: Losses = { line: "l", position: 1, newest: 0, kept: 0, deleted: 0, living: 0, forgotten: 0 }

/** A server in trouble, or not, and who is told of it. */
const troubled = Effect.gen(function* () {
  yield* TestClock.setTime(noon)
  const data = yield* temporaryFolder
  const letters: Array<Letter & { readonly to: ReadonlyArray<string> }> = []
  const messages: Array<unknown> = []
  const log: Array<LogLine> = []
  const state: State = {
    ...{ isDeaf: false, hasRoom: true, failingSince: undefined },
    losses: () => Effect.succeed(nothing)
  }
  const here = {
    ...{ data, url: () => "https://backup.school", log: (line: LogLine) => void log.push(line) },
    room: { has: () => Effect.succeed(state.hasRoom), free: Effect.succeed(1_500_000_000) },
    mirror: { facts: () => ({ failingSince: state.failingSince }) },
    replicas: { losses: (_: string, since: LossesSince | undefined) => state.losses(since) }
  }
  const look = raiseAlerts(here, {
    mail: (mail: Mail, letter: Letter) => {
      if (state.isDeaf) return Effect.fail(new OutsideFailed("it does not answer"))
      letters.push({ ...letter, to: mail.to })
      return Effect.succeed([])
    },
    call: (_, message) => Effect.sync(() => void messages.push(message))
  })
  yield* insertLibrary("anna", "Anna", false, 1000, { group_name: "10b" })
  yield* notePushed("anna", 10, noon)
  const groups = [{ group: "10b", to: ["tom@school.example"] }]
  const mail = { to: ["mara@school.example"], server: "smtps://mail.example.com" }
  const webhook = { url: "https://example.com/hook" }
  yield* changeSettings(data, { mail, webhook, groups }, "test")
  return { letters, messages, log, state, look }
})

describe("alerts", () => {
  it.scoped("are told once while they last, again when they come back, and to who is named for them", () =>
    Effect.gen(function* () {
      const { letters, messages, log, state, look } = yield* troubled
      yield* look
      expect(letters).toEqual([])
      state.hasRoom = false
      // A mirror that fails for a moment is none; that of five minutes is.
      state.failingSince = noon
      yield* look
      yield* TestClock.adjust("5 minutes")
      yield* look
      yield* look
      expect(letters.map(({ subject }) => subject)).toEqual([
        "The disk of the server is almost full",
        "The mirror of the server does not work"
      ])
      expect(letters.map(({ to }) => to[0])).toEqual(["mara@school.example", "mara@school.example"])
      expect(letters[0]?.text).toContain("1.40 GB are free")
      expect(letters[0]?.text).toContain("What is there is unharmed")
      yield* keepProof({
        ...{ library: "anna", due_at: noon, started_at: noon, ended_at: noon, ok: 0, bytes: 0 },
        detail: "b3: 2 songs are missing"
      })
      yield* look
      expect(letters[2]).toMatchObject({ subject: "Damage was found: Anna", to: ["tom@school.example"] })
      expect(letters[2]?.text).toContain("b3: 2 songs are missing")
      expect(log.filter(({ event }) => event === "alert").map(({ kind }) => kind)).toEqual([
        "disk",
        "mirror",
        "damage"
      ])
      expect(messages).toMatchObject([
        { kind: "disk" },
        { kind: "mirror" },
        { kind: "damage", library: "anna" }
      ])
      state.hasRoom = true
      yield* look
      state.hasRoom = false
      yield* look
      expect(letters).toHaveLength(4)
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )

  it.scoped("that nobody took are told later, in one letter", () =>
    Effect.gen(function* () {
      const { letters, messages, state, look } = yield* troubled
      state.isDeaf = true
      state.hasRoom = false
      state.failingSince = noon - 600_000
      yield* look
      state.isDeaf = false
      yield* look
      expect(letters).toEqual([])
      yield* TestClock.adjust("10 minutes")
      yield* look
      expect(letters.map(({ subject }) => subject)).toEqual([
        "The disk of the server is almost full, and 1 more"
      ])
      expect(messages).toHaveLength(2)
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )

  it.scoped("18: tell of a mass deletion and a mass forget, at once or little by little within a day", () =>
    Effect.gen(function* () {
      const { letters, state, look } = yield* troubled
      const folder = yield* temporaryFolder
      const file = join(folder, "library.db")
      yield* createLibrary(file)
      const library = yield* openLibrary(file)
      const blobs = memoryBlobs()
      const vault = yield* makeVault(blobs)
      const send = yield* sendingTo(library, vault)
      state.losses = (since) => Effect.orDie(lossesIn(vault, since))
      let arrivedAt = noon
      const arrive = Effect.gen(function* () {
        yield* send
        yield* notePushed("anna", 10, ++arrivedAt)
        yield* look
      })
      const erase = (from: number, to: number) =>
        Effect.forEach(
          Array.from({ length: to - from }, (_, index) => `s${from + index}`),
          (id) => library.songs.delete(id),
          { discard: true }
        )
      for (let index = 0; index < 40; index++) yield* library.songs.upsert(song(`s${index}`))
      for (let index = 0; index < 12; index++) yield* library.backups.take({ description: `${index}` })
      yield* arrive
      // Nine are nobody's alarm, and neither are two more of which one comes back.
      yield* erase(0, 9)
      yield* arrive
      yield* library.songs.delete("s9")
      yield* library.songs.upsert(song("s0"))
      yield* arrive
      expect(letters).toEqual([])
      expect(yield* lastLoss("anna")).toBe(0)
      yield* TestClock.adjust("1 hour")
      yield* erase(10, 11)
      yield* arrive
      yield* arrive
      expect(letters).toMatchObject([
        { subject: "Much was deleted at once: Anna", to: ["tom@school.example"] }
      ])
      expect(letters[0]?.text).toContain("10 of 40 songs and other things were deleted")
      expect(yield* lastLoss("anna")).toBe(noon + 3_600_000)
      // What was told is not told again.
      yield* library.songs.delete("s11")
      yield* arrive
      expect(letters).toHaveLength(1)
      const list = yield* library.backups.list()
      yield* library.backups.forget(list.slice(0, 11).map(({ backupId }) => backupId))
      yield* arrive
      expect(letters[1]?.text).toContain("11 of 12 backups were forgotten")
      // A day on, other days do not count.
      yield* TestClock.adjust("2 days")
      yield* arrive
      yield* erase(12, 20)
      yield* arrive
      yield* TestClock.adjust("2 days")
      yield* arrive
      yield* erase(20, 28)
      yield* arrive
      expect(letters).toHaveLength(2)
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )

  it.scoped("18: tell when somebody puts many files into the trash", () =>
    Effect.gen(function* () {
      const { letters, look } = yield* troubled
      const deed = { actor: "admin", action: "file discarded", subject: "anna" }
      for (let count = 0; count < 9; count++) yield* audited(deed, Effect.void)
      yield* look
      expect(letters).toEqual([])
      yield* audited(deed, Effect.void)
      yield* look
      yield* look
      expect(letters.map(({ text }) => text)).toEqual([
        expect.stringContaining("10 of its files were put into the trash within a day")
      ])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})

describe("38: a webhook of a server", () => {
  const call = (
    address: string,
    resolve?: (host: string) => Promise<ReadonlyArray<{ address: string; family: number }>>
  ) =>
    Effect.either(
      Effect.tryPromise({
        try: (signal) => callPublic(address, { secret: 1 }, { signal, now: noon, resolve }),
        catch: (error) => error
      })
    )

  it.scoped("leads nowhere inside, by whatever name", () =>
    Effect.gen(function* () {
      const hook = yield* listening
      const { port } = new URL(hook.base)
      const refused = { left: { message: expect.stringContaining("this machine or its network") } }
      for (const host of [
        ...[
          "127.0.0.1",
          "127.9.9.9",
          "2130706433",
          "0x7f.1",
          "0.0.0.0",
          "10.1.2.3",
          "172.20.1.1",
          "192.168.1.1"
        ],
        ...["169.254.169.254", "100.64.0.1", "224.0.0.1", "[::1]", "[::]", "[fe80::1]", "[fd00::1]"],
        ...["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]"]
      ])
        expect([host, yield* call(`http://${host}:${port}/`)]).toMatchObject([host, refused])
      for (const address of ["127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"])
        expect(
          yield* call(`http://hook.example:${port}/`, async () => [
            { address: "93.184.216.34", family: 4 },
            { address, family: address.includes(":") ? 6 : 4 }
          ])
        ).toMatchObject(refused)
      expect(yield* call("http://localhost:1/")).toMatchObject(refused)
      expect(yield* call("file:///etc/passwd")).toMatchObject({ _tag: "Left" })
      expect(hook.heard).toEqual([])
    })
  )

  it.scoped("follows no redirect", () =>
    Effect.gen(function* () {
      const hook = yield* listening
      for (const status of [301, 302, 303, 307, 308]) {
        const outer = yield* answering((response) =>
          response.writeHead(status, { location: `${hook.base}/inside` }).end()
        )
        // No test has an address outside: this one is one when it is looked at.
        let looks = 0
        const first = {
          get address() {
            return looks++ === 0 ? "93.184.216.34" : "127.0.0.1"
          },
          family: 4
        }
        const called = yield* call(`http://hook.example:${new URL(outer.base).port}/`, async () => [first])
        expect(outer.heard).toMatchObject([{ method: "POST", body: '{"secret":1}' }])
        if (status !== 303)
          expect([status, called]).toMatchObject([
            status,
            { left: { message: expect.stringContaining("redirects, which is not followed") } }
          ])
      }
      expect(hook.heard).toEqual([])
    })
  )
})
