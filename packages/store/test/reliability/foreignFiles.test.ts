/**
 * Databases of others, spoiled anyhow, with anything beside them: each way that opens one gives a result or a typed error,
 * leaves the database as it was unless it is adopted, and never touches what lies elsewhere.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { adopt, createLibrary, glanceAtApp, isWhiteRoomError, openLibrary } from "../../src/index.js"
import { makeAppDatabase } from "../support/appDatabase.js"
import { rounds } from "../support/soak.js"
import { type Seeded, seeded } from "./support/seeded.js"
import { newLibrary, save, scratchFolder, songChange, start } from "./support/world.js"

const magic = Buffer.from("d9d505f920a163d7", "hex")

const bytesOf = (random: Seeded, most: number): Buffer =>
  Buffer.from(Array.from({ length: random.int(most) }, () => random.int(256)))

/** A journal that ends in the name of a file, or nearly. */
const journal = (random: Seeded, victim: string): Buffer => {
  const head = Buffer.alloc(512)
  magic.copy(head)
  head.writeUInt32BE(random.pick([0, 1, 0xffffffff]), 8)
  head.writeUInt32BE(random.pick([1, 8, 20, 0x7fffffff]), 16)
  head.writeUInt32BE(512, 20)
  head.writeUInt32BE(4096, 24)
  if (random.chance(0.2)) head[0] = 0
  const name = Buffer.from(victim)
  const tail = Buffer.alloc(8)
  tail.writeUInt32BE(name.length, 0)
  tail.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, random.pick([0, 0, 0, 1])),
    4
  )
  const body = random.pick([Buffer.alloc(0), bytesOf(random, 9000), Buffer.concat([head, head])])
  return Buffer.concat([head, body, Buffer.from("00040001", "hex"), name, tail, magic])
}

/** What is put beside a database. */
const beside: ReadonlyArray<(path: string, random: Seeded, victim: string) => void> = [
  () => undefined,
  (path, random, victim) => writeFileSync(`${path}-journal`, journal(random, victim)),
  (path, random) => writeFileSync(`${path}-journal`, Buffer.concat([magic, bytesOf(random, 9000)])),
  (path, random) => writeFileSync(`${path}-wal`, bytesOf(random, 9000)),
  (path, random) =>
    writeFileSync(
      `${path}-wal`,
      Buffer.concat([Buffer.from("377f0682002de21800001000", "hex"), bytesOf(random, 9000)])
    ),
  (path, random, victim) => symlinkSync(victim, path + random.pick(["-wal", "-shm", "-journal"])),
  (path, random) => void execFileSync("mkfifo", [path + random.pick(["-wal", "-shm", "-journal"])]),
  (path, random) => mkdirSync(path + random.pick(["-wal", "-shm", "-journal"]))
]

const page = 4096

/** What is done to its bytes. */
const spoils: ReadonlyArray<(bytes: Buffer, random: Seeded) => Buffer> = [
  (bytes) => bytes,
  (bytes, random) => {
    for (let n = random.int(30); n >= 0; n--) bytes[random.int(bytes.length)] = random.int(256)
    return bytes
  },
  (bytes, random) => {
    // The first page: what the file says of itself, and its schema.
    for (let n = random.int(8); n >= 0; n--) bytes[random.int(page)] = random.int(256)
    return bytes
  },
  (bytes, random) => {
    // A page becomes another one, so that some lead to one page twice, or in circles.
    const [a, b] = [random.int(bytes.length / page) * page, random.int(bytes.length / page) * page]
    bytes.copy(bytes, a, b, b + page)
    return bytes
  },
  (bytes, random) => {
    // The first page is a page in the middle, above anything.
    const child = 1 + random.int(bytes.length / page)
    bytes[100] = 5
    bytes.writeUInt32BE(child, 108)
    for (let cell = 0; cell < 20; cell++) bytes.writeUInt32BE(child, 2000 + cell * 6)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, random.int(bytes.length))
]

