/** A thread of the server: makes libraries of the files that devices pushed, or reads them. */
import { parentPort, workerData } from "node:worker_threads"
import type { OnProgress, WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { openVault } from "@white-room/vault"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { shelfAt } from "../library/shelfAt.js"
import { dropHome } from "./dropHome.js"
import { hasHead } from "./hasHead.js"
import { keepUpHome } from "./keepUpHome.js"
import { makerIn } from "./Maker.js"
import type { Asked, Change, Changed, Facts, Looked, Request, Told } from "./Messages.js"
import { makeTurns } from "./makeTurns.js"
import { openHome } from "./openHome.js"
import { runDueHere } from "./ProfilesHere.js"
import { pieceMemory } from "./pieceMemory.js"
import { problemHere } from "./problemHere.js"
import { problemOfError } from "./problemOfError.js"
import { type KnownHere, pushHome } from "./pushHome.js"
import { answerOf } from "./Reader.js"
import { takeSchedule } from "./takeSchedule.js"
import { changeOf } from "./Writer.js"

const kept = Schema.decodeUnknownSync(
  Schema.Struct({ data: Schema.String, blobs: Schema.optional(Schema.UndefinedOr(Schema.String)) })
)(workerData)
const shelf = await Effect.runPromise(shelfAt(kept))
const maker = makerIn(kept.data, shelf)

const knownHere: KnownHere = {
  keptUp: new Map(),
  left: new Map(),
  cache: pieceMemory(16 * 1024 * 1024)
}

const tell = (told: Told): void => parentPort?.postMessage(told)

interface Open {
  readonly library: Library
  readonly scope: Scope.CloseableScope
  /** How many are at work with it. */
  uses: number
  /** There when it is to be closed: done when it is. */
  closed: Deferred.Deferred<void> | undefined
  /** The last head of the bucket that it was found to have. */
  head: string | undefined
}

/** Libraries that are open, the one that was asked last at the end. */
const open = new Map<string, Open>()
const mostOpen = 8
/** So many are made ready at once: one may have to be brought out of a bucket, which takes memory and long. */
const making = Effect.unsafeMakeSemaphore(2)
const turns = makeTurns()

const closeUnused = ({ scope, uses, closed }: Open): Effect.Effect<void> =>
  uses > 0 || closed === undefined
    ? Effect.void
    : Effect.zipRight(Scope.close(scope, Exit.void), Deferred.succeed(closed, undefined))

/** Whoever asks next opens it again. Those who are at work with it end that first: it is closed when the last one leaves. */
const close = (file: string): Effect.Effect<Deferred.Deferred<void> | undefined> =>
  Effect.suspend(() => {
    const known = open.get(file)
    if (known === undefined) return Effect.succeed(undefined)
    open.delete(file)
    known.closed = Deferred.unsafeMake(FiberId.none)
    return Effect.as(closeUnused(known), known.closed)
  })

/** Who is at work for longer does not hold up who wants a file to go. */
const patience = "400 millis"

const closeFile = (file: string): Effect.Effect<void> =>
  Effect.flatMap(close(file), (closed) =>
    closed === undefined ? Effect.void : Effect.asVoid(Effect.timeoutOption(Deferred.await(closed), patience))
  )

const leave = (one: Open): Effect.Effect<void> =>
  Effect.suspend(() => {
    one.uses--
    return closeUnused(one)
  })

/** The numbers of profiles and runs that libraries here went on with last. */
const taken = new Map<string, number>()

/** Goes on with the profiles and runs that another server kept, once: what is done here comes after them. */
const goOn = (library: Library, facts: Facts) =>
  Effect.gen(function* () {
    const { library: id, schedule } = facts
    if (schedule?.isOthers !== true || schedule.number <= (taken.get(id) ?? 0)) return
    yield* takeSchedule(library, facts)
    taken.set(id, schedule.number)
  })

/** Who looks at a library of their own writes under their own name. */
const openFile = (facts: Facts) => {
  if (facts.home === "server")
    return openHome(
      Effect.map(openVault(shelf.blobs(facts.library)), (vault) => ({ ...vault, cache: knownHere.cache })),
      facts
    )
  return openLibrary(facts.file, facts.home === "here" ? {} : { actor: "server" })
}

/** Whether a library that is open has what was acknowledged: another server may have gone on with it meanwhile. */
const isCurrent = (one: Open, { head }: Facts) =>
  head === undefined || head.chainHash === one.head
    ? Effect.succeed(true)
    : Effect.tap(hasHead(one.library, head), (has) => {
        if (has) one.head = head.chainHash
      })

const make = (facts: Facts): Effect.Effect<Open, WhiteRoomError> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const library = yield* Effect.onError(Scope.extend(openFile(facts), scope), () =>
      Scope.close(scope, Exit.void)
    )
    const made: Open = { library, scope, uses: 1, closed: undefined, head: facts.head?.chainHash }
    open.set(facts.file, made)
    for (const [oldest, { uses }] of open) if (open.size > mostOpen && uses === 0) yield* close(oldest)
    return made
  }).pipe(making.withPermits(1))

/** A library that is open, and used by one more: nobody closes it between. */
const opened = (facts: Facts): Effect.Effect<Open, WhiteRoomError> =>
  Effect.gen(function* () {
    const { file } = facts
    const known = open.get(file)
    if (known === undefined) return yield* make(facts)
    known.uses++
    if (yield* Effect.onError(isCurrent(known, facts), () => leave(known))) {
      if (open.delete(file)) open.set(file, known)
      return known
    }
    yield* leave(known)
    yield* close(file)
    return yield* make(facts)
  }).pipe(
    Effect.tap((one) => Effect.onError(goOn(one.library, facts), () => leave(one))),
    turns(facts.file)
  )

