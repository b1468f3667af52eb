/** Databases that were made to do harm: whoever opens one gets what is in it, or a typed error, and nothing else happens. */
import { execFileSync } from "node:child_process"
import fs, {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import {
  adopt,
  createLibrary,
  glanceAtApp,
  isWhiteRoomError,
  mendSchema,
  openLibrary,
  type WhiteRoomError
} from "../../src/index.js"
import { phase5Backups, phase5Schema } from "../support/phase5.js"

let folder = ""

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const at = (name: string): string => join(folder, name)

const time = "2025-03-01T12:00:00.000Z"

/** A database of the app with one song, and whatever else. */
const makeApp = (path: string, more = ""): string => {
  const db = new Sqlite(path)
  db.exec(phase5Schema)
  db.exec(phase5Backups)
  db.prepare(
    "INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed) VALUES('a', 'A', ?, ?, '{}', 's')"
  ).run(time, time)
  db.exec(more)
  db.close()
  return path
}

/** A library with one song and one backup. */
const makeLibrary = (path: string): Promise<string> =>
  Effect.gen(function* () {
    yield* createLibrary(path)
    const library = yield* openLibrary(path)
    yield* library.songs.create({
      id: "a",
      name: "A",
      createdAt: new Date(time),
      updatedAt: new Date(time),
      songDataJSON: "{}",
      determinismSeed: "s"
    })
    yield* library.backups.take({ description: "one" })
    return path
  }).pipe(Effect.scoped, Effect.runPromise)

/** Every way in which somebody else's database is opened. */
const ways: Readonly<Record<string, (path: string) => Effect.Effect<unknown, unknown>>> = {
  import: (path) => bringInto(at("mine.db"), path, false),
  "a dry run of import": (path) => bringInto(at("mine.db"), path, true),
  adopt: (path) => adopt(path),
  "a dry run of adopt": (path) => adopt(path, { dryRun: true }),
  "adopt into a new file": (path) => adopt(path, { into: at("new.db") }),
  "a look at the app's database": (path) => glanceAtApp(path),
  open: (path) => Effect.scoped(Effect.flatMap(openLibrary(path), (library) => library.log.head))
}

const bringInto = (mine: string, path: string, dryRun: boolean) =>
  Effect.gen(function* () {
    if (!existsSync(mine)) yield* createLibrary(mine)
    const library = yield* openLibrary(mine)
    const opened = yield* library.imports.open([path], { dryRun })
    const plan = yield* opened.plan()
    if (!dryRun) yield* opened.apply()
    return { opened, names: plan.items.map(({ name }) => name), library }
  }).pipe(Effect.scoped)

/** What it gave: a typed error's tag, or `done`. Anything else fails the test. */
const outcomeOf = async (way: string, path: string): Promise<string> => {
  const run = ways[way]
  if (run === undefined) throw new Error(`no way ${way}`)
  const exit = await Effect.runPromise(Effect.either(run(path)))
  if (exit._tag === "Right") return "done"
  if (!isWhiteRoomError(exit.left)) throw exit.left
  return exit.left._tag
}

const magic = Buffer.from("d9d505f920a163d7", "hex")

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

interface Tail {
  /** Added to the sum, which SQLite checks. */
  readonly off?: number
  /** Whether the journal looks as one that a crash left. */
  readonly hot?: boolean
  readonly headers?: number
}

/** The journal of a database, which names a file for SQLite to remove. */
const journalNaming = (
  victim: string,
  pages: number,
  { off = 0, hot = true, headers = 1 }: Tail = {}
): Buffer => {
  const head = Buffer.alloc(512)
  Buffer.concat([magic, number(0), number(0), number(pages), number(512), number(4096)]).copy(head)
  if (!hot) head.fill(0, 0, 28)
  const name = Buffer.from(victim)
  const sum = name.reduce((all, byte) => all + byte, off)
  const tail = [number(2 ** 30 / 4096 + 1), name, number(name.length), number(sum), magic]
  return Buffer.concat([...Array.from({ length: headers }, () => head), ...tail])
}

const pagesOf = (path: string): number => statSync(path).size / 4096

describe.for(Object.keys(ways))("%s", (way) => {
  it.for<[string, Tail]>([
    ["as SQLite writes it", {}],
    ["with a sum that is wrong", { off: 7 }],
    ["in a journal that is not hot", { hot: false }],
    ["after several headers", { headers: 3 }]
  ])("never removes the file that a journal names, %s", async ([, tail]) => {
    for (const make of [async (path: string) => makeApp(path), makeLibrary]) {
      const [path, victim] = [at("given.db"), at("precious")]
      rmSync(path, { force: true })
      await make(path)
      writeFileSync(victim, "precious")
      writeFileSync(`${path}-journal`, journalNaming(victim, pagesOf(path), tail))
      const before = readFileSync(path)
      expect(await outcomeOf(way, path)).toBe("UnsafeDatabase")
      expect(readFileSync(victim, "utf8")).toBe("precious")
      expect(readFileSync(path).equals(before)).toBe(true)
      expect(existsSync(`${path}-journal`)).toBe(true)
      rmSync(`${path}-journal`)
    }
  })

  it("does not follow what lies beside a database to where it leads, nor waits for it", async () => {
    for (const suffix of ["-wal", "-shm", "-journal"])
      for (const make of ["link", "dangling", "pipe", "folder"]) {
        const path = makeApp(at("given.db"), "PRAGMA journal_mode = WAL")
        const beside = path + suffix
        writeFileSync(at("precious"), "precious")
        if (make === "link") symlinkSync(at("precious"), beside)
        else if (make === "dangling") symlinkSync(at("nowhere"), beside)
        else if (make === "pipe") execFileSync("mkfifo", [beside])
        else mkdirSync(beside)
        expect(await outcomeOf(way, path), `${make} for ${suffix}`).toBe("UnsafeDatabase")
        expect(readFileSync(at("precious"), "utf8")).toBe("precious")
        expect(existsSync(at("nowhere"))).toBe(false)
        rmSync(beside, { recursive: true })
        rmSync(path)
      }
  })

  it("looks beside the file that a link leads to", async () => {
    mkdirSync(at("there"))
    const path = makeApp(at("there/given.db"))
    symlinkSync(path, at("link.db"))
    writeFileSync(at("precious"), "precious")
    writeFileSync(`${path}-journal`, journalNaming(at("precious"), pagesOf(path)))
    expect(await outcomeOf(way, at("link.db"))).toBe("UnsafeDatabase")
    expect(readFileSync(at("precious"), "utf8")).toBe("precious")
  })
})

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"

/** Puts rows into a schema that SQLite would not. */
const forge = (path: string, sql: string): void => {
  const db = new Sqlite(path)
  db.unsafeMode(true)
  db.exec(`PRAGMA writable_schema = 1; ${sql}`)
  db.close()
}

/** What others put into a library; `marked` is what it did. */
const evils: Readonly<Record<string, (path: string) => void>> = {
  "an endless trigger": (path) =>
    forge(path, `CREATE TRIGGER z AFTER UPDATE ON library_info BEGIN ${endless} count(*) FROM n; END`),
  "an endless trigger on a table that is not named plainly": (path) =>
    forge(
      path,
      `CREATE TRIGGER "on x" AFTER UPDATE /* ON song_data */ ON "LIBRARY_info" BEGIN ${endless} 1 FROM n; END`
    ),
  "a trigger that changes songs": (path) =>
    forge(path, "CREATE TRIGGER z AFTER UPDATE ON library_info BEGIN UPDATE song_data SET name = 'RAN'; END"),
  "a view in place of a table": (path) =>
    forge(path, `DROP TABLE backup_catalog; CREATE VIEW backup_catalog AS ${endless} i AS number FROM n`),
  "a view that says it is a table": (path) => {
    forge(path, `DROP TABLE check_result; CREATE VIEW check_result AS ${endless} i AS level FROM n`)
    forge(path, "UPDATE sqlite_schema SET type = 'table' WHERE name = 'check_result'")
  },
  "a view under another name than it has": (path) => {
    forge(path, `DROP TABLE check_result; CREATE VIEW check_result AS ${endless} i AS level FROM n`)
    forge(path, "UPDATE sqlite_schema SET name = 'harmless' WHERE name = 'check_result'")
  },
  "a table that computes": (path) =>
    forge(
      path,
      `DROP TABLE check_result;
       CREATE TABLE check_result(level TEXT PRIMARY KEY, checked_at INTEGER, position INTEGER, ok INTEGER,
         objects INTEGER, n INTEGER, bytes INTEGER AS (length(hex(zeroblob(n)))))`
    )
}

describe.for(Object.entries(evils))("a library with %s", ([, spoil]) => {
  it("is not opened in place", async () => {
    const path = await makeLibrary(at("theirs.db"))
    spoil(path)
    copyFileSync(path, at("copied.db"))
    // A copy is written to when it is opened: it gets a name of its own. What is forged SQLite may find itself.
    for (const file of [path, at("copied.db")])
      for (const way of ["open", "adopt"])
        expect(["UnsafeDatabase", "LibraryDamaged", "NotALibrary"]).toContain(await outcomeOf(way, file))
  })

  it("gives its songs to an import, and nothing of it runs", async () => {
    const path = await makeLibrary(at("theirs.db"))
    spoil(path)
    const before = readFileSync(path)
    for (const dryRun of [true, false]) {
      const { names } = await Effect.runPromise(bringInto(at(`mine-${dryRun}.db`), path, dryRun))
      expect(names).toEqual(["A"])
    }
    expect(["done", "UnsafeDatabase", "NotALibrary"]).toContain(await outcomeOf("a dry run of adopt", path))
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

it("a library that others gave more indexes and columns is still one", async () => {
  const path = await makeLibrary(at("theirs.db"))
  forge(path, "CREATE INDEX mine ON event_log(type); CREATE TABLE object_of_mine(command, object)")
  expect(await outcomeOf("open", path)).toBe("done")
  const { opened } = await Effect.runPromise(bringInto(at("mine.db"), path, false))
  expect(opened.backups.map(({ description }) => description)).toEqual(["one"])
})

/** A page of a table in the middle whose children are all the same page. */
const circle = (page: Buffer, start: number, child: number, children: number): void => {
  page.fill(0, start)
  page[start] = 5
  page.writeUInt16BE(children, start + 3)
  page.writeUInt16BE(page.length - 6 * children, start + 5)
  page.writeUInt32BE(child, start + 8)
  for (let cell = 0; cell < children; cell++) {
    const place = page.length - 6 * (cell + 1)
    page.writeUInt16BE(place, start + 12 + 2 * cell)
    page.writeUInt32BE(child, place)
    page[place + 4] = cell + 1
  }
}

const rewrite = (path: string, change: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(path)
  change(bytes)
  writeFileSync(path, bytes)
}

it("pages of a schema that lead in circles are found before SQLite walks them", async () => {
  const path = makeApp(at("given.db"))
  rewrite(path, (bytes) => circle(bytes.subarray(0, 4096), 100, 1, 100))
  for (const way of ["a dry run of adopt", "adopt into a new file"])
    expect(await outcomeOf(way, path)).toBe("LibraryDamaged")
  const { opened } = await Effect.runPromise(bringInto(at("mine.db"), path, true))
  expect(opened.problems).toEqual([
    { file: path, reason: expect.stringContaining("its pages lead in circles") }
  ])
})

/** A WAL in which the first page is another one. */
const walOf = (page: Buffer, pages: number): Buffer => {
  const sums = (bytes: Buffer, [first, second]: readonly [number, number]) => {
    let [one, two] = [first, second]
    for (let at = 0; at < bytes.length; at += 8) {
      one = (one + bytes.readUInt32BE(at) + two) >>> 0
      two = (two + bytes.readUInt32BE(at + 4) + one) >>> 0
    }
    return [one, two] as const
  }
  const wal = Buffer.alloc(32 + 24 + page.length)
  const put = (at: number, ...words: ReadonlyArray<number>) =>
    words.forEach((word, index) => {
      wal.writeUInt32BE(word, at + 4 * index)
    })
  put(0, 0x377f0683, 3007000, page.length, 0, 11, 22)
  const head = sums(wal.subarray(0, 24), [0, 0])
  put(24, ...head)
  put(32, 1, pages, 11, 22)
  page.copy(wal, 56)
  put(48, ...sums(page, sums(wal.subarray(32, 40), head)))
  return wal
}

/** What comes of a database that nothing else in this process has open. */
const alone = (way: "open" | "adopt" | "mend", path: string): Promise<string> => {
  const done: Effect.Effect<unknown, WhiteRoomError> =
    way === "open"
      ? Effect.scoped(openLibrary(path, { alone: true }))
      : way === "adopt"
        ? adopt(path, { alone: true })
        : mendSchema(path, { alone: true })
  return Effect.runPromise(
    Effect.catchAll(Effect.as(done, "done"), ({ _tag }): Effect.Effect<string> => Effect.succeed(_tag))
  )
}

it("pages of a schema that lead in circles are found in a library that is opened in place, also in its WAL", async () => {
  const path = await makeLibrary(at("theirs.db"))
  const opened = () => alone("open", path)
  expect(await opened()).toBe("done")
  const whole = readFileSync(path)
  const first = Buffer.from(whole.subarray(0, 4096))
  const round = Buffer.from(first)
  circle(round, 100, 1, 100)
  writeFileSync(`${path}-wal`, walOf(round, whole.length / 4096))
  expect(await opened()).toBe("LibraryDamaged")
  expect(readFileSync(path).equals(whole)).toBe(true)
  // SQLite passes over what was not written to its end.
  const torn = walOf(round, whole.length / 4096)
  torn.writeUInt32BE(1, 4000)
  writeFileSync(`${path}-wal`, torn)
  expect(await opened()).toBe("done")
  rewrite(path, (bytes) => round.copy(bytes))
  expect(await opened()).toBe("LibraryDamaged")
  writeFileSync(`${path}-wal`, walOf(first, whole.length / 4096))
  expect(await opened()).toBe("done")
})

/** A journal from which SQLite would write the first page back. */
const journalOf = (page: Buffer, pages: number): Buffer => {
  const journal = Buffer.alloc(512 + 4 + page.length + 4)
  Buffer.from("d9d505f920a163d7", "hex").copy(journal)
  const nonce = 7
  for (const [index, word] of [1, nonce, pages, 512, page.length].entries())
    journal.writeUInt32BE(word, 8 + 4 * index)
  let sum = nonce
  for (let at = page.length - 200; at > 0; at -= 200) sum += page[at] ?? 0
  journal.writeUInt32BE(1, 512)
  page.copy(journal, 516)
  journal.writeUInt32BE(sum, journal.length - 4)
  return journal
}

it("pages of a schema that lead in circles are found wherever SQLite would take them from, by whoever opens in place", async () => {
  const path = await makeLibrary(at("theirs.db"))
  const whole = readFileSync(path)
  const first = whole.subarray(0, 4096)
  const round = Buffer.from(first)
  circle(round, 100, 1, 100)
  const small = Buffer.from(first.subarray(0, 1024))
  small.writeUInt16BE(1024, 16)
  circle(small, 100, 1, 50)
  const rolled = (page: Buffer) => Buffer.from(page).fill(1, 18, 20)
  const wrong = Buffer.from(first)
  wrong.writeUInt16BE(3, 16)
  for (const [main, beside, bytes] of [
    [first, "-wal", walOf(round, whole.length / 4096)],
    // Of what size pages are, the newest first page says.
    [first, "-wal", walOf(small, whole.length / 1024)],
    [wrong, "-wal", walOf(round, whole.length / 4096)],
    [rolled(first), "-journal", journalOf(rolled(round), whole.length / 4096)],
    [round, "", undefined]
  ] as const)
    for (const way of ["open", "adopt", "mend"] as const) {
      rewrite(path, (library) => main.copy(library))
      const before = readFileSync(path)
      if (bytes !== undefined) writeFileSync(path + beside, bytes)
      expect(await alone(way, path)).toBe("LibraryDamaged")
      expect(readFileSync(path).equals(before)).toBe(true)
      if (bytes !== undefined) expect(readFileSync(path + beside).equals(bytes)).toBe(true)
      for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true })
    }
  // What a crash really left is written back, and the library opened.
  const changed = rolled(first)
  changed[60] = 77
  rewrite(path, (library) => changed.copy(library))
  writeFileSync(`${path}-journal`, journalOf(rolled(first), whole.length / 4096))
  expect(await alone("open", path)).toBe("done")
  expect(readFileSync(path)[60]).toBe(first[60])
})

it("nothing is read by hand where this process has the file open already: closing it would drop all locks on it", async () => {
  const path = await makeLibrary(at("theirs.db"))
  const opened = vi.spyOn(fs, "openSync")
  syncBuiltinESMExports()
  const openTwice = Effect.scoped(
    Effect.gen(function* () {
      yield* openLibrary(path, { alone: true })
      const before = opened.mock.calls.length
      yield* Effect.scoped(openLibrary(path, { alone: true }))
      return opened.mock.calls.slice(before).map(([name]) => name)
    })
  )
  try {
    for (let times = 0; times < 2; times++) {
      opened.mockClear()
      expect(await Effect.runPromise(openTwice)).not.toContain(path)
      expect(opened.mock.calls.map(([name]) => name)).toContain(path)
    }
  } finally {
    opened.mockRestore()
    syncBuiltinESMExports()
  }
})

it("pages of songs that lead in circles end, and are named", async () => {
  const path = makeApp(at("given.db"))
  const db = new Sqlite(path)
  const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'song_data'").pluck().get())
  db.close()
  const bytes = readFileSync(path)
  const pages = bytes.length / 4096
  // The rows move to a page at the end; above them lie pages each of which has the next one a hundred times.
  const leaf = Buffer.from(bytes.subarray((root - 1) * 4096, root * 4096))
  const above = Array.from({ length: 8 }, (_, level) => {
    const page = Buffer.alloc(4096)
    circle(page, 0, pages + level + 2, 100)
    return page
  })
  circle(bytes.subarray((root - 1) * 4096, root * 4096), 0, pages + 1, 100)
  const whole = Buffer.concat([bytes, ...above, leaf])
  whole.writeUInt32BE(whole.length / 4096, 28)
  writeFileSync(path, whole)
  expect(await outcomeOf("a dry run of adopt", path)).toBe("LibraryDamaged")
  expect(await outcomeOf("adopt", path)).toBe("LibraryDamaged")
  expect(await outcomeOf("adopt into a new file", path)).toBe("LibraryDamaged")
  expect(await outcomeOf("a look at the app's database", path)).toBe("LibraryDamaged")
  expect(await outcomeOf("a dry run of import", path)).toBe("done")
})

it("pages of a library's songs that lead in circles end, whoever counts them in a copy", async () => {
  const path = await makeLibrary(at("given.db"))
  const db = new Sqlite(path)
  db.pragma("journal_mode = DELETE")
  const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'song_data'").pluck().get())
  db.close()
  const bytes = readFileSync(path)
  circle(bytes.subarray((root - 1) * 4096, root * 4096), 0, root, 100)
  writeFileSync(path, bytes)
  expect(await outcomeOf("a dry run of adopt", path)).toBe("LibraryDamaged")
  expect(await outcomeOf("a look at the app's database", path)).toBe("LibraryDamaged")
})

it("a look at the app's database says what is in it, and a view in the place of its songs is none", async () => {
  const glance = (path: string) => Effect.runPromise(glanceAtApp(path))
  expect(await glance(makeApp(at("app.db")))).toMatchObject({ library: false, songs: expect.any(Number) })
  expect(await glance(await makeLibrary(at("library.db")))).toEqual({
    library: true,
    songs: 1,
    changedAt: expect.any(Date)
  })
  const db = new Sqlite(at("view.db"))
  db.exec(
    "CREATE VIEW song_data AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT id FROM c"
  )
  db.close()
  expect(await outcomeOf("a look at the app's database", at("view.db"))).toBe("NotALibrary")
})

it("what a table computes is not computed to look at it", async () => {
  const path = makeApp(
    at("given.db"),
    "ALTER TABLE song_data ADD COLUMN slow TEXT AS (1); ALTER TABLE backups ADD COLUMN slow TEXT AS (1)"
  )
  // Nobody waits for this pattern, and SQLite's own check looks whether it is NULL.
  const slow =
    "NOT NULL AS (CAST(zeroblob(40000) AS TEXT) GLOB '*a*a*a*a*a*a*a*a*b' AND length(hex(zeroblob(400000000))))"
  forge(path, `UPDATE sqlite_schema SET sql = replace(sql, 'AS (1)', '${slow.replaceAll("'", "''")}')`)
  expect(await outcomeOf("a dry run of adopt", path)).toBe("done")
  const { names } = await Effect.runPromise(bringInto(at("mine.db"), path, true))
  expect(names).toEqual(["A"])
})

it("a log that says that the database is huge does not make the copy so", async () => {
  const path = makeApp(at("given.db"))
  const app = new Sqlite(path)
  app.pragma("journal_mode = WAL")
  app.pragma("wal_checkpoint(TRUNCATE)")
  app.exec("UPDATE song_data SET name = 'B'")
  copyFileSync(path, at("crashed.db"))
  copyFileSync(`${path}-wal`, at("crashed.db-wal"))
  app.close()
  rewrite(at("crashed.db"), (bytes) => void bytes.writeUInt32BE(hugePages, 28))
  rewrite(at("crashed.db-wal"), (wal) => sealCommit(wal, hugePages))
  for (const way of ["a dry run of adopt", "adopt into a new file"])
    expect(["LibraryDamaged", "NotALibrary"]).toContain(await outcomeOf(way, at("crashed.db")))
  expect(["done", "LibraryDamaged"]).toContain(await outcomeOf("a dry run of import", at("crashed.db")))
  expect(existsSync(at("new.db"))).toBe(false)
})

/** A terabyte. */
const hugePages = 0x0fffffff

/** Makes the commits of a log those of a database of so many pages, with sums that fit. */
const sealCommit = (wal: Buffer, pages: number): void => {
  const big = (wal.readUInt32BE(0) & 1) === 1
  const read = (from: number): number => (big ? wal.readUInt32BE(from) : wal.readUInt32LE(from))
  let [a, b] = [wal.readUInt32BE(24), wal.readUInt32BE(28)]
  const sum = (from: number, to: number): void => {
    for (let place = from; place < to; place += 8) {
      a = (a + read(place) + b) >>> 0
      b = (b + read(place + 4) + a) >>> 0
    }
  }
  for (let frame = 32; frame + 24 + 4096 <= wal.length; frame += 24 + 4096) {
    if (wal.readUInt32BE(frame + 4) !== 0) wal.writeUInt32BE(pages, frame + 4)
    sum(frame, frame + 8)
    sum(frame + 24, frame + 24 + 4096)
    wal.writeUInt32BE(a, frame + 16)
    wal.writeUInt32BE(b, frame + 20)
  }
}

it("copies of a database are where only their owner may look, and are gone afterwards", async () => {
  const before = process.env.TMPDIR
  mkdirSync(at("tmp"))
  process.env.TMPDIR = at("tmp")
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const path = makeApp(at("given.db"))
  chmodSync(path, 0o600)
  await outcomeOf("a dry run of adopt", path)
  await outcomeOf("import", path)
  await outcomeOf("adopt into a new file", path)
  expect(readdirSync(at("tmp"))).toEqual([])
  for (const name of ["mine.db", "new.db"]) expect(statSync(at(name)).mode & 0o777).toBe(0o600)
})
