/** 42: nobody changes the audit log unseen: by its chain, and by ends of it that lie where who writes the control database does not reach. */
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { day, hour } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { audited } from "../src/control/Audit.js"
import { lookAtAudit } from "../src/control/AuditLook.js"
import { type ControlAt, layerSqlite } from "../src/control/Database.js"
import { layerControl } from "../src/control/layerControl.js"
import { type LogLine, operate, type StartOptions } from "../src/index.js"
import { hasPostgres } from "./support/postgres.js"
import { device, signIn, testServer } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const noon = Date.parse("2026-11-20T12:00:00Z")

const write = (count: number) =>
  Effect.forEach(
    Array.from({ length: count }, (_, index) => index),
    (index) => audited({ actor: "mara", action: "looked", subject: `s${index}` }, Effect.void),
    { discard: true }
  )

const headOf = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ number: number; hash: string }>`SELECT number, hash FROM audit_head`
  return { number: Number(row?.number), hash: String(row?.hash) }
})

interface Line {
  readonly number: number | string
  readonly at: number | string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

/** Writes the whole log anew, as somebody who knows how it is made: by another actor, up to an entry. The chain and its head are right. */
const forge = (most: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const lines =
      yield* sql<Line>`SELECT number, at, actor, action, subject, detail FROM audit WHERE number <= ${most} ORDER BY number`
    let hash = ""
    for (const { number, at, action, subject, detail } of lines) {
      const told = JSON.stringify([hash, Number(number), Number(at), "tom", action, subject, detail])
      hash = createHash("sha256").update(told).digest("hex")
      yield* sql`UPDATE audit SET actor = 'tom', hash = ${hash} WHERE number = ${number}`
    }
    yield* sql`DELETE FROM audit WHERE number > ${most}`
    yield* sql`UPDATE audit_head SET number = ${lines.length}, hash = ${hash}`
    yield* sql`DELETE FROM setting WHERE name = 'audit'`
  })

/** Takes the newest entries away, with the head and what the server remembers in the database. */
const cutOff = (most: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`DELETE FROM audit WHERE number > ${most}`
    yield* sql`UPDATE audit_head SET number = ${most}, hash = (SELECT hash FROM audit WHERE number = ${most})`
    yield* sql`DELETE FROM setting WHERE name = 'audit'`
  })

