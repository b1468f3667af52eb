import * as fsp from "node:fs/promises"
import * as path from "node:path"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { libraryById } from "../control/Libraries.js"
import type { Desk } from "../http/Desk.js"
import { machineTime } from "../http/Waits.js"
import { orUndefined } from "../library/orUndefined.js"
import { isLibraryPart } from "../library/SqliteFiles.js"

/** When it is too much, so much of what it may be is left: otherwise the next look would find it too much again. */
const leftShare = 0.9

/** Folders of libraries that are written here, and of copies of those that devices write. */
type Part = "homes" | "replicas"

interface Copy {
  readonly library: string
  readonly bytes: number
  readonly usedAt: number
}

/** What was there a moment ago may have gone. */
const orGone = <A>(read: () => Promise<A>) => orUndefined(["ENOENT", "ENOTDIR"], read)

/** What lies there of each library; not what is about to be sent, and not what was set aside. */
const copiesIn = async ({ data, replicas }: Here, part: Part): Promise<ReadonlyArray<Copy>> => {
  const copies: Array<Copy> = []
  for (const library of (await orGone(() => fsp.readdir(path.join(data, part)))) ?? []) {
    const folder = path.join(data, part, library)
    let [bytes, usedAt] = [0, replicas.usedAt(library)]
    for (const name of (await orGone(() => fsp.readdir(folder))) ?? []) {
      if (!isLibraryPart(name)) continue
      const found = await orGone(() => fsp.stat(path.join(folder, name)))
      bytes += found?.size ?? 0
      usedAt = Math.max(usedAt, found?.mtimeMs ?? 0)
    }
    if (bytes > 0) copies.push({ library, bytes, usedAt })
  }
  return copies
}

type Here = Pick<Desk, "data" | "limits" | "replicas" | "cache" | "room">

interface Bounds {
  /** Whether the libraries that are written here are in a bucket: otherwise they are no copies, and stay. */
  readonly hasBucket: boolean
  readonly everyMs: number
}

/**
 * Keeps what can be made again in the data folder within `copiesBytes`, and within what leaves twice the room on the disk without which nothing is taken: library
 * files that are made of what devices pushed, and where a bucket has them, those of libraries that are written here. What was used longest ago goes first;
 * what somebody uses, and what has something that is nowhere else, stays.
 */
export const boundCopies = (
  desk: Here,
  { hasBucket, everyMs }: Bounds
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> => {
  const { limits, replicas, cache, room } = desk
  const parts: ReadonlyArray<Part> = hasBucket ? ["homes", "replicas"] : ["replicas"]
  const drop = ({ library }: Copy) =>
    Effect.flatMap(libraryById(library), (found) =>
      found === undefined ? Effect.succeed(false) : replicas.drop(found)
    )
  const look = Effect.gen(function* () {
    const copies = (yield* Effect.promise(() =>
      Promise.all(parts.map((part) => copiesIn(desk, part)))
    )).flat()
    cache.bytes = copies.reduce((sum, { bytes }) => sum + bytes, 0)
    const { free, needed } = yield* room.look
    const most = Math.min(limits.copiesBytes, cache.bytes + free - 2 * needed)
    if (cache.bytes <= most) return
    for (const copy of copies.toSorted((one, other) => one.usedAt - other.usedAt)) {
      if (cache.bytes <= most * leftShare) break
      if (!(yield* Effect.orElseSucceed(drop(copy), () => false))) continue
      cache.bytes -= copy.bytes
      cache.dropped++
    }
  }).pipe(Effect.catchAllCause((cause) => Effect.logError(`copies: ${cause.toString().slice(0, 200)}`)))
  return Effect.asVoid(Effect.forkScoped(Effect.forever(Effect.zipRight(machineTime(everyMs), look))))
}
