/**
 * The daemon: a process that looks at a library again and again, takes over what other programs wrote, and runs what
 * is due. It remembers nothing that matters: what is due is on disk, so it may be stopped, killed, suspended or
 * doubled at any moment.
 */
import { isWhiteRoomError, minute, second, type WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import type { Opening } from "@white-room/vault"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Alert, raiseAlerts } from "./Alerts.js"
import { type SentDigest, sendDigests } from "./Digest.js"
import { type Held, heldProfiles } from "./Held.js"
import type { Outside } from "./Outside.js"
import { type Unreadable, unreadableProfiles } from "./Profiles.js"
import { type RunReport, runDue } from "./Runner.js"
import { type Busy, defaultHolder } from "./RunnerLease.js"

/** What the daemon tells, for a log. */
export type DaemonEvent =
  /** The library is open and is looked after: at the start, and again after trouble. */
  | { readonly event: "opened"; readonly library: string }
  /** Changes of other programs are in the log now. */
  | { readonly event: "captured"; readonly changes: number }
  /** A run ended. `number` is that of its backup. */
  | { readonly event: "run"; readonly report: RunReport; readonly number?: number }
  | { readonly event: "alert"; readonly alert: Alert }
  /** The letter of the week was sent, or nobody took it. */
  | { readonly event: "digest"; readonly digest: SentDigest }
  /** Something is due and waits, because its profile says so; told once for each reason, and once when it is over. */
  | ({ readonly event: "paused" } & Held)
  | { readonly event: "resumed"; readonly profile: string }
  /** Another process runs what is due; told once for each holder. */
  | ({ readonly event: "waiting" } & Busy)
  /** A profile that this program cannot read; told once. */
  | ({ readonly event: "unreadable" } & Unreadable)
  /** The library cannot be used now; told once until it changes. It is tried again, at the latest every minute. */
  | { readonly event: "trouble"; readonly error: string; readonly message: string }

/** How a daemon goes about its work; the defaults are right for a machine with a person at it. */
export interface DaemonOptions {
  /** Told of everything, as it happens. */
  readonly onEvent?: ((event: DaemonEvent) => Effect.Effect<void>) | undefined
  /** How often changes of other programs are looked for. Default: 3 seconds. */
  readonly captureEvery?: Duration.DurationInput | undefined
  /** How often it is asked what is due. Default: 30 seconds. */
  readonly lookEvery?: Duration.DurationInput | undefined
  /** Who runs, for other processes to see. Default: `host:pid`. */
  readonly holder?: string | undefined
  /** Nothing in this process opens the library but this daemon: see `OpenOptions`. Default false. */
  readonly alone?: boolean | undefined
  /** How this machine opens vaults. */
  readonly opening?: Opening | undefined
}

const longestWait = minute

/** What one process told already, so that its log has every trouble once. */
interface Told {
  trouble: string | undefined
  waiting: string | undefined
  failures: number
  readonly unreadable: Map<string, string>
  readonly held: Map<string, string>
}

type Tell = NonNullable<DaemonOptions["onEvent"]>

const tellUnreadable = (library: Library, tell: Tell, told: Told) =>
  Effect.gen(function* () {
    const found = yield* unreadableProfiles(library)
    for (const { name, reason } of found)
      if (told.unreadable.get(name) !== reason) yield* tell({ event: "unreadable", name, reason })
    told.unreadable.clear()
    for (const { name, reason } of found) told.unreadable.set(name, reason)
  })

const tellHeld = (library: Library, tell: Tell, told: Told) =>
  Effect.gen(function* () {
    const held = yield* heldProfiles(library)
    for (const { profile, reason } of held)
      if (told.held.get(profile) !== reason) yield* tell({ event: "paused", profile, reason })
    for (const profile of told.held.keys())
      if (!held.some((each) => each.profile === profile)) yield* tell({ event: "resumed", profile })
    told.held.clear()
    for (const { profile, reason } of held) told.held.set(profile, reason)
  })

