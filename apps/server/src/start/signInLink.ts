import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { codeText } from "../control/Code.js"
import type { ControlError } from "../control/Database.js"
import { invite, signInMs, signInName } from "../control/Invitations.js"
import { inviteLink } from "../http/inviteLink.js"

/**
 * A link that makes somebody admin, as long as nobody ever was. The one before it ends; not so in a cluster, where each node has one: all of
 * them end when the first was used.
 */
export const signInLink = (
  url: string,
  pin: string | undefined,
  isNode: boolean
): Effect.Effect<string | undefined, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const admins = yield* sql`SELECT id FROM access WHERE role = 'admin' LIMIT 1`
    if (admins.length > 0) return undefined
    if (!isNode)
      yield* sql`DELETE FROM invitation WHERE role = 'admin' AND libraries = '[]' AND group_name = ''`
    const wish = {
      name: signInName,
      role: "admin",
      libraries: [],
      sealed: false,
      quota: 0,
      codeMs: signInMs
    } as const
    const { code } = yield* invite(wish, "server start").pipe(
      Effect.catchIf((error) => "type" in error, Effect.die)
    )
    return inviteLink(url, codeText(code), pin)
  })