const suite = (at: Effect.Effect<ControlAt, never, Scope.Scope>) => {
  const on = <A, E>(body: Effect.Effect<A, E, SqlClient>) =>
    Effect.flatMap(at, (where) =>
      Effect.provide(Effect.zipRight(TestClock.setTime(noon), body), layerControl(where))
    )

  it.scoped("is whole while it is written, also by several at once", () =>
    on(
      Effect.gen(function* () {
        expect(yield* lookAtAudit([], false)).toMatchObject({ number: 0, fault: "" })
        const looks = Array.from({ length: 10 }, () => lookAtAudit([], true))
        const all = [...looks, ...Array.from({ length: 10 }, () => Effect.as(write(10), undefined))]
        for (const seen of yield* Effect.all(all, { concurrency: "unbounded" }))
          expect(seen?.fault ?? "").toBe("")
        expect(yield* lookAtAudit([{ ...(yield* headOf), where: "x" }], false)).toMatchObject({
          ...{ number: 100, fault: "" }
        })
      })
    )
  )

  it.scoped("is whole whatever texts stand in it", () =>
    on(
      Effect.gen(function* () {
        const half = "half a pair \ud800"
        yield* audited({ actor: half, action: "invited", subject: half, detail: half }, Effect.void)
        expect(yield* lookAtAudit([], true)).toMatchObject({ number: 1, fault: "" })
      })
    )
  )

  it.scoped(
    "what was changed, taken out or put in is found; what is new at once, what is old within a week",
    () =>
      on(
        Effect.gen(function* () {
          const sql = yield* SqlClient
          yield* write(8)
          yield* lookAtAudit([], false)
          yield* write(4)
          const found = (change: Effect.Effect<unknown, unknown, SqlClient>) =>
            sql
              .withTransaction(
                Effect.gen(function* () {
                  yield* change
                  const { fault, number } = yield* lookAtAudit([], false)
                  return yield* Effect.fail({ fault, number })
                })
              )
              .pipe(Effect.flip)
          const isWrong = (entry: number) => ({
            fault: expect.stringContaining(`entry ${entry} is not as it was written, or it is missing`)
          })
          expect(yield* found(Effect.void)).toEqual({ fault: "", number: 12 })
          expect(yield* found(sql`UPDATE audit SET actor = 'x' WHERE number = 10`)).toMatchObject(isWrong(10))
          expect(yield* found(sql`UPDATE audit SET hash = 'x' WHERE number = 12`)).toMatchObject(isWrong(12))
          expect(yield* found(sql`DELETE FROM audit WHERE number = 11`)).toMatchObject(isWrong(11))
          expect(yield* found(sql`DELETE FROM audit WHERE number = 12`)).toMatchObject(isWrong(12))
          expect(yield* found(sql`UPDATE audit SET detail = 'x' WHERE number = 8`)).toEqual({
            fault: "",
            number: 12
          })
          const extra = { number: -1, at: 1, actor: "a", action: "b", subject: "c", detail: "", hash: "d" }
          const putIn = sql`INSERT INTO audit ${sql.insert(extra)}`
          expect(yield* found(putIn)).toEqual({ fault: "", number: 12 })
          // From where it was seen whole the log must go on.
          expect(yield* found(sql`UPDATE audit SET hash = 'x' WHERE number = 8`)).toMatchObject(isWrong(8))
          expect(yield* found(sql`DELETE FROM audit WHERE number > 7`)).toMatchObject(isWrong(8))
          yield* TestClock.adjust(7 * day)
          expect(yield* found(sql`UPDATE audit SET detail = 'x' WHERE number = 3`)).toMatchObject(isWrong(3))
          expect(yield* found(putIn)).toMatchObject({ fault: expect.stringContaining("between those") })
          expect(yield* found(Effect.void)).toEqual({ fault: "", number: 12 })
        })
      )
  )

  it.scoped(
    "a log that is cut off or written anew is right in itself, and found by an end that lies elsewhere",
    () =>
      on(
        Effect.gen(function* () {
          yield* write(5)
          const ends = [{ ...(yield* headOf), where: "the mirror" }]
          yield* write(2)
          yield* cutOff(6)
          expect(yield* lookAtAudit(ends, false)).toMatchObject({ number: 6, fault: "" })
          yield* cutOff(3)
          expect((yield* lookAtAudit([], true)).fault).toBe("")
          expect((yield* lookAtAudit(ends, false)).fault).toContain("the mirror has entry 5, which is gone")
          yield* write(4)
          expect((yield* lookAtAudit(ends, false)).fault).toContain("the mirror has another entry 5")
          yield* forge(100)
          expect((yield* lookAtAudit([], true)).fault).toBe("")
          expect((yield* lookAtAudit(ends, false)).fault).toContain("the mirror has another entry 5")
        })
      )
  )
}

describe("the audit log on SQLite", () => {
  suite(Effect.map(temporaryFolder, (folder) => ({ _tag: "File", file: join(folder, "control.db") })))
})

describe.runIf(hasPostgres())("the audit log in a PostgreSQL", () => {
  const server = sharedPostgres()
  suite(
    Effect.map(
      Effect.suspend(() => server().database),
      (url) => ({ _tag: "Postgres", url })
    )
  )
})

/** Ends a server, does something to its control database, and starts it again. */
const tampered = (
  options: Partial<StartOptions> & { readonly data: string },
  change: Effect.Effect<unknown, unknown, SqlClient>
) =>
  Effect.gen(function* () {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const server = yield* testServer(options)
        const admin = yield* signIn(server)
        for (let count = 0; count < 3; count++) yield* device(server, admin)
      })
    )
    const file = join(options.data, "control.db")
    copyFileSync(file, `${file}.whole`)
    yield* Effect.provide(change, layerSqlite(file))
    const log: Array<LogLine> = []
    const server = yield* testServer({ ...options, onLog: (line) => log.push(line) })
    return { server, log }
  })

