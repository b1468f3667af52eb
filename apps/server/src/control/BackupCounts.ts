/**
 * How many backups each access asked for today, library by library: a web app that runs wild, or a token in wrong hands, fills no library
 * with them. Which backups of others stay, they change nothing about: rules of a profile judge what that profile took.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer } from "./Database.js"

export const BackupCount = Schema.Struct({
  access: Schema.String,
  library: Schema.String,
  /** Days since 1970, in UTC. Another day begins again, also one before: a clock that was wrong holds nobody up for long. */
  day: Integer,
  count: Integer
})

/** Counts one more, unless there were as many as there may be on this day; false then. One statement: of those at once none is missed. */
export const countBackup = (
  access: string,
  library: string,
  most: number
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const today = Math.floor((yield* Clock.currentTimeMillis) / day)
    const counted =
      yield* sql`INSERT INTO backup_count ${sql.insert({ access, library, day: today, count: 1 })}
      ON CONFLICT (access, library) DO UPDATE SET day = excluded.day,
        count = CASE WHEN backup_count.day = excluded.day THEN backup_count.count + 1 ELSE 1 END
      WHERE backup_count.day <> excluded.day OR backup_count.count < ${most}
      RETURNING count`
    return counted.length > 0
  })
