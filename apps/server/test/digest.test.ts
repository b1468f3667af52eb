/** Who looks after a server is told once a week how its libraries are: once, also after a restart, and not while it is quiet on purpose. */
import { createHmac } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { day, hour } from "@white-room/core"
import {
  type Letter,
  layerOutside,
  type Mail,
  Outside,
  OutsideFailed,
  signatureHeader
} from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { problem } from "../src/api/Problem.js"
import { layerSqlite } from "../src/control/Database.js"
import { insertLibrary, notePushed } from "../src/control/Libraries.js"
import { type Outlets, outlets } from "../src/digest/Outlets.js"
import { changeSettings } from "../src/digest/Settings.js"
import { sendDigests } from "../src/digest/sendDigests.js"
import type { LogLine } from "../src/http/Desk.js"
import { listening } from "./support/hearing.js"
import { mailServer } from "./support/mailServer.js"
import { pushing, song } from "./support/pushed.js"
import { signIn, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const monday = Date.parse("2026-11-23T08:00:00Z")

const week = {
  ...{ device: "MacBook", songs: 3, backups: 2, newBytes: 1000, changed: 0 },
  newest: { number: 4, time: monday - day }
}

/** A server of which only what a digest asks is there, and people who keep what they are told. */
const desk = (data: string) => {
  const letters: Array<Letter & { readonly to: ReadonlyArray<string> }> = []
  const messages: Array<unknown> = []
  const log: Array<LogLine> = []
  const state = { isDeaf: false }
  const told: Outlets = {
    mail: (mail: Mail, letter: Letter) => {
      if (state.isDeaf) return Effect.fail(new OutsideFailed("mail.example.com does not answer"))
      letters.push({ ...letter, to: mail.to })
      return Effect.succeed([])
    },
    call: (_, message) => Effect.sync(() => void messages.push(message))
  }
  const here = {
    ...{ data, url: () => "https://backup.school", log: (line: LogLine) => void log.push(line) },
    mirror: undefined,
    shelf: { blobs: () => ({ place: "/var/lib/white-room" }) },
    replicas: {
      week: (id: string) => (id === "sealed" ? Effect.fail(problem("Sealed")) : Effect.succeed(week))
    }
  }
  return { letters, messages, log, state, look: sendDigests(here, told) }
}

const mail = { to: ["mara@school.example"], server: "smtps://mail.example.com" }

const provided = <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.provide(body, layerSqlite(":memory:"))

describe("the digest of a server", () => {
  it.scoped("comes on Mondays, for each group once, and tells what is late and what is sealed", () =>
    provided(
      Effect.gen(function* () {
        yield* TestClock.setTime(monday - 6 * day)
        const data = yield* temporaryFolder
        const { letters, look } = desk(data)
        yield* insertLibrary("anna", "Anna", false, 1000, { group_name: "10b" })
        yield* insertLibrary("ben", "Ben", false, 1000, { group_name: "10b" })
        yield* insertLibrary("sealed", "Cora", true, 1000)
        yield* insertLibrary("web", "Web", false, 1000, { home: "server", group_name: "11a" })
        for (const id of ["anna", "ben", "sealed", "web"]) yield* notePushed(id, 950, monday - 10 * day)
        const groups = [
          { group: "10b", to: ["tom@school.example"] },
          { group: "11a", to: ["web@school.example"] }
        ]
        yield* changeSettings(data, { mail, zone: "UTC", groups }, "test")
        yield* notePushed("anna", 10, monday - day)
        yield* TestClock.setTime(monday - 1)
        yield* insertLibrary("new", "Dora", false, 1000)
        yield* look
        expect(letters).toEqual([])
        yield* TestClock.setTime(monday + hour)
        yield* look
        yield* look
        expect(letters.map(({ to }) => to)).toEqual([
          ["mara@school.example"],
          ["tom@school.example"],
          ["web@school.example"]
        ])
        const [none, tenB, web] = letters.map(({ subject, text }) => `${subject}\n${text}`)
        expect(web).toContain("this server has the only copy of it, and no mirror")
        expect(tenB).not.toContain("only copy")
        expect(none).toContain("It is sealed")
        expect(none).toContain("95 % of its room is used")
        // Who was invited yesterday is no problem.
        expect(none).not.toContain("Dora")
        expect(tenB).toMatch(/^10b: Your songs this week: 2 problems in 2 libraries/)
        expect(tenB).toContain("this server: nothing new came there for too long")
        expect(tenB?.indexOf("Ben (MacBook)")).toBeLessThan(tenB?.indexOf("Anna (MacBook)") ?? 0)
        yield* TestClock.setTime(monday + 7 * day + hour)
        yield* look
        expect(letters).toHaveLength(6)
      })
    )
  )

  it.scoped(
    "is caught up once, also by a server that starts again; one that nobody took is tried again",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(monday - day)
        const data = yield* temporaryFolder
        const database = () => layerSqlite(join(data, "control.db"))
        const all: Array<string> = []
        const run = (isDeaf: boolean) =>
          Effect.gen(function* () {
            const { letters, log, state, look } = desk(data)
            state.isDeaf = isDeaf
            yield* look
            all.push(...letters.map(({ about }) => about))
            return log
          }).pipe(Effect.provide(database()))
        yield* Effect.gen(function* () {
          yield* insertLibrary("anna", "Anna", false, 1000)
          yield* notePushed("anna", 10, monday - day)
          yield* changeSettings(data, { mail, zone: "UTC" }, "test")
        }).pipe(Effect.provide(database()))
        // It slept through three Mondays, and nobody takes the letter at first.
        yield* TestClock.setTime(monday + 15 * day)
        expect(yield* run(true)).toMatchObject([
          { event: "digest", level: "error", fault: "mail.example.com does not answer" }
        ])
        yield* run(false)
        expect(all).toEqual([])
        yield* TestClock.adjust("61 minutes")
        yield* run(false)
        yield* run(false)
        expect(all).toHaveLength(1)
      })
  )

  it.scoped("is not sent while a group is paused, and the days of a pause count for nothing", () =>
    provided(
      Effect.gen(function* () {
        yield* TestClock.setTime(monday - 3 * day)
        const data = yield* temporaryFolder
        const { letters, look } = desk(data)
        yield* insertLibrary("anna", "Anna", false, 1000, { group_name: "10b" })
        yield* notePushed("anna", 10, monday - 3 * day)
        const until = monday + 23 * day
        const groups = [{ group: "10b", pausedUntil: new Date(until).toISOString() }]
        yield* changeSettings(data, { mail, zone: "UTC", groups }, "test")
        for (const later of [0, 7, 14, 21, 23]) {
          yield* TestClock.setTime(monday + later * day + hour)
          yield* look
        }
        expect(letters).toEqual([])
        // The first Monday after it: five days in which nothing came are no absence.
        yield* TestClock.setTime(monday + 28 * day + hour)
        yield* look
        expect(letters.map(({ subject }) => subject)).toEqual([
          "10b: Your songs this week: 3 songs, all is well"
        ])
      })
    )
  )

  it.scoped("is off when it is said, and told of nothing that nobody is named for", () =>
    provided(
      Effect.gen(function* () {
        yield* TestClock.setTime(monday - day)
        const data = yield* temporaryFolder
        const { letters, look } = desk(data)
        yield* insertLibrary("anna", "Anna", false, 1000)
        yield* notePushed("anna", 10, monday)
        yield* TestClock.setTime(monday + hour)
        yield* look
        yield* changeSettings(data, { mail, digest: "off", zone: "UTC" }, "test")
        yield* TestClock.setTime(monday + 8 * day)
        yield* look
        expect(letters).toEqual([])
      })
    )
  )

  it.scoped(
    "comes from a server that runs, by real mail and to a webhook that can check it",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(monday - day / 2)
        const post = yield* mailServer()
        const hook = yield* listening
        const data = yield* temporaryFolder
        // The real ones, but for the address: a webhook on this machine would not be called.
        const here: Outlets = {
          mail: outlets.mail,
          call: (_, message, options) =>
            Effect.flatMap(Outside, (outside) => outside.call(`${hook.base}/x`, message, options)).pipe(
              Effect.provide(layerOutside)
            )
        }
        const lines: Array<LogLine> = []
        const waiting: Array<() => void> = []
        const server = yield* testServer({
          ...{ data, outlets: here, houseEveryMs: hour },
          onLog: (line) => {
            if (line.event === "digest") lines.push(line)
            for (const wake of waiting) wake()
          }
        })
        const digests = (count: number) =>
          Effect.async<void>((resume) => {
            const look = () => lines.length >= count && resume(Effect.void)
            waiting.push(look)
            look()
          })
        const admin = yield* signIn(server)
        const anna = yield* pushing(server, admin)
        for (const id of ["a", "b"]) yield* anna.library.songs.create(song(id))
        yield* anna.library.backups.take()
        yield* anna.library.songs.upsert(song("c"))
        yield* anna.push
        const key = "a key of sixteen letters"
        const change = (body: unknown) => server.ask("PATCH", "/v1/settings", { token: admin, body })
        const set = yield* change({
          mail: { to: ["ada@example.com"], server: `smtp://127.0.0.1:${post.port}`, password: "s3cret-p" },
          webhook: { url: "https://example.com/hook/t0ken", key },
          zone: "UTC"
        })
        expect(set.json).toMatchObject({
          mail: { to: ["ada@example.com"], hasPassword: true },
          webhook: { host: "example.com", signed: true, ready: true },
          ...{ digest: "mondays 8:00", absentDays: 7 },
          groups: [{ group: "", libraries: 1, to: null, pausedUntil: null }]
        })
        // No further: what is sent has its own time, by the same clock.
        yield* TestClock.adjust("1 day")
        yield* digests(2)
        yield* TestClock.adjust("1 day")
        expect(post.taken).toMatchObject([{ to: ["ada@example.com"] }])
        const text = post.taken[0]?.text.replace(/=\r\n/g, "") ?? ""
        expect(text).toContain("3 songs. The newest backup, b1")
        expect(text).toContain("1 change since the newest backup.")
        const [heard, ...others] = hook.heard
        expect(others).toEqual([])
        expect(JSON.parse(heard?.body ?? "")).toMatchObject({
          ...{ version: 1, activity: "digest", group: "" },
          libraries: [{ name: "Anna", songs: 3, backups: 1, changed: 1, late: false }]
        })
        const [, seconds, hex] =
          /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(heard?.headers[signatureHeader])) ?? []
        const wanted = createHmac("sha256", key).update(`${seconds}.${heard?.body}`).digest("hex")
        expect(hex).toBe(wanted)
        expect(lines).toMatchObject([{ channel: "mail" }, { channel: "webhook" }])

        // What is secret lies in files of its own, and is told nobody.
        const secrets = ["s3cret-p", "t0ken", key]
        const control =
          readFileSync(join(data, "control.db"), "latin1") +
          readFileSync(join(data, "control.db-wal"), "latin1")
        const told = [set.text, control, JSON.stringify(server.log), JSON.stringify(lines)].join()
        for (const secret of secrets) expect(told).not.toContain(secret)
        for (const name of ["mail-password", "webhook", "webhook-key"])
          expect(statSync(join(data, "secrets", name)).mode & 0o077).toBe(0)

        for (const [body, words] of [
          [{ mail: { to: ["nobody"], server: "smtps://mail.example.com" } }, "it must be an address"],
          [{ mail: { to: ["a@b.c"], server: "https://mail.example.com" } }, "it must be a server"],
          [{ mail: { ...mail, password: "a\nb" } }, "one line"],
          [{ webhook: { url: "file:///etc/passwd" } }, "it must be an address"],
          [{ webhook: { url: "https://a:b@example.com/" } }, "no name and no password"],
          [{ digest: "every blue moon" }, ""],
          [{ zone: "Mars/North" }, "it must be a zone"],
          [{ groups: [{ group: "10b", pausedUntil: "tomorrow" }] }, ""],
          [{ absentDays: 0 }, ""]
        ] as const) {
          const refused = yield* change(body)
          expect([body, refused.status, refused.json.type]).toEqual([body, 400, "InvalidRequest"])
          expect(refused.json.detail).toContain(words)
        }
        const after = yield* server.ask("GET", "/v1/settings", { token: admin })
        expect(after.json).toEqual(set.json)
        expect((yield* change({ mail: null, webhook: null })).json).toMatchObject({
          mail: null,
          webhook: null
        })
        expect(() => statSync(join(data, "secrets", "webhook"))).toThrow()
      }),
    120_000
  )
})
