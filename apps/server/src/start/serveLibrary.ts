/** A server for one library of this computer, and for the person who looks at it: on 127.0.0.1, gone with the scope. */
import { mkdtempSync, rmSync } from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { hour, ServerNotStarted, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { codeText } from "../control/Code.js"
import { layerSqlite } from "../control/Database.js"
import { invite } from "../control/Invitations.js"
import { insertLibrary } from "../control/Libraries.js"
import {
  type CopiesHere,
  type Desk,
  type KeysHere,
  type LogLine,
  type RunHere,
  usualLimits
} from "../http/Desk.js"
import { type Hub, makeHub } from "../http/Hub.js"
import { makeKnown } from "../http/Known.js"
import { makeMetrics } from "../http/Metrics.js"
import { nodeServer } from "../http/nodeServer.js"
import { alone } from "../http/Owners.js"
import { readSite } from "../http/Site.js"
import { siteFolder } from "../http/siteFolder.js"
import { folderShelf } from "../library/folderShelf.js"
import { roomIn } from "../library/Room.js"
import { type FailureHere, libraryHere, type StatusHere } from "../replica/libraryHere.js"
import { workerFile } from "../replica/workerFile.js"
import { documentRoute } from "../routes/documentRoute.js"
import { siteRoutes } from "../routes/siteRoutes.js"
import { serve } from "./serve.js"
import { watchLibrary } from "./watchLibrary.js"

export interface LibraryToServe {
  /** The library file. */
  readonly file: string
  /** Its own id. */
  readonly id: string
  /** What it is called. */
  readonly name: string
  /** Who looks at it. */
  readonly person: string
  /** The one user of this machine who is answered, as far as the system tells; by default who runs this program. */
  readonly user?: number | undefined
  /** How safe it is, as the program says that knows its places and its schedule. */
  readonly status: Effect.Effect<StatusHere, FailureHere>
  /** Runs one of its profiles now. */
  readonly run?: RunHere | undefined
  /** The keys of its sealed vaults, as the same program has them. */
  readonly keys?: KeysHere | undefined
  /** Its copies elsewhere, as the same program makes them. */
  readonly copies?: CopiesHere | undefined
  /** 0, the default, takes a port that is free. */
  readonly port?: number | undefined
  readonly onLog?: ((line: LogLine) => void) | undefined
  /** As of `StartOptions`. */
  readonly worker?: URL | undefined
  readonly site?: URL | undefined
}

export interface LibraryServer {
  /** Where it listens. */
  readonly address: string
  /** The address with a key that lets one browser in, once, within an hour. */
  readonly link: string
  /** Waits until somebody looked, and nobody has for half a minute: a page that is loaded again is back by then. */
  readonly untilLeft: Effect.Effect<void>
}

const host = "127.0.0.1"

/** A folder that only this user reads, gone with the scope. */
const scratch = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(path.join(os.tmpdir(), "white-room-open-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The one library, and the key to it. */
const admit = ({ id, name, person }: LibraryToServe) =>
  Effect.gen(function* () {
    yield* insertLibrary(id, name, false, 0, { home: "server", maker: "" })
    const wish = {
      name: person,
      role: "admin",
      libraries: [id],
      sealed: false,
      quota: 0,
      codeMs: hour
    } as const
    const { code } = yield* invite(wish, "open")
    return codeText(code)
  }).pipe(Effect.orDie)

/** Waits until somebody looks. */
const untilLooked = (hub: Hub): Effect.Effect<void> =>
  Effect.suspend(() =>
    hub.streams.size > 0 ? Effect.void : Effect.zipRight(hub.after(hub.count()), untilLooked(hub))
  )

/** Waits until nobody does any more. */
const untilUnwatched = (hub: Hub): Effect.Effect<void> =>
  Effect.suspend(() =>
    hub.streams.size === 0 ? Effect.void : Effect.zipRight(hub.after(hub.count()), untilUnwatched(hub))
  )

const untilLeft = (hub: Hub): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* untilLooked(hub)
    do yield* untilUnwatched(hub)
    while (Option.isSome(yield* Effect.timeoutOption(untilLooked(hub), "30 seconds")))
  })

/**
 * Serves a library to the person at this computer until the scope ends. Nothing of it is told without the cookie that the
 * link is exchanged for, and nothing is kept: with the process go the accesses too. Fails with `ServerNotStarted`.
 */
export const serveLibrary = (
  options: LibraryToServe
): Effect.Effect<LibraryServer, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    const { file, id, status, port = 0, onLog = () => {} } = options
    const folder = yield* scratch
    const state = { isStopping: false, url: "" }
    const onFault = (fault: string) =>
      onLog({ time: new Date().toISOString(), level: "error", event: "fault", fault: fault.slice(0, 2000) })
    const program = options.worker ?? workerFile()
    const outbox = path.join(folder, "exports")
    const library = yield* libraryHere({ file, id, outbox, status, program, onFault })
    const desk: Desk = {
      ...{ data: folder, shelf: folderShelf(folder), room: roomIn(folder, usualLimits), limits: usualLimits },
      ...{
        replicas: library,
        owners: () => alone,
        isWatched: true,
        documents: { bytes: 0, of: new Map() },
        cache: { bytes: 0, dropped: 0 }
      },
      ...{ run: options.run, keys: options.keys, copies: options.copies },
      site: readSite(options.site ?? siteFolder()),
      metrics: makeMetrics(),
      // It is written by other programs, at any time.
      known: makeKnown(() => undefined),
      hub: makeHub(),
      log: onLog,
      hosts: new Set([host]),
      allowedOrigins: new Set(),
      onlyUser: options.user ?? process.getuid?.(),
      ...{ trustProxy: false, url: () => state.url, pin: undefined, mirror: undefined },
      checks: { running: new Map(), ended: new Map() },
      ...{ runs: new Map(), exports: new Map() },
      ...{ uploading: new Map(), wrongCodes: new Map(), noted: new Map() },
      isStopping: () => state.isStopping
    }
    const served = yield* serve({
      ...{ desk, server: nodeServer(undefined, 1000, usualLimits.stallMs), host, port, graceMs: 1000 },
      database: Layer.orDie(layerSqlite(":memory:")),
      routes: Layer.mergeAll(documentRoute, siteRoutes),
      onStopping: () => {
        state.isStopping = true
      }
    }).pipe(
      Effect.mapError(
        ({ reason }) =>
          new ServerNotStarted({ data: file, reason, advice: "Try again; another port is taken then." })
      )
    )
    const { hub } = desk
    yield* Effect.forkScoped(
      Effect.provideService(watchLibrary(library, id, hub), SqlClient.SqlClient, served.sql)
    )
    state.url = `http://${host}:${served.port}`
    const code = yield* Effect.provideService(admit(options), SqlClient.SqlClient, served.sql)
    return { address: state.url, link: `${state.url}/#${code}`, untilLeft: untilLeft(hub) }
  })
