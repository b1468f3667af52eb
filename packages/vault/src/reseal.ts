import type { OnProgress, WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { readSmall } from "./blobs/SmallFiles.js"
import { readable } from "./FetchedSegment.js"
import { coverOf } from "./Path.js"
import { readPolicy, writePolicy } from "./Policy.js"
import { rewrite } from "./rewrite.js"
import type { SealedVault } from "./SealedVault.js"
import { isServerPlace } from "./ServerKey.js"
import { type StartedLine, startedLines } from "./StartedLine.js"
import { generationOf } from "./seal/SealedFile.js"
import { lineFile, lineFileBeside } from "./segment/SegmentName.js"
import { readHead } from "./segment/SegmentReader.js"
import { type ListedSegment, putLineStart } from "./Vault.js"

export interface ResealOptions {
  /** Only count what would be sealed again under a key after the newest. */
  readonly dryRun?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What sealing again came to. */
export interface Resealed {
  /** Files that were written again under the newest key. */
  readonly files: number
  readonly bytes: number
  /** Files that still open with older keys alone: damaged, younger than a minute, or in a place that takes no others. */
  readonly left: number
}

/** Of two files that came in one second a reader takes either: what is rewritten must be seen to be the older one. */
const youngest = 60_000

/** The head of any segment is shorter. */
const headBytes = 1024

/** Segments that readers read; those after a gap are no part of any path, and cannot be rewritten. */
const coverOfLine = ({ segments, start }: StartedLine): ReadonlyArray<ListedSegment> =>
  coverOf(segments, start.parent?.position ?? 0, Number.MAX_SAFE_INTEGER)

/** `left`: it still opens with older keys alone · `gone`: nobody reads it any more, or it has the newest key. */
type Outcome = { readonly bytes: number } | "left" | "gone"

/**
 * Seals what a line says of its beginning again. Its name is taken, so a file beside it says the same until it is exchanged:
 * readers look there when the other is missing. Where nothing may be deleted, the old one stays, as old segments do.
 */
const sealStart = (
  vault: SealedVault,
  { library, line, start }: StartedLine
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const { generation } = vault.keyring
    const name = lineFile(library, line)
    const beside = lineFileBeside(library, line, generation)
    const old = yield* readSmall(vault.blobs, name).pipe(
      Effect.catchTag("BlobMissing", () => Effect.succeed(undefined))
    )
    if (old !== undefined && generationOf(old) !== generation) {
      yield* putLineStart(vault, beside, start)
      yield* vault.blobs.delete(name)
    }
    yield* putLineStart(vault, name, start)
    yield* vault.blobs.delete(beside)
  }).pipe(Effect.catchTags({ BlobRetained: () => Effect.void, PlaceRefused: () => Effect.void }))

/**
 * Seals what is in a vault again, under its newest key: a new file beside each, which takes its place. The old ones are
 * deleted as after a merge, by the upkeep of the device that writes the line. Killed at any moment, the vault says the
 * same, and done again it goes on with what is left. What was copied before opens with the old keys for ever. On a server,
 * where devices delete nothing, how lines begin stays as it was sealed.
 */
export const reseal = (
  vault: SealedVault,
  { dryRun = false, onProgress }: ResealOptions = {}
): Effect.Effect<Resealed, WhiteRoomError> =>
  Effect.gen(function* () {
    const { generation } = vault.keyring
    const lines = yield* startedLines(vault)
    const now = yield* vault.blobs.now

    const sealAgain = (listed: ListedSegment): Effect.Effect<Outcome, WhiteRoomError> =>
      Effect.gen(function* () {
        if (dryRun) return { bytes: listed.bytes }
        const head = yield* vault.blobs.get(listed.name, { offset: 0, length: headBytes })
        const { sealed } = yield* readable(vault, listed.name, () => readHead(head))
        if (sealed?.generation === generation) return "gone"
        if (listed.arrivedAt > now - youngest) return "left"
        return { bytes: (yield* rewrite(vault, [listed], { lines, level: listed.level })).after }
      }).pipe(
        Effect.catchTags({
          VaultDamaged: () => Effect.succeed("left" as const),
          PlaceRefused: () => Effect.succeed("left" as const),
          // A merge took its place since it was listed, and has the newest key.
          BlobMissing: () => Effect.succeed("gone" as const)
        })
      )

    const covers = lines.map(coverOfLine)
    const all = covers.flat()
    const outcomes: Array<Outcome> = []
    for (const listed of all) {
      outcomes.push(yield* sealAgain(listed))
      onProgress?.({ done: outcomes.length, total: all.length, step: "seal again" })
    }
    if (!dryRun) {
      if (!isServerPlace(vault.blobs.place)) yield* Effect.forEach(lines, (line) => sealStart(vault, line))
      yield* writePolicy(vault, yield* readPolicy(vault))
    }
    const made = outcomes.filter((each) => typeof each === "object")
    const behindGaps = lines.reduce((sum, { segments }, at) => {
      const reached = covers[at]?.at(-1)?.last ?? 0
      return sum + segments.filter(({ last }) => last > reached).length
    }, 0)
    return {
      files: made.length,
      bytes: made.reduce((sum, { bytes }) => sum + bytes, 0),
      left: outcomes.filter((each) => each === "left").length + behindGaps
    }
  })
