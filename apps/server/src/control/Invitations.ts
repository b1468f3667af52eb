/**
 * Invitations: codes that are exchanged for an access, once. Made for people to pass on, so they end after two weeks or
 * five wrong tries; whoever lost the answer asks again with the same secret and gets it.
 */
import { randomUUID } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { day, hour } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type InvitationInfo, type InvitationWish, Role } from "../api/Model.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { accessByHash, accessById, insertAccess, isValid, type KnownAccess } from "./AccessList.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import { type Code, equalHashes, hashCode, newCode, newSalt, parseCode } from "./Code.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"
import { insertLibrary, libraryById, newLibraryId } from "./Libraries.js"

export const Invitation = Schema.Struct({
  id: Schema.String,
  salt: Schema.String,
  code_hash: Schema.String,
  name: Schema.String,
  role: Role,
  libraries: Schema.parseJson(Schema.Array(Schema.String)),
  /** 0 when the access does not expire. */
  access_days: Integer,
  created_at: Integer,
  expires_at: Integer,
  tries_left: Integer,
  /** Of the device that used it; empty when nobody did. */
  secret_hash: Schema.String,
  access: Schema.String,
  /** Of the access; that of a device is its library's. */
  group_name: Schema.String
})
export type Invitation = typeof Invitation.Type

const invitations = rowsOf(Invitation)

/** How long a code can be used. */
const codeDays = 14

const wrongTries = 5

/** By these is known what a server that starts makes for its first admin. */
export const signInName = "admin"
export const signInMs = hour

/** What an invitation is for. */
export interface Wish extends Omit<typeof InvitationWish.Type, "accessDays" | "group"> {
  readonly accessDays?: number | undefined
  readonly group?: string | undefined
  /** Room of the library, if one is made. */
  readonly quota: number
  /** How long the code can be used; two weeks by default. */
  readonly codeMs?: number | undefined
}

export interface MadeInvitation {
  readonly code: Code
  readonly invitation: InvitationInfo
}

export const invitationInfo = (invitation: Invitation): InvitationInfo => ({
  id: invitation.id,
  name: invitation.name,
  role: invitation.role,
  libraries: invitation.libraries,
  ...(invitation.group_name !== "" && { group: invitation.group_name }),
  expiresAt: new Date(invitation.expires_at).toISOString(),
  triesLeft: invitation.tries_left,
  used: invitation.secret_hash !== ""
})

/** Makes an invitation, and for a device without a library a new one. Fails when a library is not there. `codes` makes codes at random. */
export const invite = (
  wish: Wish,
  actor: string,
  codes: () => Code = newCode
): Effect.Effect<MadeInvitation, ProblemOf<"NotFound"> | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    for (const id of wish.libraries)
      if ((yield* libraryById(id)) === undefined) return yield* Effect.fail(problem("NotFound"))
    const { group = "", role } = wish
    const pushes = role === "device" || role === "push-only"
    // A web app makes its libraries itself, and who is for a group has those of it.
    const isNew = wish.libraries.length === 0 && (pushes || (role === "teacher" && group === ""))
    // Nobody is a teacher of a library that is not there, nor pushes into one that nobody began.
    if (isNew && role !== "device") return yield* Effect.fail(problem("NotFound"))
    const libraries = isNew ? [newLibraryId(wish.name)] : wish.libraries
    const { secret } = codes()
    const salt = newSalt()
    const invitation = {
      salt,
      code_hash: yield* Effect.promise(() => hashCode(secret, salt)),
      name: wish.name,
      role: wish.role,
      libraries,
      access_days: wish.accessDays ?? 0,
      created_at: now,
      expires_at: now + (wish.codeMs ?? codeDays * day),
      tries_left: wrongTries,
      secret_hash: "",
      access: "",
      group_name: pushes ? "" : group
    }
    const id = yield* audited(
      {
        actor,
        action: "invited",
        subject: wish.name,
        detail: [role, ...libraries, ...(group === "" ? [] : [`group ${group}`])].join(" ")
      },
      Effect.gen(function* () {
        for (const id of isNew ? libraries : []) yield* insertLibrary(id, wish.name, wish.sealed, wish.quota)
        if (pushes && group !== "")
          yield* sql`UPDATE library SET group_name = ${group} WHERE ${sql.in("id", libraries)}`
        yield* announce("access", "")
        return yield* insertInvitation(invitation, codes)
      })
    )
    return { code: { id, secret }, invitation: invitationInfo({ ...invitation, id }) }
  })

/** The name that a code begins with is short: one that others have is not taken. A code that ended makes room for another. */
const insertInvitation = (
  invitation: Omit<Invitation, "id">,
  codes: () => Code
): Effect.Effect<string, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { id } = codes()
    yield* sql`DELETE FROM invitation WHERE id = ${id} AND expires_at < ${invitation.created_at}`
    const row = { ...invitation, id, libraries: JSON.stringify(invitation.libraries) }
    const made =
      yield* sql`INSERT INTO invitation ${sql.insert(row)} ON CONFLICT (id) DO NOTHING RETURNING id`
    return made.length > 0 ? id : yield* insertInvitation(invitation, codes)
  })

export const listInvitations = (after: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    return yield* Effect.flatMap(
      sql`SELECT * FROM invitation WHERE id > ${after} AND expires_at > ${now} ORDER BY id LIMIT ${limit}`,
      invitations
    )
  })

