import { toHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt, markNeeded } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { pathsIn } from "./Path.js"
import { openRanged } from "./read/RangedSegment.js"
import { withStarts } from "./StartedLine.js"
import { listLines, readsAtOnce, type Vault } from "./Vault.js"

/** More bytes than this are no part of a line: it begins with everything, in as many files as that takes. */
const mostBytes = 8 * 1024 * 1024

/** Where a line is to begin: at a position of another one. */
export interface Parent {
  readonly line: string
  readonly position: number
}

/**
 * The objects that a library needs for what it is now, and that a vault let go of, or never had whole, before the position at
 * which its line begins: nobody reclaims what a line needs, but this one was not there to say so. They go with its first
 * segment. `undefined` when they are too many, or nobody can tell: then the line is to begin with everything.
 */
export const lackedThere = (
  library: Library,
  vault: Vault,
  folder: string,
  { line, position }: Parent
): Effect.Effect<ReadonlyArray<Uint8Array> | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* listLines(vault, folder)
    const listed = lines.find((each) => each.line === line)
    if (listed === undefined) return undefined
    const { stretches } = yield* pathsIn(vault, yield* withStarts(vault, lines))(listed)
    const absent = new Map<string, Uint8Array>()
    const before = stretches.flatMap(({ segments, until }) =>
      segments.filter(({ first }) => first <= Math.min(position, until))
    )
    const found = yield* Effect.forEach(
      before,
      (segment) => Effect.map(openRanged(vault, segment), ({ end }) => end.absent),
      { concurrency: readsAtOnce }
    )
    for (const { hash } of found.flat()) absent.set(toHex(hash), hash)
    if (absent.size === 0) return []
    const needed = new Set<string>()
    const head = yield* lookAt(library, (snapshot) => snapshot.head.position)
    yield* markNeeded(library, { since: head, backupsSince: head, states: [position] }, needed)
    return yield* lookAt(library, ({ placeOf }) => {
      const lacked = [...absent].flatMap(([name, hash]) => {
        const place = needed.has(name) ? placeOf(hash) : undefined
        return place === undefined ? [] : [{ hash, bytes: place.length }]
      })
      const bytes = lacked.reduce((sum, each) => sum + each.bytes, 0)
      return bytes > mostBytes ? undefined : lacked.map(({ hash }) => hash)
    })
  }).pipe(
    Effect.catchTags({
      VaultDamaged: () => Effect.succeed(undefined),
      BlobMissing: () => Effect.succeed(undefined),
      BlobNotHere: () => Effect.succeed(undefined)
    })
  )
