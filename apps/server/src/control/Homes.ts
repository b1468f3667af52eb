/** Libraries whose home is the server, as web apps make them. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import type { ControlError } from "./Database.js"
import { insertLibrary } from "./Libraries.js"

/** One access makes so many: each request looks through the list of its own. */
const mostMade = 1000

interface Row {
  readonly home: string
  readonly maker: string
}

/** Whether there is a library of that id, and whether this access made it. */
const madeBefore = (id: string, caller: Caller) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* sql<Row>`SELECT home, maker FROM library WHERE id = ${id}`
    if (found === undefined) return "nobody"
    return found.home === "server" && found.maker === caller.id ? "same" : "another"
  })

/**
 * Makes a library under an id, in which nothing is yet, and gives it to the web app that asks. `again` when it did so before. Of
 * two who ask at once for one id, one gets it.
 */
export const makeHome = (
  id: string,
  name: string,
  quota: number,
  caller: Caller
): Effect.Effect<
  "new" | "again",
  ProblemOf<"IdTaken"> | ProblemOf<"TooManyLibraries"> | ControlError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const before = yield* madeBefore(id, caller)
    if (before === "same") return "again" as const
    if (before === "another") return yield* Effect.fail(problem("IdTaken"))
    const sql = yield* SqlClient.SqlClient
    return yield* audited(
      { actor: caller.id, action: "library made", subject: id, detail: name },
      Effect.gen(function* () {
        // Below the lock of the audit log: nobody else makes one meanwhile.
        const meanwhile = yield* madeBefore(id, caller)
        if (meanwhile !== "nobody") return yield* Effect.fail(problem("IdTaken"))
        const [row] = yield* sql<{
          count: number
        }>`SELECT count(*) AS count FROM library WHERE maker = ${caller.id}`
        if (Number(row?.count) >= mostMade) return yield* Effect.fail(problem("TooManyLibraries"))
        yield* insertLibrary(id, name, false, quota, {
          home: "server",
          maker: caller.id,
          group_name: caller.group
        })
        if (caller.role === "service")
          yield* sql`INSERT INTO access_library ${sql.insert({ access: caller.id, library: id })}`
        yield* announce("library", id)
        return "new" as const
      })
    )
  })
