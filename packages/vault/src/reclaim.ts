/**
 * Reclaiming: what nobody needs any more goes out of a vault, by its policy. Needed is, of every line of the library: the
 * last state, every backup that is kept or expired less than `graceDays` ago, every state that a line begins at, and every
 * version that was the present one within `keepEdits`. Ages are those of files in the place, never what events say. A
 * segment is written again without the rest, and the one before goes as after a merge.
 */
import * as path from "node:path"
import { day, toHex, type WhiteRoomError } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { markNeeded, privateFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { clone } from "./clone.js"
import { coverOf, farthestOf, type Path, pathsIn } from "./Path.js"
import { defaultPolicy, type Policy, readPolicy, readPolicyFor } from "./Policy.js"
import { openRanged } from "./read/RangedSegment.js"
import { type Rewritten, rewrite } from "./rewrite.js"
import { type StartedLine, startedLines } from "./StartedLine.js"
import type { Arrival } from "./segment/SegmentEnd.js"
import type { ListedSegment } from "./segment/SegmentName.js"
import { type ListedLine, listLines, type Vault } from "./Vault.js"

/** What was reclaimed, or would be. */
export interface Reclaimed {
  /** Segments that were written again. */
  readonly segments: number
  readonly objects: number
  /** Bytes that the place has less when the segments before are gone. */
  readonly bytes: number
}

/** A segment that is younger is left alone, so that each is rewritten once a month at most. */
const youngest = 30 * day

/** Less than this part of a segment is not worth rewriting it, unless it is a megabyte. */
const leastPart = 1 / 8
const leastBytes = 1024 * 1024

const isWorthIt = ({ before, after }: Pick<Rewritten, "before" | "after">): boolean =>
  before - after >= Math.min(leastBytes, before * leastPart)

/** When the events of a segment came: a merged one says it of its pieces. */
const arrivalsIn = (
  vault: Vault,
  listed: ListedSegment
): Effect.Effect<ReadonlyArray<Arrival>, WhiteRoomError> =>
  Effect.map(openRanged(vault, listed), ({ end: { arrived } }) =>
    arrived.length === 0 ? [{ first: listed.first, at: listed.arrivedAt }] : arrived
  )

/** The last position of a path up to which everything came at a time or before. */
const arrivedBefore = (
  vault: Vault,
  { stretches }: Path,
  time: number
): Effect.Effect<number, WhiteRoomError> =>
  Effect.gen(function* () {
    let position = 0
    for (const { segments, until } of stretches)
      for (const listed of segments) {
        const young =
          listed.arrivedAt <= time
            ? undefined
            : (yield* arrivalsIn(vault, listed)).find(({ at }) => at > time)
        if (young !== undefined) return Math.max(position, young.first - 1)
        position = Math.min(listed.last, until)
      }
    return position
  })

/** Positions of a line at which others begin. */
const pinsOf = (lines: ReadonlyArray<StartedLine>, line: string): ReadonlyArray<number> =>
  lines.flatMap(({ start: { parent } }) => (parent?.line === line ? [parent.position] : []))

/** A line that ends where another goes on tells nothing that the other does not. */
const isGoneOnWith = (lines: ReadonlyArray<StartedLine>, { line, segments }: ListedLine): boolean =>
  pinsOf(lines, line).includes(farthestOf(segments))

/** Adds what the path to the end of a line needs. It is made whole and proven first: of a damaged one nothing is reclaimed. */
const markLine = (
  vault: Vault,
  lines: ReadonlyArray<StartedLine>,
  line: ListedLine,
  { keepEdits, graceDays }: Policy,
  needed: Set<string>
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* vault.blobs.now
    const whole = yield* pathsIn(vault, lines)(line)
    const file = path.join(yield* privateFolder, "library.db")
    yield* clone(vault, file, { library: line.library, line: line.line, allowSyncedFolder: true })
    const library = yield* openLibrary(file)
    // Positions of lines that are not on this path keep a little more than is needed.
    const states = lines.flatMap((each) => pinsOf(lines, each.line))
    // To delete is to edit: what a thief did counts for graceDays at least.
    const since = yield* arrivedBefore(vault, whole, now - Math.max(keepEdits, graceDays) * day)
    const backupsSince = yield* arrivedBefore(vault, whole, now - graceDays * day)
    yield* markNeeded(library, { since, backupsSince, states }, needed)
  }).pipe(Effect.scoped)

