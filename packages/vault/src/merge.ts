/**
 * Merging: neighbouring segments of a line become one, and go when the one that took their place is old enough that no
 * reader can miss them. It drops nothing and knows no policy. Killed at any moment, every position is still covered.
 */
import { day, isRemote, type WhiteRoomError } from "@white-room/core"
import { syncedFolder } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { mergeable } from "./mergeable.js"
import { coverOf, vaultDamaged } from "./Path.js"
import { rewrite } from "./rewrite.js"
import { type StartedLine, startedLines } from "./StartedLine.js"
import { lineFolder } from "./segment/SegmentName.js"
import { type ListedSegment, listAll, segmentsIn, type Vault } from "./Vault.js"

/** What a merge did to a line. */
export interface MergeReport {
  /** Segments that became part of larger ones. */
  readonly merged: number
  /** The larger ones. */
  readonly made: number
  /** Segments that nobody needs any more, and that are gone. */
  readonly deleted: number
  /** Those that the place keeps for now. */
  readonly retained: number
}

/** Readers of a cover that was listed before a merge are done by then; in a synced folder, on other computers. */
const graceOf = ({ blobs: { place } }: Vault): number =>
  (!isRemote(place) && syncedFolder(place) !== undefined ? 30 : 1) * day

const coverOfLine = ({ segments, start }: StartedLine): ReadonlyArray<ListedSegment> =>
  coverOf(segments, start.parent?.position ?? 0, Number.MAX_SAFE_INTEGER)

/** Off a cover, and every position of it in one segment on the cover that came long ago. */
const isReplaced = (segment: ListedSegment, cover: ReadonlyArray<ListedSegment>, latest: number): boolean =>
  segment.kind === "events" &&
  cover.every(({ name }) => name !== segment.name) &&
  cover.some(
    ({ first, last, arrivedAt }) => first <= segment.first && last >= segment.last && arrivedAt <= latest
  )

/** How a line is merged. */
interface MergeOptions {
  /** The time of the store, which tells it for a request. */
  readonly now: number
  readonly dryRun: boolean
  /** Nobody writes it any more. */
  readonly isFinished: boolean
}

/** Deletes what a line shows to be replaced, as it was listed before and as it is listed now. */
const deleteReplaced = (vault: Vault, line: StartedLine, { now, dryRun }: MergeOptions) =>
  Effect.gen(function* () {
    const latest = now - graceOf(vault)
    const replacedIn = (each: StartedLine): ReadonlyArray<ListedSegment> => {
      const cover = coverOfLine(each)
      return each.segments.filter((segment) => isReplaced(segment, cover, latest))
    }
    const nothing = { deleted: 0, retained: 0, line }
    const first = replacedIn(line)
    if (first.length === 0) return nothing
    const segments = segmentsIn(yield* listAll(vault, lineFolder(line.library, line.line)))
    const again = new Set(replacedIn({ ...line, segments }).map(({ name }) => name))
    const both = first.filter(({ name }) => again.has(name))
    if (dryRun) return { ...nothing, deleted: both.length }
    const gone = new Set<string>()
    for (const { name } of both)
      yield* Effect.matchEffect(vault.blobs.delete(name), {
        onSuccess: () => Effect.sync(() => void gone.add(name)),
        onFailure: (error) => (error._tag === "BlobRetained" ? Effect.void : Effect.fail(error))
      })
    return {
      deleted: gone.size,
      retained: both.length - gone.size,
      line: { ...line, segments: segments.filter(({ name }) => !gone.has(name)) }
    }
  })

/** The level of what is made of segments: above each of them. */
const levelAbove = (group: ReadonlyArray<ListedSegment>): number =>
  1 + group.reduce((highest, { level }) => Math.max(highest, level), 0)

/** The groups that would be merged, one after the other. */
const plannedMerges = (cover: ReadonlyArray<ListedSegment>, now: number, isFinished: boolean) => {
  const groups: Array<ReadonlyArray<ListedSegment>> = []
  let left = cover
  for (;;) {
    const group = mergeable(left, now, isFinished)
    const [first] = group ?? []
    if (group === undefined || first === undefined) return groups
    groups.push(group)
    const bytes = group.reduce((sum, each) => sum + each.bytes, 0)
    const made = { ...first, level: levelAbove(group), last: group.at(-1)?.last ?? first.last, bytes }
    left = left.flatMap((each) => (each === first ? [made] : group.includes(each) ? [] : [each]))
  }
}

/** A line after its merge, and what that did. */
interface MergedLine {
  readonly report: MergeReport
  /** All lines as they are then. */
  readonly lines: ReadonlyArray<StartedLine>
}

/**
 * Merges what can be merged of a line, and deletes what was replaced a day ago. One listing serves all of it; what is deleted
 * is listed once more before. Fails with `VaultDamaged` when a segment cannot be read, and then everything stays as it is.
 */
export const mergeListed = (
  vault: Vault,
  listed: ReadonlyArray<StartedLine>,
  line: string,
  options: MergeOptions
): Effect.Effect<MergedLine, WhiteRoomError> =>
  Effect.gen(function* () {
    const found = listed.find((each) => each.line === line)
    if (found === undefined) return yield* vaultDamaged(vault, `line ${line} is missing`)
    const { now, dryRun, isFinished } = options
    let own = found
    const lines = () => listed.map((each) => (each.line === line ? own : each))
    let merged = 0
    let made = 0
    if (dryRun) {
      const groups = plannedMerges(coverOfLine(own), now, isFinished)
      merged = groups.reduce((sum, group) => sum + group.length, 0)
      made = groups.length
    } else
      for (;;) {
        const [first, ...others] = mergeable(coverOfLine(own), now, isFinished) ?? []
        if (first === undefined) break
        const level = levelAbove([first, ...others])
        const { made: segment } = yield* rewrite(vault, [first, ...others], { lines: lines(), level })
        if (segment === undefined) break
        own = { ...own, segments: [...own.segments, segment] }
        merged += 1 + others.length
        made++
      }
    const { deleted, retained, line: kept } = yield* deleteReplaced(vault, own, options)
    own = kept
    return { report: { merged, made, deleted, retained }, lines: lines() }
  })

/** `mergeListed` of a line of a library, by its id, as the vault lists it now. For the device that writes the line. */
export const mergeLine = (
  vault: Vault,
  library: string,
  line: string,
  { dryRun = false }: { readonly dryRun?: boolean | undefined } = {}
): Effect.Effect<MergeReport, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* startedLines(vault, vault.protection.naming.library(library))
    const options = { now: yield* vault.blobs.now, dryRun, isFinished: false }
    return (yield* mergeListed(vault, lines, line, options)).report
  })
