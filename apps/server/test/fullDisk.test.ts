/** The disk of a server is full to the last byte, as other programs do that: what may go on goes on, and nothing is damaged. */
import { execFileSync } from "node:child_process"
import { randomBytes, randomUUID } from "node:crypto"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { checkVault, folderBlobs, openVault } from "@white-room/vault"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { layerSqlite } from "../src/control/Database.js"
import { operate } from "../src/index.js"
import { firstFault } from "./support/firstFault.js"
import { pushing, reader, song } from "./support/pushed.js"
import { device, putBlob, signIn, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { at, isNew, key, songWish, webApp } from "./support/web.js"

const megabyte = 1024 * 1024

/** A disk of its own, of so many megabytes; `undefined` where nobody may make one. */
const smallDisk = (megabytes: number) =>
  Effect.gen(function* () {
    const folder = join(yield* temporaryFolder, "disk")
    mkdirSync(folder)
    const mount = Effect.try(() =>
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" })
    )
    if ((yield* Effect.either(mount))._tag === "Left") return undefined
    yield* Effect.addFinalizer(() => Effect.sync(() => execFileSync("umount", ["-l", folder])))
    return folder
  })

/** Takes all that is left, to the last byte. */
const fill = (folder: string): void => {
  for (let count = 0, bytes = megabyte; bytes >= 1; count++)
    try {
      writeFileSync(join(folder, `filler-${count}`), randomBytes(bytes))
    } catch {
      bytes = Math.floor(bytes / 2)
    }
}

/** A turn of everything that waits. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 5)))

const empty = (folder: string): void => {
  for (let count = 0; existsSync(join(folder, `filler-${count}`)); count++)
    rmSync(join(folder, `filler-${count}`))
}

describe("a disk that is full", () => {
  it.scoped(
    "ends pushes with 507; reading, revoking, erasing and the audit log go on, and then all is as before",
    (test) =>
      Effect.gen(function* () {
        const disk = yield* smallDisk(64)
        if (disk === undefined) return test.skip("no right to mount a small file system")
        const data = join(disk, "srv")
        const limits = { freeBytes: 8 * megabyte, reserveBytes: 4 * megabyte }
        const server = yield* testServer({ data, limits })
        const root = yield* signIn(server)
        const anna = yield* pushing(server, root)
        yield* anna.library.songs.create(song("one"))
        yield* anna.push
        const gone = yield* device(server, root, { name: "Ben" })
        const carl = yield* device(server, root, { name: "Carl" })
        const folder = randomUUID()
        const app = yield* webApp(server, root)
        yield* app.ask("PUT", "songs/s1", songWish("Night Drive"), isNew)
        yield* app.ask("POST", "backups", { description: "good" }, key())
        const read = reader(server, anna)
        expect((yield* read("songs")).status).toBe(200)
        yield* TestClock.adjust("2 minutes")
        yield* Effect.repeat(turn, { until: () => existsSync(join(data, "reserve")) })

        fill(disk)
        const statuses = (each: ReadonlyArray<{ readonly status: number }>) =>
          each.map(({ status }) => status)
        const pushed = Effect.suspend(() =>
          putBlob(server, carl.token, carl.library, `${folder}/${randomUUID()}/line`, "some bytes")
        )
        const written = [
          yield* pushed,
          yield* app.ask("PUT", "songs/s1", songWish("Day Drive"), at(1)),
          yield* app.ask("POST", "backups", {}, key())
        ]
        expect(statuses(written)).toEqual([507, 507, 507])
        // Nobody is kept from reading, who came first and when is noted or not.
        yield* TestClock.adjust("3 minutes")
        const listed = yield* server.ask("GET", `/v1/libraries/${anna.id}/blobs`, { token: anna.token })
        const told = [
          listed,
          yield* read("songs"),
          yield* app.ask("GET", "songs/s1"),
          yield* app.ask("GET", "backups")
        ]
        expect(statuses(told)).toEqual([200, 200, 200, 200])
        // What must not wait is done from the reserve, at the latest when it is asked for again.
        const revoke = server.ask("DELETE", `/v1/access/${gone.access}`, { token: root })
        const first = yield* revoke
        if (first.status !== 204) expect([first.json.type, (yield* revoke).status]).toEqual(["Full", 204])
        expect((yield* server.ask("GET", "/v1/me", { token: gone.token })).status).toBe(401)
        expect(existsSync(join(data, "reserve"))).toBe(false)
        const erasing = yield* Effect.fork(operate(data).erase(gone.library))
        const log = Effect.suspend(() => server.ask("GET", "/v1/audit?limit=1000", { token: root }))
        const look = Effect.zipRight(Effect.zipRight(TestClock.adjust("1 second"), turn), log)
        const { text: audit } = yield* Effect.repeat(look, { until: ({ text }) => text.includes('"erased"') })
        yield* Fiber.interrupt(erasing)
        expect(audit).toContain("access revoked")
        expect(existsSync(join(data, "libraries", gone.library))).toBe(false)
        expect(statuses([yield* pushed])).toEqual([507])

        empty(disk)
        yield* TestClock.adjust("1 minute")
        expect(
          statuses([yield* pushed, yield* app.ask("PUT", "songs/s1", songWish("Day Drive"), at(1))])
        ).toEqual([201, 200])
        yield* anna.library.songs.create(song("two"))
        yield* anna.push
        const control = new Sqlite(join(data, "control.db"), { readonly: true })
        expect(control.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }])
        expect(control.prepare("SELECT id FROM library WHERE reserved <> 0").all()).toEqual([])
        control.close()
        expect(yield* firstFault.pipe(Effect.provide(layerSqlite(join(data, "control.db"))))).toBe(undefined)
        const vault = yield* openVault(folderBlobs(join(data, "libraries", anna.id)))
        expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
        const home = yield* openLibrary(join(data, "homes", app.library, "library.db"))
        expect(yield* home.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
      })
  )
})
