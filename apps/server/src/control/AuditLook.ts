/**
 * Whether the audit log is as it was written: by its chain, and by ends of it that are kept where who can change the log need not reach. How far
 * it was seen whole is on record, so that a look costs what is new; from its beginning it is looked at each week, and as long as something is
 * wrong.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AuditEnd, AuditEntry, beginning, lookAlong } from "./Audit.js"
import { type ControlError, rowsOf } from "./Database.js"
import { readStored, writeSetting } from "./Settings.js"

/** An end that the log had once. */
export interface KnownEnd extends AuditEnd {
  /** Who says so, as in "… has entry 5". */
  readonly where: string
}

const Seen = Schema.Struct({
  /** Up to where it was whole. */
  number: Schema.Int,
  hash: Schema.String,
  at: Schema.Int,
  /** When it was looked at from its beginning. */
  wholeAt: Schema.Int,
  /** What is wrong, in words; empty when nothing is. */
  fault: Schema.String
})
export type AuditSeen = typeof Seen.Type

const Stored = Schema.parseJson(Seen)

const never: AuditSeen = { ...beginning, at: 0, wholeAt: 0, fault: "" }

/** How the last look went. */
export const auditSeen = readStored("audit", Stored, () => never)

const isWrong = (number: number): string =>
  `entry ${number} is not as it was written, or it is missing, and nothing can be said of those after it`

/** Numbers that no entry has stand in no chain. */
const hasMore = ({ number }: AuditEnd) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{
      count: number
    }>`SELECT count(*) AS count FROM audit WHERE number <= ${number} OR number IS NULL`
    return Number(row?.count) !== number
  })

const fromBeginning = Effect.gen(function* () {
  const { end, isWhole } = yield* lookAlong(beginning)
  if (!isWhole) return { end, fault: isWrong(end.number + 1) }
  return { end, fault: (yield* hasMore(end)) ? "there are entries between those that were written" : "" }
})

const Known = AuditEntry.pick("number", "hash")

/** The first of the ends that the log does not have. */
const missing = (ends: ReadonlyArray<KnownEnd>): Effect.Effect<string, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const wanted = ends.filter(({ number }) => number > 0).sort((one, other) => one.number - other.number)
    if (wanted.length === 0) return ""
    const numbers = wanted.map(({ number }) => number)
    const rows = yield* sql`SELECT number, hash FROM audit WHERE ${sql.in("number", numbers)}`
    const hashes = new Map((yield* rowsOf(Known)(rows)).map(({ number, hash }) => [number, hash]))
    const other = wanted.find(({ number, hash }) => hashes.get(number) !== hash)
    if (other === undefined) return ""
    const { number, where } = other
    return hashes.has(number)
      ? `${where} has another entry ${number}: what was written up to there was changed`
      : `${where} has entry ${number}, which is gone: the newest entries were cut off`
  })

/**
 * Looks, and keeps how that went. `ends` were read before; `isFull` begins at the beginning. A fault stays on record until the log is again as
 * it was.
 */
export const lookAtAudit = (
  ends: ReadonlyArray<KnownEnd>,
  isFull: boolean
): Effect.Effect<AuditSeen, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const before = yield* auditSeen
    const wasSeen = yield* missing([{ ...before, where: "the record of the last look" }])
    const isLate = Math.abs(now - before.wholeAt) >= 7 * day
    const isWhole = isFull || isLate || before.fault !== "" || wasSeen !== ""
    const { end, fault: broken } = isWhole
      ? yield* fromBeginning
      : yield* Effect.map(lookAlong(before), (found) => ({
          end: found.end,
          fault: found.isWhole ? "" : isWrong(found.end.number + 1)
        }))
    const fault = broken || wasSeen || (yield* missing(ends))
    const seen = {
      ...(fault === "" ? end : { number: before.number, hash: before.hash }),
      ...{ at: now, fault, wholeAt: isWhole && fault === "" ? now : before.wholeAt }
    }
    yield* writeSetting("audit", yield* Effect.orDie(Schema.encode(Stored)(seen)))
    return seen
  })
