/**
 * Libraries that are written here, each a file of its own in `homes/`. Each is asked and written in one thread, always the same;
 * what is new in it goes into its files, from where it is cloned, proven and mirrored like any other library.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"
import { type Problem, problem } from "../api/Problem.js"
import type { KeptLibrary } from "../control/Libraries.js"
import type { Kept } from "../library/shelfAt.js"
import type {
  Answer,
  Change,
  Changed,
  Facts,
  Progress,
  PushedHere,
  RanHere,
  Request,
  ResultOf
} from "./Messages.js"
import { openMarks } from "./openMarks.js"
import type { Replicas, Told } from "./Replicas.js"
import { keptSchedules, type ScheduleOf } from "./Schedules.js"
import { Spoilt, startThread, type Thread } from "./Thread.js"
import type { Tidied } from "./tidyFiles.js"

export interface Homes
  extends Pick<Replicas, "ask" | "change" | "mark" | "forget" | "count" | "copies" | "usedAt" | "drop"> {
  /** Puts what is new in a library into its files. */
  readonly push: (library: KeptLibrary) => Effect.Effect<PushedHere, Problem>
  /** Merges the small files of a library; nothing is let go of unless it may be. */
  readonly keepUp: (library: KeptLibrary, mayReclaim: boolean) => Effect.Effect<Tidied, Problem>
  /** Takes note that the profiles and runs of a library are kept, and the number of that. */
  readonly keptSchedule: (library: KeptLibrary, text: string, number: number) => void
  /** Runs what is due in a library. */
  readonly runDue: (library: KeptLibrary) => Effect.Effect<RanHere, Problem>
  /** How often something was done to a library since the server began. */
  readonly changesOf: (library: string) => number
  /** Whether a library has a file here: where a bucket has it all the same, that is made when somebody asks. */
  readonly isHere: (library: string) => boolean
  /** Takes note of a library in which something is new. */
  readonly noticed: (library: string) => void
  /**
   * Takes note that what was done up to a count of changes is in the files of a library, put there by the owner of a number; without that that it
   * could not be put there now. What was done while there was another owner may not be among it.
   */
  readonly settled: (library: string, kept?: Pick<Waiter, "changes" | "fence">) => void
  /** Begins the threads, for which the first who ask would wait: a server that takes over libraries has them before it does. */
  readonly begin: Effect.Effect<void>
  /** Waits until something is new, and gives the libraries that it is in. */
  readonly waiting: Effect.Effect<ReadonlyArray<string>>
}

/** Who waits for a bucket, waits no longer. */
const patience = "20 seconds"

/** Somebody who waits until so many changes of a library are in its files. */
interface Waiter {
  readonly changes: number
  readonly fence: number
  readonly done: Deferred.Deferred<void, Problem>
}

/** So many threads: what one library takes long for holds up some of the others and not all. */
const threads = 2

/** A library that cannot be read is nobody's fault who asks. */
const asProblem = (error: Problem | Spoilt): Problem =>
  error instanceof Spoilt ? problem("InternalFault") : error

/** Which of the threads a library has. */
export const threadNumber = (library: string): number => {
  let sum = 0
  for (const letter of library) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0
  return sum % threads
}

