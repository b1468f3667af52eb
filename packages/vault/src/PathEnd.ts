/** Where a path ends, by what its last segments say. */
import { randomUUID } from "node:crypto"
import {
  decodeRecord,
  isDeletion,
  isEntity,
  type Kind,
  MalformedData,
  upcast,
  VaultDamaged,
  type WhiteRoomError
} from "@white-room/core"
import { type EventRun, eventType, type TableForm, widenTables } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { DamagedSegment } from "./FetchedSegment.js"
import { type Path, vaultDamaged } from "./Path.js"
import { fetchFor, fetchOnPath, following, type PlayOptions } from "./PathSource.js"
import type { ListedSegment } from "./segment/SegmentName.js"
import type { Vault } from "./Vault.js"

/** Where a path ends: at the last position at which no command is in the middle, with the tables there. */
export interface PathEnd {
  /** The id of the library, which its name in the vault need not tell. */
  readonly libraryId: string
  readonly until: number
  /** The same, or the last position of segments at the end that cannot be read to theirs. */
  readonly claimed: number
  readonly tables: ReadonlyArray<TableForm>
  readonly bytes: number
  /** The segment that said so, unless it is large: it need not be fetched again. */
  readonly held?: { readonly name: string; readonly segment: DamagedSegment } | undefined
}

/** No larger segment is held while those before it are read: that of a push is not. */
const mostHeld = 8 * 1024 * 1024

/** The runs of a segment up to the first that cannot be read. */
const runsIn = (segment: DamagedSegment): ReadonlyArray<EventRun> => {
  const runs: Array<EventRun> = []
  for (const frame of segment.frames()) {
    if (frame._tag === "Events") runs.push(frame.run)
    if (frame._tag === "Unreadable" && frame.of === "events") break
  }
  return runs
}

/** The last position of a segment without an end at which no command is in the middle. */
const wholeIn = (runs: ReadonlyArray<EventRun>, { first }: ListedSegment): number => {
  const run = runs.at(-1)
  if (run === undefined) return first - 1
  const last = run.first + run.events.length - 1
  const command = run.commands.find(({ number }) => number === run.events.at(-1)?.command)
  return command === undefined || command.last <= last ? last : Math.min(command.first - 1, last)
}

/** The columns of records, by the kind of their entities. */
const columnsIn = (runs: ReadonlyArray<EventRun>): ReadonlyMap<Kind, ReadonlySet<string>> => {
  const names = new Map<Kind, Set<string>>()
  for (const { events } of runs)
    for (const { subject, type: stored, schema, payload } of events) {
      const type = eventType(stored)
      if (!isEntity(subject) || isDeletion(type)) continue
      const known = names.get(subject) ?? new Set()
      for (const name of decodeRecord(subject, upcast(type, schema, payload)).keys()) known.add(name)
      names.set(subject, known)
    }
  return names
}

/** The tables at the end of segments of which the last ones may have no end that says so. */
const tablesWith = (
  tables: ReadonlyArray<TableForm>,
  runs: ReadonlyArray<EventRun>
): ReadonlyArray<TableForm> => {
  try {
    return widenTables(tables, columnsIn(runs))
  } catch (error) {
    if (error instanceof MalformedData) return tables
    throw error
  }
}

/**
 * What the last segment of a path says. A push that was stopped may have left half a command there. For those who are told
 * of problems it is the last that can be read, and of one without an end what can be read: the tables are then as they were
 * before, with the columns that its records have. Where no end at all tells the id of a library in a sealed vault, it gets a new one.
 */
export const endOfPath = (
  vault: Vault,
  path: Path,
  options: PlayOptions
): Effect.Effect<PathEnd, WhiteRoomError> =>
  following(vault, path, Effect.succeed(0), ({ library, stretches, beyond }) => {
    const segments = stretches.flatMap((stretch) => stretch.segments)
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
    const last = segments.at(-1)
    const until = stretches.at(-1)?.until ?? 0
    // What another file is read in the place of is told when the path is played.
    const fetch = (listed: ListedSegment) =>
      listed.others === undefined
        ? fetchFor(vault, listed, options)
        : Effect.orElse(fetchOnPath(vault, listed, {}), () => fetchFor(vault, listed, options))
    const reachedIn = (listed: ListedSegment, segment: DamagedSegment, runs: ReadonlyArray<EventRun>) => {
      if (last === undefined) return { until: 0, claimed: 0 }
      const reached = Math.min(until, segment.end?.about.whole ?? wholeIn(runs, listed))
      const isLast = listed === last && segment.end !== undefined
      const claimed = isLast ? reached : Math.min(until, last.last)
      const isHeld = listed.others === undefined && segment.bytes <= mostHeld
      return { until: reached, claimed, held: isHeld ? { name: listed.name, segment } : undefined }
    }
    return Effect.gen(function* () {
      const others = beyond.flatMap((stretch) => stretch.segments)
      const runs: Array<EventRun> = []
      let reached: ReturnType<typeof reachedIn> | undefined
      let failure: VaultDamaged | undefined
      for (const listed of [...segments.toReversed(), ...others]) {
        const fetched = yield* Effect.either(fetch(listed))
        if (fetched._tag === "Left") {
          if (options.onProblem === undefined || !(fetched.left instanceof VaultDamaged))
            return yield* fetched.left
          failure = fetched.left
          continue
        }
        const segment = fetched.right
        const left = segment.end === undefined ? runsIn(segment) : []
        reached ??= reachedIn(listed, segment, left)
        if (segment.end !== undefined) {
          const { about, tables } = segment.end
          return { ...reached, libraryId: about.library, tables: tablesWith(tables, runs), bytes }
        }
        runs.push(...left)
      }
      if (last === undefined && failure === undefined && reached === undefined)
        return { libraryId: library, until: 0, claimed: 0, tables: [], bytes }
      if (reached === undefined) return yield* failure ?? vaultDamaged(vault, "it has no events")
      const isNamed = vault.protection.naming.library(library) === library
      return {
        ...reached,
        libraryId: isNamed ? library : randomUUID(),
        tables: tablesWith([], runs),
        bytes
      }
    })
  })
