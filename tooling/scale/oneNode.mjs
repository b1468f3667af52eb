// What one server with a PostgreSQL and a bucket does in a second, and what it asks of them for it: for the arithmetic of docs/scale.md.
// `node tooling/scale/oneNode.mjs`; wants Debian's postgresql. The bucket is one in the memory of this process, so that what is measured is the server.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"

const test = fileURLToPath(new URL("../../apps/server/test/", import.meta.url))

const entry = `
import { randomBytes, randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import { postgres } from "./support/postgres.js"
import { device, putHeaders, signIn, testServer } from "./support/server.js"
import { testBucket } from "./support/testBucket.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

const timed = (name, count, work) =>
  Effect.gen(function* () {
    const began = performance.now()
    const all = yield* work
    const ms = performance.now() - began
    const bad = all.filter(({ status }) => status >= 300)
    if (bad.length > 0) throw new Error(name + ": " + JSON.stringify(bad[0].json))
    return { name, count, perSecond: (count * 1000) / ms, msEach: ms / count }
  })

export const run = (worker) =>
  Effect.gen(function* () {
    const pg = yield* postgres
    const url = yield* pg.database
    const bucket = yield* testBucket
    let asked = {}
    bucket.answer = (method, key) => {
      const what = key === "" ? "LIST" : method
      asked[what] = (asked[what] ?? 0) + 1
      return undefined
    }
    const server = yield* testServer({ database: { url }, blobs: bucket.place, worker, limits: { uploads: 1000 } })
    const admin = yield* signIn(server)
    const commits = Effect.map(
      pg.say(url, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
      Number
    )
    const figures = []
    const measure = (name, count, work) =>
      Effect.gen(function* () {
        yield* Effect.sleep("1500 millis")
        const before = yield* commits
        asked = {}
        const figure = yield* timed(name, count, work)
        const requests = asked
        yield* Effect.sleep("1500 millis")
        figures.push({ ...figure, requests, commits: (yield* commits) - before })
      })
    const apps = []
    for (let n = 0; n < 32; n++) apps.push(yield* webApp(server, admin, "app " + n))
    const text = JSON.stringify({ notes: randomBytes(1100).toString("hex") })
    const save = (app, n) =>
      app.ask("PUT", "songs/s" + n, songWish("Song " + n, text), { ...isNew, ...key() })
    const one = { concurrency: 1 }
    const many = { concurrency: 32 }
    yield* Effect.forEach(apps, (app) => save(app, "first"), many)
    yield* measure("save, one after the other", 40, Effect.forEach(Array(40).keys(), (n) => save(apps[0], "a" + n), one))
    yield* measure("save, 32 at once in one library", 640, Effect.forEach(Array(640).keys(), (n) => save(apps[1], "b" + n), many))
    yield* measure("save, 32 libraries at once", 640, Effect.forEach(Array(640).keys(), (n) => save(apps[n % 32], "c" + n), many))
    yield* measure("read a song, 32 at once", 960, Effect.forEach(Array(960).keys(), (n) => apps[n % 32].ask("GET", "songs/sfirst"), many))
    const devices = []
    for (let n = 0; n < 16; n++) devices.push({ ...(yield* device(server, admin)), line: randomUUID() + "/" + randomUUID() })
    const bytes = randomBytes(4096)
    const push = (n) => {
      const { token, library, line } = devices[n % 16]
      return server.ask("PUT", "/v1/libraries/" + library + "/blobs/" + line + "/" + n, { token, body: bytes, headers: putHeaders(bytes) })
    }
    yield* measure("push a file of 4 KiB, 16 devices", 640, Effect.forEach(Array(640).keys(), push, { concurrency: 16 }))
    return figures
  }).pipe(Effect.scoped, Effect.runPromise)
`

const folder = mkdtempSync(path.join(tmpdir(), "white-room-scale-"))
try {
  const file = path.join(folder, "run.mjs")
  const banner =
    'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);'
  // The support of the tests asks vitest for nothing that is needed here.
  const vitest = path.join(folder, "vitest.mjs")
  writeFileSync(
    vitest,
    "export const afterAll = () => {}, beforeAll = () => {}, getCurrentTest = () => {}, inject = () => ''\n"
  )
  const driver = fileURLToPath(import.meta.resolve("better-sqlite3"))
  const common = {
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "error", banner: { js: banner } },
    ...{
      alias: { "better-sqlite3": driver, vitest, "vitest/suite": vitest },
      external: [driver, "pg-native"]
    }
  }
  await build({ ...common, stdin: { contents: entry, resolveDir: test, loader: "ts" }, outfile: file })
  const program = path.join(folder, "worker.js")
  await build({ ...common, entryPoints: [path.join(test, "../dist/replica/worker.js")], outfile: program })
  const { run } = await import(pathToFileURL(file).href)
  for (const { name, perSecond, msEach, count, requests, commits } of await run(pathToFileURL(program))) {
    const each = Object.entries(requests).map(([method, n]) => `${method} ${(n / count).toFixed(2)}`)
    console.log(
      `${name}: ${perSecond.toFixed(0)}/s (${msEach.toFixed(1)} ms each); bucket: ${each.join(", ") || "nothing"}; commits ${(commits / count).toFixed(2)}`
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
