/** Paths through a vault: the segments that tell a library's life up to the end of one line. */
import { BlobNotHere, day, fromHex, isRemote, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import { syncedFolder } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { lineFolder } from "./segment/SegmentName.js"
import {
  type LineStart,
  type ListedLine,
  type ListedSegment,
  lastArrival,
  listLines,
  readLineStart,
  type Vault
} from "./Vault.js"

/** A stretch of a path: segments of one line, up to a position. */
export interface Stretch {
  readonly line: string
  readonly segments: ReadonlyArray<ListedSegment>
  readonly until: number
  /** The chain hash there, as the line that begins there says it; the last one goes on to its end. */
  readonly head: Uint8Array | undefined
}

/** A life of a library, from its first event on. */
export interface Path {
  readonly library: string
  readonly line: string
  readonly stretches: ReadonlyArray<Stretch>
  /** What comes after events that are missing, and does not belong to any stretch. */
  readonly beyond: ReadonlyArray<Stretch>
}

type Parent = NonNullable<LineStart["parent"]>

/** How a path is looked for. */
export interface PathOptions {
  /** Does not read what a line says that has the first position: it begins nowhere else. */
  readonly isBrief?: boolean | undefined
  /** Whether a point where a line begins is known: a path begins there then, and nothing before it is looked for. */
  readonly isKnown?: ((parent: Parent) => Effect.Effect<boolean, WhiteRoomError>) | undefined
  /** Told of events that are missing; the path ends before the first of them. Without it they are a failure. */
  readonly onGap?: ((detail: string) => void) | undefined
}

/** A vault that lacks something, or has something else. */
export const vaultDamaged = (vault: Vault, detail: string): VaultDamaged =>
  new VaultDamaged({ place: vault.blobs.place, detail })

/**
 * The fewest segments that hold the positions after one, each once, as far as they go without a gap. Of several for the same
 * positions the one that came last: it was made because something was wrong with the others.
 */
export const coverOf = (
  segments: ReadonlyArray<ListedSegment>,
  after: number,
  until: number
): ReadonlyArray<ListedSegment> => {
  const beginning = new Map<number, Array<ListedSegment>>()
  for (const segment of segments) {
    if (segment.kind !== "events" || segment.last < segment.first) continue
    const others = beginning.get(segment.first)
    if (others === undefined) beginning.set(segment.first, [segment])
    else others.push(segment)
  }
  const cover: Array<ListedSegment> = []
  let at = after
  let head: string | undefined
  while (at < until) {
    const [next, ...rest] = (beginning.get(at + 1) ?? [])
      .filter(({ prev }) => head === undefined || prev === head)
      .toSorted((a, b) => b.last - a.last || b.arrivedAt - a.arrivedAt)
    if (next === undefined) break
    const others = rest.filter((other) => other.last === next.last && other.head === next.head)
    cover.push(others.length === 0 ? next : { ...next, others })
    at = next.last
    head = next.head
  }
  return cover
}

/** The last position that any segment of events has. */
export const farthestOf = (segments: ReadonlyArray<ListedSegment>): number =>
  segments.reduce((farthest, { kind, last }) => (kind === "events" ? Math.max(farthest, last) : farthest), 0)

/** The line first that was pushed to last. Places say when to the second at times: of those of one moment it is the one that goes farther. */
export const byNewest = (one: ListedLine, other: ListedLine): number =>
  lastArrival(other) - lastArrival(one) || farthestOf(other.segments) - farthestOf(one.segments)

/** Positions of a line that no whole segment has. */
export interface Hole {
  readonly after: number
  readonly last: number
}

/** The holes between two positions, in order. */
export const holesOf = (
  whole: ReadonlyArray<ListedSegment>,
  after: number,
  until: number
): ReadonlyArray<Hole> => {
  const holes: Array<Hole> = []
  let at = after
  for (;;) {
    at = coverOf(whole, at, until).at(-1)?.last ?? at
    if (at >= until) return holes
    const next = Math.min(...whole.map(({ first }) => first).filter((first) => first > at + 1), until + 1)
    holes.push({ after: at, last: next - 1 })
    at = next - 1
  }
}

/** No library was cloned of a clone more often; what says so leads nowhere. */
const mostStretches = 1000

/** In the folder of a sync service what came first may come last: for a day a gap is no damage. */
const mayStillCome = ({ blobs: { place } }: Vault, arrivedAt: number): Effect.Effect<boolean> =>
  isRemote(place) || syncedFolder(place) === undefined
    ? Effect.succeed(false)
    : Effect.map(Clock.currentTimeMillis, (now) => Math.abs(now - arrivedAt) < day)

/**
 * Finds the path that leads to the end of a line, of those that a vault lists. What a line says of its beginning is read
 * once. Fails with `VaultDamaged` where something is missing on the path, or it does not come to a beginning; with
 * `BlobNotHere` where a sync service may still bring it.
 */
export const pathsIn = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { isBrief = false, isKnown = () => Effect.succeed(false), onGap }: PathOptions = {}
): ((line: ListedLine) => Effect.Effect<Path, WhiteRoomError>) => {
  const listedAt = new Map(lines.map((each) => [lineFolder(each.library, each.line), each]))
  const starts = new Map<string, LineStart>()
  const startOf = (library: string, line: string) =>
    Effect.gen(function* () {
      const key = lineFolder(library, line)
      const known = starts.get(key) ?? listedAt.get(key)?.start
      if (known !== undefined) return known
      const start = yield* readLineStart(vault, library, line)
      starts.set(key, start)
      return start
    })
  return ({ library, line }) =>
    Effect.gen(function* () {
      let stretches: Array<Stretch> = []
      let beyond: ReadonlyArray<Stretch> = []
      const seen = new Set<string>()
      let next: string | undefined = line
      let until = Number.MAX_SAFE_INTEGER
      let head: Uint8Array | undefined
      while (next !== undefined) {
        const current: string = next
        const listed = listedAt.get(lineFolder(library, current))
        if (listed === undefined) return yield* vaultDamaged(vault, `line ${current} is missing`)
        if (seen.has(current) || seen.size === mostStretches)
          return yield* vaultDamaged(vault, `line ${line.slice(0, 8)} does not lead to a beginning`)
        seen.add(current)
        const isFirst = isBrief && listed.segments.some(({ kind, first }) => kind === "events" && first === 1)
        const parent = isFirst ? null : (yield* startOf(library, current)).parent
        const after = parent?.position ?? 0
        const segments = coverOf(listed.segments, after, until)
        const reached = segments.at(-1)?.last ?? after
        if (reached < Math.min(until, Math.max(farthestOf(listed.segments), after))) {
          const detail = `the events after @${reached} of line ${current.slice(0, 8)} are missing`
          const later = listed.segments.filter(({ first, last }) => last > reached && first <= until)
          if (onGap === undefined) {
            const isLate = yield* mayStillCome(vault, lastArrival({ segments: later }))
            return yield* isLate
              ? new BlobNotHere({ place: vault.blobs.place, name: `What follows @${reached}` })
              : vaultDamaged(vault, detail)
          }
          onGap(detail)
          beyond = [{ line: current, segments: later, until, head }, ...stretches, ...beyond]
          stretches = []
        }
        stretches.push({ line: current, segments, until, head })
        next = parent?.line
        until = parent?.position ?? 0
        head = parent === null ? undefined : fromHex(parent.head)
        if (parent === null || !(yield* isKnown(parent))) continue
        stretches.push({ line: parent.line, segments: [], until, head })
        break
      }
      return { library, line, stretches: stretches.toReversed(), beyond }
    })
}

/** The same path as the vault lists it now: a merge may have taken the place of some of its segments. */
export const listedAgain = (vault: Vault, { library, line }: Path): Effect.Effect<Path, WhiteRoomError> =>
  Effect.flatMap(listLines(vault, library), (lines) => {
    const listed = lines.find((each) => each.line === line)
    return listed === undefined
      ? Effect.fail(vaultDamaged(vault, `line ${line} is missing`))
      : pathsIn(vault, lines)(listed)
  })
