/** A mirror into which somebody put what they liked: nothing of it runs or leaves its folder, and what is whole comes back. */
import { createHash } from "node:crypto"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import {
  addVault,
  checkVault,
  keepServerKey,
  knownVault,
  openKnown,
  push,
  vaultAt,
  writePolicy
} from "@white-room/vault"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { StartOptions } from "../src/index.js"
import { leastBytes } from "../src/library/Shelf.js"
import { song } from "./support/pushed.js"
import { device, putBlob, signIn, type TestServer, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const ending = (options: Partial<StartOptions>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const server = yield* Scope.extend(testServer(options), scope)
    return { server, end: Scope.close(scope, Exit.void) }
  })

const copiesIn = (mirror: string) => readdirSync(join(mirror, "control")).sort()

/** A mirror that a server with one device left, and who may look at it. */
const mirrored = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const mirror = join(folder, "mirror")
  mkdirSync(mirror)
  const data = join(folder, "data")
  const one = yield* ending({ data, mirror })
  const admin = yield* signIn(one.server)
  const anna = yield* device(one.server, admin)
  const name = `${"a".repeat(32)}/00000000-0000-4000-8000-000000000000/line`
  expect((yield* putBlob(one.server, anna.token, anna.library, name, "song")).status).toBe(201)
  yield* one.end
  return { folder, mirror, data, again: join(folder, "again"), admin, anna, name }
})

/** Puts a copy of the newest control database there that was changed, under a name that calls it the newest. */
const forge = (mirror: string, digit: string, change: (db: Database.Database) => void): void => {
  const file = join(mirror, "forged.tmp")
  copyFileSync(
    join(
      mirror,
      "control",
      copiesIn(mirror)
        .filter((each) => !/^9|^8/.test(each))
        .at(-1) ?? ""
    ),
    file
  )
  const db = new Database(file)
  db.unsafeMode(true)
  change(db)
  db.close()
  const bytes = readFileSync(file)
  rmSync(file)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  writeFileSync(join(mirror, "control", `${digit.repeat(12)}-${"0".repeat(15)}-${sha256}.db`), bytes)
}

const endless =
  "WITH RECURSIVE forever(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forever) SELECT max(n) FROM forever"

const ofLibrary = (db: Database.Database, id: string) => {
  db.pragma("foreign_keys = OFF")
  db.prepare("UPDATE library SET id = ?").run(id)
  db.prepare("UPDATE access_library SET library = ?").run(id)
  db.prepare("UPDATE line SET library = ?").run(id)
}

/** Copies that are none, though their bytes are those of their names. */
const forgeries: Readonly<Record<string, (db: Database.Database) => void>> = {
  "a library whose id leads out of the folder": (db) => ofLibrary(db, "../../outside"),
  "a library whose id is the folder itself": (db) => ofLibrary(db, "."),
  "a discarded file whose name leads out of its library": (db) =>
    db.exec("INSERT INTO discarded SELECT id, '../../certificate.json', 0, 1 FROM library"),
  "a view in the place of the end of the audit log, which never ends": (db) =>
    db.exec(`DROP TABLE audit_head; CREATE VIEW audit_head(id, number, hash) AS SELECT 1, (${endless}), ''`),
  "a list of accesses that is computed, and never ends": (db) => {
    db.pragma("foreign_keys = OFF")
    db.exec(`DROP TABLE access; CREATE VIEW access AS ${endless}`)
    db.exec("DELETE FROM access_library; DELETE FROM line; INSERT INTO line SELECT id, 'x', 'y' FROM library")
  },
  "a role that there is not": (db) => db.exec("UPDATE access SET role = 'owner'"),
  "bytes in the place of a name": (db) => db.exec("UPDATE library SET name = zeroblob(100)"),
  "an access to a library that is not there": (db) => {
    db.pragma("foreign_keys = OFF")
    db.exec("UPDATE access_library SET library = 'another'")
  },
  "two ends of the audit log": (db) =>
    db.exec("INSERT INTO audit_head SELECT 2, number + 1, hash FROM audit_head"),
  "a table that lies where the schema does": (db) =>
    db.exec("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'audit_head'")
}

