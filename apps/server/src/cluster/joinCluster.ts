import { randomBytes } from "node:crypto"
import type * as http from "node:http"
import * as Entity from "@effect/cluster/Entity"
import * as EntityId from "@effect/cluster/EntityId"
import * as HttpRunner from "@effect/cluster/HttpRunner"
import * as MessageStorage from "@effect/cluster/MessageStorage"
import * as RunnerAddress from "@effect/cluster/RunnerAddress"
import * as Runners from "@effect/cluster/Runners"
import * as Sharding from "@effect/cluster/Sharding"
import * as ShardingConfig from "@effect/cluster/ShardingConfig"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as RpcClient from "@effect/rpc/RpcClient"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import type { SqlClient } from "@effect/sql/SqlClient"
import { ServerNotStarted, type WhiteRoomError } from "@white-room/core"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { problem } from "../api/Problem.js"
import { leaseMs } from "../control/Lease.js"
import { layerBeside } from "../control/Postgres.js"
import { secretHeader } from "../http/Forwarded.js"
import { remoteOf } from "../http/NodeRequest.js"
import type { Owners } from "../http/Owners.js"
import { forward } from "./forward.js"
import { LibraryEntity } from "./LibraryEntity.js"
import { layerMembership } from "./Membership.js"
import { makeNeighbours } from "./Neighbours.js"
import { listenToNodes, messagePath } from "./NodeServer.js"
import { makeOwned, type Owning } from "./Owned.js"

/** How long a request waits for a library that moves. */
const patience = 9000

/** A library that nobody asked for so long is nobody's. */
const idle = "10 minutes"

export interface ClusterOptions extends Owning {
  readonly data: string
  /** Where the other nodes reach this one. Port 0 takes one that is free. */
  readonly host: string
  readonly port: number
  readonly database: Redacted.Redacted
  readonly server: http.Server
  readonly trustProxy: boolean
  readonly graceMs: number
  readonly stallMs: number
  readonly isStopping: () => boolean
  /** The other nodes went on, while this one slept, to a version of the program beside which this one's does not work. */
  readonly onOutdated: () => void
}

/** How messages reach a node: with its secret, as the control database has it. */
const layerProtocol = (secretOf: (node: string) => string | undefined) =>
  Layer.effect(
    Runners.RpcClientProtocol,
    Effect.gen(function* () {
      const serialization = yield* RpcSerialization.RpcSerialization
      const client = yield* HttpClient.HttpClient
      return ({ host, port }: RunnerAddress.RunnerAddress) =>
        RpcClient.makeProtocolHttp(
          HttpClient.mapRequest(client, (request) =>
            request.pipe(
              HttpClientRequest.prependUrl(`http://${host}:${port}${messagePath}`),
              HttpClientRequest.setHeader(secretHeader, secretOf(`${host}:${port}`) ?? "")
            )
          )
        ).pipe(Effect.provideService(RpcSerialization.RpcSerialization, serialization))
    })
  )

/**
 * Makes this server a node of the cluster on its control database, for as long as the scope lasts, and gives who looks after which library. A
 * library is at one node at a time; which one, the locks in the database say. When the scope ends what is here goes to the others.
 */
export const joinCluster = (
  options: ClusterOptions
): Effect.Effect<Owners, WhiteRoomError, Scope.Scope | SqlClient> =>
  Effect.gen(function* () {
    const { data, database, isStopping, onOutdated, trustProxy } = options
    const secret = randomBytes(32).toString("base64url")
    const inner = yield* listenToNodes({ ...options, secret })
    const self = `${inner.host}:${inner.port}`
    const neighbours = makeNeighbours()
    const owned = yield* makeOwned(options)

    const membership = layerMembership(secret, (all) => {
      neighbours.see(all)
      if (all.some(({ address, isTooOld }) => isTooOld && address === self)) onOutdated()
    }).pipe(
      Layer.provide(layerBeside(database)),
      Layer.mapError(
        () =>
          new ServerNotStarted({
            data,
            reason: "the PostgreSQL of DATABASE_URL cannot be reached for the cluster",
            advice: "Is it up, and does it take some more connections?"
          })
      )
    )
    const sharding = HttpRunner.layerClient.pipe(
      Layer.provide(layerProtocol(neighbours.secretOf)),
      Layer.provide(membership),
      Layer.provideMerge(MessageStorage.layerNoop),
      Layer.provide(
        ShardingConfig.layer({
          runnerAddress: Option.some(RunnerAddress.make(inner.host, inner.port)),
          shardLockExpiration: leaseMs,
          shardLockRefreshInterval: leaseMs / 3,
          refreshAssignmentsInterval: 250,
          runnerHealthCheckInterval: leaseMs,
          entityTerminationTimeout: leaseMs,
          entityMessagePollInterval: 1000,
          simulateRemoteSerialization: false
        })
      ),
      Layer.provideMerge(RpcSerialization.layerNdjson),
      Layer.provide(FetchHttpClient.layer)
    )
    const entity = LibraryEntity.toLayer(
      Effect.gen(function* () {
        const { entityId } = yield* Entity.CurrentAddress
        yield* owned.begin(entityId)
        return { WhereIs: () => Effect.succeed({ node: self }) }
      }),
      { maxIdleTime: idle, concurrency: "unbounded" }
    )
    const context = yield* Layer.build(Layer.provideMerge(entity, sharding))
    const app = yield* Effect.provide(HttpRunner.toHttpEffect, context)
    inner.takeMessages(yield* NodeHttpServer.makeHandler(app))
    const shards = Context.get(context, Sharding.Sharding)
    const client = yield* Effect.provide(LibraryEntity.client, context)

    const neighbour = (node: string) => {
      const at = node.lastIndexOf(":")
      return {
        ...{ host: node.slice(0, at), port: Number(node.slice(at + 1)) },
        secret: neighbours.secretOf(node) ?? "",
        whileThere: (onGone: () => void) => neighbours.whileThere(node, onGone)
      }
    }
    const moving = Effect.fail(problem("Moving"))
    // Before anything else of it ends: nobody waits for an answer that does not come any more.
    const ending = yield* Deferred.make<never>()
    yield* Effect.addFinalizer(() => Deferred.interrupt(ending))
    const whereIs: Owners["whereIs"] = (library) =>
      Effect.if(Effect.sync(isStopping), {
        onTrue: () => moving,
        onFalse: () => Effect.raceFirst(client(library).WhereIs(), Deferred.await(ending))
      }).pipe(
        Effect.timeoutFail({ duration: patience, onTimeout: () => problem("Moving") }),
        // Who asked may not be stopped in the middle, but this waiting may: what loses a race is waited for until it has ended.
        Effect.interruptible,
        Effect.catchAllCause(() => moving),
        Effect.map(({ node }) =>
          node === self
            ? { _tag: "Here" as const }
            : {
                _tag: "There" as const,
                forward: (request) => forward(request, neighbour(node), remoteOf(request, { trustProxy }))
              }
        )
      )
    return {
      areSeveral: true,
      whereIs,
      held: (library, work) =>
        owned.has(library)
          ? owned.held(library, work)
          : Effect.zipRight(whereIs(library), owned.held(library, work)),
      check: owned.check,
      isMine: (library) => shards.hasShardId(shards.getShardId(EntityId.make(library), "default")),
      rightTo: owned.rightTo
    }
  })
