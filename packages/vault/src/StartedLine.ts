/** Lines, and where they begin. */
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import {
  type LineStart,
  type ListedLine,
  listLines,
  readLineStart,
  readsAtOnce,
  type Vault
} from "./Vault.js"

/** A line, and where it begins. */
export interface StartedLine extends ListedLine {
  readonly start: LineStart
}

const started = (vault: Vault, listed: ListedLine) =>
  Effect.map(
    readLineStart(vault, listed.library, listed.line),
    (start): StartedLine => ({ ...listed, start })
  )

/** Lines with what they say of their beginning, side by side; of one that cannot be read nothing, which says so who needs it. */
export const withStarts = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>
): Effect.Effect<ReadonlyArray<ListedLine>> =>
  Effect.forEach(lines, (each) => Effect.orElseSucceed(started(vault, each), () => each), {
    concurrency: readsAtOnce
  })

/** The lines of a vault, or of one of its libraries, as the vault names it, with where they begin. */
export const startedLines = (
  vault: Vault,
  library?: string
): Effect.Effect<ReadonlyArray<StartedLine>, WhiteRoomError> =>
  Effect.flatMap(listLines(vault, library), (lines) =>
    Effect.forEach(lines, (each) => started(vault, each), { concurrency: readsAtOnce })
  )
