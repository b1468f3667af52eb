/** Auto-save for apps: what a person edits is in the library two seconds later, without a word. */
import {
  day,
  InvalidInput,
  type Receipt,
  type SongInput,
  second,
  type WhiteRoomError
} from "@white-room/core"
import type { EntityVersion, Library } from "@white-room/store"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Pace, retryDelay, Unsaved } from "./Unsaved.js"

/** The actor of an auto-save in the log. */
export const autoSaveActor = "auto-save"

export type AutoSaveEvent =
  | {
      readonly _tag: "Saved"
      readonly id: string
      /** Where the save stands in the log; 0 when the library had the song exactly so. */
      readonly position: number
      readonly timestamp: Date
    }
  | {
      readonly _tag: "Failed"
      readonly id: string
      /** A `WhiteRoomError`, which says what to do; anything else is a bug. */
      readonly error: Error
      /** 1 for the first failure since the last good save, 2 for the next … */
      readonly attempt: number
      /** When it is tried again; absent while auto-save is switched off. */
      readonly retryAt?: Date
    }

export interface AutoSaveOptions {
  /** How old a change may become before it is saved. Default 2 seconds. */
  readonly debounce?: Duration.DurationInput | undefined
  /** Told of every save and every failure, in order; saving goes on when it returns. */
  readonly onEvent?: ((event: AutoSaveEvent) => Effect.Effect<void>) | undefined
}

export interface AutoSaveService {
  /**
   * Notes that a song was changed. `current` gives the song as it is: called when it is saved, once for however many
   * changes there were, and only the newest one is kept. Costs next to nothing; call it on every change.
   */
  readonly markDirty: (id: string, current: () => SongInput) => Effect.Effect<void>
  /**
   * Saves a song, or all that have changes, now; also while auto-save is switched off, and also what waits to be tried
   * again. Succeeds when all are saved; fails with the first error after having tried all, and nothing is dropped.
   */
  readonly saveNow: (id?: string) => Effect.Effect<void, WhiteRoomError>
  /**
   * Forgets the unsaved changes of a song, or of all, and returns whose they were. Before a song is deleted, so that
   * no save brings it back. A save that runs at this moment is not taken back.
   */
  readonly discardPending: (id?: string) => Effect.Effect<ReadonlyArray<string>>
  /** Songs with changes that are not saved yet. */
  readonly pending: Effect.Effect<ReadonlyArray<string>>
  /** Saves and failures from now on, for a user interface. One that does not keep up misses the oldest. */
  readonly events: Stream.Stream<AutoSaveEvent>
  /**
   * The auto-saves of a song, newest first; 10 unless `limit` says otherwise. Any of them comes back with
   * `library.backups.restore("@" + position, { only: [{ kind: "song", id }] })`.
   */
  readonly versions: (
    id: string,
    limit?: number
  ) => Effect.Effect<ReadonlyArray<EntityVersion>, WhiteRoomError>
}

interface Settings {
  readonly enabled: boolean
  readonly pace: Pace
}

/** What another program may have written there must stop nothing and not make it spin. */
const intervalOf = (seconds: number): number =>
  Number.isFinite(seconds) ? Math.min(day, Math.max(second, seconds * second)) : 300 * second

/** A clock that only goes forwards, in milliseconds: setting the computer's clock neither hurries nor delays a save. */
const steadyTime = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/** The song, or a typed error when the app's function throws or gives another song. */
const songFrom = (id: string, current: () => SongInput): Effect.Effect<SongInput, InvalidInput> => {
  const invalid = (reason: string) => new InvalidInput({ field: `auto-save of song ${id}`, reason })
  return Effect.try({
    try: current,
    catch: (error) =>
      invalid(
        `the app did not give its present state: ${error instanceof Error ? error.message : String(error)}`
      )
  }).pipe(
    Effect.filterOrFail(
      (song) => song.id === id,
      (song) => invalid(`what was given is song ${song.id}`)
    )
  )
}

const errorOf = (cause: Cause.Cause<unknown>): Error => {
  const error = Cause.originalError(Cause.squash(cause))
  return error instanceof Error ? error : new Error(String(error))
}