/** Takes a code back. What it was exchanged for stays. False when there is none. */
export const withdraw = (id: string, actor: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* audited(
      { actor, action: "invitation withdrawn", subject: id },
      Effect.zipLeft(sql`DELETE FROM invitation WHERE id = ${id} RETURNING id`, announce("access", ""))
    )
    return rows.length === 1
  })

/** The invitation that a code opens. Each wrong try counts, also of those that come at once. */
const opened = (text: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const code = parseCode(text)
    if (code === undefined) return yield* Effect.fail(problem("CodeNotFound"))
    const [found] = yield* Effect.flatMap(
      sql`UPDATE invitation SET tries_left = tries_left - 1
        WHERE id = ${code.id} AND tries_left > 0 AND expires_at > ${now} RETURNING *`,
      invitations
    )
    const hash = yield* Effect.promise(() => hashCode(code.secret, found?.salt ?? "none"))
    if (found === undefined || !equalHashes(hash, found.code_hash))
      return yield* Effect.fail(problem("CodeNotFound"))
    yield* sql`UPDATE invitation SET tries_left = tries_left + 1 WHERE id = ${code.id}`
    return found
  })

/** The access of a device that comes again with its secret. One that was taken away, or is for something else, is not it. */
const knownDevice = ({ role, libraries, group_name }: Invitation, secretHash: string) =>
  Effect.gen(function* () {
    const access = yield* accessByHash(secretHash)
    if (access === undefined) return undefined
    const isSame =
      access.revoked_at === 0 &&
      access.role === role &&
      access.group_name === group_name &&
      (group_name === ""
        ? access.libraries.join(" ") === [...libraries].sort().join(" ")
        : libraries.every((id) => access.libraries.includes(id)))
    return isSame ? access : yield* Effect.fail(problem("CodeUsed"))
  })

/** What of an access is for somebody in a browser: no device and no program, and not for ever. */
const ofSession = ({ role, access_days }: Invitation, days: number) =>
  role === "device" || role === "push-only" || role === "service"
    ? Effect.fail(problem("ForDevice"))
    : Effect.succeed(access_days === 0 ? days : Math.min(days, access_days))

const isSignIn = ({ name, role, libraries, group_name, created_at, expires_at }: Invitation): boolean =>
  name === signInName &&
  role === "admin" &&
  libraries.length === 0 &&
  group_name === "" &&
  expires_at - created_at === signInMs

/** There is a first admin now: what other nodes of a cluster offered ends. */
const endOtherLinks = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`DELETE FROM invitation WHERE name = ${signInName} AND role = 'admin' AND libraries = '[]' AND group_name = ''
      AND expires_at = created_at + ${signInMs} AND secret_hash = ''`
)

/**
 * Exchanges a code for an access; for somebody in a browser one of so many days at most. The same code with the same hash gets the same access for as long as the code lives;
 * with another hash it fails with `CodeUsed`.
 */
export const enrol = (
  code: string,
  secretHash: string,
  device: string,
  sessionDays?: number
): Effect.Effect<
  KnownAccess,
  ProblemOf<"CodeNotFound"> | ProblemOf<"CodeUsed"> | ProblemOf<"ForDevice"> | ControlError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const invitation = yield* opened(code)
    const days =
      sessionDays === undefined ? invitation.access_days : yield* ofSession(invitation, sessionDays)
    const again = yield* knownDevice(invitation, secretHash)
    const id = again?.id ?? randomUUID()
    const expires_at = days === 0 ? 0 : now + days * day
    const { name, role, libraries, group_name } = invitation
    const used = yield* audited(
      { actor: id, action: "enrolled", subject: name, detail: `${role} ${device}` },
      Effect.gen(function* () {
        const taken = yield* sql`UPDATE invitation SET secret_hash = ${secretHash}, access = ${id}
          WHERE id = ${invitation.id} AND secret_hash = '' RETURNING id`
        if (taken.length === 0) return yield* Effect.fail(problem("CodeUsed"))
        if (isSignIn(invitation)) yield* endOtherLinks
        if (again === undefined)
          yield* insertAccess({
            id,
            name,
            role,
            device,
            secret_hash: secretHash,
            created_at: now,
            expires_at,
            revoked_at: 0,
            last_used_at: 0,
            last_used_from: "",
            group_name,
            libraries
          })
        else yield* sql`UPDATE access SET expires_at = ${expires_at}, device = ${device} WHERE id = ${id}`
        yield* announce("access", "")
        return id
      })
    ).pipe(
      Effect.catchIf(
        (error) => "type" in error && error.type === "CodeUsed",
        (error) =>
          Effect.flatMap(answered(invitation.id, secretHash), (access) =>
            access === undefined ? Effect.fail(error) : Effect.succeed(access)
          )
      )
    )
    const access = yield* accessById(used)
    return access ?? (yield* Effect.dieMessage("an access that was made is not there"))
  })

/** The access that a code was exchanged for with this hash, when it still counts. */
const answered = (id: string, secretHash: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const [row] = yield* Effect.flatMap(sql`SELECT * FROM invitation WHERE id = ${id}`, invitations)
    if (row === undefined || row.access === "" || !equalHashes(row.secret_hash, secretHash)) return undefined
    const access = yield* accessById(row.access)
    return access !== undefined && isValid(access, now) ? access.id : undefined
  })
