// The control database, on SQLite and on PostgreSQL: the same statements with the same answers.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { day } from "@white-room/core"
import { folderBlobs, makeVault } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import {
  accessById,
  insertAccess,
  type KnownAccess,
  listAccess,
  readersOf
} from "../src/control/AccessList.js"
import { manyDiscarded, noteDangers, noteTold, untold } from "../src/control/Alerts.js"
import { audited } from "../src/control/Audit.js"
import { announce } from "../src/control/announce.js"
import { countBackup } from "../src/control/BackupCounts.js"
import { readControlFile, writeControlFile } from "../src/control/ControlFile.js"
import { type ControlAt, layerSqlite, transact } from "../src/control/Database.js"
import { beginDigest, digestsOf, endDigest } from "../src/control/Digests.js"
import { noteDiscarded } from "../src/control/Discarded.js"
import { feedAfter } from "../src/control/Feed.js"
import { makeHome } from "../src/control/Homes.js"
import { invite } from "../src/control/Invitations.js"
import { endAccessTo, finishErasing } from "../src/control/Leaving.js"
import {
  changeLibrary,
  claimLine,
  insertLibrary,
  libraryById,
  listLibraries,
  noteReclaimed,
  reserve,
  settle
} from "../src/control/Libraries.js"
import { changeLookedAfter, listGroups, readLookedAfter } from "../src/control/LookedAfter.js"
import { layerControl } from "../src/control/layerControl.js"
import { steps, tables, tablesOfNodes, version } from "../src/control/Migrations.js"
import { keepShards, listNodes, registerNode } from "../src/control/Nodes.js"
import { keepProof } from "../src/control/Proofs.js"
import { changeRestore, insertRestore, noteReport, restoreById } from "../src/control/Restores.js"
import { keepPushed } from "../src/control/Schedules.js"
import { bringUp, takingAway, versionApart } from "../src/control/Versions.js"
import { keepWatched, watchedOf } from "../src/control/Watched.js"
import { startServer } from "../src/index.js"
import { firstFault } from "./support/firstFault.js"
import { hasPostgres } from "./support/postgres.js"
import { device, putBlob, signIn, testServer } from "./support/server.js"
import { sharedPostgres } from "./support/sharedPostgres.js"
import { stepName } from "./support/stepName.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const admin = { id: "admin", name: "Mara", role: "admin", libraries: [], group: "" } as const

const accessOf = (
  id: string,
  libraries: ReadonlyArray<string>,
  role: KnownAccess["role"] = "device"
): KnownAccess => ({
  ...{ id, name: `${id} ü "'`, role, device: "test", secret_hash: id, created_at: 1, expires_at: 0 },
  ...{ revoked_at: 0, last_used_at: 0, last_used_from: "", group_name: "", libraries }
})

/** Two that are ordered otherwise by people than by their bytes. */
const ids = ["B-1", "a.1", "a1", "a_1"]

const wish = (library: string, key: string) => ({
  ...{ library, mode: "copy" as const, source: "b1", position: 2 ** 40, chain_hash: "c", saved_at: 1 },
  ...{ seen_position: 0, seen_hash: "", entities: [], device: "", key, request_hash: "h" },
  ...{ wish: "", plan: "", isPlanOnly: false }
})

