/**
 * Files that are anything: mutated, cut, shuffled, or with anything in their cells. Opening, checking and using them
 * gives a report or a typed error, soon and in bounded memory. A process of its own takes the crash, if there is one.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type Sqlite from "better-sqlite3"
import { expect, it } from "vitest"
import { createBackup } from "../../src/backup/createBackup.js"
import { forget } from "../../src/retention/Trash.js"
import { append } from "../../src/write/Append.js"
import { rounds } from "../support/soak.js"
import { bundleOtherProcess, OtherProcess } from "./support/OtherProcess.js"
import { type Seeded, seeded } from "./support/seeded.js"
import {
  appSave,
  asApp,
  copyOf,
  day,
  newLibrary,
  performanceChange,
  preferencesChange,
  save,
  scratchFolder,
  songChange,
  start
} from "./support/world.js"

const buildWorld = (path: string): void => {
  const random = seeded(9)
  const session = newLibrary(path)
  const many = Array.from({ length: 40 }, (_, n) => songChange(`s${n}`, random.text(8000)))
  append(session, { changes: many, importedFrom: "a folder", commandId: "import-1" }, start)
  save(session, start, performanceChange("p0", "s0", random.text(900)), preferencesChange("dark"))
  createBackup(session, { description: "first" }, start)
  save(session, start + day, songChange("s1", random.text(9000)), songChange("s2", random.text(300)))
  createBackup(session, { description: "second" }, start + day)
  createBackup(session, { description: "third" }, start + day)
  forget(session, ["b2"], "test", start + day)
  save(session, start + day, songChange("s3", random.text(700)))
  session.close()
  asApp(path, (app) => appSave(app, "s4", random.text(500)))
}

const pageSize = 4096

type Mutation = (bytes: Buffer, random: Seeded) => Buffer

const mutations: ReadonlyArray<Mutation> = [
  (bytes, random) => {
    for (let n = random.int(40); n >= 0; n--) bytes[random.int(bytes.length)] = random.int(256)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  (bytes, random) => bytes.subarray(0, random.int(bytes.length / pageSize) * pageSize),
  (bytes, random) => {
    const page = random.int(bytes.length / pageSize) * pageSize
    return bytes.fill(random.pick([0, 255]), page, page + pageSize)
  },
  (bytes, random) => {
    const [a, b] = [
      random.int(bytes.length / pageSize) * pageSize,
      random.int(bytes.length / pageSize) * pageSize
    ]
    bytes.copy(bytes, a, b, b + pageSize)
    return bytes
  },
  (bytes, random) => {
    // The header of the file and its schema.
    for (let n = random.int(4); n >= 0; n--) bytes[random.int(200)] = random.int(256)
    return bytes
  },
  (bytes, random) => {
    // The header of one page: what kind it is, how many cells, where they begin.
    bytes[random.int(bytes.length / pageSize) * pageSize + random.int(16)] = random.int(256)
    return bytes
  },
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random.int(3 * pageSize), random.int(256))]),
  (_, random) => Buffer.from(Array.from({ length: random.int(5000) }, () => random.int(256))),
  (_, random) =>
    Buffer.concat([
      Buffer.from("SQLite format 3\u0000"),
      Buffer.from(Array.from({ length: 4080 }, () => random.int(256)))
    ])
]

const oddValues: ReadonlyArray<(random: Seeded) => unknown> = [
  () => null,
  () => 0n,
  () => -1n,
  () => 2n ** 63n - 1n,
  () => -(2n ** 63n),
  () => 2n ** 53n,
  () => 1.5,
  () => Number.POSITIVE_INFINITY,
  () => "",
  () => "\u0000n",
  () => "x".repeat(5000),
  () => Buffer.alloc(0),
  (random) => Buffer.from(Array.from({ length: random.int(80) }, () => random.int(256))),
  // Blocks and trees that promise far more than they hold.
  () => Buffer.from("57524201018080808002", "hex"),
  () => Buffer.from("5752420100ffffffff03", "hex"),
  () => Buffer.from("57525401ffff", "hex"),
  () => Buffer.from("5752540000ff", "hex")
]

const ownTables = [
  "library_info",
  "migration",
  "command",
  "event_log",
  "block",
  "object",
  "backup_catalog",
  "external_changes",
  "check_result",
  "lease",
  "song_data",
  "performance_data",
  "user_preferences"
]

const columnOf = (db: Sqlite.Database, table: string, random: Seeded): string => {
  const names = db.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table)
  return names.length === 0 ? "gone" : String(random.pick(names))
}

/** The rows a mutation touches: all of them, or one. */
const someRows = (db: Sqlite.Database, table: string, random: Seeded): string => {
  const key = table === "object" ? "hash" : "rowid"
  const count = random.chance(0.3) ? 0 : tryCount(db, table)
  return count === 0
    ? ""
    : `WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY ${key} LIMIT 1 OFFSET ${random.int(count)})`
}

