/** What the server counts, for programs that watch it. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { arrivalsByGroup, roomCounts } from "../control/Arrivals.js"
import { auditSeen } from "../control/AuditLook.js"
import { readLookedAfter } from "../control/LookedAfter.js"
import { proofCounts } from "../control/Proofs.js"
import { TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"

const metrics = Effect.gen(function* () {
  yield* entrance
  const desk = yield* TheDesk
  const freeBytes = yield* desk.room.free
  const proofs = yield* proofCounts
  const now = yield* Clock.currentTimeMillis
  const oldestProof = proofs.oldest === 0 ? 0 : now - proofs.oldest
  const { absentDays } = yield* readLookedAfter
  const groups = yield* arrivalsByGroup(now - absentDays * day)
  const facts = {
    ...proofs,
    ...(yield* roomCounts),
    groups: groups.map(({ oldest, ...group }) => ({ ...group, oldest: now - oldest })),
    oldestProof,
    openLibraries: desk.replicas.count(),
    copies: { ...desk.cache, ...desk.replicas.copies() },
    freeBytes,
    mirror: desk.mirror?.facts(),
    audit: yield* auditSeen
  }
  const text = yield* Effect.promise(() => desk.metrics.text(facts))
  return HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
})

export const metricsRoute = HttpLayerRouter.add("GET", "/metrics", metrics)
