/**
 * Mending a vault from the library here: what is missing or damaged there of the events that are in its log is sent again,
 * with every document that this library has or that can still be read there. What is whole is not touched. What is damaged
 * goes when another file with its events was put and read back: killed at any moment, nothing is less than before.
 */
import { isDeepStrictEqual } from "node:util"
import { type NewObject, type OnProgress, toHex, type WhiteRoomError } from "@white-room/core"
import { type Damage, defaultActor, type Library } from "@white-room/store"
import { type LibraryReader, lookAt, openReader, type Snapshot } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchDamaged } from "./FetchedSegment.js"
import { isStartChanged } from "./isStartChanged.js"
import { linesOf } from "./OtherLines.js"
import { objectsLeftIn } from "./objectsLeftIn.js"
import { farthestOf, type Hole, holesOf } from "./Path.js"
import { repairPolicies } from "./repairPolicies.js"
import { lineFile } from "./segment/SegmentName.js"
import { changed, legible, type SegmentFrame } from "./segment/SegmentReader.js"
import { sendSegment } from "./sendSegment.js"
import {
  beginLine,
  type LineStart,
  type ListedLine,
  type ListedSegment,
  readLineStart,
  type Vault
} from "./Vault.js"

export interface VaultRepairOptions {
  /** Only look: change nothing. */
  readonly dryRun?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a repair of a vault found and did. */
export interface VaultRepair {
  /** True when nothing of this library is damaged or missing there any more. */
  readonly ok: boolean
  /** What was; `mended` says what is whole now. */
  readonly damaged: ReadonlyArray<Damage>
  /** Segments that were sent again. */
  readonly sent: number
  /** Damaged files that the place does not let go; readers pass them over. */
  readonly retained: number
}

/** A segment as it was found: what is wrong with it, and what of it can be read. */
interface Examined {
  readonly listed: ListedSegment
  readonly fault: string | undefined
  readonly objects: ReadonlyMap<string, NewObject>
}

const objectsIn = (frame: SegmentFrame): ReadonlyArray<NewObject> => {
  const read = legible(frame)
  return read?._tag === "Block" ? objectsLeftIn(read.data) : []
}

/** Reads a segment to the last byte. Objects are kept only of one with a fault. */
const examine = (
  vault: Vault,
  library: Library,
  listed: ListedSegment
): Effect.Effect<Examined, WhiteRoomError> =>
  Effect.gen(function* () {
    const faults: Array<string> = []
    const segment = yield* fetchDamaged(vault, listed, ({ reason }) => void faults.push(reason))
    for (const frame of segment.frames()) if (frame._tag === "Unreadable") faults.push(frame.error.reason)
    const lacking = (segment.end?.absent ?? []).filter(({ why }) => why === "damaged")
    const isHere = (snapshot: Snapshot) =>
      lacking.some(({ hash }) => snapshot.object(hash, undefined).bytes !== undefined)
    if (lacking.length > 0 && (yield* lookAt(library, isHere)))
      faults.push("it lacks documents that were damaged when it was sent and are whole now")
    const objects = faults.length === 0 ? [] : Array.from(segment.frames()).flatMap(objectsIn)
    return { listed, fault: faults[0], objects: new Map(objects.map((each) => [toHex(each.hash), each])) }
  }).pipe(
    Effect.catchTag("VaultDamaged", ({ detail }) =>
      Effect.succeed({ listed, fault: detail.replace(`${listed.name}: `, ""), objects: new Map() })
    )
  )

/** Whether the log here is that of a line at a position, as far as names beside it tell. */
const isShared = (
  snapshot: Snapshot,
  { protection: { naming } }: Vault,
  segments: ReadonlyArray<ListedSegment>,
  position: number
): boolean => {
  const hash = snapshot.chainHashAt(position)
  if (hash === undefined) return false
  const names = segments.flatMap(({ first, last, prev, head }) =>
    last === position ? [head] : first === position + 1 ? [prev] : []
  )
  return position === 0 || names.includes(naming.hash(hash))
}

/** Where a line began, of which the file that says so is lost: at the end of what another line has. */
const guessStart = (
  snapshot: Snapshot,
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { line, segments }: ListedLine
): LineStart | undefined => {
  const first = Math.min(...segments.map((segment) => segment.first))
  const position = first - 1
  const device = defaultActor()
  if (position === 0) return { device, parent: null }
  const hash = snapshot.chainHashAt(position)
  if (hash === undefined || !isShared(snapshot, vault, segments, position)) return undefined
  const parent = lines.find(
    (other) => other.line !== line && isShared(snapshot, vault, other.segments, position)
  )
  return parent && { device, parent: { line: parent.line, position, head: toHex(hash) } }
}

/** Sends the events of a hole that the log here has. */
const fill = (
  reader: LibraryReader,
  vault: Vault,
  line: string,
  { after, last }: Hole,
  lost: ReadonlyArray<Examined>
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const objects = new Map(lost.flatMap((each) => [...each.objects]))
    const level = Math.max(0, ...lost.map(({ listed }) => listed.level))
    yield* sendSegment(reader, vault, { line, after, replacing: { last, level, objects } })
  })

