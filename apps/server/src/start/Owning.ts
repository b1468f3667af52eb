import type * as http from "node:http"
import { SqlClient } from "@effect/sql/SqlClient"
import { InvalidInput, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import { beginEpoch, joinEpoch, type Right, standingOf } from "../control/Ownership.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { alone, type Owners } from "../http/Owners.js"
import type { Homes } from "../replica/Homes.js"
import type { DatabaseOptions } from "./DataFolder.js"
import { resumeRestores } from "./resumeRestores.js"

/** Where a node of a cluster is reached by the others. */
export interface ClusterAt {
  /** An address of this machine. */
  readonly host: string
  /** 0 takes one that is free. */
  readonly port: number
}

interface Wanted {
  readonly cluster?: ClusterAt | undefined
  readonly database?: DatabaseOptions | undefined
  readonly blobs?: string | undefined
  readonly mirror?: string | undefined
  readonly from?: string | undefined
}

/** What several nodes share must be where all of them reach it. */
export const checkCluster = ({ cluster, ...wanted }: Wanted): Effect.Effect<void, InvalidInput> => {
  if (cluster === undefined) return Effect.void
  const fail = (reason: string) => Effect.fail(new InvalidInput({ field: "CLUSTER", reason }))
  if (wanted.database === undefined)
    return fail("the nodes of a cluster share a PostgreSQL: set DATABASE_URL as well")
  if (wanted.blobs === undefined) return fail("the nodes of a cluster share a bucket: set S3_BUCKET as well")
  if (wanted.mirror !== undefined || wanted.from !== undefined)
    return fail(
      "a node of a cluster keeps no mirror: keep copies of the PostgreSQL and of the bucket, or start one server alone with --mirror"
    )
  return Effect.void
}

/** One server that has its files in a bucket: it owns all libraries until another one is started. */
const aloneWithBucket = (right: Right, onSuperseded: () => void): Owners => ({
  ...alone,
  rightTo: () => right,
  check: (library) =>
    Effect.gen(function* () {
      if ((yield* standingOf(library, right)) === "held") return
      onSuperseded()
      return yield* Effect.fail(problem("Moving"))
    })
})

interface Serving extends Wanted {
  readonly desk: Desk
  readonly homes: Homes
  readonly server: http.Server
  readonly graceMs: number
  readonly onSuperseded: () => void
  readonly onOutdated: () => void
}

/** Who looks after which library, from now on: this server, or with others of a cluster. */
export const ownersFor = ({
  desk,
  homes,
  server,
  graceMs,
  onSuperseded,
  onOutdated,
  cluster,
  database,
  blobs
}: Serving): Effect.Effect<Owners, WhiteRoomError | ControlError, Scope.Scope | SqlClient> =>
  Effect.gen(function* () {
    if (blobs === undefined) return alone
    if (cluster === undefined || database === undefined)
      return aloneWithBucket({ epoch: yield* beginEpoch }, onSuperseded)
    // What it is made of is loaded by those who have one.
    const { joinCluster } = yield* Effect.promise(() => import("../cluster/joinCluster.js"))
    const sql = yield* SqlClient
    const { data, shelf, replicas, trustProxy, isStopping, limits } = desk
    return yield* joinCluster({
      ...{ ...cluster, data, shelf, replicas, homes, server, trustProxy, isStopping, graceMs },
      ...{ onSuperseded, onOutdated },
      ...{ database: database.url, stallMs: limits.stallMs, epoch: yield* joinEpoch },
      goOn: (library) =>
        resumeRestores((each) => each === library).pipe(
          Effect.provideService(TheDesk, desk),
          Effect.provideService(SqlClient, sql)
        )
    })
  })
