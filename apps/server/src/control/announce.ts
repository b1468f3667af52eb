import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FeedAbout, FeedType } from "../api/Feed.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"

const keptMs = 7 * day

const heads = rowsOf(Schema.Struct({ last: Integer, pruned: Integer }))

/** Says that something happened. Belongs into the transaction of what did. */
export const announce = (
  type: typeof FeedType.Type,
  library: string,
  about: typeof FeedAbout.Type = {}
): Effect.Effect<void, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    const [head] = yield* Effect.flatMap(
      sql`UPDATE feed_head SET last = last + 1 WHERE id = 1 RETURNING last, pruned`,
      heads
    )
    if (head === undefined) return yield* Effect.dieMessage("the feed has no head")
    if (type === "library") yield* sql`DELETE FROM feed WHERE library = ${library} AND type = 'library'`
    yield* sql`INSERT INTO feed ${sql.insert({ id: head.last, at, type, library, about: JSON.stringify(about) })}`
    const old = yield* sql<{ id: number }>`DELETE FROM feed WHERE at < ${at - keptMs} RETURNING id`
    const pruned = Math.max(head.pruned, ...old.map(({ id }) => Number(id)))
    if (pruned > head.pruned) yield* sql`UPDATE feed_head SET pruned = ${pruned} WHERE id = 1`
  })
