/** The libraries that are kept here: how much room they have, which device writes which line. */
import { randomBytes } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { LibraryInfo } from "../api/Model.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"
import { timeOf } from "./timeOf.js"

/** One library has at most so many lines. */
const mostLines = 1000

export const KeptLibrary = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  sealed: Integer,
  /** What its vault calls the library: all lines lie below it. Empty until something came. */
  folder: Schema.String,
  quota: Integer,
  used: Integer,
  reserved: Integer,
  created_at: Integer,
  arrived_at: Integer,
  /** When it is erased; 0 when it stays. From then on it is not there for anybody. */
  erase_at: Integer,
  home: Schema.Literal("device", "server"),
  /** The access that made it, where its home is the server. */
  maker: Schema.String,
  /** Empty where it is in none. */
  group_name: Schema.String,
  /** When what its policy does not keep was last let go of, or of a sealed one its files were put together; 0 when they never were. */
  reclaimed_at: Integer,
  /**
   * How far what is written here is in a bucket: what was acknowledged goes as far, in this line of its vault. Empty before, and where it is kept
   * in a data folder.
   */
  head_line: Schema.String,
  head_position: Integer,
  head_hash: Schema.String,
  /** The number of its owner, the last one, where several servers share the work. */
  fence: Integer,
  /** When it is looked again what is due in it, where its home is the server; 0 when something changed since it was looked. */
  look_at: Integer,
  /** Counts up with each change of its profiles and runs that is kept in this database; 0 while none is. */
  schedule_number: Integer
})
export type KeptLibrary = typeof KeptLibrary.Type

const libraries = rowsOf(KeptLibrary)

/** A name as a part of a path, with some letters that no other library has. */
export const newLibraryId = (name: string): string => {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "")
  return `${words === "" ? "library" : words}-${randomBytes(4).toString("hex")}`
}

/** Makes a library in which nothing is yet. */
export const insertLibrary = (
  id: string,
  name: string,
  sealed: boolean,
  quota: number,
  {
    home = "device",
    maker = "",
    group_name = ""
  }: Partial<Pick<KeptLibrary, "home" | "maker" | "group_name">> = {}
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const row: KeptLibrary = {
      id,
      name,
      sealed: sealed ? 1 : 0,
      folder: "",
      quota,
      used: 0,
      reserved: 0,
      created_at: now,
      arrived_at: 0,
      erase_at: 0,
      home,
      maker,
      group_name,
      reclaimed_at: 0,
      ...{ head_line: "", head_position: 0, head_hash: "", fence: 0, look_at: 0, schedule_number: 0 }
    }
    yield* sql`INSERT INTO library ${sql.insert(row)}`
  })

export const libraryById = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const [found] = yield* Effect.flatMap(
      sql`SELECT * FROM library WHERE id = ${id} AND (erase_at = 0 OR erase_at > ${now})`,
      libraries
    )
    return found
  })

/** Libraries in the order of their ids: those named, or all. */
export const listLibraries = (only: ReadonlyArray<string>, after: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const isThere = sql`(erase_at = 0 OR erase_at > ${now})`
    const rows = yield* only.length === 0
      ? sql`SELECT * FROM library WHERE ${isThere} AND id > ${after} ORDER BY id LIMIT ${limit}`
      : sql`SELECT * FROM library WHERE ${isThere} AND ${sql.in("id", only)} AND id > ${after} ORDER BY id LIMIT ${limit}`
    return yield* libraries(rows)
  })

/** What a library is called, and which group it is in; the empty group is none. False when there is none. */
export const changeLibrary = (
  id: string,
  { name, group }: { readonly name?: string | undefined; readonly group?: string | undefined },
  actor: string
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* libraryById(id)
    if (found === undefined) return false
    const { name: before, group_name } = found
    const next = { name: name ?? before, group_name: group ?? group_name }
    if (next.name === before && next.group_name === group_name) return true
    const detail = `${next.name}${next.group_name === "" ? "" : `, group ${next.group_name}`}`
    yield* audited(
      { actor, action: "library changed", subject: id, detail },
      Effect.gen(function* () {
        yield* sql`UPDATE library SET ${sql.update(next)} WHERE id = ${id}`
        yield* announce("access", "")
        yield* announce("library", id)
      })
    )
    return true
  })

/** Libraries of a group that stay, or of none, by their ids. */
export const librariesOfGroup = (group: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* libraries(
      yield* sql`SELECT * FROM library WHERE group_name = ${group} AND erase_at = 0 ORDER BY id`
    )
  })

/** What came into a library, and need not be sealed, is proven; those of which the last proof was due before a time, or that have none. */
export const librariesToProve = (before: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* libraries(
      yield* sql`SELECT library.* FROM library LEFT JOIN proof ON proof.library = library.id
        WHERE library.sealed = 0 AND library.arrived_at > 0 AND (proof.due_at IS NULL OR proof.due_at <= ${before})
        ORDER BY library.id`
    )
  })

