/** What the server remembers of itself. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * `url`: where it is reached from outside. `pin`: SHA-256 of its own certificate. `mirror`: the place of its mirror, or empty; `mirrored`:
 * the one that has something of this server. `server`: the number of what keeps its files, where that is not the place of the database too;
 * empty otherwise. `blobs`: the bucket that does, or empty. `counted`: how little a file was counted as when room
 * was counted last. `lookedAfter`, `disk` and `audit`: see there.
 */
export type SettingName =
  | ("url" | "pin" | "mirror" | "mirrored" | "server" | "blobs")
  | ("counted" | "lookedAfter" | "disk" | "audit")

export const readSetting = (name: SettingName) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ value: string }>`SELECT value FROM setting WHERE name = ${name}`
    return row?.value
  })

/** A setting that is JSON. What cannot be read, as of a mirror that somebody wrote into, counts for nothing. */
export const readStored = <A>(name: SettingName, schema: Schema.Schema<A, string>, usual: () => A) =>
  Effect.flatMap(readSetting(name), (text) =>
    text === undefined ? Effect.sync(usual) : Effect.orElseSucceed(Schema.decode(schema)(text), usual)
  )

export const writeSetting = (name: SettingName, value: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`INSERT INTO setting (name, value) VALUES (${name}, ${value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
  )

/**
 * The number of the server whose database this is: this one where there was none and `isNew` says that nothing else is known of it. `undefined`
 * when there is none.
 */
export const bindServer = (server: string, isNew: boolean) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    if (isNew)
      yield* sql`INSERT INTO setting (name, value) VALUES ('server', ${server}) ON CONFLICT (name)
        DO UPDATE SET value = excluded.value WHERE setting.value = ''`
    const bound = yield* readSetting("server")
    return bound === "" ? undefined : bound
  })
