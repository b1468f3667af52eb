/** A server that runs: its data folder, its control database, its routes, its address. */
import * as os from "node:os"
import * as SqlClient from "@effect/sql/SqlClient"
import { day, InvalidInput, minute, type WhiteRoomError } from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { scheduleOf } from "../control/Schedules.js"
import { writeSetting } from "../control/Settings.js"
import { type Outlets, outlets } from "../digest/Outlets.js"
import { checkOrigins } from "../http/Cors.js"
import { type Desk, type Limits, type LogLine, TheDesk, usualLimits } from "../http/Desk.js"
import { makeHub } from "../http/Hub.js"
import { makeMetrics } from "../http/Metrics.js"
import { type Certificate, nodeServer } from "../http/nodeServer.js"
import { alone, nobody } from "../http/Owners.js"
import { readSite } from "../http/Site.js"
import { siteFolder } from "../http/siteFolder.js"
import type { TraceOptions } from "../http/Traces.js"
import { removeMoments } from "../library/Moment.js"
import { roomIn } from "../library/Room.js"
import { shelfAt } from "../library/shelfAt.js"
import { makeHomes } from "../replica/Homes.js"
import { librariesOf } from "../replica/librariesOf.js"
import { makeReplicas, type Replicas } from "../replica/Replicas.js"
import { workerFile } from "../replica/workerFile.js"
import { blobRoutes } from "../routes/blobRoutes.js"
import { documentRoute } from "../routes/documentRoute.js"
import { metricsRoute } from "../routes/metricsRoute.js"
import { siteRoutes } from "../routes/siteRoutes.js"
import { keepAudit } from "./AuditCare.js"
import { boundCopies } from "./boundCopies.js"
import { ownCertificate, pinOf } from "./Certificate.js"
import { controlHere } from "./controlHere.js"
import { controlOf, type DatabaseOptions, lockData, prepareData } from "./DataFolder.js"
import { keepHomes } from "./keepHomes.js"
import { keepHouse } from "./keepHouse.js"
import { keepMirrored } from "./keepMirrored.js"
import { knownOf } from "./knownOf.js"
import { lookAfter } from "./lookAfter.js"
import { mirrorFor } from "./mirrorFor.js"
import { type ClusterAt, checkCluster, ownersFor } from "./Owning.js"
import { proveNightly } from "./proveNightly.js"
import { type Rebuilt, rebuild } from "./rebuild.js"
import { resumeForNobody } from "./resumeForNobody.js"
import { resumeRestores } from "./resumeRestores.js"
import { runProfiles } from "./runProfiles.js"
import { serve } from "./serve.js"
import { settleUploads } from "./settleUploads.js"
import { signInLink } from "./signInLink.js"
import { watchFeed } from "./watchFeed.js"

export interface StartOptions {
  /** The folder that everything is kept in. An empty or missing one is made ready. */
  readonly data: string
  readonly host: string
  /** 0 takes one that is free. */
  readonly port: number
  /** A certificate and its key, as PEM. */
  readonly certificate?: Certificate | undefined
  /** Behind a proxy of this machine, which does TLS: what it says of who asks is believed. */
  readonly trustProxy?: boolean | undefined
  /** Where the server is reached from outside, for links: `https://backup.example`. */
  readonly url?: string | undefined
  /** Origins of pages of others that may use the API with a token: `https://app.example`, exactly. None by default. */
  readonly allowOrigins?: ReadonlyArray<string> | undefined
  /** A place that everything is put into besides, so that the server can be made again: a folder, or `s3://bucket/prefix`. */
  readonly mirror?: string | undefined
  /** The mirror of a server that is to be made again first, in an empty data folder. */
  readonly from?: string | undefined
  /** A PostgreSQL that has the control database, in place of a file in the data folder. */
  readonly database?: DatabaseOptions | undefined
  /** A bucket that keeps the files of libraries in place of the data folder: `s3://bucket/prefix`. */
  readonly blobs?: string | undefined
  /**
   * Makes it one of several servers that share the work of one PostgreSQL and one bucket: where the others reach it, on a network of their own. All
   * of them have the same `database` and `blobs`, each a data folder of its own.
   */
  readonly cluster?: ClusterAt | undefined
  /** How often the mirror is looked at when nothing comes; 20 s by default. What comes is put there at once. */
  readonly mirrorEveryMs?: number | undefined
  /** How often it looks what is due to be erased, and how much of its disk is free; 5 s by default. */
  readonly houseEveryMs?: number | undefined
  /** How often it looks which backups of libraries that are written here are due; half a minute by default. */
  readonly profilesEveryMs?: number | undefined
  /** How often it looks how much of its disk is taken up by what can be made again; five minutes by default. */
  readonly copiesEveryMs?: number | undefined
  /** How people are told of digests and dangers; by mail, and by a webhook that leads nowhere inside, when nothing else is said. */
  readonly outlets?: Outlets | undefined
  readonly onLog?: ((line: LogLine) => void) | undefined
  /** A collector of OpenTelemetry that is told of each request. */
  readonly traces?: TraceOptions | undefined
  readonly limits?: Partial<Limits> | undefined
  /**
   * The program of the threads that make and read libraries: `dist/replica/worker.js` of this package, or a bundle of it. A
   * bundled program finds it as `worker.js` beside itself.
   */
  readonly worker?: URL | undefined
  /** The folder of the console's pages. Without it those that came with this program; a bundled one has them as `site` beside it. */
  readonly site?: URL | undefined
  /** How long answers that are under way have when it ends; 4 s by default. */
  readonly graceMs?: number | undefined
}

