import { hour } from "@white-room/core"
import { dueRun } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isProblem, type Problem } from "../api/Problem.js"
import { type KeptLibrary, librariesToBox, librariesToProve } from "../control/Libraries.js"
import { proofOf } from "../control/Proofs.js"
import type { Desk } from "../http/Desk.js"
import { proveLibrary } from "../routes/proveLibrary.js"
import { boxLibrary } from "./boxLibrary.js"
import { isNight, nightly, nightOrMinute } from "./Night.js"
import { tidyLibrary } from "./tidyLibrary.js"

/** When a library is to be proven again; `undefined` while it is not. A night that the server slept through is caught up. */
const dueAt = ({ id, created_at }: KeptLibrary, now: number) =>
  Effect.map(proofOf(id), (last) => {
    const history = {
      since: created_at,
      last: last && { dueAt: last.due_at, startedAt: last.started_at }
    }
    return dueRun(nightly, history, now)?.dueAt
  })

/** Whether a night has begun since it was tidied. */
const isToTidy = ({ created_at, reclaimed_at }: KeptLibrary, now: number): boolean =>
  isNight(Math.max(created_at, reclaimed_at), now)

/** What cannot be put together now may be the next time. */
const tidied = <E, R>(
  { log }: Pick<Desk, "log">,
  library: string,
  work: Effect.Effect<void, Problem | E, R>
) =>
  Effect.catchIf(work, isProblem, ({ type }) =>
    Effect.sync(() =>
      log({
        ...{ time: new Date().toISOString(), level: "error", event: "fault" },
        fault: `${library} could not be merged: ${type}`
      })
    )
  )

/** One look at the clock: every library that is due, one after the other. */
const look = (desk: Desk) =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    const results: Array<boolean> = []
    // A night comes no sooner than most of a day after the one before.
    for (const library of yield* librariesToProve(began - 20 * hour)) {
      if (!desk.owners().isMine(library.id)) continue
      const due = yield* dueAt(library, began)
      const isOk = due === undefined ? undefined : (yield* proveLibrary(desk, library.id, due))?.isOk
      // What is whole is kept in few files; what is damaged stays as it is until its device has mended it.
      if (isOk === true && library.home === "device" && library.erase_at === 0)
        yield* tidied(desk, library.id, tidyLibrary(desk, library))
      // It need not be sealed, and its device sealed it.
      const isSealed = due !== undefined && isOk === undefined && library.home === "device"
      if (isSealed && library.reclaimed_at <= began - 20 * hour && isToTidy(library, began))
        yield* tidied(desk, library.id, boxLibrary(desk, library))
      if (isOk !== undefined) results.push(isOk)
    }
    for (const library of yield* librariesToBox(began - 20 * hour))
      if (desk.owners().isMine(library.id) && isToTidy(library, began))
        yield* tidied(desk, library.id, boxLibrary(desk, library))
    const now = yield* Clock.currentTimeMillis
    const failed = results.filter((isOk) => !isOk).length
    if (results.length > 0)
      desk.log({
        ...{ time: new Date(now).toISOString(), level: failed === 0 ? "info" : "error", event: "proofs" },
        ...{ libraries: results.length, failed, ms: now - began }
      })
  })

/**
 * Every night makes each library that is not sealed again from the files that were pushed, every byte read and every backup's
 * root proven, and keeps how that went; files of sealed ones are put together. What is due is asked of the clock and of what is on record, every minute.
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
    Effect.zipRight(nightOrMinute),
    Effect.forever
  )
