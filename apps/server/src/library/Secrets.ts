/**
 * Secrets of the server itself, each in a file that only its user reads. They go to no mirror, and nobody is told one. With a PostgreSQL they are
 * there, as any node may be the one that needs them; the files are copies then.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { errorCode, fileErrorReason, StorageFailed } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { ControlError } from "../control/Database.js"
import { replaceFile } from "./replaceFile.js"

const names = ["mail-password", "webhook", "webhook-key"] as const
export type SecretName = (typeof names)[number]

/** The file of a secret, which is its first line. */
export const secretFile = (data: string, name: SecretName): string => path.join(data, "secrets", name)

/** The secret; `undefined` where there is none. */
export const readSecret = (data: string, name: SecretName): string | undefined => {
  try {
    return fs.readFileSync(secretFile(data, name), "utf8").split("\n", 1)[0]
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
}

/** Writes the file of a secret, whole or not at all; without a text it goes. */
const write = (
  data: string,
  name: SecretName,
  text: string | undefined
): Effect.Effect<void, StorageFailed> => {
  const file = secretFile(data, name)
  return Effect.try({
    try: () => {
      if (text === undefined) return fs.rmSync(file, { force: true })
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      replaceFile(file, `${text}\n`)
    },
    catch: (error) => new StorageFailed({ path: file, operation: "write", detail: fileErrorReason(error) })
  })
}

/** Keeps a secret; without a text it goes. */
export const keepSecret = (
  data: string,
  name: SecretName,
  text: string | undefined
): Effect.Effect<void, StorageFailed | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const shared = Effect.asVoid(
      text === undefined
        ? sql`DELETE FROM secret WHERE name = ${name}`
        : sql`INSERT INTO secret (name, value) VALUES (${name}, ${text})
            ON CONFLICT (name) DO UPDATE SET value = excluded.value`
    )
    yield* sql.onDialectOrElse({ pg: () => shared, orElse: () => Effect.void })
    yield* write(data, name, text)
  })

/** Brings the secrets that another node was told into the files of this one. */
export const freshSecrets = (
  data: string
): Effect.Effect<void, StorageFailed | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql.onDialectOrElse({
      pg: () => sql<{ name: string; value: string }>`SELECT name, value FROM secret`,
      orElse: () => Effect.succeed(undefined)
    })
    if (rows === undefined) return
    for (const name of names) {
      const text = rows.find((row) => row.name === name)?.value
      if (text !== readSecret(data, name)) yield* write(data, name, text)
    }
  })
