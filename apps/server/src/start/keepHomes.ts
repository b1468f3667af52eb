import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Scope from "effect/Scope"
import { mayLetGo } from "../control/Alerts.js"
import { announce } from "../control/announce.js"
import { transact } from "../control/Database.js"
import { noteDiscarded } from "../control/Discarded.js"
import { addUsed, librariesHere, libraryById, notePushed } from "../control/Libraries.js"
import { keepPushed } from "../control/Schedules.js"
import type { Desk } from "../http/Desk.js"
import type { Owners } from "../http/Owners.js"
import type { Homes } from "../replica/Homes.js"

/** What is written in quick succession goes into one file. */
const gather = "1 second"

/** So many libraries are put into a bucket at once. */
const atOnce = 16

/** A library that cannot be put into its files now may be a little later. */
const patience = "5 seconds"

type Here = Pick<Desk, "mirror" | "log">

/** What of the libraries that are written here has a part in it. */
type Written = Pick<
  Homes,
  "push" | "keepUp" | "keptSchedule" | "changesOf" | "isHere" | "noticed" | "settled" | "waiting"
>

/** Who acknowledges what is in a bucket. */
interface Owner extends Pick<Owners, "rightTo" | "areSeveral"> {
  /** Another server has begun an epoch of its own: this one is to stop. */
  readonly onSuperseded: () => void
}

/**
 * Puts what is new in one library into its files, and from there into the mirror. `isLate`: it may be that nobody was told, as a
 * server ended before it could. Gives of which owner it was kept; `later`: it could not be done now; `given up`: it is for another server to do.
 */
const keep = ({ mirror, log }: Here, homes: Written, owner: Owner | undefined, id: string, isLate: boolean) =>
  Effect.gen(function* () {
    // Before the head is read: what was acknowledged before this server had the right is in it, and none but this server adds to that.
    const right = owner?.rightTo(id)
    if (owner !== undefined && right === undefined) return "given up"
    const library = yield* libraryById(id)
    if (library === undefined) return "given up"
    const now = yield* Clock.currentTimeMillis
    const pushed = yield* Effect.either(homes.push(library))
    if (pushed._tag === "Left") {
      const fault = `${id} could not be put into its files: ${pushed.left.type}`
      log({ time: new Date(now).toISOString(), level: "error", event: "fault", fault })
      return "later"
    }
    const { put, bytes, events, position, schedule, isUpkeepDue } = pushed.right
    const { standing, number } = yield* keepPushed(id, right, pushed.right)
    if (schedule !== undefined && number !== undefined) homes.keptSchedule(library, schedule, number)
    if (standing === "epoch") owner?.onSuperseded()
    if (standing !== "held") return "given up"
    for (const name of put) mirror?.noticed(id, name)
    if (put.length > 0) yield* notePushed(id, bytes, now)
    if (isLate && events > 0) yield* transact(announce("library", id, { position }))
    return { fence: library.fence, isUpkeepDue }
  })

/** Merges the small files of a library, which nobody waits for. Where it cannot be done now they stay, until the next time. */
const keepUp = ({ mirror }: Here, homes: Written, id: string) =>
  Effect.gen(function* () {
    const library = yield* libraryById(id)
    if (library === undefined) return
    const { put, discarded, bytes } = yield* homes.keepUp(library, yield* mayLetGo(id))
    for (const name of discarded) yield* noteDiscarded(id, name)
    for (const name of put) mirror?.noticed(id, name)
    if (put.length + discarded.length > 0) yield* addUsed(id, bytes)
  }).pipe(
    Effect.catchAllCause((cause) => Effect.logError(`files of ${id}: ${cause.toString().slice(0, 200)}`))
  )

/**
 * Puts what is new in libraries that are written here into their files, again and again, until the scope ends; first what a
 * server that ended did not get to. Each library's turn comes when its last one has ended, and takes all that came meanwhile: of what
 * is written in quick succession one file is made. With an `owner` somebody waits for it, as what is acknowledged is in a
 * bucket, where it is the owner's to acknowledge. Otherwise what was acknowledged is in the library, whatever becomes of this.
 */
export const keepHomes = (
  desk: Here,
  homes: Written,
  owner: Owner | undefined
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const all = yield* Effect.orElseSucceed(librariesHere, () => [])
    // A bucket has all that was acknowledged of those that are not here, or that another node may go on with.
    const here = owner === undefined ? all : all.filter(({ id }) => !owner.areSeveral && homes.isHere(id))
    const late = new Set(here.map(({ id }) => id))
    /** Libraries whose turn it is; true when more came meanwhile. */
    const busy = new Map<string, boolean>()
    // Nobody waits for what does not come any more.
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        for (const id of busy.keys()) homes.settled(id)
      })
    )
    // What is under way ends with this and not before: what was begun last in a scope ends first, and those who give up libraries when the
    // server ends wait for it.
    const scope = yield* Effect.flatMap(Effect.scope, (outer) =>
      Scope.fork(outer, ExecutionStrategy.parallel)
    )
    const permits = yield* Effect.makeSemaphore(owner === undefined ? 1 : atOnce)
    const later = (id: string) =>
      Effect.forkIn(
        Effect.delay(
          Effect.sync(() => homes.noticed(id)),
          patience
        ),
        scope
      )
    const turn = (id: string) =>
      Effect.gen(function* () {
        busy.set(id, false)
        const changes = homes.changesOf(id)
        const outcome = yield* keep(desk, homes, owner, id, late.has(id))
        homes.settled(id, typeof outcome === "object" ? { fence: outcome.fence, changes } : undefined)
        if (outcome === "later") yield* later(id)
        else late.delete(id)
        if (typeof outcome === "object" && outcome.isUpkeepDue) yield* keepUp(desk, homes, id)
      }).pipe(
        Effect.catchAllCause((cause) =>
          Effect.zipRight(
            Effect.logError(`homes: ${cause.toString().slice(0, 200)}`),
            // The control database may be away: what was said to wait for it is not forgotten.
            Effect.suspend(() => {
              homes.settled(id)
              return later(id)
            })
          )
        ),
        permits.withPermits(1)
      )
    const turns = (id: string): Effect.Effect<void, never, SqlClient.SqlClient> =>
      Effect.flatMap(turn(id), () => {
        if (busy.get(id) === true) return turns(id)
        busy.delete(id)
        return Effect.void
      })
    const round = Effect.gen(function* () {
      for (const id of yield* homes.waiting)
        if (busy.has(id)) busy.set(id, true)
        else {
          busy.set(id, false)
          yield* Effect.forkIn(turns(id), scope)
        }
    })
    for (const id of late) homes.noticed(id)
    const next = owner === undefined ? Effect.zipRight(round, Effect.sleep(gather)) : round
    yield* Effect.forkIn(Effect.forever(next), scope)
  })
