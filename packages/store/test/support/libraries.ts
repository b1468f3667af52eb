/** Real libraries in temporary folders, and the `sqlite3` shell as the program that does not know us. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  createLibrary,
  type Library,
  openLibrary,
  type PerformanceInput,
  type SongInput,
  type WhiteRoomError
} from "../../src/index.js"
import { openSession } from "../../src/session/openSession.js"
import type { Session } from "../../src/session/Session.js"

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** A folder that is gone when the scope ends. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "white-room-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The path of a new, empty library. */
export const freshPath = Effect.gen(function* () {
  const path = join(yield* temporaryFolder, "library.db")
  yield* createLibrary(path)
  return path
})

/** When tests begin: a morning in November 2026. */
export const morning = Date.parse("2026-11-20T09:00:00Z")

/** A new library, open, in the morning. */
export const freshLibrary = Effect.gen(function* () {
  yield* TestClock.setTime(morning)
  return yield* openLibrary(yield* freshPath, { actor: "ada@studio" })
})

/**
 * Runs SQL as another program does, without our settings; returns what the `sqlite3` shell prints. What writes is a
 * process of its own. What only reads is a connection of its own: to start a program takes longer than most tests.
 */
export const sqlite = (path: string, ...statements: ReadonlyArray<string>): string => {
  if (!statements.every((statement) => statement.startsWith("SELECT")))
    return execFileSync("sqlite3", ["-batch", "-bail", path], {
      input: `.timeout 5000\n${statements.join(";\n")};\n`,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"]
    }).trimEnd()
  const db = new Sqlite(path, { timeout: 5000 })
  const real = db.prepare<[number], string>("SELECT printf('%!.15g', ?)").pluck()
  const printed = (cell: unknown) =>
    cell === null ? "" : typeof cell === "number" ? real.get(cell) : String(cell)
  try {
    const rows = statements.flatMap((statement) =>
      db.prepare<[], Array<unknown>>(statement).raw().safeIntegers().all()
    )
    return rows
      .map((row) => row.map(printed).join("|"))
      .join("\n")
      .trimEnd()
  } finally {
    db.close()
  }
}

/** A text literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** What the shell says of every column of every row: storage class and bytes. Equal texts, equal rows. */
export const dump = (library: Library, table = "song_data"): string => {
  const columns = sqlite(library.path, `SELECT name FROM pragma_table_info('${table}')`).split("\n")
  const cells = columns.map((column) => {
    const name = `"${column.replaceAll('"', '""')}"`
    const bytes = `CASE typeof(${name}) WHEN 'real' THEN printf('%!.20g', ${name}) ELSE hex(CAST(${name} AS BLOB)) END`
    return `${quoted(column)} || ' ' || typeof(${name}) || ' ' || ${bytes}`
  })
  return sqlite(
    library.path,
    `SELECT ${cells.join(" || x'0a' || ")} || x'0a' AS cells FROM ${table} ORDER BY cells`
  )
}

/** The SQL with which an app saves a song. */
export const appSong = (id: string, name: string, document = `{"notes":"${name}"}`): string =>
  `song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
   VALUES(${quoted(id)}, ${quoted(name)}, '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678', ${quoted(document)}, 'seed')`

/** A song of ours; its document says its id and name. */
export const song = (id: string, more: Partial<SongInput> = {}): SongInput => {
  const name = more.name ?? `Song ${id}`
  return { id, name, songDataJSON: JSON.stringify({ id, name }), determinismSeed: `seed-${id}`, ...more }
}

/** `count` songs, s0, s1, … */
export const songs = (count: number): ReadonlyArray<SongInput> =>
  Array.from({ length: count }, (_, index) => song(`s${index}`))

/** A performance of a song. */
export const performance = (
  id: string,
  songId: string,
  more: Partial<PerformanceInput> = {}
): PerformanceInput => ({
  id,
  name: `Performance ${id}`,
  songId,
  duration: 61.5,
  performanceDataJSON: JSON.stringify({ id, songId }),
  ...more
})

/** The tag of the error with which an effect fails. */
export const failure = <A, R>(effect: Effect.Effect<A, WhiteRoomError, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

/** The library says of itself that it is whole, to the last byte. */
export const sound = (library: Library) =>
  Effect.map(library.upkeep.check({ level: "full" }), ({ damaged }) => expect(damaged).toEqual([]))

/** A library with songs a and b of ours. */
export const withTwo = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([song("a"), song("b")])
  return library
})

/** How many changes of other programs are noted and not taken over yet. */
export const pending = (library: Library) =>
  Number(sqlite(library.path, "SELECT count(*) FROM external_changes"))

/** What capture makes of statements of the app: one line per event, sorted, like `SongEdited a v2`. */
export const captured = (library: Library, ...statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { position } = yield* library.log.head
    sqlite(library.path, ...statements)
    yield* library.log.capture
    const events = yield* library.log.read({ after: position })
    expect(events.every(({ actor }) => actor === "external")).toBe(true)
    expect(pending(library)).toBe(0)
    return events.map(({ type, id, version }) => `${type} ${id} v${version}`).sort()
  })

/** One line per event: `@3 SongEdited s1 v2 ada@studio`. */
export const history = (library: Library, after = 0) =>
  Effect.map(library.log.read({ after }), (events) =>
    events.map(({ position, type, id, version, actor }) => `@${position} ${type} ${id} v${version} ${actor}`)
  )

/** Changes the file as nobody should: on a connection of its own that notes nothing. */
export const tamper = (library: Library, sql: string, ...parameters: ReadonlyArray<unknown>): void => {
  const db = new Sqlite(library.path)
  try {
    const { changes } = db.prepare(sql).run(...parameters)
    if (changes !== 1) throw new Error(`${changes} rows were changed in place of one`)
    db.exec("DELETE FROM external_changes")
  } finally {
    db.close()
  }
}

/** The bytes that a query finds, one bit of them flipped. */
export const flipped = (library: Library, sql: string, ...parameters: ReadonlyArray<unknown>): Buffer => {
  const db = new Sqlite(library.path, { readonly: true })
  try {
    const bytes = db
      .prepare<Array<unknown>, Buffer>(sql)
      .pluck()
      .get(...parameters)
    if (bytes === undefined) throw new Error("no bytes were found")
    const at = bytes.length >> 1
    bytes[at] = (bytes[at] ?? 0) ^ 8
    return bytes
  } finally {
    db.close()
  }
}

/** Runs `before` in front of the write transaction of that number. */
export const inFrontOf = (session: Session, number: number, before: () => void): void => {
  const write = session.write.bind(session)
  let count = 0
  session.write = (body) => {
    if (++count === number) before()
    return write(body)
  }
}

/** A session of its own on a library, for what its public face does not show. */
export const sessionOn = (library: Library) =>
  Effect.acquireRelease(
    Effect.sync(() => openSession(library.path, { actor: "test" })),
    (session) => Effect.sync(() => session.close())
  )
