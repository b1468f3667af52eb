/// <reference lib="esnext.disposable" preserve="true" />
/** The Promise door: `openScheduler`, and the scheduler it gives. */
import { Closed, checkOptions, type SongInput } from "@white-room/core"
import { type OpenOptions, openLibrary } from "@white-room/store"
import { type Promised, run } from "@white-room/store/promise"
import type { Opening } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { AutoSave as AutoSaveEffects, type AutoSaveEvent, type AutoSaveService } from "./AutoSave.js"
import { layerOutside } from "./Outside.js"
import type { RunReport } from "./Runner.js"
import type { Busy } from "./RunnerLease.js"
import { type SchedulerService, Scheduler as SchedulerTag } from "./Scheduler.js"

export type Saved = Extract<AutoSaveEvent, { readonly _tag: "Saved" }>
export type Failed = Extract<AutoSaveEvent, { readonly _tag: "Failed" }>

/** Auto-save for an app; the promises it makes are those of `AutoSave` in `@white-room/scheduler`. */
export interface AutoSave {
  /** Notes that a song was changed; `current` gives it when it is saved. Call it on every change. */
  readonly markDirty: (id: string, current: () => SongInput) => void
  /** Saves a song, or all that have changes, now. Rejects with the first error, after having tried all. */
  readonly saveNow: (id?: string) => Promise<void>
  /** Forgets the unsaved changes of a song, or of all; returns whose they were. Do this before you delete a song. */
  readonly discardPending: (id?: string) => ReadonlyArray<string>
  /** Songs with changes that are not saved yet. */
  readonly pending: () => ReadonlyArray<string>
  /** The auto-saves of a song, newest first; 10 unless `limit` says otherwise. */
  readonly versions: Promised<AutoSaveService>["versions"]
  /** Tells of every save or failure. Returns a function that ends it. */
  readonly on: {
    (event: "saved", listener: (event: Saved) => void): () => void
    (event: "failed", listener: (event: Failed) => void): () => void
  }
}

export interface RunDueOptions {
  /** Run only this profile. */
  readonly profile?: string | undefined
  /** Run this profile's backup now, whether or not it is due. */
  readonly force?: boolean | undefined
  /** Who runs, for other processes to see. Default: `host:pid`. */
  readonly holder?: string | undefined
  /** How this machine opens vaults: keys of buckets, and its own keys of sealed ones. */
  readonly opening?: Opening | undefined
  /** Ends the work at its next step: what was committed stays, what was not is repeated at another time. */
  readonly signal?: AbortSignal | undefined
  /** Told after each run. */
  readonly onRun?: ((report: RunReport) => void) | undefined
}

/** The scheduler of one library, as in the Effect door, with Promises. What failed rejects with a `WhiteRoomError`. */
export interface Scheduler extends Promised<Omit<SchedulerService, "runDue">>, AsyncDisposable {
  readonly path: string
  readonly autoSave: AutoSave
  /** Runs what is due now; says who is at it when another process is. */
  readonly runDue: (options?: RunDueOptions) => Promise<ReadonlyArray<RunReport> | Busy>
  /** Saves what auto-save has not saved yet, then closes the file. */
  readonly close: () => Promise<void>
}

/** Listeners of both events. One that throws is the program's bug; it is thrown where nothing of ours is running. */
class Listeners {
  private readonly all = new Set<(event: AutoSaveEvent) => void>()

  readonly on: AutoSave["on"] = (name: "saved" | "failed", listener: (event: never) => void) => {
    const tag = name === "saved" ? "Saved" : "Failed"
    const told = (event: AutoSaveEvent) => {
      // The tag says that it is the listener's kind of event.
      if (event._tag === tag) listener(event as never)
    }
    this.all.add(told)
    return () => void this.all.delete(told)
  }