/** A library that stays open while somebody works with it. */
const inUse = (facts: Facts) => Effect.acquireRelease(opened(facts), leave)

/** What other programs wrote belongs to what is said, where the library can be written. */
const capture = (library: Library) =>
  library.log.captureNew.pipe(Effect.catchTag("LibraryReadOnly", () => Effect.void))

/** What is done with a library that is open. */
const withLibrary = (
  facts: Facts,
  work: (library: Library) => Effect.Effect<unknown, WhiteRoomError>
): Effect.Effect<unknown, WhiteRoomError> => {
  const asked = Effect.gen(function* () {
    const { library } = yield* inUse(facts)
    if (facts.home !== "device") yield* capture(library)
    return yield* work(library)
  }).pipe(Effect.scoped)
  // Another file may have come to the path: then that is the library now.
  return Effect.catchTag(asked, "LibraryReplaced", () => Effect.zipRight(close(facts.file), asked))
}

/** See `Request`. */
const drop = (facts: Facts, schedule: string | undefined): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.suspend(() =>
    (open.get(facts.file)?.uses ?? 0) > 0
      ? Effect.succeed(false)
      : Effect.zipRight(close(facts.file), dropHome(facts, schedule))
  ).pipe(turns(facts.file))

/** What came since; without a place to begin at only how far it is. */
const look = (library: Library, after: number | undefined): Effect.Effect<Looked, WhiteRoomError> =>
  Effect.gen(function* () {
    const { position } = yield* library.log.head
    if (after === undefined || position <= after) return { position, hasBackup: false }
    const events = yield* library.log.read({ after, limit: 1000 })
    const isAll = (events.at(-1)?.position ?? position) === position
    return { position, hasBackup: !isAll || events.some(({ subject }) => subject === "backup") }
  })

/** Backups stand in the log under who asked for them: the library is opened for that person while it lasts. */
const doneBy = (library: Library, change: Change, { home, file }: Facts, onProgress: OnProgress) =>
  "actor" in change && home === "server"
    ? Effect.scoped(
        Effect.flatMap(openLibrary(file, { actor: change.actor }), (theirs) =>
          changeOf(theirs, change, home, onProgress)
        )
      )
    : changeOf(library, change, home, onProgress)

/** What was done, and how far the library goes since. */
const changed = (
  library: Library,
  change: Change,
  facts: Facts,
  onProgress: OnProgress
): Effect.Effect<Changed<unknown>, WhiteRoomError> =>
  Effect.gen(function* () {
    const value = yield* doneBy(library, change, facts, onProgress)
    return { value, position: (yield* library.log.head).position }
  })

const perform = (request: Request, onProgress: OnProgress): Effect.Effect<unknown, WhiteRoomError> => {
  if (request._tag === "Bring") return maker.bring(request.library, request.line, onProgress)
  if (request._tag === "Prove") return maker.prove(request.library)
  if (request._tag === "Tidy") return maker.tidy(request.library, request)
  if (request._tag === "Losses") return maker.losses(request.library, request.since)
  if (request._tag === "Week") return maker.week(request.library, request.from)
  if (request._tag === "Discard") return maker.discard(request.library, request.line)
  if (request._tag === "Close") return closeFile(request.file)
  const { facts } = request
  if (request._tag === "Look") return withLibrary(facts, (library) => look(library, request.after))
  if (request._tag === "Change")
    return withLibrary(facts, (library) => changed(library, request.change, facts, onProgress))
  if (request._tag === "Drop") return drop(facts, request.schedule)
  if (request._tag === "RunDue") return withLibrary(facts, runDueHere)
  if (request._tag === "Push")
    return withLibrary(facts, (library) => pushHome(library, shelf, facts.library, knownHere, request))
  if (request._tag === "KeepUp")
    return withLibrary(facts, (library) => keepUpHome(library, shelf, facts.library, knownHere, request))
  return withLibrary(facts, (library) => answerOf(library, request.question, facts, onProgress))
}

/** What says that a file of ours is not as it was made, and helps nobody who asked. */
const spoilt = new Set([
  "LibraryDamaged",
  "LibraryNotFound",
  "LibraryReplaced",
  "MalformedData",
  "NotALibrary",
  "StorageFailed",
  "UnsafeDatabase"
])

const failed = ({ id, request }: Asked, cause: Cause.Cause<WhiteRoomError>): Told => {
  const home = "facts" in request ? request.facts.home : "device"
  const error = Cause.failureOption(cause)
  if (error._tag === "Some") {
    const problem = home === "here" ? problemHere(error.value) : problemOfError(error.value)
    if (problem !== undefined) return { _tag: "Problem", id, problem }
    const isGone = error.value._tag === "LibraryNotFound"
    if (spoilt.has(error.value._tag)) return { _tag: "Spoilt", id, isGone }
  }
  return { _tag: "Fault", id, text: Cause.pretty(cause).slice(0, 2000) }
}

parentPort?.on("message", (asked: Asked) => {
  const { id, request } = asked
  const onProgress: OnProgress = ({ step, done, total }) =>
    tell({ _tag: "Progress", id, progress: { step, done, total } })
  Effect.runCallback(perform(request, onProgress), {
    onExit: (exit) =>
      tell(Exit.isSuccess(exit) ? { _tag: "Done", id, value: exit.value } : failed(asked, exit.cause))
  })
})
