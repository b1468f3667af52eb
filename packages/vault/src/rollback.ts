/**
 * Noticing that a vault was taken back to an earlier state, or emptied. The library remembers the last file that was
 * there. A listing that lacks it may be late, so the file is asked for by its name; what is gone is sent again at once,
 * which harms nothing, and asked for once more later: a place where it is gone then too has lost it.
 */
import { VaultRolledBack, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type KnownVault, type LastFile, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { farthestOf } from "./Path.js"
import { lineFolder } from "./segment/SegmentName.js"
import { type ListedSegment, segmentsIn, type Vault } from "./Vault.js"

/** Between the two looks at what a listing lacks. */
export const lookAgainAfter = 10 * 60 * 1000

/** What became of what this library sent. */
export interface Kept {
  /** The segments of its line: those that were listed, and the last that was sent, where the listing is late. */
  readonly segments: ReadonlyArray<ListedSegment>
  /** `missing`: something is gone, and will be looked for once more · `rolledBack`: it is gone for good. */
  readonly loss: "missing" | "rolledBack" | undefined
  /** What is remembered now. */
  readonly lastFile: LastFile | undefined
}

/** True when a file that was missed is to be looked for once more. A clock that was set back does not put it off. */
export const isToBeSought = ({ lastFile }: KnownVault, now: number): boolean =>
  lastFile?.missedAt !== undefined && Math.abs(now - lastFile.missedAt) >= lookAgainAfter

const find = (
  vault: Vault,
  { file }: LastFile
): Effect.Effect<ReadonlyArray<ListedSegment>, WhiteRoomError> =>
  vault.blobs.head(file).pipe(
    Effect.map((info) => (info.bytes === 0 && info.isHere ? [] : segmentsIn([info]))),
    Effect.catchTag("BlobMissing", () => Effect.succeed([]))
  )

/** Holds a listing of the own line, in its library's folder, against what is remembered; remembers what is missing. */
export const noticeLoss = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  folder: string,
  listed: ReadonlyArray<ListedSegment>
): Effect.Effect<Kept, WhiteRoomError> =>
  Effect.gen(function* () {
    const { lastFile, pushed, line } = known
    const nothing: Kept = { segments: listed, loss: undefined, lastFile }
    // A copy of the file begins a line of its own, of which nothing is there yet.
    if (!known.isOwnLine || lastFile === undefined) return nothing
    const now = yield* Clock.currentTimeMillis
    const become = (next: LastFile, loss: Kept["loss"]) =>
      Effect.as(vaultRecords(library).rememberFile(vault.id, next), {
        segments: listed,
        loss,
        lastFile: next
      })
    if (lastFile.missedAt !== undefined) {
      if (!isToBeSought(known, now)) return nothing
      const [found] = yield* find(vault, lastFile)
      // What was sent again may have the same name: it came after the file was missed, by the clock of the place.
      const missedAt = (yield* vault.blobs.now) - (now - lastFile.missedAt)
      return yield* found !== undefined && found.arrivedAt < missedAt
        ? become({ ...lastFile, missedAt: undefined }, undefined)
        : become({ ...lastFile, missedAt: undefined, rolledBackAt: now }, "rolledBack")
    }
    const isOfLine = lastFile.file.startsWith(lineFolder(folder, line))
    if (!isOfLine || farthestOf(listed) >= pushed.position) return nothing
    const found = yield* find(vault, lastFile)
    return found.length > 0
      ? { segments: [...listed, ...found], loss: undefined, lastFile }
      : yield* become({ ...lastFile, missedAt: now }, "missing")
  })

/** The alarm for a person. */
export const rolledBack = (vault: Vault, { lastFile }: KnownVault): VaultRolledBack =>
  new VaultRolledBack({ place: vault.blobs.place, file: lastFile?.file ?? "" })