describe("42: a server", () => {
  it.scoped(
    "tells of a log that was cut off while it was away: by its mirror, which keeps what was there",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(noon)
        const folder = yield* temporaryFolder
        const [data, mirror] = [join(folder, "data"), join(folder, "mirror")]
        mkdirSync(mirror)
        const { server, log } = yield* tampered({ data, mirror, houseEveryMs: hour }, cutOff(4))
        const kept = readdirSync(join(mirror, "control"))
        const metrics = Effect.map(server.ask("GET", "/metrics"), ({ text }) => text)
        yield* Effect.repeat(metrics, { until: (text) => !text.includes("audit_looked_timestamp_seconds 0") })
        expect(yield* metrics).toContain("whiteroom_audit_whole 0")
        yield* TestClock.adjust("1 day")
        const isTold = Effect.sync(() => log.some(({ kind }) => kind === "audit"))
        yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), Effect.zipRight(metrics, isTold)), {
          until: (told) => told
        })
        expect(log.find(({ kind }) => kind === "audit")).toMatchObject({
          ...{ event: "alert", level: "error", detail: expect.stringContaining("which is gone") }
        })
        const checked = yield* operate(data).audit
        expect(checked).toMatchObject({ fault: expect.stringMatching(/control\/.* in the mirror has entry/) })
        expect(checked.copies).toBeGreaterThan(0)
        // Nothing of it is pushed out by what came after.
        expect(readdirSync(join(mirror, "control"))).toEqual(kept)
      })
  )

  it.scoped("puts nothing into its mirror that does not go on from what is there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [data, mirror] = [join(folder, "data"), join(folder, "mirror")]
      mkdirSync(mirror)
      const server = yield* testServer({ data, mirror })
      const token = yield* signIn(server)
      const devices = yield* Effect.forEach([1, 2, 3, 4], () => device(server, token))
      // What is revoked is told to the mirror before it is answered.
      const [first, ...others] = devices.map(({ access }) =>
        Effect.map(server.ask("DELETE", `/v1/access/${access}`, { token }), ({ status }) => status)
      )
      expect(yield* first ?? Effect.void).toBe(204)
      const kept = readdirSync(join(mirror, "control"))
      for (const [index, change] of [cutOff(5), forge(100)].entries()) {
        yield* Effect.provide(change, layerSqlite(join(data, "control.db")))
        expect(yield* others[index] ?? Effect.void).toBe(503)
      }
      expect(readdirSync(join(mirror, "control"))).toEqual(kept)
      expect(server.log.filter(({ event }) => event === "mirror")).toMatchObject([
        { fault: expect.stringContaining("this data folder is older than it") }
      ])
    })
  )

  it.scoped("without a mirror remembers it while it runs, and tells of a log that was written anew", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      const data = yield* temporaryFolder
      const scope = yield* Scope.make()
      yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
      const server = yield* Scope.extend(testServer({ data, houseEveryMs: hour }), scope)
      const admin = yield* signIn(server)
      for (let count = 0; count < 3; count++) yield* device(server, admin)
      const metrics = Effect.map(server.ask("GET", "/metrics"), ({ text }) => text)
      yield* Effect.repeat(Effect.zipRight(TestClock.adjust("1 day"), metrics), {
        until: (text) => text.includes("whiteroom_audit_whole 1")
      })
      expect(yield* operate(data).audit).toMatchObject({ fault: undefined, copies: 0 })
      yield* Effect.provide(forge(100), layerSqlite(join(data, "control.db")))
      expect(yield* operate(data).audit).toMatchObject({ fault: undefined })
      yield* Effect.repeat(Effect.zipRight(TestClock.adjust("1 day"), metrics), {
        until: () => server.log.some(({ kind }) => kind === "audit")
      })
      const overview = yield* server.ask("GET", "/v1/overview", { token: admin })
      expect(overview.json).toMatchObject({
        alerts: [{ kind: "audit", library: null, detail: expect.stringContaining("memory of this server") }]
      })
    })
  )
})
