/** Looks after the audit log. */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AuditEnd } from "../control/Audit.js"
import { type AuditSeen, auditSeen, type KnownEnd, lookAtAudit } from "../control/AuditLook.js"
import type { ControlError } from "../control/Database.js"
import { readSetting } from "../control/Settings.js"
import { adviceOn } from "../digest/AlertTexts.js"
import type { Desk } from "../http/Desk.js"
import { wholeServer } from "../http/Owners.js"
import type { Mirror } from "../mirror/Mirror.js"
import { isNight, nightOrMinute } from "./Night.js"

/** What the mirror says of the end of the audit log. Nothing when there is none that was ever of this server, or it does not answer, which is told otherwise. */
const endsIn = (
  mirror: Pick<Mirror, "ends" | "place"> | undefined
): Effect.Effect<ReadonlyArray<KnownEnd>, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (mirror === undefined || (yield* readSetting("mirrored")) !== mirror.place) return []
    const ends = yield* Effect.orElseSucceed(mirror.ends, () => [])
    return ends.map(({ name, number, hash }) => ({ number, hash, where: `${name} in the mirror` }))
  })

/** How the audit log is. */
export interface AuditCheck {
  /** Up to which entry it is as it was written. */
  readonly entries: number
  /** What is wrong, in words. */
  readonly fault: string | undefined
  /** What to do about that. */
  readonly advice: string
  /** With how many copies in the mirror it was compared. */
  readonly copies: number
}

/** Looks at the audit log from its beginning, and by the copies in the mirror. */
export const checkAudit = (
  mirror: Pick<Mirror, "ends" | "place"> | undefined
): Effect.Effect<AuditCheck, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const ends = yield* endsIn(mirror)
    const { number, fault } = yield* lookAtAudit(ends, true)
    return {
      entries: number,
      fault: fault === "" ? undefined : fault,
      advice: adviceOn("audit"),
      copies: ends.length
    }
  })

/**
 * Looks at the audit log when the server starts and each night, at one node of several. How far it was whole a server remembers itself, too: who
 * writes the control database does not reach that. What is found is an alert.
 */
export const keepAudit = (desk: Desk): Effect.Effect<never, never, SqlClient.SqlClient> => {
  let remembered: AuditEnd | undefined
  let last: AuditSeen | undefined
  const look = Effect.gen(function* () {
    if (!desk.owners().isMine(wholeServer)) return
    const now = yield* Clock.currentTimeMillis
    if (last !== undefined && !isNight((yield* auditSeen).at, now)) return
    const ends = yield* endsIn(desk.mirror)
    const own = remembered && [{ ...remembered, where: "the memory of this server" }]
    last = yield* lookAtAudit([...ends, ...(own ?? [])], false)
    if (last.fault === "") remembered = last
  }).pipe(
    // A database that is away now may not be the next time.
    Effect.catchAllCause((cause) => Effect.logError(`audit log: ${cause.toString().slice(0, 200)}`))
  )
  return Effect.forever(Effect.zipRight(look, nightOrMinute))
}
