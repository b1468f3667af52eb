/** What the server remembers of itself. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

/** `url`: where it is reached from outside. `pin`: SHA-256 of its own certificate. `mirror`: the place of its mirror, or empty. */
export type SettingName = "url" | "pin" | "mirror"

export const readSetting = (name: SettingName) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ value: string }>`SELECT value FROM setting WHERE name = ${name}`
    return row?.value
  })

export const writeSetting = (name: SettingName, value: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`INSERT INTO setting (name, value) VALUES (${name}, ${value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
  )
