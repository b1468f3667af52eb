/** The upkeep of a vault by one device: merging, deleting what was replaced, reclaiming what nobody needs any more. */
import { day, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type KnownVault, lookAt, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type MergeReport, mergeListed } from "./merge.js"
import { type Reclaimed, reclaim } from "./reclaim.js"
import { type StartedLine, startedLines } from "./StartedLine.js"
import type { Vault } from "./Vault.js"

export interface UpkeepOptions {
  /** Only look: change nothing. */
  readonly dryRun?: boolean | undefined
  /** Look for what nobody needs any more, which reads all that the vault has of the library. True by default. */
  readonly reclaim?: boolean | undefined
  /** Whoever wrote the lines that this one went on from writes them no more, however lately that was. */
  readonly isAlone?: boolean | undefined
}

/** What was done, or would be. */
export interface UpkeepReport extends MergeReport {
  readonly reclaimed: Reclaimed
}

/** A line that nobody has written for so long is kept up by those who went on from it. */
const idle = 30 * day

/** The line of this device, and those that it went on from and nobody writes any more: all that came, came before a time. */
const ownLines = (
  lines: ReadonlyArray<StartedLine>,
  own: string,
  writtenUntil: number
): ReadonlyArray<StartedLine> => {
  const found: Array<StartedLine> = []
  let line: string | undefined = own
  for (let left = lines.length; line !== undefined && left > 0; left--) {
    const next: StartedLine | undefined = lines.find((each) => each.line === line)
    if (next === undefined) break
    if (line === own || next.segments.every(({ arrivedAt }) => arrivedAt <= writtenUntil)) found.push(next)
    line = next.start.parent?.line
  }
  return found
}

/**
 * Keeps up what the line of this device is, and came from. Killed at any moment, the vault says the same; the next upkeep
 * goes on. What the place does not let go is `retained`.
 */
export const upkeep = (
  library: Library,
  vault: Vault,
  { line }: Pick<KnownVault, "line">,
  { dryRun = false, reclaim: wanted = true, isAlone = false }: UpkeepOptions = {}
): Effect.Effect<UpkeepReport, WhiteRoomError> =>
  Effect.gen(function* () {
    const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
    const folder = vault.protection.naming.library(libraryId)
    const now = yield* vault.blobs.now
    let lines = yield* startedLines(vault, folder)
    const writtenUntil = isAlone ? Number.POSITIVE_INFINITY : now - idle
    const own = ownLines(lines, line, writtenUntil).map((each) => each.line)
    let [merged, made, deleted, retained] = [0, 0, 0, 0]
    for (const each of own) {
      const { report, lines: after } = yield* mergeListed(vault, lines, each, {
        ...{ now, dryRun },
        isFinished: each !== line
      })
      lines = after
      merged += report.merged
      made += report.made
      deleted += report.deleted
      retained += report.retained
    }
    const reclaimed = wanted
      ? yield* reclaim(library, vault, lines, own, { dryRun })
      : { segments: 0, objects: 0, bytes: 0 }
    if (wanted && !dryRun) yield* vaultRecords(library).rememberReclaim(vault.id)
    return { merged, made, deleted, retained, reclaimed }
  })
