/**
 * `push`: what a vault lacks of this library's log goes there, as one new file that nothing else depends on. Killed at
 * any moment, the vault reads as before or as after, and the next push goes on from what is there.
 */
import { randomUUID } from "node:crypto"
import { isAbsolute } from "node:path"
import {
  type EntityKey,
  genesis,
  hour,
  type LogHead,
  type OnProgress,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { defaultActor, type Library } from "@white-room/store"
import {
  type KnownVault,
  type LastFile,
  lookAt,
  openReader,
  type Snapshot,
  vaultRecords
} from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { fillHoles } from "./fillHoles.js"
import { lackedThere } from "./lackedThere.js"
import { farthestOf } from "./Path.js"
import { sendProfiles } from "./Proposals.js"
import { noticeLoss } from "./rollback.js"
import { lineFolder, type Naming, parseSegmentName } from "./segment/SegmentName.js"
import { sendSegment } from "./sendSegment.js"
import {
  beginLine,
  filledSegmentsIn,
  type LineStart,
  type ListedSegment,
  listAll,
  type Vault
} from "./Vault.js"

export interface PushOptions {
  /** Nobody wrote into this line or took anything of it away since the last push, which succeeded: what is there is not asked for. */
  readonly isAsLeft?: boolean | undefined
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
  /**
   * Set when the vault lacked what this library had sent before. It was sent again. `missing`: the last file is looked for once
   * more, ten minutes later · `rolledBack`: it was gone then too, so somebody rolled the vault back or emptied it.
   */
  readonly loss: "missing" | "rolledBack" | undefined
  /** Entities of which a version is damaged here and so is not there either. */
  readonly damaged: ReadonlyArray<EntityKey>
}

/** Where this device goes on. */
interface Course {
  readonly line: string
  readonly after: number
  /** Where it goes on from another line. */
  readonly parent: LineStart["parent"]
  readonly began: PushReport["began"]
}

/** The segment that reaches farthest and ends in the log of this library. */
const sharedEnd = (
  snapshot: Snapshot,
  { hash: nameOf }: Naming,
  segments: ReadonlyArray<ListedSegment>
): ListedSegment | undefined =>
  segments
    .toSorted((a, b) => b.last - a.last)
    .find(({ kind, last, head }) => {
      const hash = kind === "events" ? snapshot.chainHashAt(last) : undefined
      return hash !== undefined && nameOf(hash) === head
    })

/**
 * A device continues its line while all of it is in the log of the library; a copy of the file, and one that was put
 * back from earlier, begin a new one where the old one was left.
 */
const courseOf = (
  snapshot: Snapshot,
  known: KnownVault,
  segments: ReadonlyArray<ListedSegment>,
  shared: ListedSegment | undefined
): Course => {
  const farthest = farthestOf(segments)
  // All of the line is gone, and with it perhaps those that it went on from: a new one holds everything.
  if (known.isOwnLine && farthest === 0 && known.pushed.position > 0)
    return { line: randomUUID(), after: 0, parent: null, began: "first" }
  if (known.isOwnLine && farthest === (shared?.last ?? 0))
    return {
      line: known.line,
      after: farthest,
      parent: null,
      began: farthest === 0 ? "first" : undefined
    }
  const position = shared?.last ?? 0
  const hash = snapshot.chainHashAt(position) ?? genesis
  const parent = position === 0 ? null : { line: known.line, position, head: toHex(hash) }
  const began = parent === null ? "first" : known.isOwnLine ? "diverged" : "copy"
  return { line: randomUUID(), after: position, parent, began }
}

/** Within this nothing that came can have been merged and deleted. */
const listAllAfter = hour

/** So much of the name of a file that its listing begins with the file itself. */
const justBefore = (file: string): string => file.slice(0, -1)

/**
 * The segments of the own line. But in a folder, the last that was sent and what sorts after it, which are all that came since and
 * all that were merged; everything (`isAll`), when that may not tell what there is: after an hour, and when the last one is not there. Where
 * it is as it was left, the last that was sent is all that is needed.
 */
const listOwn = (
  vault: Vault,
  { isOwnLine, lastFile, pushedAt, pushed }: KnownVault,
  folder: string,
  isAsLeft: boolean
) =>
  Effect.gen(function* () {
    const last = parseSegmentName(lastFile?.file ?? "")
    const isRecent = Math.abs((yield* Clock.currentTimeMillis) - pushedAt) < listAllAfter
    const isKnown = isOwnLine && isRecent && lastFile?.missedAt === undefined
    if (isKnown && last?.level === 0 && last.last === pushed.position && last.name.startsWith(folder)) {
      if (isAsLeft) return { listed: [{ ...last, bytes: 0, arrivedAt: pushedAt }], isAll: false }
      if (!isAbsolute(vault.blobs.place)) {
        const newest = filledSegmentsIn(yield* listAll(vault, folder, justBefore(last.name)))
        if (newest.some(({ name }) => name === last.name)) return { listed: newest, isAll: false }
      }
    }
    return { listed: filledSegmentsIn(yield* listAll(vault, folder)), isAll: true }
  })

const nothing = { began: undefined, segments: 0, events: 0, bytes: 0, damaged: [] }

/**
 * Pushes to a vault that the library knows, events first and then profiles that are others than were sent. What other programs wrote is taken over first. Fails with
 * `PlaceUnreachable`, `PlaceRefused` or `PlaceFull`, and then the vault has what it had, or whole segments more.
 */
export const push = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  { isAsLeft = false, onProgress }: PushOptions = {}
): Effect.Effect<PushReport, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const { naming } = vault.protection
    const folder = naming.library(yield* lookAt(library, (snapshot) => snapshot.libraryId))
    const { listed, isAll } = yield* listOwn(vault, known, lineFolder(folder, known.line), isAsLeft)
    const { segments, loss: lost, lastFile } = yield* noticeLoss(library, vault, known, folder, listed)
    const { planned, end, head } = yield* lookAt(library, (snapshot) => {
      const end = sharedEnd(snapshot, naming, segments)
      return {
        planned: courseOf(snapshot, known, segments, end),
        end,
        head: snapshot.head
      }
    })
    const filled =
      isAll && planned.began === undefined ? yield* fillHoles(library, vault, known.line, segments, end) : 0
    const loss = lost ?? (filled > 0 ? ("missing" as const) : undefined)
    const note = noteFor(library, known, lastFile)
    if (head.position <= planned.after) {
      if (planned.began === undefined) yield* note(planned.line, head, end?.name)
      return { ...nothing, segments: filled, line: known.line, position: head.position, loss }
    }
    const { parent } = planned
    const lacked = parent === null ? [] : yield* lackedThere(library, vault, folder, parent)
    const course = lacked === undefined ? { ...planned, after: 0, parent: null } : planned
    const { line } = course
    if (course.began !== undefined)
      yield* beginLine(vault, folder, line, { device: defaultActor(), parent: course.parent })
    const report = {
      line,
      began: course.began,
      segments: filled,
      events: 0,
      bytes: 0,
      position: course.after
    }
    const damaged: Array<EntityKey> = []
    const reader = yield* openReader(library)
    while (report.position < head.position) {
      const also = report.segments === filled ? lacked : undefined
      const sent = yield* sendSegment(reader, vault, { line, after: report.position, also })
      if (sent === undefined) break
      const { about, written } = sent
      report.segments++
      report.events += about.last - report.position
      report.bytes += written.bytes
      report.position = about.last
      for (const owner of sent.damaged) if (owner !== undefined) damaged.push(owner)
      yield* note(line, { position: about.last, chainHash: about.head }, sent.name)
      onProgress?.({ done: report.position, total: Math.max(head.position, report.position), step: "push" })
    }
    return { ...report, loss, damaged }
  }).pipe(
    Effect.scoped,
    // What was sent is there; profiles that could not be sent go with the next push.
    Effect.tap((report) =>
      report.position === 0 ? Effect.void : Effect.ignore(sendProfiles(library, vault, known, report))
    )
  )

/** Remembers how far the vault is now. While a file is missed, that one stays what is looked for. */
const noteFor =
  (library: Library, known: KnownVault, last: LastFile | undefined) =>
  (line: string, pushed: LogHead, file: string | undefined) =>
    Effect.flatMap(Clock.currentTimeMillis, (pushedAt) => {
      const isSought = last?.missedAt !== undefined || file === undefined
      const next = isSought ? undefined : { file, missedAt: undefined, rolledBackAt: last?.rolledBackAt }
      return vaultRecords(library).remember({ ...known, line, pushed, pushedAt }, next)
    })