/** The segments of a line that may be rewritten: on its cover, and old. */
const oldSegments = ({ segments, start }: StartedLine, now: number): ReadonlyArray<ListedSegment> =>
  coverOf(segments, start.parent?.position ?? 0, Number.MAX_SAFE_INTEGER).filter(
    ({ arrivedAt }) => arrivedAt <= now - youngest
  )

/**
 * Reclaims what lines of a library hold in vain, of all of its lines as they are listed, by a policy that is read when there is
 * something to look at. Reads them all. When another line begins meanwhile, what was written goes again: it may need what is not in it.
 */
const reclaimBy = (
  policyOf: Effect.Effect<Policy, WhiteRoomError>,
  vault: Vault,
  lines: ReadonlyArray<StartedLine>,
  own: ReadonlyArray<string>,
  { dryRun = false }: { readonly dryRun?: boolean | undefined } = {}
): Effect.Effect<Reclaimed, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* vault.blobs.now
    const candidates = lines
      .filter((each) => own.includes(each.line))
      .flatMap((each) => oldSegments(each, now))
    const nothing = { segments: 0, objects: 0, bytes: 0 }
    if (candidates.length === 0) return nothing
    const policy = yield* policyOf
    const needed = new Set<string>()
    for (const each of lines)
      if (each.segments.length > 0 && !isGoneOnWith(lines, each))
        yield* markLine(vault, lines, each, policy, needed)
    const made: Array<Rewritten> = []
    for (const listed of candidates) {
      let worth = false
      const rewritten = yield* rewrite(vault, [listed], {
        lines,
        level: listed.level,
        isNeeded: (hash) => needed.has(toHex(hash)),
        isWorthIt: (each) => {
          worth = isWorthIt(each)
          return worth && !dryRun
        }
      })
      if (worth) made.push(rewritten)
    }
    if (!dryRun && made.length > 0) {
      const before = new Set(lines.map((each) => each.line))
      const isChanged = (yield* listLines(vault, candidates[0]?.library)).some(
        (each) => !before.has(each.line)
      )
      if (isChanged) {
        for (const { name } of made) yield* vault.blobs.delete(name)
        return nothing
      }
    }
    return {
      segments: made.length,
      objects: made.reduce((sum, { released }) => sum + released, 0),
      bytes: made.reduce((sum, { before, after }) => sum + before - after, 0)
    }
  })

/** Reclaims what some lines hold in vain, for a library that remembers which policy it saw there. */
export const reclaim = (
  library: Library,
  vault: Vault,
  lines: ReadonlyArray<StartedLine>,
  own: ReadonlyArray<string>,
  options: { readonly dryRun?: boolean | undefined } = {}
): Effect.Effect<Reclaimed, WhiteRoomError> =>
  reclaimBy(readPolicyFor(library, vault, options.dryRun), vault, lines, own, options)

/**
 * The same for who keeps the place and has no library of it: of every line of every library there. It takes the vault's own policy;
 * nobody but the keeper may delete there, so that none is missing. But whoever may push may write one: what was forgotten stays as long
 * as where nothing was said, at least.
 */
export const reclaimAll = (vault: Vault): Effect.Effect<Reclaimed, WhiteRoomError> =>
  Effect.gen(function* () {
    const all = yield* startedLines(vault)
    const policy = Effect.map(readPolicy(vault), (each) => ({
      ...each,
      graceDays: Math.max(each.graceDays, defaultPolicy.graceDays)
    }))
    let total: Reclaimed = { segments: 0, objects: 0, bytes: 0 }
    for (const library of new Set(all.map((each) => each.library))) {
      const lines = all.filter((each) => each.library === library)
      const own = lines.map(({ line }) => line)
      const done = yield* reclaimBy(policy, vault, lines, own)
      total = {
        segments: total.segments + done.segments,
        objects: total.objects + done.objects,
        bytes: total.bytes + done.bytes
      }
    }
    return total
  })
