/**
 * Following a line: a clone that nobody writes to is brought forward by what is new of its line alone. And the devices
 * of a library: those of its lines that no other goes on from.
 */
import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { linesOf, readLine } from "./OtherLines.js"
import { byNewest, farthestOf, pathsIn } from "./Path.js"
import { type ListedLine, lastArrival, listLines, readLineStart, type Vault } from "./Vault.js"

/** A device as its line shows it. */
export interface LineEnd {
  readonly line: string
  readonly device: string
  /** The last position that it pushed. */
  readonly position: number
  readonly arrivedAt: number
}

/** Lines that end on the way of this one; none where its way cannot be followed. */
const passedBy = (vault: Vault, lines: ReadonlyArray<ListedLine>, line: ListedLine) =>
  pathsIn(vault, lines, { onGap: () => undefined })(line).pipe(
    Effect.map(({ stretches }) =>
      stretches.slice(0, -1).filter((stretch) => {
        const listed = lines.find((each) => each.library === line.library && each.line === stretch.line)
        return listed !== undefined && farthestOf(listed.segments) <= stretch.until
      })
    ),
    Effect.map((stretches) => stretches.map((stretch) => stretch.line)),
    Effect.catchTag("VaultDamaged", () => Effect.succeed([]))
  )

/**
 * The devices that a vault of one library has something of, the one that pushed last first. A line that another goes on from
 * at its end, as that of a computer which was replaced, is a part of the other.
 */
export const lineEnds = (vault: Vault): Effect.Effect<ReadonlyArray<LineEnd>, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = (yield* listLines(vault)).filter(({ segments }) => segments.length > 0)
    const passed = yield* Effect.forEach(lines.length > 1 ? lines : [], (line) =>
      passedBy(vault, lines, line)
    )
    const gone = new Set(passed.flat())
    return yield* Effect.forEach(lines.filter(({ line }) => !gone.has(line)).toSorted(byNewest), (listed) =>
      readLineStart(vault, listed.library, listed.line).pipe(
        Effect.map(({ device }) => device),
        Effect.catchTag("VaultDamaged", () => Effect.succeed("")),
        Effect.map(
          (device): LineEnd => ({
            line: listed.line,
            device,
            position: farthestOf(listed.segments),
            arrivedAt: lastArrival(listed)
          })
        )
      )
    )
  })

/**
 * Brings a clone forward to the end of the line it was made of; reads what is new and nothing else. False when it is not on
 * the way of the line: then only another clone helps.
 */
export const follow = (
  library: Library,
  vault: Vault,
  line: string
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* linesOf(library, vault)
    const listed = lines.find((each) => each.line === line)
    const { position } = yield* library.log.head
    if (listed === undefined || farthestOf(listed.segments) < position) return false
    const taker = yield* readLine(
      library,
      vault,
      lines,
      { line, device: line, lastArrival: 0 },
      { isBrief: true }
    )
    const { way } = yield* taker.plan({ onConflict: "keep" })
    if (way === "forward") yield* taker.apply({ onConflict: "keep" })
    return way !== "merge"
  })