/** What every control database does. `at` gives an empty one, which so many may open at once: of a file the lock of its folder takes care. */
const suite = (at: Effect.Effect<ControlAt, never, Scope.Scope>, openers: number) => {
  const on = <A, E>(body: (at: ControlAt) => Effect.Effect<A, E, SqlClient>) =>
    Effect.flatMap(at, (where) => Effect.provide(body(where), layerControl(where)))

  it.scoped("has the tables that are copied, and those of nodes; each has a key", () =>
    on(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const rows = yield* sql.onDialectOrElse({
          pg: () =>
            sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
          orElse: () => sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`
        })
        expect(rows.map(({ name }) => name).sort()).toEqual(
          [...Object.keys(tables), ...tablesOfNodes, "migration"].sort()
        )
      })
    )
  )

  it.scoped("is opened again with what it had, also by several at once", () =>
    Effect.gen(function* () {
      const where = yield* at
      const open = Effect.provide(
        Effect.map(listLibraries([], "", 10), (all) => all.length),
        layerControl(where)
      )
      const all = Array.from({ length: openers }, () => open)
      expect(yield* Effect.all(all, { concurrency: "unbounded" })).toEqual(all.map(() => 0))
      yield* Effect.provide(insertLibrary("a", "A", false, 5), layerControl(where))
      expect(yield* open).toBe(1)
    })
  )

  it.scoped("orders texts by their bytes, page after page", () =>
    on(() =>
      Effect.gen(function* () {
        for (const id of ids) yield* insertLibrary(id, id, false, 1)
        yield* insertAccess(accessOf("x", [...ids].reverse()))
        const pages = [yield* listLibraries([], "", 2), yield* listLibraries([], "a.1", 2)]
        expect(pages.flat().map(({ id }) => id)).toEqual(ids)
        expect((yield* listLibraries(["a_1", "B-1"], "", 9)).map(({ id }) => id)).toEqual(["B-1", "a_1"])
        expect((yield* accessById("x"))?.libraries).toEqual(ids)
        expect((yield* listAccess("", 10)).map(({ name }) => name)).toEqual([`x ü "'`])
      })
    )
  )

  it.scoped("gives numbers as they were, and room to just as many as there is", () =>
    on(() =>
      Effect.gen(function* () {
        const quota = 2 ** 52
        yield* insertLibrary("a", "A", true, quota)
        const part = quota / 8
        const all = Array.from({ length: 12 }, () => reserve("a", part))
        const got = yield* Effect.all(all, { concurrency: "unbounded" })
        expect(got.filter((isGiven) => isGiven)).toHaveLength(8)
        yield* settle("a", part, 7)
        expect(yield* libraryById("a")).toMatchObject({
          ...{ quota, used: part, reserved: quota - part, sealed: 1, arrived_at: 7 }
        })
      })
    )
  )

  it.scoped(
    "counts the backups of a day, of each access in each library, and holds up nobody when the clock jumps",
    () =>
      on(() =>
        Effect.gen(function* () {
          for (const id of ["a", "b"]) {
            yield* insertLibrary(id, id, false, 1)
            yield* insertAccess(accessOf(`of ${id}`, [id]))
          }
          const count = (access: string, library: string) => countBackup(access, library, 3)
          const all = Array.from({ length: 5 }, () => count("of a", "a"))
          const got = yield* Effect.all(all, { concurrency: "unbounded" })
          expect(got.filter((isCounted) => isCounted)).toHaveLength(3)
          expect([yield* count("of a", "b"), yield* count("of b", "a")]).toEqual([true, true])
          yield* TestClock.adjust("23 hours")
          expect(yield* count("of a", "a")).toBe(false)
          yield* TestClock.adjust("1 hour")
          expect(yield* count("of a", "a")).toBe(true)
          // Years ahead for a moment, and back.
          const now = yield* Clock.currentTimeMillis
          yield* TestClock.setTime(now + 4000 * day)
          for (let time = 0; time < 3; time++) expect(yield* count("of a", "a")).toBe(true)
          expect(yield* count("of a", "a")).toBe(false)
          yield* TestClock.setTime(now)
          expect(yield* count("of a", "a")).toBe(true)
          yield* finishErasing("a", [], "admin")
          const sql = yield* SqlClient
          expect(yield* sql`SELECT access, library FROM backup_count`).toEqual([
            { access: "of a", library: "b" }
          ])
        })
      )
  )

  it.scoped("gives no invitation the beginning of another's code, unless that one has ended", () =>
    on(() =>
      Effect.gen(function* () {
        const made = (ids: ReadonlyArray<string>) => {
          const left = ids.values()
          const codes = () => ({ id: left.next().value ?? "none", secret: "abcdefgh" })
          const wish = { name: "M", role: "admin", libraries: [], sealed: false, quota: 1 } as const
          return Effect.map(invite(wish, "x", codes), ({ code }) => code.id)
        }
        // The first gives the secret.
        expect(yield* made(["0000", "aaaa"])).toBe("aaaa")
        expect(yield* made(["0000", "aaaa", "aaaa", "bbbb"])).toBe("bbbb")
        yield* TestClock.adjust("15 days")
        expect(yield* made(["0000", "aaaa"])).toBe("aaaa")
        expect(yield* firstFault).toBe(undefined)
      })
    )
  )

  it.scoped("writes one audit log, one feed, and one of each id, whoever writes at once", () =>
    on(() =>
      Effect.gen(function* () {
        const service = { ...admin, id: "web", role: "service" } as const
        yield* insertAccess(accessOf("web", [], "service"))
        const makers = Array.from({ length: 12 }, (_, n) =>
          Effect.either(makeHome(`lib-${n % 6}`, "L", 1, service))
        )
        const made = yield* Effect.all(makers, { concurrency: "unbounded" })
        expect(made.filter(({ _tag, ...rest }) => "right" in rest && rest.right === "new")).toHaveLength(6)
        expect(yield* firstFault).toBe(undefined)
        const feed = yield* feedAfter(admin, 0, 100)
        expect(feed.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6"])
        const claims = Array.from({ length: 4 }, (_, n) => claimLine("lib-0", "folder", "line", `d${n % 2}`))
        for (const n of [0, 1]) yield* insertAccess(accessOf(`d${n}`, ["lib-0"]))
        const whose = yield* Effect.all(claims, { concurrency: "unbounded" })
        expect([...whose].sort()).toEqual(["another device", "another device", "own", "own"])
      })
    )
  )

  it.scoped("counts what is sent in a day, and lets one of several change a restore", () =>
    on(() =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
        yield* insertLibrary("a", "A", false, 1)
        const sent = yield* Effect.all(
          Array.from({ length: 25 }, (_, n) => insertRestore(wish("a", `k${n}`), admin)),
          { concurrency: "unbounded" }
        )
        const kept = sent.filter((id) => id !== undefined)
        expect(kept).toHaveLength(20)
        // Plans take up room too, and are no restores: of them there may be more.
        const planned = yield* Effect.forEach(Array.from({ length: 202 }), (_, n) =>
          insertRestore({ ...wish("a", `p${n}`), isPlanOnly: true }, admin)
        )
        expect(planned.indexOf(undefined)).toBe(200)
        const seen = yield* restoreById("a", String(kept[0]))
        if (seen === undefined) throw new Error("not kept")
        expect(seen.position).toBe(2 ** 40)
        expect(yield* restoreById("b", seen.id)).toBe(undefined)
        const change = changeRestore(seen, {
          ...{ actor: "d", action: "restore heard", from: ["waiting"], set: { state: "heard" } }
        })
        const results = yield* Effect.all([change, change, change], { concurrency: "unbounded" })
        expect([...results].sort()).toEqual(["moved", "moved", undefined])
        // A device that says what it said before changes nothing, and writes nothing.
        const anna = { ...admin, id: "anna" }
        const report = (told: { readonly state: "heard"; readonly begins?: boolean }) =>
          Effect.gen(function* () {
            const now = yield* restoreById("a", String(kept[1]))
            if (now === undefined) throw new Error("not kept")
            expect(yield* noteReport(now, anna, told)).toBe(undefined)
            const [head] = yield* (yield* SqlClient)<{ number: number }>`SELECT number FROM audit_head`
            return [(yield* restoreById("a", now.id))?.revision, Number(head?.number)]
          })
        const heard = yield* report({ state: "heard" })
        expect(yield* report({ state: "heard" })).toEqual(heard)
        const begun = yield* report({ state: "heard", begins: true })
        expect(begun).toEqual(heard.map((each) => Number(each) + 1))
        expect(yield* report({ state: "heard", begins: true })).toEqual(begun)
        expect(yield* report({ state: "heard" })).toEqual(begun)
        // A day later it is still waited for, and that is no deed.
        yield* TestClock.adjust("1 day")
        expect(yield* report({ state: "heard" })).toEqual([Number(begun[0]) + 1, begun[1]])
        expect(yield* firstFault).toBe(undefined)
      })
    )
  )

  it.scoped("leaves nothing of what failed in the middle", () =>
    on(() =>
      Effect.gen(function* () {
        const deed = { actor: "a", action: "b", subject: "c" }
        const failing = Effect.zipRight(insertLibrary("a", "A", false, 1), Effect.fail("no" as const))
        expect(yield* Effect.flip(audited(deed, failing))).toBe("no")
        const broken = Effect.zipRight(insertLibrary("a", "A", false, 1), insertLibrary("a", "A", false, 1))
        expect(yield* Effect.flip(transact(broken))).toMatchObject({ _tag: "SqlError" })
        expect(yield* libraryById("a")).toBe(undefined)
        yield* audited(deed, insertLibrary("a", "A", false, 1))
        expect(yield* firstFault).toBe(undefined)
      })
    )
  )

  it.scoped("knows groups, what was told of them, and dangers that were told once", () =>
    on(() =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1000)
        yield* insertLibrary("anna", "Anna", false, 1000, { group_name: "10b" })
        yield* insertLibrary("home", "Home", false, 1000, { home: "server", group_name: "10b" })
        for (const role of ["teacher", "service"] as const)
          yield* insertAccess({ ...accessOf(role, [], role), group_name: "10b" })
        expect((yield* accessById("teacher"))?.libraries).toEqual(["anna", "home"])
        // A web app has nothing of a device.
        expect((yield* accessById("service"))?.libraries).toEqual(["home"])
        expect(yield* readersOf("anna", 5)).toEqual([`teacher ü "'`])
        yield* changeLookedAfter(
          { absentDays: 9 },
          [{ group: "10b", to: ["a@b.c"], pausedUntil: 2 ** 41 }],
          "t"
        )
        expect((yield* readLookedAfter).absentDays).toBe(9)
        expect(yield* listGroups).toEqual([
          { name: "10b", libraries: 2, to: ["a@b.c"], pausedUntil: 2 ** 41 }
        ])
        // Of several at once one begins a digest, and of one that failed again one.
        const begin = Effect.map(
          Effect.all(
            [1, 2, 3].map(() => beginDigest("10b", "mail", 2 ** 41)),
            { concurrency: "unbounded" }
          ),
          (all) => all.filter(Boolean).length
        )
        expect(yield* begin).toBe(1)
        yield* endDigest("10b", "mail", 2 ** 41, { outcome: "failed", detail: "x" })
        expect([yield* begin, yield* begin]).toEqual([1, 0])
        expect(yield* digestsOf("10b", "mail")).toMatchObject([{ due_at: 2 ** 41, outcome: "begun" }])
        const disk = { kind: "disk", library: "", about: "", detail: "full" } as const
        const loss = { kind: "loss", library: "anna", about: "@9", detail: "much" } as const
        expect(yield* noteDangers([disk, loss])).toEqual([disk, loss])
        expect(yield* noteDangers([disk])).toEqual([])
        for (const alert of yield* untold("mail")) yield* noteTold(alert, "mail", true)
        expect([yield* untold("mail"), (yield* untold("webhook")).length]).toEqual([[], 2])
        yield* noteDangers([])
        expect((yield* untold("webhook")).map(({ kind }) => kind)).toEqual(["loss"])
        yield* audited({ actor: "a", action: "file discarded", subject: "anna" }, Effect.void)
        expect(yield* manyDiscarded(-1, 1)).toEqual([{ library: "anna", count: 1 }])
        const row = {
          library: "anna",
          line: "l",
          position: 2 ** 40,
          newest: 1,
          kept: 1,
          at: 1,
          arrived_at: 1
        }
        yield* keepWatched(row)
        yield* keepWatched({ ...row, kept: 2 })
        expect(yield* watchedOf("anna")).toEqual({ ...row, kept: 2 })
        yield* noteReclaimed("anna", 2 ** 41)
        expect((yield* libraryById("anna"))?.reclaimed_at).toBe(2 ** 41)
        yield* changeLibrary("anna", { group: "" }, "t")
        expect((yield* accessById("teacher"))?.libraries).toEqual(["home"])
      })
    )
  )

  it.scoped("erases a library, and ends the invitations for it alone", () =>
    on(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        for (const id of ids) yield* insertLibrary(id, id, false, 1)
        for (const id of ids) {
          yield* insertAccess(accessOf(`of ${id}`, [id]))
          const { name } = accessOf(id, [])
          yield* sql`INSERT INTO invitation ${sql.insert({
            ...{ id, salt: "", code_hash: "", name, role: "teacher", libraries: JSON.stringify([id]) },
            ...{
              access_days: 0,
              created_at: 0,
              expires_at: 2 ** 45,
              tries_left: 5,
              secret_hash: "",
              access: ""
            }
          })}`
        }
        for (const id of ["a_1", "a1"]) {
          yield* claimLine(id, "f", "line", `of ${id}`)
          yield* insertRestore(wish(id, id), admin)
          yield* noteDiscarded(id, "vault.json")
          yield* countBackup(`of ${id}`, id, 9)
          const proof = { due_at: 1, started_at: 1, ended_at: 2, ok: 1, bytes: 1, detail: "" }
          yield* keepProof({ library: id, ...proof })
          const seen = { line: "l", position: 1, newest: 1, kept: 1, at: 1, arrived_at: 1 }
          yield* keepWatched({ library: id, ...seen })
          const head = { line: "l", position: 1, chainHash: "h" }
          yield* keepPushed(id, undefined, { head, schedule: "its profiles" })
          yield* noteDangers([{ kind: "loss", library: id, about: id, detail: "" }])
        }
        /** How many rows each table has of a library; the log and the feed keep that there was one. */
        const rowsOf = (id: string) =>
          Effect.forEach(
            Object.entries(tables).flatMap(([name, key]) =>
              (key as ReadonlyArray<string>).includes("library") ? [name] : []
            ),
            (name) =>
              Effect.map(sql`SELECT library FROM ${sql(name)} WHERE library = ${id}`, (rows) => [
                name,
                rows.length
              ])
          )
        const before = yield* rowsOf("a_1")
        expect(before).toEqual(before.map(([name]) => [name, 1]))
        expect(before).toHaveLength(9)
        yield* endAccessTo("a_1", "test")
        const left = yield* sql<{ id: string }>`SELECT id FROM invitation ORDER BY id`
        expect(left.map(({ id }) => id)).toEqual(["B-1", "a.1", "a1"])
        const ended = (yield* listAccess("", 10)).filter(({ revoked_at }) => revoked_at !== 0)
        // The test's clock stands at 0.
        expect(ended).toHaveLength(0)
        yield* finishErasing("a_1", [{ place: "here", files: 1 }], "test")
        expect((yield* listLibraries([], "", 9)).map(({ id }) => id)).toEqual(["B-1", "a.1", "a1"])
        expect(yield* rowsOf("a_1")).toEqual(before.map(([name]) => [name, 0]))
        expect(yield* rowsOf("a1")).toEqual(before)
      })
    )
  )

  it.scoped(
    "goes on beside programs of the next version, and not beside one that takes away what it needs",
    () =>
      Effect.gen(function* () {
        const where = yield* at
        const here = <A, E>(body: Effect.Effect<A, E, SqlClient>) => Effect.provide(body, layerControl(where))
        const nextly = (sql: SqlClient) => sql`SELECT count(*) AS count FROM library WHERE next_note = 'n'`
        const adding = Effect.gen(function* () {
          const sql = yield* SqlClient
          for (const table of Object.keys(tables))
            yield* sql`ALTER TABLE ${sql(table)} ADD COLUMN next_note TEXT NOT NULL DEFAULT 'n'`
          yield* sql`CREATE TABLE next_table (id TEXT PRIMARY KEY)`
        })
        const next = { ...steps, [stepName(version + 1, "next")]: adding }
        const last = {
          ...next,
          [stepName(version + 2, "last")]: takingAway(
            version + 1,
            Effect.flatMap(SqlClient, (sql) =>
              Effect.asVoid(sql`ALTER TABLE library DROP COLUMN reclaimed_at`)
            )
          )
        }
        yield* here(insertLibrary("old", "Old", false, 1))
        yield* here(bringUp(next))
        // Opened as any start opens it; what it does not know is passed over, and filled in.
        yield* here(
          Effect.gen(function* () {
            const sql = yield* SqlClient
            yield* insertLibrary("a", "A", false, 1)
            yield* insertAccess(accessOf("x", ["a"]))
            yield* audited({ actor: "a", action: "b", subject: "c" }, transact(announce("library", "a")))
            expect((yield* listLibraries([], "", 9)).map(({ id }) => id)).toEqual(["a", "old"])
            expect((yield* accessById("x"))?.libraries).toEqual(["a"])
            expect(yield* firstFault).toBe(undefined)
            expect(Number((yield* nextly(sql))[0]?.count)).toBe(2)
            // Words of the next version.
            yield* sql`INSERT INTO feed (id, at, type, library, about) VALUES (99, 1, 'dream', '', '{}')`
            yield* sql`INSERT INTO alert (kind, library, about, since, detail, mail_at, webhook_at, tried_at)
            VALUES ('dream', '', '', 1, '', 0, 0, 0)`
            expect((yield* feedAfter(admin, 0, 9)).map(({ type }) => type)).toEqual(["library"])
            expect([...(yield* untold("mail")), ...(yield* noteDangers([]))]).toEqual([])
            const folder = yield* temporaryFolder
            yield* writeControlFile(join(folder, "copy"), join(folder, "scratch"))
            const copied = Effect.provide(listLibraries([], "", 9), layerSqlite(join(folder, "copy")))
            expect((yield* copied).map(({ id }) => id)).toEqual(["a", "old"])
          }).pipe(Effect.scoped)
        )
        // It is here still, so nothing is taken away from it.
        yield* here(registerNode("10.0.0.5:8422", "{}", "secret"))
        const refused = yield* here(Effect.flip(bringUp(last)))
        expect(versionApart(refused)?.reason).toContain("10.0.0.5:8422")
        expect((yield* here(listLibraries([], "", 9))).length).toBe(2)
        // It sleeps meanwhile. When it wakes it is there no more, and is told.
        yield* here(Effect.flatMap(SqlClient, (sql) => sql`UPDATE node SET seen_at = seen_at - 10000`))
        yield* Effect.provide(
          Effect.gen(function* () {
            yield* bringUp(last)
            expect(yield* keepShards("10.0.0.5:8422", [])).toEqual([])
            expect((yield* listNodes).map(({ isThere, isTooOld }) => [isThere, isTooOld])).toEqual([
              [false, true]
            ])
            expect(versionApart(yield* Effect.flip(registerNode("10.0.0.5:8422", "{}", "s")))).toBeDefined()
          }),
          layerControl(where)
        )
        const late = yield* Effect.flip(here(listLibraries([], "", 9)))
        expect(versionApart(late)?.reason).toContain(`this program knows ${version}`)
      })
  )

  it.scoped("is copied into a file of SQLite, the same rows as the same bytes", () =>
    on(() =>
      Effect.gen(function* () {
        for (let n = 0; n < 205; n++)
          yield* audited({ actor: "a", action: "b", subject: `c${n}` }, insertLibrary(`l${n}`, "ü", false, n))
        const folder = yield* temporaryFolder
        for (const name of ["one", "two"])
          yield* writeControlFile(join(folder, name), join(folder, `${name}.scratch`))
        expect(readFileSync(join(folder, "one")).equals(readFileSync(join(folder, "two")))).toBe(true)
        const copied = Effect.all([firstFault, listLibraries([], "", 1000)]).pipe(
          Effect.provide(layerSqlite(join(folder, "two")))
        )
        const [fault, all] = yield* copied
        expect(fault).toBe(undefined)
        expect(all).toEqual(yield* listLibraries([], "", 1000))
      }).pipe(Effect.scoped)
    )
  )
}

