/** Secrets of the server itself, each in a file that only its user reads. They go to no mirror, and nobody is told one. */
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode, fileErrorReason, StorageFailed } from "@white-room/core"
import * as Effect from "effect/Effect"
import { replaceFile } from "./replaceFile.js"

export type SecretName = "mail-password" | "webhook" | "webhook-key"

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

/** Keeps a secret, whole or not at all; without a text it goes. */
export const keepSecret = (
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
