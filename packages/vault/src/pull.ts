/**
 * `pull`: what other devices pushed comes here. Where their line goes on from what is here, this library goes on with
 * it; where both went on, a three-way merge, shown first. What is read follows what is new.
 */
import {
  equalBytes,
  genesis,
  type LineMerged,
  type LogHead,
  type OnProgress,
  toHex,
  VaultNotFound,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import {
  type KnownVault,
  type LineTaker,
  linesMergedInto,
  lookAt,
  type PullChoices,
  type PullPlan,
  type PullResult,
  takeLine,
  vaultRecords
} from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { farthestOf, type Path, pathsIn, vaultDamaged } from "./Path.js"
import { endOfPath, fetchSegment, playPath } from "./Play.js"
import type { Naming } from "./segment/SegmentName.js"
import { type ListedLine, listLines, readLineStart, type Vault } from "./Vault.js"

export interface PullOptions {
  /** Whose line: the name of its device, or the beginning of its id. Default: the one that was pushed to last. */
  readonly line?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What another device has. */
export interface OtherDevice {
  readonly line: string
  readonly device: string
  /** When it was last pushed to. */
  readonly lastArrival: number
}

/** What a vault has of another device, read and waiting. */
export interface OpenedPull extends OtherDevice {
  /** Other devices that have something new, too. */
  readonly others: ReadonlyArray<OtherDevice>
  /** What it would change; writes nothing but what other programs changed. */
  readonly plan: (choices?: PullChoices) => Effect.Effect<PullPlan, WhiteRoomError>
  /** Takes it in, in one transaction. */
  readonly apply: (choices?: PullChoices) => Effect.Effect<PullResult, WhiteRoomError>
}

const lastArrival = ({ segments }: ListedLine): number =>
  segments.reduce((last, { arrivedAt }) => Math.max(last, arrivedAt), 0)

/** How positions of a library's log are named in a vault. */
type HashAt = (position: number) => Uint8Array | undefined

/** Whether a line ends in what is here, or was taken in. */
const isKnown = (
  { line, segments }: ListedLine,
  { hash: nameOf }: Naming,
  hashAt: HashAt,
  merged: ReadonlyArray<LineMerged>
): boolean => {
  const last = farthestOf(segments)
  const ends = segments.filter((each) => each.kind === "events" && each.last === last)
  const hash = hashAt(last)
  return (
    ends.some(({ head }) => hash !== undefined && nameOf(hash) === head) ||
    merged.some((each) => each.line === line && each.position >= last)
  )
}

/** The lines of other devices that have something which is not here, the newest first. */
const newsIn = (library: Library, vault: Vault, lines: ReadonlyArray<ListedLine>) =>
  Effect.gen(function* () {
    const merged = yield* linesMergedInto(library)
    const { naming } = vault.protection
    const unknown = yield* lookAt(library, ({ chainHashAt }) =>
      lines.filter((each) => each.segments.length > 0 && !isKnown(each, naming, chainHashAt, merged))
    )
    return yield* Effect.forEach(
      unknown.toSorted((a, b) => lastArrival(b) - lastArrival(a)),
      (listed) =>
        Effect.map(readLineStart(vault, listed.library, listed.line), ({ device }): OtherDevice => {
          return { line: listed.line, device, lastArrival: lastArrival(listed) }
        })
    )
  })

/** The lines of this library in a vault. */
const linesOf = (library: Library, vault: Vault) =>
  Effect.flatMap(
    lookAt(library, ({ libraryId }) => libraryId),
    (libraryId) => listLines(vault, vault.protection.naming.library(libraryId))
  )

/** Devices of this library that pushed what is not here, the one that pushed last first. Reads names, no events. */
export const devicesAhead = (
  library: Library,
  vault: Vault
): Effect.Effect<ReadonlyArray<OtherDevice>, WhiteRoomError> =>
  Effect.flatMap(linesOf(library, vault), (lines) => newsIn(library, vault, lines))

/** A point of a path, and where in its stretches it lies. */
const pointsOf = (path: Path, merged: Path | undefined, { line, position, hash }: LineMerged): LogHead => {
  let found: LogHead = { position: 0, chainHash: genesis }
  for (const [index, stretch] of path.stretches.entries()) {
    const other = merged?.stretches[index]
    if (other === undefined || other.line !== stretch.line) break
    const until = other.line === line ? position : other.until
    if (stretch.until <= until && stretch.head !== undefined)
      found = { position: stretch.until, chainHash: stretch.head }
    else {
      if (other.line === line) found = { position, chainHash: hash }
      else if (other.head !== undefined) found = { position: other.until, chainHash: other.head }
      break
    }
  }
  return found
}

/** The last point of a path that is here, or was taken in, as far as names tell. */
const knownPoint = (
  library: Library,
  vault: Vault,
  path: Path,
  pathOf: (line: string) => Effect.Effect<Path | undefined, WhiteRoomError>
) =>
  Effect.gen(function* () {
    const { hash: nameOf } = vault.protection.naming
    const here = yield* lookAt(library, ({ chainHashAt }) =>
      path.stretches.flatMap(({ segments, until, head }) => {
        const points: Array<LogHead> = []
        for (const { last, head: name } of segments) {
          const chainHash = last <= until ? chainHashAt(last) : undefined
          if (chainHash !== undefined && nameOf(chainHash) === name)
            points.push({ position: last, chainHash })
        }
        const own = head === undefined ? undefined : chainHashAt(until)
        if (head !== undefined && own !== undefined && equalBytes(own, head))
          points.push({ position: until, chainHash: head })
        return points
      })
    )
    const taken = yield* Effect.forEach(yield* linesMergedInto(library), (merged) =>
      Effect.map(pathOf(merged.line), (other) => pointsOf(path, other, merged))
    )
    return [...here, ...taken].reduce((a, b) => (b.position > a.position ? b : a), {
      position: 0,
      chainHash: genesis
    })
  })

/** The part of a path after a point. */
const pathAfter = (path: Path, { position }: LogHead): Path => ({
  ...path,
  stretches: path.stretches
    .filter(({ until }) => until > position)
    .map((stretch) => ({ ...stretch, segments: stretch.segments.filter(({ last }) => last > position) }))
})

/** Documents that were there before the point and are no longer kept here, from the segments before, newest first. */
const fetchLacking = (vault: Vault, path: Path, from: LogHead, taker: LineTaker) =>
  Effect.gen(function* () {
    const earlier = path.stretches
      .flatMap(({ segments }) => segments)
      .filter(({ last }) => last <= from.position)
      .toReversed()
    for (const listed of earlier) {
      if ((yield* taker.lacking).length === 0) return
      const segment = yield* fetchSegment(vault, listed)
      for (const frame of segment.frames())
        if (frame._tag === "Block") yield* taker.take((receiver) => receiver.objects(frame.data))
    }
    const lacking = yield* taker.lacking
    if (lacking.length > 0)
      return yield* vaultDamaged(vault, `a document is missing: ${toHex(lacking[0] ?? genesis).slice(0, 12)}`)
  })

const isMeant = ({ line, device }: OtherDevice, wanted: string): boolean =>
  device === wanted || device.split("@")[1] === wanted || line.startsWith(wanted)

/** A device whose own line this file had not begun there goes on from the line that it went on with. */
const rememberLine = (library: Library, known: KnownVault, line: string) =>
  known.isOwnLine
    ? Effect.void
    : Effect.flatMap(
        lookAt(library, ({ head }) => head),
        (pushed) => vaultRecords(library).rememberOther({ ...known, line, pushed })
      )

type Lines = ReadonlyArray<ListedLine>

/** Reads what comes after the point of a line that is known here. */
const readLine = (
  library: Library,
  vault: Vault,
  lines: Lines,
  { line, device }: OtherDevice,
  onProgress: OnProgress | undefined
) =>
  Effect.gen(function* () {
    const pathTo = pathsIn(vault, lines)
    const pathOf = (id: string) => {
      const listed = lines.find((each) => each.line === id)
      return listed === undefined ? Effect.succeed(undefined) : pathTo(listed)
    }
    const path = yield* pathOf(line)
    if (path === undefined) return yield* vaultDamaged(vault, `line ${line} is missing`)
    const from = yield* knownPoint(library, vault, path, (id) =>
      // What is damaged of lines that were taken in before only makes this read more.
      Effect.catchTag(pathOf(id), "VaultDamaged", () => Effect.succeed(undefined))
    )
    const isOnPath = (merged: LineMerged): boolean =>
      path.stretches.some((stretch) => stretch.line === merged.line && merged.position <= stretch.until)
    const taker = takeLine(library, { line, device, from, isOnPath })
    const rest = pathAfter(path, from)
    const end = yield* endOfPath(vault, rest, {})
    yield* playPath(vault, rest, end, taker.take, { onProgress })
    yield* fetchLacking(vault, path, from, taker)
    return taker
  })

/**
 * Reads what a vault has of another device and is not here; `undefined` when there is nothing new. What other programs
 * wrote here is taken over first, and documents are kept; nothing else changes before it is applied.
 */
export const openPull = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  { line: wanted, onProgress }: PullOptions = {}
): Effect.Effect<OpenedPull | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const lines = yield* linesOf(library, vault)
    const news = yield* newsIn(library, vault, lines)
    const meant = news.filter((each) => wanted === undefined || isMeant(each, wanted))
    if (wanted !== undefined && meant.length === 0 && news.length > 0) {
      const names = news.map(({ device }) => device).join(", ")
      const reason = `${wanted} has nothing new there; these have: ${names}`
      return yield* new VaultNotFound({ place: vault.blobs.place, reason })
    }
    for (const chosen of meant) {
      const { plan, apply } = yield* readLine(library, vault, lines, chosen, onProgress)
      if ((yield* plan()).way === "nothing") continue
      return {
        ...chosen,
        others: news.filter((each) => each !== chosen),
        plan,
        apply: (choices) =>
          Effect.tap(apply(choices), ({ way }) =>
            way === "forward" ? rememberLine(library, known, chosen.line) : Effect.void
          )
      }
    }
    return undefined
  })
