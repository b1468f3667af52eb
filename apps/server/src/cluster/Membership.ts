/** What the cluster keeps in the control database: which nodes there are, and whose a shard is. */
import { PersistenceError } from "@effect/cluster/ClusterError"
import * as RunnerHealth from "@effect/cluster/RunnerHealth"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ControlError } from "../control/Database.js"
import {
  type KnownNode,
  keepShards,
  listNodes,
  registerNode,
  releaseShards,
  removeNode,
  takeShards
} from "../control/Nodes.js"

/** Request ids of a node begin with its number, which has so many values. */
const numbers = 1024

/** Whose lease is ending, or who is just giving shards up, is asked again so soon, and so often. */
const againMs = 100
const mostTries = 15

/** What comes after the first ones is waited for so many times. */
const fewTries = 3

/**
 * Takes shards, as many as can be had within a moment: who asks for them waits a second before it asks for those that it did not get, and nobody
 * looks after them meanwhile. What this waits ends within the time that the library under this gives it.
 */
const takeSoon = (address: string, shards: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const taken = new Set<string>()
    let left = mostTries
    for (;;) {
      const before = taken.size
      // One that was begun is waited for: what it takes is to be told.
      for (const id of yield* Effect.uninterruptible(takeShards(address, shards))) taken.add(id)
      if (before === 0 && taken.size > 0) left = Math.min(left, fewTries)
      if (taken.size === shards.length || left-- === 0) return [...taken]
      yield* Effect.sleep(againMs)
    }
  })

/**
 * The nodes as the library under the cluster asks for them. A node is healthy while its lease lasts, by the clock of the database: nobody asks
 * it, and one that was paused is as gone as one that was killed. `onNodes` is told of all, again and again.
 */
export const layerMembership = (
  secret: string,
  onNodes: (nodes: ReadonlyArray<KnownNode>) => void
): Layer.Layer<RunnerStorage.RunnerStorage | RunnerHealth.RunnerHealth, never, SqlClient.SqlClient> => {
  const nodes = Effect.tap(listNodes, (all) => Effect.sync(() => onNodes(all)))
  return Layer.effectContext(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const stored = <A>(effect: Effect.Effect<A, ControlError, SqlClient.SqlClient>) =>
        PersistenceError.refail(Effect.provideService(effect, SqlClient.SqlClient, sql))
      const isThere = (address: string) =>
        Effect.map(nodes, (all) => all.some((node) => node.address === address && node.isThere))
      const storage = RunnerStorage.makeEncoded({
        getRunners: stored(Effect.map(nodes, (all) => all.map(({ about, isThere: is }) => [about, is]))),
        register: (address, about) =>
          stored(Effect.map(registerNode(address, about, secret), (number) => number % numbers)),
        unregister: (address) => stored(Effect.asVoid(removeNode(address))),
        // A lease says it, and nothing else does; this is said of a node by itself when none is left.
        setRunnerHealth: (address, isHealthy) =>
          isHealthy ? stored(Effect.asVoid(keepShards(address, []))) : Effect.void,
        acquire: (address, shards) => stored(takeSoon(address, shards)),
        refresh: (address, shards) => stored(keepShards(address, shards)),
        release: (address, shard) => stored(Effect.asVoid(releaseShards(address, shard))),
        releaseAll: (address) => stored(Effect.asVoid(releaseShards(address)))
      })
      const health = RunnerHealth.RunnerHealth.of({
        isAlive: ({ host, port }) => Effect.orElseSucceed(stored(isThere(`${host}:${port}`)), () => true)
      })
      return Context.make(RunnerStorage.RunnerStorage, storage).pipe(
        Context.add(RunnerHealth.RunnerHealth, health)
      )
    })
  )
}
