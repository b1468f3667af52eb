// What servers of one control database and nodes of one cluster say to each other, held against what each released version said: a newer one may say
// more, and understands what it said. `WIRE=1 npx vitest run wire.test` writes the file of a new version; those that are there are never changed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import * as EntityId from "@effect/cluster/EntityId"
import * as HttpRunner from "@effect/cluster/HttpRunner"
import * as MessageStorage from "@effect/cluster/MessageStorage"
import * as Runner from "@effect/cluster/Runner"
import * as RunnerAddress from "@effect/cluster/RunnerAddress"
import * as RunnerHealth from "@effect/cluster/RunnerHealth"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as Runners from "@effect/cluster/Runners"
import * as Sharding from "@effect/cluster/Sharding"
import * as ShardingConfig from "@effect/cluster/ShardingConfig"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as RpcClient from "@effect/rpc/RpcClient"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { LibraryEntity } from "../src/cluster/LibraryEntity.js"
import { listenToNodes, messagePath } from "../src/cluster/NodeServer.js"
import { accessById, listAccess } from "../src/control/AccessList.js"
import { listAlerts } from "../src/control/Alerts.js"
import { layerSqlite } from "../src/control/Database.js"
import { digestsOf } from "../src/control/Digests.js"
import { discardedOf } from "../src/control/Discarded.js"
import { feedAfter } from "../src/control/Feed.js"
import { listInvitations } from "../src/control/Invitations.js"
import { libraryById, ownerOf } from "../src/control/Libraries.js"
import { listGroups, readLookedAfter } from "../src/control/LookedAfter.js"
import { tables, tablesOfNodes, version } from "../src/control/Migrations.js"
import { listNodes } from "../src/control/Nodes.js"
import { standingOf } from "../src/control/Ownership.js"
import { proofOf } from "../src/control/Proofs.js"
import { inboxOf } from "../src/control/Restores.js"
import { watchedOf } from "../src/control/Watched.js"
import {
  arrivalHeader,
  encodeArrival,
  forwardedOf,
  noteArrival,
  secretHeader
} from "../src/http/Forwarded.js"
import { firstFault } from "./support/firstFault.js"
import { about, address, admin, type Row, rowsOfTable, writeAll } from "./support/wire.js"

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
}

/** What a version said. */
interface Wire {
  readonly path: string
  readonly headers: ReadonlyArray<string>
  /** How a request came to the node that sends it on. */
  readonly arrival: string
  readonly about: string
  /** In which shard a library is. */
  readonly shards: Readonly<Record<string, string>>
  /** The message that asks where a library is, and its answer. */
  readonly message: string
  readonly answer: string
  readonly columns: Readonly<Record<string, ReadonlyArray<Column>>>
  readonly rows: Readonly<Record<string, ReadonlyArray<Row>>>
}

const folder = fileURLToPath(new URL("golden/", import.meta.url))
const released = readdirSync(folder).filter((name) => /^wire-\d+\.json$/.test(name))
const wireIn = (name: string): Wire => JSON.parse(readFileSync(folder + name, "utf8"))

const arrival = { remote: "203.0.113.5", isEncrypted: true, port: 8421 }
const libraries = ["anna", "jonas-4f", "a", "."]

/** What is another each time: numbers of messages, and of traces. */
const settled = (text: string): string =>
  text
    .replace(/^(\{"_tag":"Request","id":)"\d+"/, '$1"0"')
    .replace(/"(requestId|id)":"\d{6,}"/g, '"$1":"1"')
    .replace(/"(traceId|spanId)":"[0-9a-f]+"/g, '"$1":"0"')

/** As one that says more would say it: each object has another field. */
const saidMore = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value, later: "x" } : value
  )

interface Told {
  readonly body: string
}

