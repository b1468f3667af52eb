// Debian's radosgw, as the tests of vaults start it: a real S3 server on loopback, which restic uses too.
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const support = fileURLToPath(new URL("../../packages/vault/test/support/", import.meta.url))

const entry = `
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { hasRadosgw, radosgw } from "./radosgw.js"
export const start = async () => {
  if (!hasRadosgw()) return undefined
  const scope = Effect.runSync(Scope.make())
  const { endpoint, credentials, makeBucket } = await Effect.runPromise(Scope.extend(radosgw, scope))
  return {
    endpoint,
    env: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: Redacted.value(credentials.secretAccessKey)
    },
    makeBucket: (name) => Effect.runPromise(makeBucket(name)),
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}`

/** A running server; `undefined` where its programs are not installed. `file`: where its code may be put. */
export const startS3 = async (file) => {
  await build({
    stdin: { contents: entry, resolveDir: support, loader: "ts" },
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error"
  })
  const { start } = await import(file)
  return start()
}