const tryCount = (db: Sqlite.Database, table: string): number => {
  try {
    return Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  } catch {
    return 0
  }
}

/** Puts anything into cells, or takes rows and tables away; SQLite itself finds nothing wrong with it. */
const spoil = (db: Sqlite.Database, random: Seeded): string => {
  const table = random.pick(ownTables)
  const column = columnOf(db, table, random)
  const many = someRows(db, table, random)
  const value = random.pick(oddValues)(random)
  const sql = random.pick([
    `UPDATE OR REPLACE ${table} SET "${column}" = ? ${many}`,
    `UPDATE OR REPLACE ${table} SET "${column}" = ? ${many}`,
    `UPDATE OR REPLACE ${table} SET "${column}" = ? ${many}`,
    `DELETE FROM ${table} ${many}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table} RENAME COLUMN "${column}" TO other`,
    "DROP INDEX IF EXISTS event_log_entity",
    `CREATE TRIGGER spoil AFTER INSERT ON ${table} BEGIN SELECT RAISE(FAIL, 'no'); END`
  ])
  try {
    const statement = db.prepare(sql)
    statement.run(...(sql.includes("?") ? [value] : []))
  } catch {
    // A constraint of SQLite's refused this one: then it cannot be in a file either.
  }
  return `${sql.replace(/\s+/g, " ")} [${typeof value} ${String(value).slice(0, 20)}]`
}

interface Examined {
  readonly defects: ReadonlyArray<string>
  readonly seen: Map<string, number>
  readonly megabytes: number
}

/** Examines file after file in another process; a crash or a hang of it is a defect, and a new one takes over. */
const examineAll = async (
  program: string,
  path: string,
  count: number,
  make: (n: number) => string
): Promise<Examined> => {
  const defects: Array<string> = []
  const seen = new Map<string, number>()
  let megabytes = 0
  let other = new OtherProcess(program, "test")
  for (let n = 0; n < count; n++) {
    const what = make(n)
    other.order({ do: "examine", path }, start + 2 * day)
    const timer = setTimeout(() => void other.kill(), 30_000)
    const answer = await other.answer()
    clearTimeout(timer)
    if (answer === undefined) {
      defects.push(`${what}: the process crashed or hung`)
      other = new OtherProcess(program, "test")
      continue
    }
    for (const defect of answer.defects ?? []) defects.push(`${what}: ${defect}`)
    if (answer.error !== undefined) defects.push(`${what}: ${answer.error}`)
    for (const outcome of answer.outcomes ?? []) seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
    megabytes = Math.max(megabytes, answer.megabytes ?? 0)
  }
  await other.end()
  return { defects, seen, megabytes }
}

it("a file that was mutated anyhow gives a report or a typed error", { timeout: 3_600_000 }, async () => {
  const folder = scratchFolder()
  const [world, path] = [join(folder, "world.db"), join(folder, "library.db")]
  buildWorld(world)
  const program = await bundleOtherProcess(folder)
  const bytes = readFileSync(world)
  const random = seeded(10)
  const { defects, seen, megabytes } = await examineAll(program, path, rounds(9, 800), (n) => {
    copyOf(world, path)
    const mutation = n % mutations.length
    writeFileSync(path, mutations[mutation]?.(Buffer.from(bytes), random) ?? bytes)
    // Beside it, now and then, a write-ahead log of something else.
    if (random.chance(0.1)) writeFileSync(`${path}-wal`, Buffer.from(random.text(5000)))
    return `mutation ${mutation} of file ${n}`
  })
  expect(defects).toEqual([])
  expect(megabytes).toBeLessThan(500)
  expect(seen.get("check: broken") ?? 0).toBeGreaterThan(0)
})

it("a library with anything in its cells gives a report or a typed error", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const [world, path] = [join(folder, "world.db"), join(folder, "library.db")]
  buildWorld(world)
  const program = await bundleOtherProcess(folder)
  const random = seeded(11)
  const { defects, seen, megabytes } = await examineAll(program, path, rounds(8, 1000), () => {
    copyOf(world, path)
    return asApp(path, (db) => {
      db.pragma("foreign_keys = 0")
      return Array.from({ length: 1 + random.int(2) }, () => spoil(db, random)).join("; ")
    })
  })
  expect(defects).toEqual([])
  expect(megabytes).toBeLessThan(500)
  expect(seen.get("check: damage") ?? 0).toBeGreaterThan(0)
})
