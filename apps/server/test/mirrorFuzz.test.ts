/** Copies of a control database that are anything: what is whole comes back, or the copy before, soon and in bounds. */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { expect, it } from "@effect/vitest"
import { isWhiteRoomError } from "@white-room/core"
import { folderBlobs } from "@white-room/vault"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import { insertAccess } from "../src/control/AccessList.js"
import { audited } from "../src/control/Audit.js"
import { layerSqlite } from "../src/control/Database.js"
import { insertLibrary } from "../src/control/Libraries.js"
import { useNewest } from "../src/mirror/ControlCopies.js"
import { takeCopy } from "../src/mirror/takeCopy.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

/** The same numbers every time. */
const seeded = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648
    return Math.floor((state / 2147483648) * below)
  }
}

const page = 4096

type Spoil = (bytes: Buffer, random: (below: number) => number) => Buffer

const spoils: ReadonlyArray<Spoil> = [
  (bytes, random) => {
    for (let n = random(20); n >= 0; n--) bytes[random(bytes.length)] = random(256)
    return bytes
  },
  // What the file says of itself, and its schema.
  (bytes, random) => {
    for (let n = random(6); n >= 0; n--) bytes[random(page)] = random(256)
    return bytes
  },
  // Pages that lead to others, or in circles.
  (bytes, random) => {
    const [from, to] = [random(bytes.length / page) * page, random(bytes.length / page) * page]
    bytes.copy(bytes, to, from, from + page)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  // One page is in the middle of a tree, above anything.
  (bytes, random) => {
    const at = random(bytes.length / page) * page
    const child = 1 + random(bytes.length / page)
    bytes[at + (at === 0 ? 100 : 0)] = 5
    for (let cell = 0; cell < 20; cell++) bytes.writeUInt32BE(child, at + 2000 + cell * 6)
    return bytes
  },
  (_, random) => Buffer.from(Array.from({ length: random(3 * page) }, () => random(256)))
]

const make = (file: string) =>
  Effect.gen(function* () {
    for (let n = 0; n < 40; n++) {
      yield* insertLibrary(`lib-${n}`, `Library ${n}`, false, 1000)
      const id = `access-${n}`
      const times = { created_at: 1, expires_at: 0, revoked_at: 0, last_used_at: 0 }
      yield* audited(
        { actor: "test", action: "access made", subject: id },
        insertAccess({
          ...{ id, name: `Device ${n}`, role: "device", device: "x".repeat(200), secret_hash: `hash ${n}` },
          ...{ ...times, last_used_from: "", group_name: "", libraries: [`lib-${n}`] }
        })
      )
    }
  }).pipe(Effect.provide(layerSqlite(file)))

/** What a list of accesses made of a copy holds, told by ids that could be those of this program. */
const countIn = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string }>`SELECT id FROM library`
  for (const { id } of rows) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/)
  return rows.length
})

it.scopedLive(
  "whatever a copy is, nothing happens elsewhere and everything ends",
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* make(join(folder, "control.db"))
      const checkpointed = new Database(join(folder, "control.db"))
      checkpointed.pragma("wal_checkpoint(TRUNCATE)")
      checkpointed.pragma("journal_mode = DELETE")
      checkpointed.close()
      const whole = readFileSync(join(folder, "control.db"))
      const random = seeded(7)
      let passed = 0
      let taken = 0
      const count = rounds(24, 3000)
      for (let round = 0; round < count; round++) {
        const place = join(folder, `mirror-${round}`)
        const data = join(folder, `data-${round}`)
        for (const each of [join(place, "control"), data]) mkdirSync(each, { recursive: true })
        const put = (number: number, bytes: Buffer) => {
          const sha256 = createHash("sha256").update(bytes).digest("hex")
          const name = `${String(number).padStart(12, "0")}-${"0".repeat(15)}-${sha256}.db`
          writeFileSync(join(place, "control", name), bytes)
        }
        put(1, whole)
        put(2, spoils[round % spoils.length]?.(Buffer.from(whole), random) ?? whole)
        symlinkSync(
          join(folder, "control.db"),
          join(place, "control", `${"3".repeat(12)}-${"0".repeat(15)}-${"a".repeat(64)}.db`)
        )
        const result = yield* useNewest(data, folderBlobs(place), (file, { name }) =>
          takeCopy(file, name)
        ).pipe(
          Effect.flatMap((found) => Effect.map(countIn, (libraries) => ({ found, libraries }))),
          Effect.provide(layerSqlite(join(data, "new.db"))),
          Effect.either
        )
        if (result._tag === "Left")
          throw isWhiteRoomError(result.left) ? new Error(result.left.message) : result.left
        const { found, libraries } = result.right
        expect(found).toBeDefined()
        if (found?.passedOver === 0) taken++
        else {
          passed++
          expect(libraries).toBe(40)
        }
        expect(readdirSync(data).filter((name) => !name.startsWith("new.db"))).toEqual([])
        for (const each of [place, data]) rmSync(each, { recursive: true })
      }
      expect(readFileSync(join(folder, "control.db")).equals(whole)).toBe(true)
      expect(readdirSync(folder)).toEqual(["control.db"])
      // Both happened: some copies were taken as they are, others passed over.
      expect(Math.min(passed, taken)).toBeGreaterThan(0)
    }),
  3_600_000
)
