/**
 * What lies in a folder that somebody sends, or under a name that is opened: sockets, pipes, devices, folders, links anywhere, holes of
 * terabytes, databases with a live log, files that change while they are read. Each way to open gives a result or a typed error, soon;
 * what is whole beside it comes, and nothing elsewhere is touched.
 */
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { adopt, createLibrary, glanceAtApp, isWhiteRoomError, openLibrary } from "../../src/index.js"
import { makeAppDatabase } from "../support/appDatabase.js"
import { rounds } from "../support/soak.js"
import { type Seeded, seeded } from "./support/seeded.js"
import { scratchFolder } from "./support/world.js"

interface World {
  readonly random: Seeded
  /** A database of the app, and a file that nobody may touch. */
  readonly app: string
  readonly victim: string
  /** Ends what was begun for a thing. */
  readonly after: Array<() => unknown>
}

type Thing = (path: string, world: World) => Promise<void> | void

/** How files that are recognised begin. */
const heads = [
  "SQLite format 3\u0000",
  '{"id":"a","name":"',
  "age-encryption.org/v1\n-> scrypt ",
  "",
  "PK\u0003\u0004"
]

const hole = 8 * 2 ** 40

/** Writes to a file as fast as it can, from another thread, until it is ended. */
const scribble = (path: string, whole: Buffer): (() => Promise<unknown>) => {
  const program = `const { workerData: { path, whole } } = require("node:worker_threads"), fs = require("node:fs")
    for (let n = 0; ; n++) try {
      if (n % 3 === 0) fs.writeFileSync(path, whole)
      else if (n % 3 === 1) fs.truncateSync(path, (n * 7919) % whole.length)
      else { const f = fs.openSync(path, "r+"); fs.writeSync(f, Buffer.alloc(900, n), 0, 900, (n * 104729) % whole.length); fs.closeSync(f) }
    } catch {}`
  const worker = new Worker(program, { eval: true, workerData: { path, whole } })
  return () => worker.terminate()
}

const things: ReadonlyArray<Thing> = [
  (path, { after }) =>
    new Promise((done) => {
      const server = createServer().listen(path, () => done())
      after.push(() => server.close())
    }),
  (path) => void execFileSync("mkfifo", [path]),
  (path, { random }) =>
    symlinkSync(random.pick(["/dev/zero", "/dev/full", "/dev/random", "/dev/stdin"]), path),
  (path) => mkdirSync(path),
  (path, { victim, random }) => symlinkSync(random.pick([victim, path, "nowhere", "..", "/"]), path),
  (path, { victim }) => linkSync(victim, path),
  (path, { random }) => {
    writeFileSync(path, random.pick(heads))
    truncateSync(path, random.pick([hole, 3 * 2 ** 30]))
  },
  (path, { app, random }) => {
    // Small, and says so in its first page; what follows is no part of it.
    copyFileSync(app, path)
    const db = new Sqlite(path)
    db.pragma(`journal_mode = ${random.pick(["WAL", "DELETE"])}`)
    db.close()
    truncateSync(path, random.pick([hole, 2 ** 32]))
  },
  (path, { app, after }) => {
    // An app has it open, and what it wrote is in its log.
    copyFileSync(app, path)
    const db = new Sqlite(path)
    db.pragma("journal_mode = WAL")
    db.exec(
      "UPDATE song_data SET name = 'in the log'; BEGIN IMMEDIATE; UPDATE song_data SET name = 'not yet'"
    )
    after.push(() => db.close())
  },
  (path, { app, random, after }) => {
    copyFileSync(app, path)
    const db = new Sqlite(path)
    if (random.chance(0.5)) db.pragma("journal_mode = WAL")
    db.close()
    const whole = readFileSync(path)
    after.push(scribble(path, whole))
  },
  (path, { random, after }) => {
    const whole = Buffer.from(
      JSON.stringify({ id: "c", name: "Changing", notes: "x".repeat(random.int(200000)) })
    )
    writeFileSync(path, whole)
    after.push(scribble(path, whole))
  }
]

const names = ["thing.db", "thing.sqlite", "thing.json", "thing.whiteroom", "thing.age", "thing", "thing.zip"]

const song = (id: string): string => JSON.stringify({ id, name: `Song ${id}`, songDataJSON: "{}" })

const bringIn = (place: string, dryRun: boolean) => (path: string, own: string) =>
  Effect.gen(function* () {
    const mine = join(own, "mine.db")
    yield* createLibrary(mine)
    const library = yield* openLibrary(mine)
    const opened = yield* library.imports.open([place === "folder" ? join(path, "..") : path], { dryRun })
    if (dryRun) yield* opened.plan()
    else yield* opened.apply()
    // What lies beside it is not held up.
    if (place === "folder" && !dryRun)
      expect(yield* library.songs.read("beside")).toMatchObject({ name: "Song beside" })
  }).pipe(Effect.scoped)

const ways: ReadonlyArray<(path: string, own: string) => Effect.Effect<unknown, unknown>> = [
  bringIn("folder", true),
  bringIn("folder", false),
  bringIn("file", false),
  (path) => adopt(path, { dryRun: true }),
  (path) => glanceAtApp(path),
  (path, own) => adopt(path, { into: join(own, "new.db") }),
  (path) => Effect.scoped(Effect.flatMap(openLibrary(path), (library) => library.log.head))
]

it("whatever lies there, it ends with a result or a typed error", { timeout: 3_600_000 }, async () => {
  const folder = scratchFolder()
  const random = seeded(47)
  const app = join(folder, "app.db")
  makeAppDatabase(app)
  const victim = join(folder, "precious")
  writeFileSync(victim, "precious")
  let done = 0
  for (let n = 0; n < rounds(things.length, 200); n++) {
    const place = mkdtempSync(join(folder, "drop-"))
    const own = mkdtempSync(join(folder, "own-"))
    const path = join(place, random.pick(names))
    const after: Array<() => unknown> = []
    writeFileSync(join(place, "beside.json"), song("beside"))
    try {
      await things[n % things.length]?.(path, { random, app, victim, after })
      const exit = await Effect.runPromise(Effect.either(random.pick(ways)(path, own)))
      if (exit._tag === "Left" && !isWhiteRoomError(exit.left)) throw exit.left
      if (exit._tag === "Right") done++
    } finally {
      for (const end of after) await end()
    }
    expect(readFileSync(victim, "utf8")).toBe("precious")
    rmSync(place, { recursive: true })
    rmSync(own, { recursive: true })
  }
  expect(done).toBeGreaterThan(0)
})
