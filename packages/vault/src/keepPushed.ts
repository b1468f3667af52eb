import { day, type WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { type KnownVault, lookAt, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Environment } from "./blobs/S3Credentials.js"
import { noticeDevices } from "./Devices.js"
import { openKnown } from "./Places.js"
import { type PushReport, push } from "./push.js"
import { isToBeSought, rolledBack } from "./rollback.js"
import { upkeep } from "./upkeep.js"
import { type KeptUp, upkeepDue } from "./upkeepDue.js"
import type { Vault } from "./Vault.js"

/** What happened to a vault: a push that sent something, or the beginning of trouble with it. */
export type PushEvent =
  | { readonly _tag: "Pushed"; readonly vault: string; readonly report: PushReport }
  | { readonly _tag: "Trouble"; readonly vault: string; readonly error: WhiteRoomError }

export interface KeepPushedOptions {
  /** How often the library is looked at; 60 s by default. */
  readonly every?: Duration.DurationInput | undefined
  /** Nothing in this process opens the library but this package and the store: see `OpenOptions`. Default false. */
  readonly alone?: boolean | undefined
  /** A place that fails is tried again after this long, then after twice as long, up to `longest`; 1 minute and 1 hour. */
  readonly first?: Duration.DurationInput | undefined
  readonly longest?: Duration.DurationInput | undefined
  readonly env?: Environment | undefined
  /** The folder of settings, with the keys of sealed vaults. */
  readonly settings?: string | undefined
  /** How often what was written is merged, and what was replaced deleted; 6 hours by default, and after 32 files. */
  readonly upkeepEvery?: Duration.DurationInput | undefined
  /** Says which vaults wait, such as those that are reached by a network that costs; none by default. */
  readonly isHeldOff?: ((library: Library, vault: KnownVault) => Effect.Effect<boolean>) | undefined
  /** Told of every push that sent something, and once of each trouble until it is over. */
  readonly onEvent: (event: PushEvent) => Effect.Effect<void>
}

/** How often a vault is read as a whole, to find what nobody needs any more. */
const reclaimEvery = 30 * day

interface Waiting {
  readonly until: number
  readonly wait: Duration.Duration
  readonly said: string
}

/**
 * Pushes what is new in the library at `path` to all its vaults, again and again, and merges what it wrote there; never
 * ends, whatever goes wrong. While nothing is new, no place is asked anything.
 */
export const keepPushed = (path: string, options: KeepPushedOptions): Effect.Effect<never> => {
  const {
    every = "60 seconds",
    first = "1 minute",
    longest = "1 hour",
    env,
    settings,
    alone,
    isHeldOff = () => Effect.succeed(false),
    onEvent
  } = options
  const upkeepEvery = Duration.toMillis(options.upkeepEvery ?? "6 hours")
  const waiting = new Map<string, Waiting>()
  const kept = new Map<string, KeptUp>()

  /** A job of its own after a push: the line that this library writes. */
  const upkeepIfDue = (
    library: Library,
    vault: Vault,
    { name, reclaimedAt }: KnownVault,
    { line, segments }: PushReport
  ) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const { at, files } = kept.get(name) ?? { at: 0, files: 0 }
      const since = { at, files: files + segments }
      const isDue = upkeepDue(since, now, upkeepEvery)
      kept.set(name, isDue ? { at: now, files: 0 } : since)
      if (!isDue) return
      const reclaim = Math.abs(now - (reclaimedAt ?? 0)) >= reclaimEvery
      yield* upkeep(library, vault, { line }, { reclaim })
    })

  const failed = (vault: string, error: WhiteRoomError) =>
    Effect.gen(function* () {
      const before = waiting.get(vault)
      const wait = Duration.min(
        before === undefined ? Duration.decode(first) : Duration.times(before.wait, 2),
        Duration.decode(longest)
      )
      const now = yield* Clock.currentTimeMillis
      waiting.set(vault, { until: now + Duration.toMillis(wait), wait, said: error._tag })
      if (before?.said !== error._tag) yield* onEvent({ _tag: "Trouble", vault, error })
    })

  const pushTo = (known: KnownVault) =>
    Effect.scoped(
      Effect.gen(function* () {
        const library = yield* openLibrary(path, { alone })
        const vault = yield* openKnown(known, { env, settings })
        const report = yield* push(library, vault, known)
        yield* Effect.ignore(noticeDevices(library, vault, known))
        const keptUp = yield* Effect.either(upkeepIfDue(library, vault, known, report))
        // What was sent is there, whatever becomes of the upkeep.
        if (report.events > 0) yield* onEvent({ _tag: "Pushed", vault: known.name, report })
        if (report.loss === "rolledBack")
          yield* onEvent({ _tag: "Trouble", vault: known.name, error: rolledBack(vault, known) })
        yield* keptUp
        waiting.delete(known.name)
      })
    ).pipe(Effect.catchAll((error) => failed(known.name, error)))

  const behind = Effect.scoped(
    Effect.gen(function* () {
      const library = yield* openLibrary(path, { alone })
      const position = yield* lookAt(library, ({ head }) => head.position)
      const all = yield* vaultRecords(library).all
      const now = yield* Clock.currentTimeMillis
      const wanted = all.filter(
        (known) =>
          (known.pushed.position < position || isToBeSought(known, now)) &&
          (waiting.get(known.name)?.until ?? 0) <= now
      )
      return yield* Effect.filter(wanted, (known) => Effect.negate(isHeldOff(library, known)))
    })
  )

  const round = Effect.flatMap(
    Effect.catchAll(behind, (error) => Effect.as(failed("", error), [])),
    (all) => Effect.forEach(all, pushTo, { discard: true })
  )
  return Effect.forever(Effect.zipRight(round, Effect.sleep(every)))
}
