/**
 * A cluster in the place of one server, for the tests of the API: three processes on one PostgreSQL and one bucket, of which each request takes
 * the next. With `WHITEROOM_CLUSTER=1` every `testServer` is one; a test that asks for what no cluster has is skipped, and says why.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { inject } from "vitest"
import { getCurrentTest } from "vitest/suite"
import type { LogLine, StartOptions } from "../../src/index.js"
import { type ClusterNode, clusterNode } from "./cluster.js"
import { inTurns } from "./inTurns.js"
import { postgresAt } from "./postgres.js"
import { type Answer, askServer, type TestServer } from "./server.js"
import { temporaryFolder } from "./temporaryFolder.js"
import { testBucket } from "./testBucket.js"

const mirrorless = "a cluster keeps no mirror"

/** What a cluster, or a process of its own, does not take. */
const reasons: { readonly [Option in keyof StartOptions]?: string } = {
  ...{ mirror: mirrorless, from: mirrorless },
  outlets: "what it tells goes to functions of this process",
  traces: "its collector is told by one server",
  site: "its pages are those of one server",
  host: "where it listens is what is tried"
}

/** Skips the test that runs, and says why. */
const notInCluster = (reason: string): never => {
  getCurrentTest()?.context.skip(`not in a cluster: ${reason}`)
  throw new Error(`not in a cluster: ${reason}`)
}

const pause = (ms: number) => Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, ms)))

/** The library is on its way to another node: whoever asks is told to ask again. */
const isMoving = ({ status, json }: Answer): boolean => status === 503 && json.type === "Moving"

interface Kept {
  readonly url: Redacted.Redacted
  readonly blobs: string
}

/** What lasts, by the data folder: who starts again there finds it. */
const before = new Map<string, Kept>()

/** One bucket for all of them, each with a part of its own, for as long as this process. */
let bucket: string | undefined
let count = 0

const keptAt = (data: string, blobs: string | undefined): Effect.Effect<Kept> =>
  Effect.gen(function* () {
    const known = before.get(data)
    if (known !== undefined && (blobs === undefined || known.blobs === blobs)) return known
    bucket ??= (yield* Scope.extend(testBucket, Effect.runSync(Scope.make()))).place
    const url = yield* postgresAt(inject("postgres")).database
    const kept = { url, blobs: blobs ?? bucket.replace("s3://songs", `s3://songs/server-${count++}`) }
    before.set(data, kept)
    return kept
  })

/** Until each shard is somebody's, and everybody has some: a library moves no more. */
const untilShared = (url: Redacted.Redacted): Effect.Effect<void> =>
  postgresAt(inject("postgres"))
    .say(url, "SELECT count(*), count(DISTINCT address) FROM shard")
    .pipe(Effect.zipLeft(pause(100)), Effect.repeat({ until: (text) => text === "300|3" }), Effect.asVoid)

export const clusterServer = (
  options: Partial<StartOptions>
): Effect.Effect<TestServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    for (const name of Object.keys(options) as ReadonlyArray<keyof StartOptions>)
      if (reasons[name] !== undefined && options[name] !== undefined) notInCluster(reasons[name])
    const { data = yield* temporaryFolder, blobs, database, onLog, worker: _, ...rest } = options
    const kept = yield* keptAt(data, blobs)
    const url = database?.url ?? kept.url
    const log: Array<LogLine> = []
    let nodes: ReadonlyArray<ClusterNode> = []
    const address = yield* inTurns(() => nodes.map((node) => node.address))
    // What is due of itself comes when a test says so: on a busy machine it would be in the midst of others.
    const start = (name: string) =>
      clusterNode({
        ...{ database: url, blobs: kept.blobs, data: join(data, name) },
        options: { url: address, profilesEveryMs: 3_600_000, ...rest },
        onLog: (line) => {
          log.push(line)
          onLog?.(line)
        }
      })
    nodes = yield* Effect.forEach(["node-1", "node-2", "node-3"], start, { concurrency: "unbounded" })
    yield* untilShared(url)
    let turn = 0
    const ask: TestServer["ask"] = (method, path, asking) =>
      Effect.suspend(() =>
        askServer(nodes[turn++ % nodes.length]?.address ?? address)(method, path, asking)
      ).pipe(
        Effect.tap((answer) => (isMoving(answer) ? pause(200) : Effect.void)),
        Effect.repeat({ while: isMoving })
      )
    const { signIn } = nodes[0] ?? {}
    return {
      ...{ address, url: options.url ?? address, pin: undefined, rebuilt: undefined, signIn, log, ask },
      get data() {
        return notInCluster("it looks into the data folder of one server")
      }
    }
  })