/** Sealed libraries whose files were last put together before a time, and that something came into since or shortly before. */
export const librariesToBox = (before: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* libraries(
      yield* sql`SELECT * FROM library WHERE sealed = 1 AND home = 'device' AND erase_at = 0 AND arrived_at > 0
        AND reclaimed_at <= ${before} AND arrived_at > reclaimed_at - ${2 * day} ORDER BY id`
    )
  })

/** Libraries that something came into, and that need not be sealed. */
export const readableLibraries = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* libraries(yield* sql`SELECT * FROM library WHERE sealed = 0 AND arrived_at > 0 ORDER BY id`)
})

/** Takes room for an upload before it begins. False when there is not enough; several at once never get more than there is. */
export const reserve = (
  id: string,
  bytes: number
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`UPDATE library SET reserved = reserved + ${bytes}
      WHERE id = ${id} AND used + reserved + ${bytes} <= quota RETURNING id`
    return rows.length === 1
  })

/** Gives reserved room back. */
export const release = (id: string, bytes: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE library SET reserved = reserved - ${bytes} WHERE id = ${id}`
  )

/** What was reserved has come, and those who look are told. */
export const settle = (id: string, bytes: number, at: number) =>
  transact(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) =>
        sql`UPDATE library SET reserved = reserved - ${bytes}, used = used + ${bytes}, arrived_at = ${at} WHERE id = ${id}`
    ).pipe(Effect.zipRight(announce("library", id)))
  )

/** What a library that is written here takes up, and when it was put into its files last. */
export const notePushed = (id: string, bytes: number, at: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE library SET used = ${bytes}, arrived_at = ${at} WHERE id = ${id}`
  )

/** Notes when what the policy of a library does not keep was let go of. */
export const noteReclaimed = (id: string, at: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE library SET reclaimed_at = ${at} WHERE id = ${id}`)

/** Libraries that are written here, by their ids. */
export const librariesHere = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* libraries(yield* sql`SELECT * FROM library WHERE home = 'server' ORDER BY id`)
})

/** Libraries that are written here and in which something may be due, those that wait longest first. */
export const librariesDue = (now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* libraries(
      yield* sql`SELECT * FROM library WHERE home = 'server' AND look_at <= ${now} AND erase_at = 0
        ORDER BY look_at, id`
    )
  })

/** Notes when it is looked again what is due in a library. */
export const noteLook = (id: string, at: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE library SET look_at = ${at} WHERE id = ${id}`)

/** What a library takes up, counted again: nothing is on its way. */
export const setUsed = (id: string, bytes: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE library SET reserved = 0, used = ${bytes} WHERE id = ${id}`
  )

export const addUsed = (id: string, bytes: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`UPDATE library SET used = CASE WHEN used + ${bytes} < 0 THEN 0 ELSE used + ${bytes} END WHERE id = ${id}`
  )

/** Libraries with room that was reserved: uploads that a server which is gone did not end. */
export const unsettled = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string }>`SELECT id FROM library WHERE reserved <> 0 ORDER BY id`
  return rows.map(({ id }) => id)
})

/** Whose a line is after it was asked for. */
type LineClaim = "own" | "another device" | "another library" | "too many"

/**
 * Gives a line to the access that writes into it first, for good. The first line also says what the vault calls the
 * library; lines of other libraries are refused from then on.
 */
export const claimLine = (id: string, folder: string, line: string, access: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // Asked first, as it is so nearly always: whatever is written waits for the disk.
    const own = yield* sql`SELECT line.line FROM line JOIN library ON library.id = line.library
      WHERE line.library = ${id} AND line.line = ${line} AND line.access = ${access} AND library.folder = ${folder}`
    if (own.length === 1) return "own" satisfies LineClaim
    const bound = yield* sql`UPDATE library SET folder = ${folder}
      WHERE id = ${id} AND (folder = '' OR folder = ${folder}) RETURNING id`
    if (bound.length === 0) return "another library" satisfies LineClaim
    yield* sql`INSERT INTO line (library, line, access) SELECT ${id}, ${line}, ${access}
      WHERE (SELECT count(*) FROM line WHERE library = ${id}) < ${mostLines} ON CONFLICT DO NOTHING`
    const owner = yield* ownerOf(id, line)
    if (owner === undefined) return "too many" satisfies LineClaim
    return owner === access ? ("own" satisfies LineClaim) : ("another device" satisfies LineClaim)
  })

/** The access that writes a line; `undefined` when nobody does. */
export const ownerOf = (id: string, line: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{
      access: string
    }>`SELECT access FROM line WHERE library = ${id} AND line = ${line}`
    return row?.access
  })

export const libraryInfo = (library: KeptLibrary): LibraryInfo => ({
  id: library.id,
  name: library.name,
  sealed: library.sealed === 1,
  createdAt: new Date(library.created_at).toISOString(),
  quota: library.quota,
  used: library.used,
  arrivedAt: timeOf(library.arrived_at),
  home: library.home,
  ...(library.group_name !== "" && { group: library.group_name }),
  ...(library.erase_at !== 0 && { eraseAt: new Date(library.erase_at).toISOString() })
})