export const makeHomes = (
  kept: Kept,
  program: URL,
  onFault: (text: string) => void,
  scheduleOf: ScheduleOf
): Effect.Effect<Homes, never, Scope.Scope> =>
  Effect.gen(function* () {
    const all: Array<Thread> = []
    for (let count = 0; count < threads; count++) all.push(yield* startThread(program, kept, onFault))
    // What a server that ended was about to send, or to bring in.
    yield* Effect.sync(() => {
      const folder = path.join(kept.data, "homes")
      for (const library of fs.existsSync(folder) ? fs.readdirSync(folder) : [])
        for (const each of ["exports", "imports"])
          fs.rmSync(path.join(folder, library, each), { recursive: true, force: true })
    })
    const known = new Set<string>()
    const used = new Map<string, number>()
    const copies = { found: 0, made: 0 }
    const changed = new Set<string>()
    const arrival = Effect.unsafeMakeLatch(false)
    const fileOf = (library: string): string => path.join(kept.data, "homes", library, "library.db")
    const marks = yield* openMarks

    const schedules = keptSchedules(scheduleOf)

    const factsOf = (library: KeptLibrary, proven: Facts["proven"] = null) =>
      Effect.gen(function* () {
        const { id, used, arrived_at, head_line, head_position, head_hash } = library
        const now = yield* Clock.currentTimeMillis
        const facts: Facts = {
          ...{ line: id, devices: [], damaged: [], file: fileOf(id), library: id, used, proven, now },
          ...{ home: "server", hasArrived: arrived_at > 0, schedule: yield* schedules.toTake(library) },
          head:
            head_line === "" ? undefined : { line: head_line, position: head_position, chainHash: head_hash },
          outbox: path.join(kept.data, "homes", id, "exports")
        }
        return facts
      })

    const threadOf = (library: string): Thread | undefined => all[threadNumber(library)]

    /** Asks the thread of a library; where its file is gone, again with what one that is made begins with. */
    const call = (
      library: KeptLibrary,
      facts: Facts,
      request: (facts: Facts) => Request,
      onProgress?: (progress: Progress) => void
    ) =>
      Effect.gen(function* () {
        const thread = threadOf(library.id)
        if (thread === undefined) return yield* Effect.dieMessage("a library has no thread")
        if (known.has(library.id) || fs.existsSync(facts.file)) copies.found++
        else copies.made++
        known.add(library.id)
        used.set(library.id, Date.now())
        const asked = (told: Facts) =>
          Effect.tap(thread.call(request(told), onProgress), () => schedules.taken(library, told.schedule))
        return yield* Effect.catchIf(
          asked(facts),
          (error) => error instanceof Spoilt && error.isGone && facts.schedule?.text === undefined,
          () => Effect.flatMap(schedules.toBegin(library), (schedule) => asked({ ...facts, schedule }))
        )
      }).pipe(Effect.mapError(asProblem))

    const counts = new Map<string, number>()
    const waiters = new Map<string, Set<Waiter>>()

    const settled: Homes["settled"] = (library, kept) => {
      const all = waiters.get(library) ?? new Set()
      for (const each of all) {
        const isKept = kept?.fence === each.fence
        if (isKept && each.changes > kept.changes) continue
        all.delete(each)
        Deferred.unsafeDone(each.done, isKept ? Effect.void : Effect.fail(problem("NotKeptYet")))
      }
      if (all.size === 0) waiters.delete(library)
    }

    /** Waits until all that was done in a library is in the bucket: what is lost with this machine was not acknowledged. */
    const untilKept = ({ id: library, fence }: KeptLibrary) =>
      Effect.suspend(() => {
        const one = {
          ...{ changes: counts.get(library) ?? 0, fence },
          done: Deferred.unsafeMake<void, Problem>(FiberId.none)
        }
        const all = waiters.get(library) ?? new Set()
        waiters.set(library, all.add(one))
        return Deferred.await(one.done).pipe(
          // Who asked may not be stopped in the middle: this waiting may.
          Effect.interruptible,
          Effect.timeoutFail({ duration: patience, onTimeout: () => problem("NotKeptYet") }),
          Effect.ensuring(Effect.sync(() => all.delete(one)))
        )
      })

    const noticed = (library: string): void => {
      changed.add(library)
      counts.set(library, (counts.get(library) ?? 0) + 1)
      arrival.unsafeOpen()
    }

    return {
      noticed,
      settled,
      keptSchedule: schedules.kept,
      isHere: (library) => fs.existsSync(fileOf(library)),
      changesOf: (library) => counts.get(library) ?? 0,
      ask: ({ library, question, line, proven, onProgress }) =>
        Effect.gen(function* () {
          if (line !== undefined && line !== library.id) return yield* Effect.fail(problem("NotFound"))
          const asked = yield* factsOf(library, proven)
          const read = (facts: Facts) => ({ _tag: "Read", question, facts }) as const
          const answer = (yield* call(library, asked, read, onProgress)) as Answer
          const told: Told = { ...answer, line: library.id }
          return told
        }),
      change: <C extends Change>(
        library: KeptLibrary,
        change: C,
        onProgress?: (progress: Progress) => void
      ) =>
        Effect.gen(function* () {
          const asked = yield* factsOf(library)
          const done = yield* call(library, asked, (facts) => ({ _tag: "Change", change, facts }), onProgress)
          // A plan takes over what other programs wrote, at most.
          noticed(library.id)
          if (kept.blobs !== undefined && change._tag !== "Plan") yield* untilKept(library)
          return done as Changed<ResultOf<C["_tag"]>>
        }),
      mark: ({ id }) => marks.of(fileOf(id)),
      push: (library) =>
        Effect.gen(function* () {
          const pushed = (yield* call(library, yield* factsOf(library), (facts) => ({
            ...{ _tag: "Push", facts },
            schedule: schedules.markOf(library, facts.schedule)
          }))) as PushedHere
          if (pushed.schedule !== undefined) schedules.sent(library, pushed.schedule)
          return pushed
        }),
      keepUp: (library, mayReclaim) =>
        Effect.gen(function* () {
          const asked = yield* factsOf(library)
          return (yield* call(library, asked, (facts) => ({ _tag: "KeepUp", facts, mayReclaim }))) as Tidied
        }),
      runDue: (library) =>
        Effect.gen(function* () {
          const asked = yield* factsOf(library)
          return (yield* call(library, asked, (facts) => ({ _tag: "RunDue", facts }))) as RanHere
        }),
      waiting: Effect.map(arrival.await, () => {
        const found = [...changed]
        changed.clear()
        arrival.unsafeClose()
        return found
      }),
      begin: Effect.forEach(all, (thread) => Effect.ignore(thread.call({ _tag: "Close", file: "" })), {
        ...{ concurrency: "unbounded", discard: true }
      }),
      forget: (library) =>
        Effect.gen(function* () {
          changed.delete(library)
          known.delete(library)
          // Nobody puts it into the bucket from here any more.
          settled(library)
          marks.close(fileOf(library))
          yield* Effect.ignore(
            threadOf(library)?.call({ _tag: "Close", file: fileOf(library) }) ?? Effect.void
          )
        }),
      count: () => known.size,
      copies: () => copies,
      usedAt: (library) => used.get(library) ?? 0,
      drop: (library) =>
        Effect.gen(function* () {
          const facts = yield* factsOf(library)
          marks.close(facts.file)
          const schedule = schedules.markOf(library, facts.schedule)
          const dropping =
            threadOf(library.id)?.call({ _tag: "Drop", facts, schedule }) ?? Effect.succeed(false)
          if ((yield* Effect.mapError(dropping, asProblem)) !== true) return false
          known.delete(library.id)
          used.delete(library.id)
          return true
        })
    }
  })