/** What messages are sent to; answers by `answer`. */
const listening = (answer: (told: Told) => Effect.Effect<string>) =>
  Effect.gen(function* () {
    const server = createServer((request, response) => {
      const parts: Array<Buffer> = []
      request.on("data", (part: Buffer) => parts.push(Buffer.from(part)))
      request.on("end", () =>
        Effect.runCallback(answer({ body: Buffer.concat(parts).toString() }), {
          onExit: (exit) => response.end(exit._tag === "Success" ? exit.value : "")
        })
      )
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    )
    return (server.address() as AddressInfo).port
  })

/** The cluster, of one node that has all libraries; or one that only asks that node, at a port. */
const cluster = (port: number | undefined) => {
  const self = RunnerAddress.make("10.0.0.5", 8422)
  const known = Runner.Runner.decodeSync(about)
  const all = (_: unknown, ids: Iterable<string>) => Effect.succeed([...ids])
  const storage = RunnerStorage.makeEncoded({
    getRunners: Effect.succeed([[about, true] as const]),
    ...{
      register: () => Effect.succeed(7),
      unregister: () => Effect.void,
      setRunnerHealth: () => Effect.void
    },
    ...{ acquire: all, refresh: all, release: () => Effect.void, releaseAll: () => Effect.void }
  })
  expect(known.address.port).toBe(8422)
  const protocol = Layer.effect(
    Runners.RpcClientProtocol,
    Effect.gen(function* () {
      const serialization = yield* RpcSerialization.RpcSerialization
      const client = yield* HttpClient.HttpClient
      const to = HttpClientRequest.prependUrl(`http://127.0.0.1:${port ?? 0}${messagePath}`)
      return () =>
        RpcClient.makeProtocolHttp(HttpClient.mapRequest(client, to)).pipe(
          Effect.provideService(RpcSerialization.RpcSerialization, serialization)
        )
    })
  )
  const sharding = HttpRunner.layerClient.pipe(
    Layer.provide(protocol),
    Layer.provide(Layer.succeed(RunnerStorage.RunnerStorage, storage)),
    Layer.provide(RunnerHealth.layerNoop),
    Layer.provideMerge(MessageStorage.layerNoop),
    Layer.provide(
      ShardingConfig.layer({
        runnerAddress: port === undefined ? Option.some(self) : Option.none(),
        simulateRemoteSerialization: false
      })
    ),
    Layer.provideMerge(RpcSerialization.layerNdjson),
    Layer.provide(FetchHttpClient.layer)
  )
  const entity = LibraryEntity.toLayer(Effect.succeed({ WhereIs: () => Effect.succeed({ node: address }) }))
  return Layer.build(port === undefined ? Layer.provideMerge(entity, sharding) : sharding)
}

/** Answers messages as a node does. */
const node = Effect.gen(function* () {
  const context = yield* cluster(undefined)
  const app = yield* Effect.provide(HttpRunner.toHttpEffect, context)
  const handler = yield* NodeHttpServer.makeHandler(app)
  const server = createServer(handler)
  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )
  const { port } = server.address() as AddressInfo
  const answerTo = (body: string) =>
    Effect.promise(async () => {
      const headers = { "content-type": "application/ndjson" }
      const answer = await fetch(`http://127.0.0.1:${port}${messagePath}`, { method: "POST", headers, body })
      return answer.text()
    })
  const shards = Context.get(context, Sharding.Sharding)
  const shard = (library: string) => shards.getShardId(EntityId.make(library), "default")
  const has = Effect.sync(() => shards.hasShardId(shard("anna")))
  yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), has), {
    until: (isIts) => isIts,
    schedule: Schedule.spaced("5 millis")
  })
  const shardOf = (library: string) => String(shard(library))
  return { answerTo, shardOf }
})

/** What a node says that asks where a library is, and how it understands an answer, made of the message. */
const asking = (answer: (message: string) => string) =>
  Effect.gen(function* () {
    let message = ""
    const port = yield* listening(({ body }) =>
      Effect.sync(() => {
        message = body
        return answer(body)
      })
    )
    const client = yield* Effect.provide(LibraryEntity.client, yield* cluster(port))
    const found = yield* client("anna").WhereIs()
    return { message, found }
  })

/** An answer to just this message. */
const answering = (text: string) => (message: string) => {
  const { id, payload } = JSON.parse(message)
  const answer = JSON.parse(text)
  answer.requestId = id
  answer.exit.value.requestId = payload.request.requestId
  return `${JSON.stringify(answer)}\n`
}

const columnsOf = (table: string) =>
  Effect.flatMap(
    SqlClient,
    (sql) =>
      sql<Column>`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(${table}) ORDER BY name`
  )

const allTables = [...Object.keys(tables), ...tablesOfNodes]