const overlaps = ({ after, last }: Hole, segment: ListedSegment): boolean =>
  segment.last > after && segment.first <= last

const shortName = ({ line }: ListedLine): string => `line ${line.slice(0, 8)}`

/**
 * Mends what a vault has of the lines that this library comes from: its own, and those that it was cloned or copied from.
 * Reads every byte of them, and mends the policies that no longer count. Of what is not in the log here nothing can be mended, and it is named.
 */
export const repairVault = (
  library: Library,
  vault: Vault,
  { dryRun = false, onProgress }: VaultRepairOptions = {}
): Effect.Effect<VaultRepair, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const reader = yield* openReader(library)
    const lines = yield* linesOf(library, vault)
    const damaged: Array<Damage> = []
    let sent = 0
    let retained = 0
    const found = (what: string, reason: string, mended: boolean) =>
      void damaged.push({ what, reason, backups: [], entities: [], mended })
    const remove = (name: string) =>
      Effect.catchTag(vault.blobs.delete(name), "BlobRetained", () => Effect.sync(() => void retained++))
    // What cannot be read is read again: nothing that came badly only on its way is ever replaced.
    const look = (segments: ReadonlyArray<ListedSegment>) =>
      Effect.forEach(segments, (listed) =>
        Effect.flatMap(examine(vault, library, listed), (first) =>
          first.fault === undefined ? Effect.succeed(first) : examine(vault, library, listed)
        )
      )

    /** What is wrong with the file that says where a line begins, and what it says where that can be read. */
    const said = (line: ListedLine) =>
      Effect.gen(function* () {
        const start = yield* readLineStart(vault, line.library, line.line)
        return { start, fault: (yield* isStartChanged(vault, line)) ? changed : undefined }
      }).pipe(
        Effect.catchTag("VaultDamaged", ({ detail }) =>
          Effect.succeed({
            start: undefined,
            fault: detail.replace(`${lineFile(line.library, line.line)} `, "it ")
          })
        )
      )

    /** Where a line begins; the file that says so is written again where it can be told. */
    const beginning = (line: ListedLine) =>
      Effect.gen(function* () {
        const { start, fault } = yield* said(line)
        if (fault === undefined) return start
        const name = lineFile(line.library, line.line)
        const guess = yield* lookAt(library, (snapshot) => guessStart(snapshot, vault, lines, line))
        found(name, fault, guess !== undefined && !dryRun)
        if (guess === undefined) return start
        // Only this file knows the device: what it says of that is kept where it is right about the rest.
        const isRight = isDeepStrictEqual(start?.parent, guess.parent)
        const right = isRight && start !== undefined ? start : guess
        if (dryRun) return right
        yield* remove(name)
        yield* beginLine(vault, line.library, line.line, right)
        return right
      })

    const repairLine = (line: ListedLine) =>
      Effect.gen(function* () {
        const segments = line.segments.filter(({ kind }) => kind === "events")
        if (segments.length === 0) return
        const after = (yield* beginning(line))?.parent?.position ?? 0
        const until = farthestOf(segments)
        const before = yield* look(segments)
        const lost = before.filter(({ fault }) => fault !== undefined)
        const whole = before.filter(({ fault }) => fault === undefined).map(({ listed }) => listed)
        const holes = holesOf(whole, after, until)
        for (const hole of holes) {
          const isOurs = (snapshot: Snapshot) =>
            isShared(snapshot, vault, segments, hole.after) && isShared(snapshot, vault, segments, hole.last)
          if (dryRun || !(yield* lookAt(library, isOurs))) continue
          yield* fill(
            reader,
            vault,
            line.line,
            hole,
            lost.filter(({ listed }) => overlaps(hole, listed))
          )
          sent++
        }
        const names = new Set(segments.map(({ name }) => name))
        const now = (yield* linesOf(library, vault)).find((each) => each.line === line.line)
        const made = yield* look(
          (now?.segments ?? []).filter(({ kind, name }) => kind === "events" && !names.has(name))
        )
        const good = [
          ...whole,
          ...made.filter(({ fault }) => fault === undefined).map(({ listed }) => listed)
        ]
        const left = holesOf(good, after, until)
        for (const { listed, fault = "" } of lost) {
          const mended = !dryRun && !left.some((hole) => overlaps(hole, listed))
          found(listed.name, fault, mended)
          if (mended) yield* remove(listed.name)
        }
        for (const hole of holes)
          if (!lost.some(({ listed }) => overlaps(hole, listed)))
            found(
              `events @${hole.after + 1} to @${hole.last} of ${shortName(line)}`,
              "they are missing",
              !left.some((each) => each.after < hole.last && each.last > hole.after)
            )
      })

    for (const { name, reason, mended } of yield* repairPolicies(library, vault, dryRun, remove))
      found(name, reason, mended)
    for (const [index, line] of lines.entries()) {
      yield* repairLine(line)
      onProgress?.({ done: index + 1, total: lines.length, step: "repair vault" })
    }
    return { ok: damaged.every(({ mended }) => mended), damaged, sent, retained }
  }).pipe(Effect.scoped)
