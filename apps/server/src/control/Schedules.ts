/**
 * Profiles and runs of libraries that are written here, as one text each: the library on whichever server goes on with it has
 * those that were kept last. What a text holds is the library's own matter.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"
import { type Head, keepHead, type Right, type Standing } from "./Ownership.js"

export const KeptSchedule = Schema.Struct({ library: Schema.String, content: Schema.String })

const schedules = rowsOf(KeptSchedule)
const numbers = rowsOf(Schema.Struct({ schedule_number: Integer }))

/** The text that was kept last; `undefined` when none was. */
export const scheduleOf = (
  library: string
): Effect.Effect<string | undefined, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* Effect.flatMap(
      sql`SELECT library, content FROM schedule WHERE library = ${library}`,
      schedules
    )
    return row?.content
  })

/** Keeps a text in the place of the one before; gives its number. `undefined` when there is no such library. */
const keepSchedule = (library: string, content: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* Effect.flatMap(
      sql`UPDATE library SET schedule_number = schedule_number + 1 WHERE id = ${library} RETURNING schedule_number`,
      numbers
    )
    if (row === undefined) return undefined
    yield* sql`INSERT INTO schedule ${sql.insert({ library, content })}
      ON CONFLICT (library) DO UPDATE SET content = excluded.content`
    return row.schedule_number
  })

/** What a server has put into the files of a library. */
interface Pushed {
  readonly head: Head
  /** Profiles and runs, where they are others than were kept last. */
  readonly schedule: string | undefined
}

/**
 * Says how far a library is in its files, where the right to say so is held, and keeps its profiles and runs with it: both, or neither. Without a
 * right there is one server, whose file is the library.
 */
export const keepPushed = (
  library: string,
  right: Right | undefined,
  { head, schedule }: Pushed
): Effect.Effect<
  { readonly standing: Standing; readonly number?: number | undefined },
  ControlError,
  SqlClient.SqlClient
> => {
  const standing = right === undefined ? Effect.succeed("held" as const) : keepHead(library, right, head)
  if (schedule === undefined) return Effect.map(standing, (found) => ({ standing: found }))
  return transact(
    Effect.gen(function* () {
      const found = yield* standing
      return found === "held"
        ? { standing: found, number: yield* keepSchedule(library, schedule) }
        : { standing: found }
    })
  )
}
