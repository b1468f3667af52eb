import { day, hour, systemZone } from "@white-room/core"
import { comingRuns, dueRun, parseRule, type Timing } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type KeptLibrary, librariesToProve } from "../control/Libraries.js"
import { keepProof, proofOf } from "../control/Proofs.js"
import type { Desk } from "../http/Desk.js"
import { minuteOr } from "../http/Waits.js"
import { tidyLibrary } from "./tidyLibrary.js"

const nightly: Timing = { rules: [parseRule("nightly")], zone: systemZone(), quiet: [], catchUp: "once" }

/** When a library is to be proven again; `undefined` while it is not. A night that the server slept through is caught up. */
const dueAt = ({ id, created_at }: KeptLibrary, now: number) =>
  Effect.map(proofOf(id), (last) => {
    const history = {
      since: created_at,
      last: last && { dueAt: last.due_at, startedAt: last.started_at }
    }
    return dueRun(nightly, history, now)?.dueAt
  })

/** Proves one library, and says how it went; `undefined` for one that its device sealed. */
const prove = ({ replicas, log }: Desk, library: string, due_at: number) =>
  Effect.gen(function* () {
    const started_at = yield* Clock.currentTimeMillis
    const result = yield* Effect.either(replicas.prove(library))
    if (result._tag === "Left" && result.left.type === "Sealed") return undefined
    const { bytes, damaged } =
      result._tag === "Right" ? result.right : { bytes: 0, damaged: [result.left.detail] }
    const ended_at = yield* Clock.currentTimeMillis
    const [detail = ""] = damaged
    const isOk = damaged.length === 0
    yield* keepProof({ library, due_at, started_at, ended_at, ok: isOk ? 1 : 0, bytes, detail })
    log({
      ...{ time: new Date(ended_at).toISOString(), level: isOk ? "info" : "error", event: "proof" },
      ...{ library, ok: isOk, bytes, ms: ended_at - started_at, detail: isOk ? undefined : detail }
    })
    return isOk
  })

/** One look at the clock: every library that is due, one after the other. */
const look = (desk: Desk) =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    const results: Array<boolean> = []
    // A night comes no sooner than most of a day after the one before.
    for (const library of yield* librariesToProve(began - 20 * hour)) {
      if (!desk.owners().isMine(library.id)) continue
      const due = yield* dueAt(library, began)
      const isOk = due === undefined ? undefined : yield* prove(desk, library.id, due)
      // What is whole is kept in few files; what is damaged stays as it is until its device has mended it.
      if (isOk === true && library.home === "device" && library.erase_at === 0)
        yield* Effect.catchIf(
          tidyLibrary(desk, library),
          (error) => "type" in error,
          ({ type }) =>
            Effect.sync(() =>
              desk.log({
                ...{ time: new Date().toISOString(), level: "error", event: "fault" },
                fault: `${library.id} could not be merged: ${type}`
              })
            )
        )
      if (isOk !== undefined) results.push(isOk)
    }
    const now = yield* Clock.currentTimeMillis
    const failed = results.filter((isOk) => !isOk).length
    if (results.length > 0)
      desk.log({
        ...{ time: new Date(now).toISOString(), level: failed === 0 ? "info" : "error", event: "proofs" },
        ...{ libraries: results.length, failed, ms: now - began }
      })
  })

/** Until the next night begins, or a minute. */
const wait = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const [next] = comingRuns(nightly, { since: now }, now, 1)
  yield* minuteOr(next === undefined ? day : next.at - now)
})

/**
 * Every night makes each library that is not sealed again from the files that were pushed, every byte read and every backup's
 * root proven, and keeps how that went. What is due is asked of the clock and of what is on record, every minute.
 */
export const proveNightly = (desk: Desk) =>
  look(desk).pipe(
    Effect.catchAllCause((cause) =>
      Effect.sync(() =>
        desk.log({
          ...{ time: new Date().toISOString(), level: "error", event: "fault" },
          fault: `libraries could not be proven: ${String(cause).slice(0, 500)}`
        })
      )
    ),
    Effect.zipRight(wait),
    Effect.forever
  )
