/** A desk that is open: its API and routes at an address, for as long as the scope lasts. */
import type * as http from "node:http"
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServer from "@effect/platform/HttpServer"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as SqlClient from "@effect/sql/SqlClient"
import { ServerNotStarted } from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Scope from "effect/Scope"
import { api } from "../api/Api.js"
import { answerAgain } from "../http/answerAgain.js"
import { askFirst } from "../http/askFirst.js"
import { boundPipelining } from "../http/boundPipelining.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { gate } from "../http/gate.js"
import { apiRoutes } from "../routes/apiRoutes.js"
import type { blobRoutes } from "../routes/blobRoutes.js"
import type { documentRoute } from "../routes/documentRoute.js"
import type { metricsRoute } from "../routes/metricsRoute.js"
import type { siteRoutes } from "../routes/siteRoutes.js"

/** Routes beside those of the API. */
type Routes = Layer.Layer<
  never,
  never,
  Layer.Layer.Context<typeof blobRoutes | typeof documentRoute | typeof metricsRoute | typeof siteRoutes>
>

interface Serving<E> {
  readonly desk: Desk
  readonly server: http.Server
  readonly host: string
  readonly port: number
  /** The control database. */
  readonly database: Layer.Layer<SqlClient.SqlClient, E>
  /** What beside the API is served. */
  readonly routes: Routes
  /** How long answers that are under way have when it ends. */
  readonly graceMs: number
  /** Called when the first answer after which it stops is under way. */
  readonly onStopping: () => void
}

export interface Served {
  readonly port: number
  readonly sql: SqlClient.SqlClient
}

/** Waits until nothing is under way, or for so long. By timers of Node, as connections are. */
const answered = (active: () => number, graceMs: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    const end = performance.now() + graceMs
    const look = () => {
      if (active() === 0 || performance.now() > end) resume(Effect.void)
      else setTimeout(look, 20)
    }
    look()
  })

/** What Effect logs is a fault of ours: nothing else does. */
const faultsTo = (desk: Desk) =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ message }) =>
      desk.log({
        time: new Date().toISOString(),
        level: "error",
        event: "fault",
        fault: String(Array.isArray(message) ? message[0] : message).slice(0, 200)
      })
    )
  )

/** Serves until the scope ends. Fails with `ServerNotStarted` when the address is taken, or as its control database does. */
export const serve = <E>(serving: Serving<E>): Effect.Effect<Served, ServerNotStarted | E, Scope.Scope> =>
  Effect.gen(function* () {
    const { desk, server, host, port, database, routes, graceMs, onStopping } = serving
    let active = 0
    server.on("request", (_, response) => {
      active++
      response.once("close", () => active--)
    })
    const app = Layer.mergeAll(HttpLayerRouter.addHttpApi(api).pipe(Layer.provide(apiRoutes)), routes).pipe(
      Layer.provideMerge(gate)
    )
    const listening = HttpLayerRouter.serve(app, {
      ...{ disableLogger: true, disableListenLog: true },
      routerConfig: { maxParamLength: 2000 }
    }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(() => server, { host, port })),
      Layer.mapError(
        () =>
          new ServerNotStarted({
            data: desk.data,
            reason: `nothing can listen on ${host.includes(":") ? `[${host}]` : host}:${port}`,
            advice: "Another program may: choose another port with --listen."
          })
      ),
      Layer.provide(Layer.succeed(TheDesk, desk)),
      Layer.provideMerge(database),
      Layer.provide(faultsTo(desk)),
      // Nobody is told of spans.
      HttpMiddleware.withTracerDisabledWhen(() => true)
    )
    const context = yield* Layer.build(listening)
    const clock = yield* Effect.clock
    askFirst(
      server,
      answerAgain(desk, () => clock.unsafeCurrentTimeMillis())
    )
    boundPipelining(server)
    const { address } = Context.get(context, HttpServer.HttpServer)
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        onStopping()
        desk.hub.wake()
        return answered(() => active + desk.runs.size, graceMs)
      })
    )
    return {
      port: address._tag === "TcpAddress" ? address.port : port,
      sql: Context.get(context, SqlClient.SqlClient)
    }
  })