const makeAutoSave = (
  library: Library,
  options: AutoSaveOptions = {}
): Effect.Effect<AutoSaveService, never, Scope.Scope> =>
  Effect.gen(function* () {
    const unsaved = new Unsaved<SongInput>()
    const debounce = Math.max(1, Duration.toMillis(options.debounce ?? "2 seconds"))
    let settings: Settings = { enabled: true, pace: { debounce, interval: 300 * second } }
    let closed = false
    const wake = yield* Queue.sliding<void>(1)
    const turn = yield* Effect.makeSemaphore(1)
    const hub = yield* PubSub.sliding<AutoSaveEvent>(256)

    /** The user's preferences; while they cannot be read they are what they were, at first the defaults. */
    const readSettings = Effect.gen(function* () {
      const preferences = yield* Effect.option(library.preferences.current)
      if (preferences._tag === "Some") {
        const { autoSaveEnabled, autoSaveInterval } = preferences.value
        settings = { enabled: autoSaveEnabled, pace: { debounce, interval: intervalOf(autoSaveInterval) } }
      }
      return settings
    })

    const tell = (event: AutoSaveEvent) =>
      Effect.gen(function* () {
        yield* PubSub.publish(hub, event)
        if (options.onEvent !== undefined)
          yield* Effect.catchAllCause(options.onEvent(event), (cause) =>
            Effect.logError("auto-save: a listener failed", cause)
          )
      })

    const upsert = (id: string, current: () => SongInput): Effect.Effect<Receipt, WhiteRoomError> =>
      Effect.flatMap(songFrom(id, current), (song) => library.songs.upsert(song, { actor: autoSaveActor }))

    const noteFailure = (id: string, cause: Cause.Cause<WhiteRoomError>) =>
      Effect.gen(function* () {
        const { enabled, pace } = settings
        const attempt = unsaved.failed(id, yield* steadyTime, pace)
        if (attempt === undefined) return
        const at = (yield* Clock.currentTimeMillis) + retryDelay(pace, attempt)
        const error = errorOf(cause)
        yield* tell({ _tag: "Failed", id, error, attempt, ...(enabled && { retryAt: new Date(at) }) })
      })

    /** Saves one song, never two at once, and never half: what interrupts it waits for its end. */
    const save = (id: string): Effect.Effect<void, WhiteRoomError> =>
      Effect.gen(function* () {
        const current = unsaved.begin(id)
        if (current === undefined) return
        const exit = yield* Effect.exit(upsert(id, current))
        if (Exit.isSuccess(exit)) {
          unsaved.saved(id)
          const timestamp = new Date(yield* Clock.currentTimeMillis)
          yield* tell({ _tag: "Saved", id, position: exit.value.last, timestamp })
        } else yield* noteFailure(id, exit.cause)
        yield* Queue.offer(wake, undefined)
        return yield* Effect.asVoid(exit)
      }).pipe(Effect.uninterruptible, turn.withPermits(1))

    const saveNow = (id?: string): Effect.Effect<void, WhiteRoomError> =>
      Effect.gen(function* () {
        const ids = id === undefined ? unsaved.ids : [id]
        const exits = yield* Effect.forEach(ids, (each) => Effect.exit(save(each)))
        yield* exits.find(Exit.isFailure) ?? Effect.void
      })

    /** One step: sleep until something changes or is due, or save what is due. */
    const step = Effect.gen(function* () {
      if (unsaved.isEmpty) return yield* Queue.take(wake)
      const { enabled, pace } = yield* readSettings
      const next = enabled ? unsaved.next(pace) : undefined
      const wait = next === undefined ? pace.interval : next.dueAt - (yield* steadyTime)
      if (wait > 0) return yield* Effect.raceFirst(Queue.take(wake), Effect.sleep(wait))
      // Its failure was told, and what it could not save waits.
      if (next !== undefined) yield* Effect.exit(save(next.id))
    })

    /** A bug somewhere must not end it in silence. */
    const steadily = Effect.catchAllDefect(step, (defect) =>
      Effect.zipRight(Effect.logError("auto-save", defect), Effect.sleep(settings.pace.interval))
    )

    const close = Effect.gen(function* () {
      closed = true
      const { enabled } = yield* readSettings
      if (!enabled) return
      yield* Effect.catchAllCause(saveNow(), (cause) =>
        Effect.logError(`auto-save: closed without having saved ${unsaved.ids.join(", ")}`, cause)
      )
    })

    // In this order: what saves by itself has stopped when the rest is saved.
    yield* Effect.addFinalizer(() => close)
    yield* Effect.forkScoped(Effect.forever(steadily))

    return {
      markDirty: (id, current) =>
        Effect.gen(function* () {
          if (closed) return yield* Effect.dieMessage(`auto-save of ${library.path} is closed`)
          const isNew = unsaved.mark(id, current, yield* steadyTime)
          if (isNew || !settings.enabled) yield* Queue.offer(wake, undefined)
        }),
      saveNow,
      discardPending: (id) => Effect.sync(() => unsaved.discard(id)),
      pending: Effect.sync(() => unsaved.ids),
      events: Stream.fromPubSub(hub),
      versions: (id, limit = 10) =>
        Effect.map(library.history.versions({ kind: "song", id }), (versions) =>
          versions
            .filter(({ actor, deleted }) => actor === autoSaveActor && !deleted)
            .reverse()
            .slice(0, limit)
        )
    }
  })

/**
 * Saves changed songs by themselves. What is promised:
 * - A change is in the library `debounce` (2 s) after it was marked, also while changes go on; a process that dies loses
 *   nothing older. Only a save that fails, or that takes longer, delays it.
 * - Never two saves of one song at once; while one runs, changes of the song are kept as one, the newest.
 * - A save that fails is reported and repeated: after 2, 4, 8 … seconds, at least every `autoSaveInterval` of the
 *   preferences (300 s). The song stays unsaved until one succeeds, or until it is discarded.
 * - Each save is an ordinary edit in the log, by the actor `auto-save`, and can be restored like any other.
 * - When the scope ends, everything unsaved is saved.
 *
 * With `autoSaveEnabled` off in the preferences, only `saveNow` saves, at the end of the scope too. The preferences are
 * read again before every save.
 *
 * @example
 * ```ts
 * import { AutoSave } from "@white-room/scheduler"
 * import { openLibrary } from "@white-room/store"
 * import * as Effect from "effect/Effect"
 *
 * const edit = Effect.gen(function* () {
 *   const library = yield* openLibrary("library.db")
 *   const autoSave = yield* AutoSave.make(library)
 *   let song = { id: "s1", name: "Night Drive", songDataJSON: "{}", determinismSeed: "1" }
 *   song = { ...song, songDataJSON: '{"tempo":96}' }
 *   yield* autoSave.markDirty(song.id, () => song)
 * }).pipe(Effect.scoped)
 * ```
 */
export class AutoSave extends Context.Tag("@white-room/scheduler/AutoSave")<AutoSave, AutoSaveService>() {
  /** Auto-save for a library that stays open at least as long as the scope. */
  static readonly make = makeAutoSave
}
