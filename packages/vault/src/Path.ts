/** Paths through a vault: the segments that tell a library's life up to the end of one line. */
import { VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type ListedLine, type ListedSegment, readLineStart, type Vault } from "./Vault.js"

/** A stretch of a path: segments of one line, up to a position. */
interface Stretch {
  readonly segments: ReadonlyArray<ListedSegment>
  readonly until: number
}

/** A life of a library, from its first event on. */
export interface Path {
  readonly library: string
  readonly line: string
  readonly stretches: ReadonlyArray<Stretch>
}

/** A vault that lacks something, or has something else. */
export const vaultDamaged = (vault: Vault, detail: string): VaultDamaged =>
  new VaultDamaged({ place: vault.blobs.place, detail })

/** The fewest segments that hold the positions after one, each once, as far as they go without a gap. */
export const coverOf = (
  segments: ReadonlyArray<ListedSegment>,
  after: number,
  until: number
): ReadonlyArray<ListedSegment> => {
  const cover: Array<ListedSegment> = []
  let at = after
  let head: string | undefined
  while (at < until) {
    const next = segments
      .filter(({ kind, first, last, prev }) => {
        return kind === "events" && first === at + 1 && last >= first && (head === undefined || prev === head)
      })
      .toSorted((a, b) => b.last - a.last)[0]
    if (next === undefined) break
    cover.push(next)
    at = next.last
    head = next.head
  }
  return cover
}

/** The path that leads to the end of a line. @returns fails with `VaultDamaged` where something is missing on it */
export const pathTo = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { library, line }: ListedLine
): Effect.Effect<Path, WhiteRoomError> =>
  Effect.gen(function* () {
    const stretches: Array<Stretch> = []
    const seen = new Set<string>()
    let next: string | undefined = line
    let until = Number.MAX_SAFE_INTEGER
    while (next !== undefined) {
      const current: string = next
      const listed = lines.find((each) => each.library === library && each.line === current)
      if (listed === undefined || seen.has(current))
        return yield* vaultDamaged(vault, `line ${current} is missing`)
      seen.add(current)
      const start = yield* readLineStart(vault, library, current)
      const after = start.parent?.position ?? 0
      const segments = coverOf(listed.segments, after, until)
      const reached = segments.at(-1)?.last ?? after
      const farthest = Math.max(
        0,
        ...listed.segments.filter(({ kind }) => kind === "events").map(({ last }) => last)
      )
      if (reached < Math.min(until, Math.max(farthest, after)))
        return yield* vaultDamaged(
          vault,
          `the events after @${reached} of line ${current.slice(0, 8)} are missing`
        )
      stretches.unshift({ segments, until })
      next = start.parent?.line
      until = start.parent?.position ?? 0
    }
    return { library, line, stretches }
  })
