/**
 * `push`: what a vault lacks of this library's log goes there, as one new file that nothing else depends on. Killed at
 * any moment, the vault reads as before or as after, and the next push goes on from what is there.
 */
import { randomUUID } from "node:crypto"
import {
  type EntityKey,
  genesis,
  type LogHead,
  type OnProgress,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { defaultActor, type Library } from "@white-room/store"
import { type KnownVault, lookAt, openReader, type Snapshot, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { farthestOf } from "./Path.js"
import { lineFolder, type Naming } from "./segment/SegmentName.js"
import { sendSegment } from "./sendSegment.js"
import { beginLine, type LineStart, type ListedSegment, listAll, segmentsIn, type Vault } from "./Vault.js"

export interface PushOptions {
  readonly onProgress?: OnProgress | undefined
}

/** What a push did. */
export interface PushReport {
  readonly line: string
  /** Set when this device began a line: why the one before was not continued. */
  readonly began: "first" | "copy" | "diverged" | undefined
  readonly segments: number
  readonly events: number
  readonly bytes: number
  /** How far the vault has the log now. */
  readonly position: number
  /** True when the vault had less than this library remembered: somebody rolled it back or emptied it. */
  readonly rolledBack: boolean
  /** Entities of which a version is damaged here and so is not there either. */
  readonly damaged: ReadonlyArray<EntityKey>
}

/** Where this device goes on. */
interface Course {
  readonly line: string
  readonly after: number
  readonly start: LineStart
  readonly began: PushReport["began"]
}

/** The segment that reaches farthest and ends in the log of this library. */
const sharedEnd = (
  snapshot: Snapshot,
  { hash: nameOf }: Naming,
  segments: ReadonlyArray<ListedSegment>
): ListedSegment | undefined =>
  segments
    .filter(({ kind, last, head }) => {
      const hash = kind === "events" ? snapshot.chainHashAt(last) : undefined
      return hash !== undefined && nameOf(hash) === head
    })
    .toSorted((a, b) => a.last - b.last)
    .at(-1)

/**
 * A device continues its line while all of it is in the log of the library; a copy of the file, and one that was put
 * back from earlier, begin a new one where the old one was left.
 */
const courseOf = (
  snapshot: Snapshot,
  naming: Naming,
  known: KnownVault,
  segments: ReadonlyArray<ListedSegment>,
  device: string
): Course => {
  const shared = sharedEnd(snapshot, naming, segments)
  const farthest = farthestOf(segments)
  if (known.isOwnLine && farthest === (shared?.last ?? 0))
    return {
      line: known.line,
      after: farthest,
      start: { device, parent: null },
      began: farthest === 0 ? "first" : undefined
    }
  const position = shared?.last ?? 0
  const hash = snapshot.chainHashAt(position) ?? genesis
  const parent = position === 0 ? null : { line: known.line, position, head: toHex(hash) }
  const began = parent === null ? "first" : known.isOwnLine ? "diverged" : "copy"
  return { line: randomUUID(), after: position, start: { device, parent }, began }
}

const nothing = { began: undefined, segments: 0, events: 0, bytes: 0, damaged: [] }

/**
 * Pushes to a vault that the library knows. What other programs wrote is taken over first. Fails with
 * `PlaceUnreachable`, `PlaceRefused` or `PlaceFull`, and then the vault has what it had, or whole segments more.
 */
export const push = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  { onProgress }: PushOptions = {}
): Effect.Effect<PushReport, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const { naming } = vault.protection
    const folder = naming.library(yield* lookAt(library, (snapshot) => snapshot.libraryId))
    const segments = segmentsIn(yield* listAll(vault, lineFolder(folder, known.line)))
    const { course, head } = yield* lookAt(library, (snapshot) => ({
      course: courseOf(snapshot, naming, known, segments, defaultActor()),
      head: snapshot.head
    }))
    const rolledBack = known.isOwnLine && course.began === undefined && course.after < known.pushed.position
    const { line } = course
    if (head.position <= course.after) {
      if (course.began === undefined) yield* noteAt(library, known, line, head)
      return { ...nothing, line: known.line, position: head.position, rolledBack }
    }
    if (course.began !== undefined) yield* beginLine(vault, folder, line, course.start)
    const report = { line, began: course.began, segments: 0, events: 0, bytes: 0, position: course.after }
    const damaged: Array<EntityKey> = []
    const reader = yield* openReader(library)
    while (report.position < head.position) {
      const sent = yield* sendSegment(reader, vault, { line, after: report.position })
      if (sent === undefined) break
      const { about, written } = sent
      report.segments++
      report.events += about.last - report.position
      report.bytes += written.bytes
      report.position = about.last
      for (const owner of sent.damaged) if (owner !== undefined) damaged.push(owner)
      yield* noteAt(library, known, line, { position: about.last, chainHash: about.head })
      onProgress?.({ done: report.position, total: Math.max(head.position, report.position), step: "push" })
    }
    return { ...report, rolledBack, damaged }
  }).pipe(Effect.scoped)

const noteAt = (library: Library, known: KnownVault, line: string, pushed: LogHead) =>
  Effect.flatMap(Clock.currentTimeMillis, (pushedAt) =>
    vaultRecords(library).remember({ ...known, line, pushed, pushedAt })
  )
