import type * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Outlets } from "../digest/Outlets.js"
import { raiseAlerts } from "../digest/raiseAlerts.js"
import { sendDigests } from "../digest/sendDigests.js"
import type { Desk } from "../http/Desk.js"
import { wholeServer } from "../http/Owners.js"
import { minuteOr } from "../http/Waits.js"
import { freshSecrets } from "../library/Secrets.js"

/** Each minute looks for what is dangerous, and for digests that are due. What fails now may not the next time; it is in the log. */
export const lookAfter = (
  desk: Desk,
  outlets: Outlets
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> => {
  const logged = <R>(what: string, body: Effect.Effect<void, unknown, R>) =>
    Effect.catchAllCause(body, (cause) => Effect.logError(`${what}: ${cause.toString().slice(0, 200)}`))
  const look = Effect.when(
    Effect.all(
      [
        logged("secrets", freshSecrets(desk.data)),
        logged("alerts", raiseAlerts(desk, outlets)),
        logged("digests", sendDigests(desk, outlets))
      ],
      { discard: true }
    ),
    () => desk.owners().isMine(wholeServer)
  )
  return Effect.asVoid(Effect.forkScoped(Effect.forever(Effect.zipRight(minuteOr(day), look))))
}
