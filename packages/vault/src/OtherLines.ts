/** The lines of other devices: which have something that is not here, and reading it from where it is known on. */
import {
  equalBytes,
  genesis,
  type LineMerged,
  type LogHead,
  type OnProgress,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { type LineTaker, linesMergedInto, lookAt, type Take, takeLine } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchSound } from "./FetchedSegment.js"
import { byNewest, farthestOf, type Path, pathsIn, vaultDamaged } from "./Path.js"
import { endOfPath } from "./PathEnd.js"
import { playPath } from "./Play.js"
import type { Naming } from "./segment/SegmentName.js"
import { type ListedLine, lastArrival, listLines, readLineStart, type Vault } from "./Vault.js"

/** What another device has. */
export interface OtherDevice {
  readonly line: string
  readonly device: string
  /** When it was last pushed to. */
  readonly lastArrival: number
}

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
export const newsIn = (library: Library, vault: Vault, lines: ReadonlyArray<ListedLine>) =>
  Effect.gen(function* () {
    const merged = yield* linesMergedInto(library)
    const { naming } = vault.protection
    const unknown = yield* lookAt(library, ({ chainHashAt }) =>
      lines.filter((each) => each.segments.length > 0 && !isKnown(each, naming, chainHashAt, merged))
    )
    return yield* Effect.forEach(unknown.toSorted(byNewest), (listed) =>
      Effect.map(readLineStart(vault, listed.library, listed.line), ({ device }): OtherDevice => {
        return { line: listed.line, device, lastArrival: lastArrival(listed) }
      })
    )
  })

/** The lines of this library in a vault. */
export const linesOf = (library: Library, vault: Vault) =>
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
      const segment = yield* fetchSound(vault, listed)
      for (const frame of segment.frames())
        if (frame._tag === "Block") yield* taker.take((receiver) => receiver.objects(frame.data))
    }
    const lacking = yield* taker.lacking
    if (lacking.length > 0)
      return yield* vaultDamaged(vault, `a document is missing: ${toHex(lacking[0] ?? genesis).slice(0, 12)}`)
  })

/** Takes the events alone. */
const eventsOf =
  (take: Take): Take =>
  (body) =>
    take((receiver) =>
      body({ head: receiver.head, objects: () => undefined, events: (run) => receiver.events(run) })
    )

/** Whether the log of a library has a point of a line. */
const isHere =
  (library: Library) =>
  ({ position, head }: { readonly position: number; readonly head: string }) =>
    lookAt(library, ({ chainHashAt }) => toHex(chainHashAt(position) ?? genesis) === head)

interface ReadOptions {
  readonly withDocuments?: boolean
  /** Looks for nothing before what is here: a document that is there and no longer here is missing then. */
  readonly isBrief?: boolean
  readonly onProgress?: OnProgress | undefined
}

/** Reads what comes after the point of a line that is known here. */
export const readLine = (
  library: Library,
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { line, device }: OtherDevice,
  options: ReadOptions = {}
) =>
  Effect.gen(function* () {
    const { withDocuments = true, isBrief = false, onProgress } = options
    const pathTo = pathsIn(vault, lines)
    const pathOf = (id: string, to = pathTo) => {
      const listed = lines.find((each) => each.line === id)
      return listed === undefined ? Effect.succeed(undefined) : to(listed)
    }
    // Lines that were taken in are held against this one from its beginning on.
    const isShort = isBrief && (yield* linesMergedInto(library)).length === 0
    const path = yield* pathOf(line, isShort ? pathsIn(vault, lines, { isKnown: isHere(library) }) : pathTo)
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
    yield* playPath(vault, rest, end, withDocuments ? taker.take : eventsOf(taker.take), { onProgress })
    if (withDocuments) yield* fetchLacking(vault, path, from, taker)
    return taker
  })
