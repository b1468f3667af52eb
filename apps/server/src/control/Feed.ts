/**
 * What happened lately, for those who look: kept for 7 days, told by a number that only rises. It says that something is to be
 * looked at again, not what it is now; of a library that changed again and again only the last time is kept.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Caller } from "../api/Api.js"
import { FeedAbout, type FeedEvent, FeedType } from "../api/Feed.js"
import { isServerAdmin } from "./AccessList.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"

export const FeedRow = Schema.Struct({
  id: Integer,
  at: Integer,
  type: FeedType,
  /** Empty for what is of no library. */
  library: Schema.String,
  about: Schema.parseJson(FeedAbout)
})

const Head = Schema.Struct({ last: Integer, pruned: Integer })

const rows = rowsOf(FeedRow)
const heads = rowsOf(Head)

/** The number of the last event, and of the last one that is no longer kept. */
export const feedHead = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [head] = yield* Effect.flatMap(sql`SELECT last, pruned FROM feed_head WHERE id = 1`, heads)
  return head ?? (yield* Effect.dieMessage("the feed has no head"))
})

/** What of it somebody may see: those who administer the server everything, others what is of their libraries. */
export const feedAfter = (
  caller: Caller,
  after: number,
  limit: number
): Effect.Effect<ReadonlyArray<FeedEvent>, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    if (!isServerAdmin(caller) && caller.libraries.length === 0) return []
    // A device has an inbox for the restores that are for it.
    const isTheirs = isServerAdmin(caller)
      ? sql`1 = 1`
      : sql`${sql.in("library", caller.libraries)} AND (${caller.role} <> 'device' OR type <> 'restore')`
    // What a newer version tells of besides, beside which this one works, is passed over.
    const isKnown = sql.in("type", FeedType.literals)
    const found =
      yield* sql`SELECT * FROM feed WHERE id > ${after} AND ${isKnown} AND ${isTheirs} ORDER BY id LIMIT ${limit}`
    return (yield* rows(found)).map(({ id, at, type, library, about }) => ({
      ...{ id: String(id), at: new Date(at).toISOString(), type },
      ...(library !== "" && { library }),
      ...about
    }))
  })
