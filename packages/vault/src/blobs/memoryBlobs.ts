/** Blobs in memory: for tests, and the model of what the others do. */
import { BlobExists, BlobMissing } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { readAll } from "./BlobSource.js"
import { type BlobInfo, type Blobs, isBlobName } from "./Blobs.js"
import { checkedRange, cutRange } from "./ByteRanges.js"

export interface MemoryOptions {
  /** What people read in its place. */
  readonly place?: string | undefined
  /** The most blobs of a page. */
  readonly pageSize?: number | undefined
}

interface Kept {
  readonly bytes: Uint8Array
  readonly arrivedAt: number
}

/** An empty place in memory; its clock is that of Effect. */
export const memoryBlobs = ({ place = "memory", pageSize = 1000 }: MemoryOptions = {}): Blobs => {
  const kept = new Map<string, Kept>()
  const infoOf = (name: string, { bytes, arrivedAt }: Kept): BlobInfo => ({
    name,
    bytes: bytes.length,
    arrivedAt,
    isHere: true
  })
  const find = (name: string) =>
    Effect.suspend(() => {
      const found = kept.get(name)
      return found === undefined ? Effect.fail(new BlobMissing({ place, name })) : Effect.succeed(found)
    })
  return {
    place,
    put: (name, source) =>
      Effect.gen(function* () {
        if (!isBlobName(name)) return yield* Effect.dieMessage(`not the name of a blob: ${name}`)
        const bytes = yield* readAll(name, source)
        const arrivedAt = yield* Clock.currentTimeMillis
        if (kept.has(name)) return yield* Effect.fail(new BlobExists({ place, name }))
        kept.set(name, { bytes, arrivedAt })
      }),
    get: (name, range) =>
      Effect.map(find(name), ({ bytes }) => {
        const { offset, length } = cutRange(checkedRange(range), bytes.length)
        return bytes.slice(offset, offset + length)
      }),
    head: (name) => Effect.map(find(name), (found) => infoOf(name, found)),
    list: (prefix, after = "") =>
      Effect.sync(() => {
        const names = [...kept.keys()].filter((name) => name.startsWith(prefix) && name > after).sort()
        const blobs = names.slice(0, pageSize).flatMap((name) => {
          const found = kept.get(name)
          return found === undefined ? [] : [infoOf(name, found)]
        })
        return { blobs, isLast: names.length <= pageSize }
      }),
    delete: (name) => Effect.sync(() => void kept.delete(name)),
    now: Clock.currentTimeMillis
  }
}