  tell(event: AutoSaveEvent): void {
    for (const listener of this.all) {
      try {
        listener(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

/** Runs what a caller asks for, until it is closed. */
class Gate {
  closed = false

  constructor(private readonly path: string) {}

  /** @throws Closed */
  check(): void {
    if (this.closed) throw new Closed({ what: `The scheduler of ${this.path}` })
  }

  /** The value of an Effect, or a rejection with its very error. */
  run = async <A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> => {
    this.check()
    signal?.throwIfAborted()
    return await run(effect, signal)
  }
}

const autoSaveOf = (service: AutoSaveService, on: AutoSave["on"], gate: Gate): AutoSave => ({
  markDirty: (id, current) => {
    gate.check()
    Effect.runSync(service.markDirty(id, current))
  },
  saveNow: (id) => gate.run(service.saveNow(id)),
  discardPending: (id) => Effect.runSync(service.discardPending(id)),
  pending: () => Effect.runSync(service.pending),
  versions: (id, limit) => gate.run(service.versions(id, limit)),
  on
})

const dueOptions: { readonly [K in keyof Required<RunDueOptions>]: true } = {
  profile: true,
  force: true,
  holder: true,
  opening: true,
  signal: true,
  onRun: true
}

const openOptions: { readonly [K in keyof Required<OpenSchedulerOptions>]: true } = {
  actor: true,
  debounce: true
}

const runDueOf =
  (service: SchedulerService, gate: Gate): Scheduler["runDue"] =>
  async (given = {}) => {
    gate.check()
    checkOptions("runDue", dueOptions, given)
    const { signal, onRun, ...options } = given
    return await gate.run(
      service.runDue({ ...options, onRun: onRun && ((report) => Effect.sync(() => onRun(report))) }),
      signal
    )
  }

export interface OpenSchedulerOptions extends Pick<OpenOptions, "actor"> {
  /** Milliseconds that a change may be old before auto-save saves it. Default 2000. */
  readonly debounce?: number | undefined
}

/**
 * Opens the scheduler and the auto-save of a library, by its path or as `openLibrary` gave it; either way with a
 * connection of its own. Starts no backup by itself: call `runDue` from a timer, and as often as you like. Rejects as
 * `openLibrary` does.
 *
 * @example
 * ```ts
 * import { openScheduler } from "@white-room/scheduler/promise"
 *
 * const scheduler = await openScheduler("library.db")
 * await scheduler.saveProfile({ name: "evening", when: ["weekdays 18:00"] })
 * const timer = setInterval(() => scheduler.runDue().catch(console.error), 60_000)
 * const stop = () => {
 *   clearInterval(timer)
 *   return scheduler.close()
 * }
 * ```
 */
export const openScheduler = async (
  library: string | { readonly path: string },
  given: OpenSchedulerOptions = {}
): Promise<Scheduler> => {
  checkOptions("openScheduler", openOptions, given)
  const { debounce = 2000, ...options } = given
  const listeners = new Listeners()
  const onEvent = (event: AutoSaveEvent) => Effect.sync(() => listeners.tell(event))
  const opening = Effect.gen(function* () {
    const opened = yield* openLibrary(typeof library === "string" ? library : library.path, options)
    const autoSave = yield* AutoSaveEffects.make(opened, { debounce, onEvent })
    return { path: opened.path, autoSave, service: yield* SchedulerTag.make(opened) }
  })
  const scope = Effect.runSync(Scope.make())
  const { path, autoSave, service } = await run(
    opening.pipe(Effect.provide(layerOutside), Scope.extend(scope))
  )
  const gate = new Gate(path)
  let closing: Promise<void> | undefined
  const close = () => {
    gate.closed = true
    closing ??= run(Scope.close(scope, Exit.void))
    return closing
  }
  return {
    path,
    autoSave: autoSaveOf(autoSave, listeners.on, gate),
    profiles: () => gate.run(service.profiles),
    unreadableProfiles: () => gate.run(service.unreadableProfiles),
    saveProfile: (profile) => gate.run(Effect.suspend(() => service.saveProfile(profile))),
    editProfile: (name, changes) => gate.run(Effect.suspend(() => service.editProfile(name, changes))),
    removeProfile: (name) => gate.run(service.removeProfile(name)),
    next: (count) => gate.run(service.next(count)),
    places: () => gate.run(service.places),
    runDue: runDueOf(service, gate),
    close,
    [Symbol.asyncDispose]: close
  }
}