const tellRun = (library: Library, tell: Tell, report: RunReport) =>
  Effect.gen(function* () {
    const { backupId } = report.run
    const backup = backupId === undefined ? undefined : yield* Effect.option(library.backups.find(backupId))
    const number = backup?._tag === "Some" ? backup.value.number : undefined
    yield* tell({ event: "run", report, ...(number !== undefined && { number }) })
  })

/** One look at what is due, and at what is too late. */
const look = (library: Library, { holder = defaultHolder, opening }: DaemonOptions, tell: Tell, told: Told) =>
  Effect.gen(function* () {
    yield* tellUnreadable(library, tell, told)
    const result = yield* runDue(library, {
      holder,
      opening,
      onRun: (report) => tellRun(library, tell, report)
    })
    const waiting = "heldBy" in result ? result.heldBy : undefined
    if ("heldBy" in result && told.waiting !== waiting) yield* tell({ event: "waiting", ...result })
    told.waiting = waiting
    // Behind the runs: what one of them made due, and waits, is told with it.
    yield* tellHeld(library, tell, told)
    for (const alert of yield* raiseAlerts(library, holder)) yield* tell({ event: "alert", alert })
    for (const digest of yield* sendDigests(library, holder)) yield* tell({ event: "digest", digest })
  })

/** Looks after the library until something fails. */
const attend = (path: string, options: DaemonOptions, tell: Tell, told: Told) =>
  Effect.gen(function* () {
    const captureEvery = Duration.decode(options.captureEvery ?? "3 seconds")
    const lookEvery = Duration.toMillis(options.lookEvery ?? "30 seconds")
    const library = yield* openLibrary(path, { actor: "scheduler", alone: options.alone })
    for (let lookedAt: number | undefined; ; ) {
      const changes = yield* library.log.captureNew
      const now = yield* Clock.currentTimeMillis
      // Asked of the clock every time, and never left to a long timer: one that sleeps with the machine comes late.
      // What another process wrote may be a profile.
      const isTime =
        changes !== undefined || lookedAt === undefined || now < lookedAt || now >= lookedAt + lookEvery
      if (lookedAt === undefined && told.trouble === undefined)
        yield* tell({ event: "opened", library: path })
      if (changes !== undefined && changes > 0) yield* tell({ event: "captured", changes })
      if (isTime) {
        yield* look(library, options, tell, told)
        lookedAt = now
        told.failures = 0
        if (told.trouble !== undefined) yield* tell({ event: "opened", library: path })
        told.trouble = undefined
      }
      yield* Effect.sleep(captureEvery)
    }
  }).pipe(Effect.scoped)

const describe = (
  cause: Cause.Cause<WhiteRoomError>
): { readonly error: string; readonly message: string } => {
  const error = Cause.squash(cause)
  if (isWhiteRoomError(error)) return { error: error._tag, message: error.message }
  return { error: "Defect", message: error instanceof Error ? error.message : String(error) }
}

/** Tells of a failure, once, and waits: not at all when the file was replaced, then longer each time. */
const endure = (cause: Cause.Cause<WhiteRoomError>, tell: Tell, told: Told) =>
  Effect.gen(function* () {
    const { error, message } = describe(cause)
    if (told.trouble !== message) yield* tell({ event: "trouble", error, message })
    told.trouble = message
    if (error !== "LibraryReplaced" || told.failures > 0)
      yield* Effect.sleep(Duration.millis(Math.min(longestWait, 2 ** Math.min(told.failures, 6) * second)))
    told.failures++
  })

/**
 * Looks after the library at `path` until it is interrupted, which it survives without losing work: what was written
 * stays, hooks are ended, and a run that was cut off is repeated by the process that looks next. No error ends it: a library
 * that is missing, locked or damaged is tried again, and one that was replaced is opened again.
 */
export const daemon = (path: string, options: DaemonOptions = {}): Effect.Effect<never, never, Outside> => {
  const told: Told = {
    trouble: undefined,
    waiting: undefined,
    failures: 0,
    unreadable: new Map(),
    held: new Map()
  }
  const tell: Tell = options.onEvent ?? (() => Effect.void)
  return attend(path, options, tell, told).pipe(
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.interrupt : endure(cause, tell, told)
    ),
    Effect.forever
  )
}