/** What is put into its schema, as SQLite would not. */
const schemas: ReadonlyArray<string> = [
  "SELECT 1",
  "CREATE TRIGGER z AFTER UPDATE ON song_data BEGIN DELETE FROM song_data; END",
  "UPDATE sqlite_schema SET name = 'song_data' WHERE name = 'backups'",
  "UPDATE sqlite_schema SET sql = replace(sql, 'TABLE', 'VIEW') WHERE name = 'performance_data'",
  "UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'song_data'",
  "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'song_data') WHERE name = 'backups'",
  "INSERT INTO sqlite_schema VALUES('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT * FROM v')",
  "INSERT INTO sqlite_schema VALUES('table', 'x', 'x', 2, 'CREATE TABLE library_info(id)')",
  "INSERT INTO sqlite_schema VALUES('table', 'x', 'x', x'00', x'ff00')",
  "DELETE FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex%'"
]

const forge = (path: string, sql: string): void => {
  const db = new Sqlite(path)
  try {
    db.unsafeMode(true)
    db.exec(`PRAGMA writable_schema = 1; ${sql}`)
  } catch {
    // There is no such row in this file.
  } finally {
    db.close()
  }
}

const ways: ReadonlyArray<(path: string, folder: string) => Effect.Effect<unknown, unknown>> = [
  (path, folder) => bringIn(path, folder, true),
  (path, folder) => bringIn(path, folder, false),
  (path) => adopt(path, { dryRun: true }),
  (path) => glanceAtApp(path),
  (path, folder) => adopt(path, { into: join(folder, "new.db") }),
  (path) => adopt(path),
  (path) => Effect.scoped(Effect.flatMap(openLibrary(path), (library) => library.log.head))
]

/** The last of these ways may change the database. */
const readers = 5

const bringIn = (path: string, folder: string, dryRun: boolean) =>
  Effect.gen(function* () {
    const mine = join(folder, "mine.db")
    if (!existsSync(mine)) yield* createLibrary(mine)
    const library = yield* openLibrary(mine)
    const opened = yield* library.imports.open([join(path, "..")], { dryRun })
    if (dryRun) yield* opened.plan()
    else yield* opened.apply()
  }).pipe(Effect.scoped)

/** All files in a folder, with what tells their bytes. */
const contentsOf = (folder: string): string =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const stat = lstatSync(join(folder, name))
      return `${name} ${stat.mode} ${
        stat.isFile()
          ? createHash("sha256")
              .update(readFileSync(join(folder, name)))
              .digest("hex")
          : ""
      }`
    })
    .join("\n")

it("whatever is in them and beside them, nothing happens elsewhere and everything ends", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const random = seeded(31)
  const worlds = [join(folder, "app.db"), join(folder, "library.db")]
  makeAppDatabase(join(folder, "app.db"))
  const session = newLibrary(join(folder, "library.db"))
  for (let n = 0; n < 30; n++) save(session, start, songChange(`s${n}`, random.text(2000)))
  session.close()
  const victim = join(folder, "precious")
  writeFileSync(victim, "precious")
  let done = 0
  for (let n = 0; n < rounds(40, 1000); n++) {
    const place = mkdtempSync(join(folder, "drop-"))
    const own = mkdtempSync(join(folder, "own-"))
    const path = join(place, "given.db")
    copyFileSync(random.pick(worlds), path)
    forge(path, random.pick(schemas))
    writeFileSync(path, random.pick(spoils)(readFileSync(path), random))
    random.pick(beside)(path, random, victim)
    const before = contentsOf(place)
    const way = random.int(ways.length)
    const exit = await Effect.runPromise(Effect.either(ways[way]?.(path, own) ?? Effect.void))
    if (exit._tag === "Left" && !isWhiteRoomError(exit.left)) throw exit.left
    if (exit._tag === "Right") done++
    expect(readFileSync(victim, "utf8")).toBe("precious")
    if (way < readers) expect(contentsOf(place)).toBe(before)
    rmSync(place, { recursive: true })
    rmSync(own, { recursive: true })
  }
  expect(done).toBeGreaterThan(0)
})