export interface RunningServer {
  /** Where it listens. */
  readonly address: string
  /** Where it is reached, for links. */
  readonly url: string
  /** SHA-256 of its own certificate, when it has one. */
  readonly pin: string | undefined
  /** Makes whoever has it admin, within an hour; told until somebody was. */
  readonly signIn: string | undefined
  /** What came back, when it was made again from a mirror. */
  readonly rebuilt: Rebuilt | undefined
}

/** Proxies keep connections for their next request (Caddy for two minutes), and answer 502 where one ends just when they use it. */
const proxyIdleMs = 150_000

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host)

const isEverywhere = (host: string): boolean => host === "0.0.0.0" || host === "::"

/** @throws InvalidInput */
const checkedUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new InvalidInput({ field: "url", reason: "it is not an address such as https://backup.example" })
  if (url.username !== "" || url.password !== "")
    throw new InvalidInput({
      field: "url",
      reason: "it has a name or a password in it, which every link would tell; leave them out"
    })
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`
}

/** What it shows: the certificate that was given, one of its own where others could listen, none on this machine alone. */
const certificateFor = (options: StartOptions) =>
  Effect.gen(function* () {
    const { host, certificate, trustProxy = false, data, url } = options
    if (certificate !== undefined) return { certificate, pin: undefined }
    if (isLoopback(host)) return { certificate: undefined, pin: undefined }
    if (trustProxy)
      return yield* new InvalidInput({
        field: "listen",
        reason: "a proxy on this machine is trusted, so listen on 127.0.0.1 alone"
      })
    const name = url === undefined ? (isEverywhere(host) ? os.hostname() : host) : new URL(url).hostname
    const own = yield* ownCertificate(data, name)
    return { certificate: own, pin: pinOf(own.cert) }
  })

const nameIn = (host: string): string => (host.includes(":") ? `[${host}]` : host)

/**
 * Starts a server and gives its address; it ends with the scope, within `graceMs` and a little. Fails with
 * `ServerNotStarted` when the data folder is not as a server leaves it, is in use, or the address is taken.
 */
export const startServer = (
  options: StartOptions
): Effect.Effect<RunningServer, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    const { data, host, port, trustProxy = false } = options
    const { graceMs = 4000, copiesEveryMs = 5 * minute, onLog = () => {} } = options
    yield* checkCluster(options)
    const { blobs } = options
    const at = controlOf(data, options.database)
    const rebuilt = options.from === undefined ? undefined : yield* rebuild(data, options.from, at, blobs)
    yield* prepareData(data, at, blobs)
    yield* lockData(data)
    yield* Effect.sync(() => removeMoments(data))
    const shelf = yield* shelfAt({ data, blobs })
    const { certificate, pin } = yield* certificateFor(options)
    const given = yield* Effect.try({
      try: () => (options.url === undefined ? undefined : checkedUrl(options.url)),
      catch: (error) =>
        error instanceof InvalidInput ? error : new InvalidInput({ field: "url", reason: "" })
    })
    const state = {
      isStopping: false,
      url: given ?? "",
      owners: options.blobs === undefined ? alone : nobody
    }
    const hosts = new Set([os.hostname().toLowerCase()])
    if (given !== undefined) hosts.add(new URL(given).hostname)
    if (!isEverywhere(host)) hosts.add(nameIn(host).toLowerCase())
    const limits = { ...usualLimits, ...options.limits }
    const server = nodeServer(certificate, graceMs, limits.stallMs)
    if (trustProxy) server.keepAliveTimeout = proxyIdleMs
    const log = (line: Pick<LogLine, "level" | "event" | "fault">) =>
      onLog({ time: new Date().toISOString(), ...line })
    const mirror =
      options.mirror === undefined
        ? undefined
        : yield* mirrorFor(data, shelf, options.mirror, (fault) =>
            log({
              level: fault === undefined ? "info" : "error",
              event: "mirror",
              fault: fault ?? "it works again"
            })
          )
    const program = options.worker ?? workerFile()
    const onFault = (fault: string) => log({ level: "error", event: "fault", fault: fault.slice(0, 2000) })
    const control = yield* Layer.build(controlHere(data, at, blobs))
    const sql = Context.get(control, SqlClient.SqlClient)
    const homes = yield* makeHomes({ data, blobs }, program, onFault, (library) =>
      Effect.orDie(Effect.provideService(scheduleOf(library), SqlClient.SqlClient, sql))
    )
    const known = yield* knownOf(at)
    const { traces: tracing } = options
    // Only who is told loads it.
    const traces =
      tracing &&
      (yield* (yield* Effect.promise(() => import("../http/Traces.js"))).tracesTo(tracing, onFault))
    const libraries = librariesOf(yield* makeReplicas({ data, blobs }, program, onFault), homes)
    const replicas: Replicas = {
      ...libraries,
      forget: (id) =>
        Effect.suspend(() => {
          known.answers.deleteWhere(({ library }) => library.id === id)
          return libraries.forget(id)
        })
    }
    const desk: Desk = {
      data,
      shelf,
      room: roomIn(data, limits),
      ...{ replicas, isWatched: false, owners: () => state.owners },
      ...{ documents: { bytes: 0, of: new Map() }, cache: { bytes: 0, dropped: 0 } },
      site: readSite(options.site ?? siteFolder()),
      limits,
      metrics: makeMetrics(),
      hub: makeHub(),
      ...{ log: onLog, traces },
      hosts,
      allowedOrigins: yield* checkOrigins(options.allowOrigins ?? []),
      onlyUser: undefined,
      trustProxy,
      url: () => state.url,
      pin,
      uploading: new Map(),
      checks: { running: new Map(), ended: new Map() },
      ...{ runs: new Map(), exports: new Map() },
      wrongCodes: new Map(),
      ...{ known, noted: new Map() },
      isStopping: () => state.isStopping,
      mirror
    }
    const stop = () => {
      state.isStopping = true
    }
    const takeNothingMore = (reason: string) => () => {
      if (!state.isStopping) onFault(`${reason}: this one takes nothing more, stop it`)
      state.isStopping = true
    }
    const onSuperseded = takeNothingMore("another server was started with this control database")
    const onOutdated = takeNothingMore(
      "the other nodes have a newer version, beside which this one's does not work"
    )
    const { port: actual } = yield* serve({
      ...{ desk, server, host, port, graceMs },
      database: Layer.succeedContext(control),
      routes: Layer.mergeAll(blobRoutes, documentRoute, metricsRoute, siteRoutes),
      onStopping: stop
    })
    const scheme = certificate === undefined ? "http" : "https"
    const reached = `${scheme}://${nameIn(isEverywhere(host) ? os.hostname() : host)}:${actual}`
    const signIn = yield* Effect.gen(function* () {
      state.url = given ?? reached
      yield* writeSetting("url", state.url)
      yield* writeSetting("pin", pin ?? "")
      yield* writeSetting("mirror", options.mirror ?? "")
      if (options.cluster === undefined) yield* settleUploads(desk.shelf)
      if (desk.mirror !== undefined) yield* keepMirrored(desk.mirror, options.mirrorEveryMs ?? 20_000)
      yield* keepHouse(desk, options.houseEveryMs ?? 5000)
      yield* boundCopies(desk, { hasBucket: blobs !== undefined, everyMs: copiesEveryMs })
      yield* Effect.forkScoped(watchFeed(desk.hub))
      const keep = keepHomes(
        desk,
        homes,
        blobs === undefined
          ? undefined
          : {
              ...{ areSeveral: options.cluster !== undefined, onSuperseded },
              rightTo: (library) => state.owners.rightTo(library)
            }
      )
      // A node that ends puts what it has into the bucket before it gives up its libraries.
      if (options.cluster !== undefined) yield* Effect.zipRight(homes.begin, keep)
      state.owners = yield* ownersFor({
        ...{ ...options, desk, homes, server, graceMs, onSuperseded, onOutdated }
      })
      if (options.cluster === undefined) yield* keep
      yield* runProfiles(desk, homes, {
        everyMs: options.profilesEveryMs ?? 30_000,
        // Other programs of its machine may write into its data folder, and nobody else into its bucket.
        longestMs: blobs === undefined ? 10 * minute : day
      })
      if (options.cluster === undefined)
        yield* Effect.forkScoped(resumeRestores(() => true).pipe(Effect.provideService(TheDesk, desk)))
      else yield* Effect.forkScoped(resumeForNobody(desk))
      yield* Effect.forkScoped(proveNightly(desk))
      yield* Effect.forkScoped(keepAudit(desk))
      yield* lookAfter(desk, options.outlets ?? outlets)
      // Before anything else of it ends: who asks from then on is sent to another node.
      if (options.cluster !== undefined) yield* Effect.addFinalizer(() => Effect.sync(stop))
      return yield* signInLink(state.url, pin, options.cluster !== undefined)
    }).pipe(
      Effect.provideService(SqlClient.SqlClient, sql),
      Effect.catchTag("SqlError", (error) => Effect.die(error))
    )
    return { address: `${scheme}://${nameIn(host)}:${actual}`, url: state.url, pin, signIn, rebuilt }
  })