describe("a mirror that somebody else wrote to", () => {
  it.scopedLive("copies that are none are passed over, and nothing of them is used", () =>
    Effect.gen(function* () {
      const { folder, mirror, again, admin, anna } = yield* mirrored
      const before = readdirSync(folder).sort()
      for (const change of Object.values(forgeries)) {
        for (const each of copiesIn(mirror)) if (each.startsWith("9")) rmSync(join(mirror, "control", each))
        forge(mirror, "9", change)
        const { server, end } = yield* ending({ data: again, from: mirror })
        expect(server.rebuilt).toMatchObject({ libraries: 1, files: 1, passedOver: 1 })
        expect((yield* server.ask("GET", "/v1/me", { token: admin })).status).toBe(200)
        const listed = yield* server.ask("GET", "/v1/libraries", { token: anna.token })
        expect(listed.json).toMatchObject({ items: [{ id: anna.library, used: leastBytes }] })
        yield* end
        expect(readdirSync(again).filter((each) => /moment|new/.test(each))).toEqual([])
        rmSync(again, { recursive: true })
        expect(readdirSync(folder).sort()).toEqual(before)
      }
    })
  )

  it.scopedLive("triggers, views and tables of somebody else do not come along", () =>
    Effect.gen(function* () {
      const { mirror, data, again, admin } = yield* mirrored
      forge(mirror, "9", (db) =>
        db.exec(`CREATE TABLE loot (secret TEXT);
          DROP TRIGGER access_changed;
          CREATE TRIGGER access_changed AFTER UPDATE ON access BEGIN UPDATE access SET revoked_at = 0; END;
          CREATE TRIGGER listen AFTER INSERT ON audit BEGIN INSERT INTO loot VALUES (new.detail); END;
          CREATE TRIGGER back AFTER UPDATE OF revoked_at ON access BEGIN UPDATE access SET revoked_at = 0; END;
          CREATE TRIGGER never BEFORE INSERT ON invitation BEGIN SELECT (${endless}); END`)
      )
      const { server, end } = yield* ending({ data: again, from: mirror })
      expect(server.rebuilt).toMatchObject({ libraries: 1, passedOver: 0 })
      const ben = yield* device(server, admin, { name: "Ben" })
      expect((yield* server.ask("DELETE", `/v1/access/${ben.access}`, { token: admin })).status).toBe(204)
      expect((yield* server.ask("GET", "/v1/me", { token: ben.token })).status).toBe(401)
      yield* end
      const [theirs, ours] = [again, data].map((each) => {
        const db = new Database(join(each, "control.db"), { readonly: true })
        const all = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()
        db.close()
        return all
      })
      expect(theirs).toEqual(ours)
    })
  )

  it.scopedLive("a server that runs looks at a forged end of the audit log, and ends looking", () =>
    Effect.gen(function* () {
      const { mirror, data, admin } = yield* mirrored
      forge(
        mirror,
        "9",
        forgeries["a view in the place of the end of the audit log, which never ends"] ?? (() => {})
      )
      const { server } = yield* ending({ data, mirror })
      const ben = yield* device(server, admin, { name: "Ben" })
      // Acknowledged: the mirror has it.
      expect((yield* server.ask("DELETE", `/v1/access/${ben.access}`, { token: admin })).status).toBe(204)
      expect(server.log.filter(({ event }) => event === "mirror" || event === "fault")).toEqual([])
    })
  )

  it.scopedLive("copies that call themselves newer push none of ours out", () =>
    Effect.gen(function* () {
      const { mirror, data, again, admin } = yield* mirrored
      for (let each = 0; each < 25; each++)
        writeFileSync(
          join(mirror, "control", `${"9".repeat(12)}-${String(each).padStart(15, "0")}-${"a".repeat(64)}.db`),
          "x"
        )
      const one = yield* ending({ data, mirror })
      const ben = yield* device(one.server, admin, { name: "Ben" })
      expect((yield* one.server.ask("DELETE", `/v1/access/${ben.access}`, { token: admin })).status).toBe(204)
      yield* one.end
      const { server } = yield* ending({ data: again, from: mirror })
      expect(server.rebuilt).toMatchObject({ libraries: 2, passedOver: 25 })
      expect((yield* server.ask("GET", "/v1/me", { token: ben.token })).status).toBe(401)
    })
  )

  it.scopedLive(
    "an empty folder where the mirror was is a disk that is away: nothing is put there, and it goes on when it is back",
    () =>
      Effect.gen(function* () {
        const { mirror, data, admin } = yield* mirrored
        const away = () => {
          renameSync(mirror, `${mirror}-disk`)
          mkdirSync(mirror)
        }
        const back = () => {
          rmSync(mirror, { recursive: true })
          renameSync(`${mirror}-disk`, mirror)
        }
        const revoked = (server: TestServer, name: string) =>
          Effect.gen(function* () {
            const each = yield* device(server, admin, { name })
            return (yield* server.ask("DELETE", `/v1/access/${each.access}`, { token: admin })).status
          })
        // Before it starts, and while it runs.
        away()
        const { server } = yield* ending({ data, mirror })
        expect(yield* revoked(server, "Ben")).toBe(503)
        expect(readdirSync(mirror)).toEqual([])
        expect(server.log.find(({ event }) => event === "mirror")?.fault).toContain("its disk is away")
        back()
        expect(yield* revoked(server, "Carl")).toBe(204)
        away()
        expect(yield* revoked(server, "Dora")).toBe(503)
        expect(readdirSync(mirror)).toEqual([])
        back()
        expect(yield* revoked(server, "Emil")).toBe(204)
      })
  )

  it.scopedLive(
    "a flipped bit of a mirrored file is named and not believed, and is mended by its device",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const [data, mirror, again] = [join(folder, "data"), join(folder, "mirror"), join(folder, "again")]
        mkdirSync(mirror)
        const one = yield* ending({ data, mirror })
        const port = Number(new URL(one.server.address).port)
        const admin = yield* signIn(one.server)
        const anna = yield* device(one.server, admin)
        const place = `${one.server.address}/${anna.library}`
        const here = { settings: join(folder, "settings"), env: {} }
        yield* keepServerKey(here.settings, { place, token: Redacted.make(anna.token) })
        yield* createLibrary(join(folder, "library.db"))
        const library = yield* openLibrary(join(folder, "library.db"))
        const { vault, known } = yield* addVault(library, "school", place, here)
        for (const id of ["1", "2"]) {
          yield* library.songs.create(song(id))
          yield* push(library, vault, yield* knownVault(library, "school"))
        }
        yield* writePolicy(vault, { keepEdits: 365, graceDays: 60 })
        yield* one.end
        const files = readdirSync(join(mirror, "libraries"), { recursive: true, encoding: "utf8" })
          .filter((name) => /s0-0{11}2-.*\.seg$|policy\/.*json$|\/line$|\/vault\.json$/.test(name))
          .map((name) => `libraries/${name}`)
          .sort()
        expect(files).toHaveLength(4)
        for (const name of files) {
          const bytes = readFileSync(join(mirror, name))
          // In what checks itself only that check, so that it can be read all the same.
          const middle = /\/(?:line|vault\.json)$/.test(name) ? bytes.length - 5 : bytes.length >> 1
          bytes[middle] = (bytes[middle] ?? 0) ^ 1
          writeFileSync(join(mirror, name), bytes)
        }
        rmSync(data, { recursive: true })
        const { server, end } = yield* ending({ data: again, from: mirror, mirror, port })
        expect(server.rebuilt?.damaged.toSorted()).toEqual(files)
        expect(server.rebuilt).toMatchObject({ libraries: 1, passedOver: 0, damagedCount: 4 })
        const opened = yield* openKnown(known, here)
        expect(yield* push(library, opened, yield* knownVault(library, "school"))).toMatchObject({
          events: 1
        })
        // What can be read all the same is there, and told by a check.
        const told = [{ what: "vault.json" }, { what: expect.stringMatching(/\/line$/) }]
        expect((yield* checkVault(opened, { level: "full" })).damaged).toMatchObject(told)
        const segment = files.find((name) => name.endsWith(".seg")) ?? ""
        const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))
        const isMended = Effect.try(() => {
          const sha256 = createHash("sha256").update(readFileSync(join(mirror, segment)))
          return segment.endsWith(`-${sha256.digest("hex").slice(0, 16)}.seg`)
        }).pipe(Effect.orElseSucceed(() => false))
        yield* Effect.repeat(Effect.zipRight(turn, isMended), { until: (each) => each })
        yield* end
        // The mirror has what the device sent in the place of what was damaged; nobody sent the policy.
        const copy = yield* vaultAt(join(mirror, "libraries", anna.library))
        expect((yield* checkVault(copy, { level: "full" })).damaged).toMatchObject([
          { what: expect.stringMatching(/^policy\/000001-/) },
          ...told
        ])
      })
  )

  it.scopedLive("a certificate that is none is not brought", () =>
    Effect.gen(function* () {
      const { mirror, again } = yield* mirrored
      for (const text of ["{", "null", '{"cert":"x","key":"y"}', "x".repeat(100_000)]) {
        writeFileSync(join(mirror, "certificate.json"), text)
        const { server, end } = yield* ending({ data: again, from: mirror, host: "0.0.0.0" })
        expect(server.pin).toMatch(/^[0-9a-f]{64}$/)
        yield* end
        rmSync(again, { recursive: true })
        expect(existsSync(`${again}/certificate.json.new`)).toBe(false)
      }
    })
  )
})
