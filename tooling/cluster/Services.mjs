// What a cluster stands on, as the tests start it: Debian's PostgreSQL, and Debian's radosgw as its bucket. Each ends with what it returns as `stop`.
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { startS3 } from "../bench/S3Server.mjs"

const support = fileURLToPath(new URL("../../apps/server/test/support/", import.meta.url))

const entry = `
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { hasPostgres, postgres } from "./postgres.js"
export const start = async () => {
  if (!hasPostgres()) return undefined
  const scope = Effect.runSync(Scope.make())
  const server = await Effect.runPromise(Scope.extend(postgres, scope))
  const url = await Effect.runPromise(server.database)
  return {
    url: Redacted.value(url),
    say: (statements) => Effect.runPromise(server.say(url, statements)),
    restart: () => Effect.runPromise(server.restart),
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}`

/** A running PostgreSQL with one empty database; `undefined` where it is not installed. */
const startPostgres = async (file) => {
  await build({
    ...{ stdin: { contents: entry, resolveDir: support, loader: "ts" }, outfile: file },
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "error" },
    banner: {
      js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);'
    }
  })
  const { start } = await import(file)
  return start()
}

/** Starts both, or says which of Debian's packages is missing: an error whose message is for people. */
export const startServices = async (folder) => {
  const postgres = await startPostgres(path.join(folder, "postgres.mjs"))
  if (postgres === undefined)
    throw new Error("There is no PostgreSQL here. In Debian: apt install postgresql")
  try {
    const s3 = await startS3(path.join(folder, "radosgw.mjs"))
    if (s3 === undefined)
      throw new Error("There is no radosgw here. In Debian: apt install ceph-mon ceph-osd radosgw")
    await s3.makeBucket("white-room")
    const env = { ...s3.env, DATABASE_URL: postgres.url, S3_BUCKET: "white-room", S3_ENDPOINT: s3.endpoint }
    return { postgres, env, stop: () => Promise.all([postgres.stop(), s3.stop()]) }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
