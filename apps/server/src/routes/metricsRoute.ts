/** What the server counts, for programs that watch it. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { proofCounts } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"

const metrics = Effect.gen(function* () {
  yield* entrance
  const desk = yield* TheDesk
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{
    libraries: number
    used: number
  }>`SELECT count(*) AS libraries, coalesce(sum(used), 0) AS used FROM library`
  const freeBytes = yield* desk.room.free
  const proofs = yield* proofCounts
  const oldestProof = proofs.oldest === 0 ? 0 : (yield* Clock.currentTimeMillis) - proofs.oldest
  const facts = {
    ...proofs,
    oldestProof,
    openLibraries: desk.replicas.count(),
    libraries: Number(row?.libraries),
    usedBytes: Number(row?.used),
    freeBytes,
    mirror: desk.mirror?.facts()
  }
  const text = yield* Effect.promise(() => desk.metrics.text(facts))
  return HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
})

export const metricsRoute = HttpLayerRouter.add("GET", "/metrics", metrics)
