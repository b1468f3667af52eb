/** Routes that are made by hand: the document of the API, what is counted, the page that a link leads to. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { openApi } from "../api/Api.js"
import { proofCounts } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"

const document = Effect.as(
  entrance,
  HttpServerResponse.text(JSON.stringify(openApi()), { contentType: "application/json" })
)

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

/** It runs nothing: what stands behind `#` is for the program, which is not sent here. */
const joinPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>White Room Backup</title>
<h1>Keep your songs here</h1>
<p>On the computer with your songs, give the whole link that you were sent to the program:</p>
<pre>whiteroom connect LINK</pre>
<p>Opening this page used nothing up.</p>
</html>
`

const join = Effect.as(
  entrance,
  HttpServerResponse.text(joinPage, { contentType: "text/html; charset=utf-8" })
)

export const openRoutes = Layer.mergeAll(
  HttpLayerRouter.add("GET", "/openapi.json", document),
  HttpLayerRouter.add("GET", "/metrics", metrics),
  HttpLayerRouter.add("GET", "/join", join)
)