const said = Effect.gen(function* () {
  const { answerTo, shardOf } = yield* node
  const answer = `{"_tag":"Exit","requestId":"0","exit":{"_tag":"Success","value":{"_tag":"WithExit","requestId":"1","id":"1","exit":{"_tag":"Success","value":{"node":"${address}"}}}}}`
  const { message } = yield* asking(answering(answer))
  yield* writeAll
  const wire: Wire = {
    ...{ path: messagePath, headers: [arrivalHeader, secretHeader], arrival: encodeArrival(arrival), about },
    shards: Object.fromEntries(libraries.map((library) => [library, shardOf(library)])),
    ...{ message: settled(message).trim(), answer: settled(yield* answerTo(message)).trim() },
    columns: Object.fromEntries(
      yield* Effect.forEach(allTables, (table) =>
        Effect.map(columnsOf(table), (all) => [table, all] as const)
      )
    ),
    rows: Object.fromEntries(
      yield* Effect.forEach(allTables, (table) =>
        Effect.map(rowsOfTable(table), (all) => [table, all] as const)
      )
    )
  }
  return wire
})

const inMemory = <A, E, R>(body: Effect.Effect<A, E, R | SqlClient>) =>
  Effect.provide(body, layerSqlite(":memory:"))

describe("what goes between servers", () => {
  it.scopedLive("has a file of this version", () =>
    Effect.gen(function* () {
      const file = `${folder}wire-${version}.json`
      if (process.env.WIRE !== undefined && !existsSync(file))
        writeFileSync(file, `${JSON.stringify(yield* inMemory(said), null, 1)}\n`)
      expect(existsSync(file)).toBe(true)
    })
  )

  it.scopedLive("is looked at only with the secret of the node that it is sent to", () =>
    Effect.gen(function* () {
      const outer = createServer((request, response) => response.end(forwardedOf(request)?.remote))
      const inner = yield* listenToNodes({
        ...{ data: "", host: "127.0.0.1", port: 0, secret: "own", server: outer, graceMs: 100, stallMs: 1000 }
      })
      const ask = (path: string, headers: Record<string, string>) =>
        Effect.promise(async () => {
          const answer = await fetch(`http://127.0.0.1:${inner.port}${path}`, { headers })
          return [answer.status, await answer.text()]
        })
      const came = { [arrivalHeader]: encodeArrival(arrival) }
      for (const secret of [{}, { [secretHeader]: "" }, { [secretHeader]: "another" }])
        for (const path of [messagePath, "/v1/libraries"])
          expect(yield* ask(path, { ...came, ...secret })).toEqual([403, ""])
      const own = { [secretHeader]: "own" }
      // Not yet a node, and nothing that a node would send on.
      expect(yield* ask(messagePath, own)).toEqual([503, ""])
      expect(yield* ask("/v1/libraries", own)).toEqual([400, ""])
      expect(yield* ask("/v1/libraries", { ...own, ...came })).toEqual([200, arrival.remote])
    })
  )

  for (const name of released)
    describe(name, () => {
      const wire = wireIn(name)

      it.scopedLive("a message is understood, also when it says more, and is what is said today", () =>
        Effect.gen(function* () {
          const { answerTo, shardOf } = yield* node
          for (const [library, shard] of Object.entries(wire.shards))
            expect([library, shardOf(library)]).toEqual([library, shard])
          for (const [n, text] of [wire.message, saidMore(wire.message)].entries()) {
            const message = text.replace('"requestId":"1"', `"requestId":"${1_000_000 + n}"`)
            const told = settled(yield* answerTo(`${message}\n`))
            expect(JSON.parse(told), told).toMatchObject(JSON.parse(wire.answer))
          }
          for (const answer of [wire.answer, saidMore(wire.answer)]) {
            const { message, found } = yield* asking(answering(answer))
            expect(found).toMatchObject({ node: address })
            expect(JSON.parse(settled(message))).toMatchObject(JSON.parse(wire.message))
          }
        })
      )

      it("how a request came is understood, also when more is said, and is what is said today", () => {
        expect([messagePath, arrivalHeader, secretHeader]).toEqual([wire.path, ...wire.headers])
        expect(JSON.parse(encodeArrival(arrival))).toMatchObject(JSON.parse(wire.arrival))
        for (const text of [wire.arrival, saidMore(wire.arrival)]) {
          const request = new IncomingMessage(new Socket())
          request.headers[arrivalHeader] = text
          expect([noteArrival(request), forwardedOf(request)]).toEqual([true, arrival])
        }
        for (const text of [wire.about, saidMore(wire.about)])
          expect(JSON.parse(Runner.Runner.encodeSync(Runner.Runner.decodeSync(text)))).toEqual(
            JSON.parse(about)
          )
      })

      it.scoped("tables have what it writes, and what it does not write has a default", () =>
        inMemory(
          Effect.gen(function* () {
            for (const [table, columns] of Object.entries(wire.columns)) {
              const today = yield* columnsOf(table)
              expect([table, today.filter((one) => columns.some(({ name }) => name === one.name))]).toEqual([
                table,
                columns
              ])
              for (const { name, notnull, dflt_value } of today)
                if (!columns.some((one) => one.name === name))
                  expect([table, name, notnull === 0 || dflt_value !== null]).toEqual([table, name, true])
            }
          })
        )
      )

      it.scoped("its rows are read", () =>
        inMemory(
          Effect.gen(function* () {
            const sql = yield* SqlClient
            for (const [table, rows] of Object.entries(wire.rows)) {
              yield* sql`DELETE FROM ${sql(table)}`
              if (rows.length > 0) yield* sql`INSERT INTO ${sql(table)} ${sql.insert(rows)}`
            }
            expect(yield* libraryById("anna")).toMatchObject({
              quota: 2 ** 40,
              home: "device",
              group_name: "10b",
              folder: "folder"
            })
            expect(yield* libraryById("jonas")).toMatchObject({
              home: "server",
              head_line: "l",
              head_position: 9,
              head_hash: "hash",
              fence: 1
            })
            expect(yield* standingOf("jonas", { epoch: "2", fence: 1 })).toBe("held")
            expect(yield* accessById("device")).toMatchObject({ role: "device", libraries: ["anna"] })
            expect((yield* listAccess("", 9)).map(({ role }) => role).sort()).toEqual(["device", "service"])
            expect(yield* ownerOf("anna", "folder/line")).toBe("device")
            expect((yield* listInvitations("", 9)).map(({ role }) => role)).toEqual(["teacher"])
            expect(yield* proofOf("anna")).toMatchObject({ ok: 1, bytes: 4 })
            expect(yield* watchedOf("anna")).toMatchObject({ newest: 2, kept: 3 })
            expect((yield* discardedOf("anna")).map((one) => one.name)).toEqual(["folder/line/1"])
            expect((yield* listAlerts).map(({ kind, about: which }) => [kind, which])).toEqual([
              ["loss", "a"]
            ])
            expect((yield* digestsOf("10b", "mail")).map(({ outcome }) => outcome)).toEqual(["done"])
            expect((yield* readLookedAfter).absentDays).toBe(9)
            expect((yield* listGroups).find((group) => group.name === "10b")).toMatchObject({
              to: ["m@example.org"],
              pausedUntil: 7
            })
            const types = (yield* feedAfter(admin, 0, 99)).map(({ type }) => type)
            expect([...new Set(types)].sort()).toEqual(["access", "backup", "library", "restore"])
            const inbox = yield* inboxOf({ ...admin, role: "device", id: "device", libraries: ["anna"] }, 9)
            expect(inbox.map(({ source, entities }) => [source, entities])).toEqual([
              ["b1", [{ kind: "song", id: "s", name: "Night Drive" }]]
            ])
            expect(yield* firstFault).toBe(undefined)
            expect((yield* listNodes).map((one) => [one.about, one.secret])).toEqual([[about, "secret"]])
            // And written on.
            yield* writeAllAgain
          })
        )
      )

      it.scoped("what is written today has its columns, in its types and its words", () =>
        inMemory(
          Effect.gen(function* () {
            yield* writeAll
            for (const [table, rows] of Object.entries(wire.rows)) {
              const today = yield* rowsOfTable(table)
              expect([table, today.length]).toEqual([table, rows.length])
              for (const [n, row] of rows.entries())
                for (const [column, value] of Object.entries(row)) {
                  const now = today[n]?.[column]
                  expect([table, column, typeof now]).toEqual([table, column, typeof value])
                  if (isWord(table, column)) expect([table, column, now]).toEqual([table, column, value])
                }
            }
          })
        )
      )
    })
})

/** Columns whose texts are words, or JSON of a form that is known. */
const words: Readonly<Record<string, ReadonlyArray<string>>> = {
  library: ["home"],
  access: ["role"],
  invitation: ["role", "libraries"],
  restore: ["state", "mode", "entities"],
  alert: ["kind"],
  digest: ["channel", "outcome"],
  feed: ["type"],
  group_setting: ["mail_to"]
}
const isWord = (table: string, column: string): boolean => words[table]?.includes(column) === true

/** One of everything again: on rows of another version. */
const writeAllAgain = Effect.gen(function* () {
  const sql = yield* SqlClient
  for (const table of [...allTables].reverse())
    if (table !== "version" && !table.endsWith("_head")) yield* sql`DELETE FROM ${sql(table)}`
  yield* writeAll
  expect(yield* libraryById("jonas")).toMatchObject({ head_position: 9 })
})