const start = (data: string, database: { readonly url: Redacted.Redacted }, from?: string) =>
  startServer({ data, host: "127.0.0.1", port: 0, graceMs: 100, database, from })

describe("in a file", () => {
  suite(
    Effect.map(temporaryFolder, (folder) => ({ _tag: "File", file: join(folder, "control.db") })),
    1
  )
})

describe.runIf(hasPostgres())("in a PostgreSQL", () => {
  const server = sharedPostgres()
  const database = Effect.suspend(() => server().database)
  suite(
    Effect.map(database, (url) => ({ _tag: "Postgres", url })),
    4
  )

  it.scoped("security 40: bounds statements and waits, and needs no right to change the tables", () =>
    Effect.gen(function* () {
      const [owner, other] = [yield* database, yield* database]
      const role = new URL(Redacted.value(other)).username
      const url = Redacted.make(Redacted.value(owner).replace(/\/\/[^@]+@/, `//${role}@`))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* audited({ actor: "a", action: "b", subject: "c" }, insertLibrary("a", "A", false, 1))
        yield* settle("a", 1, 1)
        const [{ timeout } = { timeout: "" }] = yield* sql<{
          timeout: string
        }>`SELECT current_setting('statement_timeout') AS timeout`
        expect(timeout).toBe("30s")
        const refused = yield* Effect.forEach(
          [
            sql`DROP TABLE library`,
            sql`CREATE TABLE other (id TEXT)`,
            sql`UPDATE audit SET actor = 'x'`,
            sql`DELETE FROM audit`,
            sql`DELETE FROM migration`
          ],
          (statement) => Effect.map(Effect.flip(statement), ({ cause }) => String(cause))
        )
        expect(refused).toEqual(refused.map(() => expect.stringMatching(/permission denied|must be owner/)))
        expect(yield* firstFault).toBe(undefined)
      }).pipe(Effect.provide(layerControl({ _tag: "Postgres", url, owner })))
    })
  )

  it.scoped("goes on after the database was restarted", () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* Effect.gen(function* () {
        yield* insertLibrary("a", "A", false, 1)
        yield* server().restart
        const lost = yield* Effect.either(libraryById("a"))
        if (lost._tag === "Left") expect(lost.left._tag).toBe("SqlError")
        expect((yield* libraryById("a"))?.name).toBe("A")
      }).pipe(Effect.provide(layerControl({ _tag: "Postgres", url })))
    })
  )

  it.scoped("says what is wrong with an address, and not its password", () =>
    Effect.gen(function* () {
      const data = yield* temporaryFolder
      const fault = (address: string) =>
        Effect.map(
          Effect.flip(Effect.scoped(start(data, { url: Redacted.make(address) }))),
          ({ message }) => message
        )
      const there = new URL(Redacted.value(yield* database))
      there.pathname = "/nothing"
      expect(yield* fault(there.href)).toContain('database "nothing" does not exist')
      expect(yield* fault("postgres://me:secret@127.0.0.1:1/x")).toMatch(/ECONNREFUSED/)
      for (const wrong of ["mysql://me:secret@127.0.0.1/x", "secret"]) {
        const said = yield* fault(wrong)
        expect(said).toContain("it takes an address such as postgres://")
        expect(said).not.toContain("secret")
      }
    })
  )

  it.scoped("has the control database of one data folder, and is not used with another", () =>
    Effect.gen(function* () {
      const [data, other] = [yield* temporaryFolder, yield* temporaryFolder]
      const [url, empty] = [yield* database, yield* database]
      yield* Effect.scoped(
        Effect.gen(function* () {
          const running = yield* testServer({ data, database: { url } })
          const anna = yield* device(running, yield* signIn(running))
          expect(
            yield* putBlob(running, anna.token, anna.library, "vault.json", '{"kind":"plain"}')
          ).toMatchObject({
            status: 201
          })
        })
      )
      expect(existsSync(join(data, "control.db"))).toBe(false)
      const refused = (folder: string, given: Parameters<typeof start>[1] | undefined) =>
        Effect.map(
          Effect.flip(
            Effect.scoped(
              given === undefined
                ? startServer({ data: folder, host: "127.0.0.1", port: 0 })
                : start(folder, given)
            )
          ),
          ({ message }) => message
        )
      expect(yield* refused(other, { url })).toContain("that of a server with another data folder")
      expect(yield* refused(data, { url: empty })).toContain("no list of who has access")
      expect(yield* refused(data, undefined)).toContain("its control database is in a PostgreSQL")
      const own = yield* temporaryFolder
      yield* Effect.scoped(testServer({ data: own }))
      expect(yield* refused(own, { url: empty })).toContain("DATABASE_URL names another")
      // What was refused was left as it was.
      expect((yield* Effect.scoped(start(data, { url }))).signIn).toBe(undefined)
    })
  )

  it.scoped("comes back from its mirror: into another PostgreSQL, and into a data folder alone", () =>
    Effect.gen(function* () {
      const [data, mirror, folder] = [yield* temporaryFolder, yield* temporaryFolder, yield* temporaryFolder]
      yield* makeVault(folderBlobs(folder))
      const text = readFileSync(join(folder, "vault.json"), "utf8")
      const library = yield* Effect.scoped(
        Effect.gen(function* () {
          const running = yield* testServer({ data, mirror, database: { url: yield* database } })
          const anna = yield* device(running, yield* signIn(running))
          yield* putBlob(running, anna.token, anna.library, "vault.json", text)
          return anna
        })
      )
      const read = (options: Parameters<typeof testServer>[0]) =>
        Effect.scoped(
          Effect.gen(function* () {
            const again = yield* testServer({ from: mirror, ...options })
            expect(again.rebuilt).toMatchObject({ libraries: 1, files: 1, passedOver: 0 })
            const path = `/v1/libraries/${library.library}/blobs/vault.json`
            return (yield* again.ask("GET", path, { token: library.token })).text
          })
        )
      const there = { url: yield* database }
      expect(yield* read({ database: there })).toBe(text)
      expect(yield* read({})).toBe(text)
      const twice = yield* Effect.flip(Effect.scoped(start(yield* temporaryFolder, there, mirror)))
      expect(twice.message).toContain("there is a server in the PostgreSQL")
      // One that was brought in already takes nothing more in.
      const file = join(yield* temporaryFolder, "control.db")
      yield* Effect.provide(insertLibrary("a", "A", false, 1), layerSqlite(file))
      const at = { _tag: "Postgres", ...there } as const
      expect(yield* Effect.provide(readControlFile(file), layerControl(at))).toBe(false)
    })
  )
})

it.runIf(!hasPostgres())(
  "is not tried in a PostgreSQL: there is none here (Debian: apt install postgresql)",
  ({ skip }) => skip()
)
