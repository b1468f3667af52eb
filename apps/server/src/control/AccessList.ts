/** Who may do what: accesses, which are known by the hash of a secret that never comes here in an enrolment. */
import { createHash } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Caller } from "../api/Api.js"
import { type AccessInfo, Role } from "../api/Model.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"
import { timeOf } from "./timeOf.js"

export const Access = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  role: Role,
  device: Schema.String,
  secret_hash: Schema.String,
  created_at: Integer,
  /** 0 when it does not expire. */
  expires_at: Integer,
  /** 0 when it was not revoked. */
  revoked_at: Integer,
  last_used_at: Integer,
  last_used_from: Schema.String,
  /** It is for all libraries of this group, besides those that are named. Empty: of none. */
  group_name: Schema.String
})
export type Access = typeof Access.Type

/** An access with its libraries. */
export interface KnownAccess extends Access {
  readonly libraries: ReadonlyArray<string>
}

const accesses = rowsOf(Access)

/** How a token is known: by its SHA-256, in hex. Tokens are 32 random bytes, which nobody guesses. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex")

/** A web app is for those of its group that are written here, and for no device's. */
const withLibraries = (access: Access) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { id, group_name, role } = access
    const ofGroup = sql`SELECT id FROM library WHERE group_name = ${group_name}
      AND (${role} <> 'service' OR home = 'server')`
    const rows = yield* group_name === ""
      ? sql<{ library: string }>`SELECT library FROM access_library WHERE access = ${id} ORDER BY library`
      : sql<{
          library: string
        }>`SELECT library FROM access_library WHERE access = ${id} UNION ${ofGroup} ORDER BY library`
    return { ...access, libraries: rows.map(({ library }) => library) }
  })

/** The access with this hash of a secret, whether or not it still counts. */
export const accessByHash = (hash: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(sql`SELECT * FROM access WHERE secret_hash = ${hash}`, accesses)
    return found && (yield* withLibraries(found))
  })

export const accessById = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(sql`SELECT * FROM access WHERE id = ${id}`, accesses)
    return found && (yield* withLibraries(found))
  })

/** Whether an access counts: it was not revoked, and its time has not come. */
export const isValid = ({ revoked_at, expires_at }: Access, now: number): boolean =>
  revoked_at === 0 && (expires_at === 0 || now < expires_at)

export const callerOf = ({ id, name, role, libraries, group_name }: KnownAccess): Caller => ({
  ...{ id, name, role, libraries },
  group: group_name
})

/** Whether it is admin of the whole server, and not of some libraries or of a group, which may have none. */
export const isServerAdmin = ({
  role,
  libraries,
  group
}: Pick<Caller, "role" | "libraries" | "group">): boolean =>
  role === "admin" && libraries.length === 0 && group === ""

/** Makes an access. The libraries that it is for must be there; those of its group are not named. */
export const insertAccess = (access: KnownAccess) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { libraries, ...row } = access
    yield* sql`INSERT INTO access ${sql.insert(row)}`
    for (const library of libraries)
      yield* sql`INSERT INTO access_library ${sql.insert({ access: access.id, library })}`
  })

/**
 * Takes an access away: nothing that comes with its token is answered from then on. One that was taken away before stays as
 * it is. False when there is none.
 */
export const revokeAccess = (
  id: string,
  actor: string
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const found = yield* accessById(id)
    if (found === undefined) return false
    if (found.revoked_at !== 0) return true
    yield* audited(
      { actor, action: "access revoked", subject: id, detail: found.name },
      Effect.zipRight(
        sql`UPDATE access SET revoked_at = ${now} WHERE id = ${id} AND revoked_at = 0`,
        announce("access", "")
      )
    )
    return true
  })

/** Has a device push only: it reads nothing from then on. One that did so before stays as it is; false for others. */
export const narrowAccess = (
  id: string,
  actor: string
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* accessById(id)
    if (found?.role === "push-only") return true
    if (found?.role !== "device") return false
    yield* audited(
      { actor, action: "access narrowed", subject: id, detail: "push-only" },
      Effect.zipRight(
        sql`UPDATE access SET role = 'push-only' WHERE id = ${id} AND role = 'device'`,
        announce("access", "")
      )
    )
    return true
  })

/** Notes when and from where an access was used last. */
export const noteUse = (id: string, at: number, from: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE access SET last_used_at = ${at}, last_used_from = ${from} WHERE id = ${id}`
  )

/** Accesses in the order of their ids: all, or those for some libraries. */
export const listAccess = (after: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT * FROM access WHERE id > ${after} ORDER BY id LIMIT ${limit}`
    return yield* Effect.flatMap(accesses(rows), Effect.forEach(withLibraries))
  })

/** Names of those who can read a library besides its devices and the admins of the server. */
export const readersOf = (library: string, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ name: string }>`
      SELECT DISTINCT access.name AS name FROM access JOIN library ON library.id = ${library}
      WHERE (access.id IN (SELECT access FROM access_library WHERE library = ${library}) OR (library.group_name <> ''
          AND access.group_name = library.group_name AND (access.role <> 'service' OR library.home = 'server')))
        AND access.role IN ('teacher', 'admin', 'service') AND access.revoked_at = 0
        AND (access.expires_at = 0 OR access.expires_at > ${now}) ORDER BY access.name LIMIT 100`
    return rows.map(({ name }) => name)
  })

/** An access as the API tells it, without the hash of its secret. */
export const accessInfo = (access: KnownAccess): AccessInfo => ({
  id: access.id,
  name: access.name,
  role: access.role,
  device: access.device,
  libraries: access.libraries,
  ...(access.group_name !== "" && { group: access.group_name }),
  createdAt: new Date(access.created_at).toISOString(),
  expiresAt: timeOf(access.expires_at),
  revokedAt: timeOf(access.revoked_at),
  lastUsedAt: timeOf(access.last_used_at),
  lastUsedFrom: access.last_used_from === "" ? null : access.last_used_from
})
