import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { AccessChange, Role } from "../api/Model.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { accessById, type KnownAccess } from "./AccessList.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import type { ControlError } from "./Database.js"
import { libraryById } from "./Libraries.js"

/** A computer, a person or a web app: what somebody got for one is never made another. */
const kindOf = (role: Role): string =>
  role === "device" || role === "push-only" ? "computer" : role === "service" ? "web app" : "person"

/** What an access is for after a change. */
interface Reach {
  readonly role: Role
  readonly libraries: ReadonlyArray<string>
  readonly group: string
}

/** A computer is for libraries that are named, and everybody is for something; but an admin, of all, and a web app, of those that it makes. */
const mayBe = ({ role, libraries, group }: Reach): boolean => {
  if (kindOf(role) === "computer") return libraries.length > 0 && group === ""
  return role !== "teacher" || libraries.length > 0 || group !== ""
}

/** Who is admin of some becomes admin of all only where that is said: by the role, and by no library and no group. */
const isWidened = (before: KnownAccess, after: Reach, change: AccessChange): boolean =>
  after.role === "admin" &&
  after.libraries.length === 0 &&
  after.group === "" &&
  !(before.role === "admin" && before.libraries.length === 0 && before.group_name === "") &&
  !(change.role === "admin" && change.libraries?.length === 0)

/** The libraries that are named, without those that come by the group. */
const namedFor = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ library: string }>`
      SELECT library FROM access_library WHERE access = ${id} ORDER BY library`
    return rows.map(({ library }) => library)
  })

/**
 * Changes an access: how it is called, until when it lasts, what it may do and where. What it may do counts from the next request on.
 * Nobody changes his own but for its name, so that none makes itself wider or longer. Fails with `NotFound` for one that was taken
 * away, and where a library is not there.
 */
export const changeAccess = (
  id: string,
  change: AccessChange,
  actor: string
): Effect.Effect<
  KnownAccess,
  ProblemOf<"NotFound"> | ProblemOf<"NotAllowed"> | ProblemOf<"AccessNotFitting"> | ControlError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* accessById(id)
    if (found === undefined || found.revoked_at !== 0) return yield* Effect.fail(problem("NotFound"))
    const { name = found.name, ...wider } = change
    if (id === actor && Object.values(wider).some((value) => value !== undefined))
      return yield* Effect.fail(problem("NotAllowed"))
    const named = yield* namedFor(id)
    const reach: Reach = {
      role: change.role ?? found.role,
      libraries: change.libraries ?? named,
      group: change.group ?? found.group_name
    }
    if (kindOf(reach.role) !== kindOf(found.role) || !mayBe(reach) || isWidened(found, reach, change))
      return yield* Effect.fail(problem("AccessNotFitting"))
    for (const library of reach.libraries)
      if ((yield* libraryById(library)) === undefined) return yield* Effect.fail(problem("NotFound"))
    const expires_at =
      change.expiresAt === undefined
        ? found.expires_at
        : change.expiresAt === null
          ? 0
          : Date.parse(change.expiresAt)
    const detail = [reach.role, ...reach.libraries, ...(reach.group === "" ? [] : [`group ${reach.group}`])]
    yield* audited(
      { actor, action: "access changed", subject: id, detail: detail.join(" ") },
      Effect.gen(function* () {
        yield* sql`UPDATE access SET name = ${name}, role = ${reach.role}, group_name = ${reach.group},
          expires_at = ${expires_at} WHERE id = ${id} AND revoked_at = 0`
        yield* sql`DELETE FROM access_library WHERE access = ${id}`
        for (const library of new Set(reach.libraries))
          yield* sql`INSERT INTO access_library ${sql.insert({ access: id, library })}`
        yield* announce("access", "")
      })
    )
    const now = yield* accessById(id)
    return now ?? (yield* Effect.dieMessage("an access that was changed is not there"))
  })
