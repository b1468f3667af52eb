/**
 * Codes that opened nothing, by the address that they came from, in this minute. With a PostgreSQL they are counted there, by its clock: who
 * guesses gets no more tries where there are more nodes.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { minute } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf } from "./Database.js"

/** Where a server that is alone counts them. */
export type WrongCodes = Map<string, { readonly minute: number; readonly count: number }>

const counts = rowsOf(Schema.Struct({ count: Integer }))

const thisMinute = Effect.map(Clock.currentTimeMillis, (now) => Math.floor(now / minute))

const pgMinute = "CAST(floor(extract(epoch FROM clock_timestamp()) / 60) AS BIGINT)"

export const wrongCodesOf = (
  here: WrongCodes,
  from: string
): Effect.Effect<number, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const known = Effect.map(thisMinute, (now) => {
      const found = here.get(from)
      return found?.minute === now ? found.count : 0
    })
    const shared = Effect.gen(function* () {
      const rows =
        yield* sql`SELECT count FROM wrong_code WHERE address = ${from} AND minute = ${sql.literal(pgMinute)}`
      return (yield* counts(rows))[0]?.count ?? 0
    })
    return yield* sql.onDialectOrElse({ pg: () => shared, orElse: () => known })
  })

/** Counts one more; those of other minutes are forgotten. */
export const noteWrongCode = (
  here: WrongCodes,
  from: string
): Effect.Effect<void, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const noted = Effect.map(thisMinute, (now) => {
      for (const [address, each] of here) if (each.minute !== now) here.delete(address)
      here.set(from, { minute: now, count: (here.get(from)?.count ?? 0) + 1 })
    })
    const shared = Effect.gen(function* () {
      const now = sql.literal(pgMinute)
      yield* sql`DELETE FROM wrong_code WHERE minute <> ${now}`
      yield* sql`INSERT INTO wrong_code (address, minute, count) VALUES (${from}, ${now}, 1)
        ON CONFLICT (address) DO UPDATE SET minute = excluded.minute,
          count = CASE WHEN wrong_code.minute = excluded.minute THEN wrong_code.count + 1 ELSE 1 END`
    })
    yield* sql.onDialectOrElse({ pg: () => shared, orElse: () => noted })
  })
