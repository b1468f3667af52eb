import * as Effect from "effect/Effect"
import type { Blobs } from "./Blobs.js"

/** How often an operation was called, and how many bytes it was given or gave. */
export interface OperationCount {
  readonly requests: number
  readonly bytes: number
}

export type OperationCounts = Readonly<Record<Exclude<keyof Blobs, "place">, OperationCount>>

export interface CountingBlobs extends Blobs {
  /** What was called since the last reset, failed calls included. */
  readonly counts: () => OperationCounts
  /** Begins to count again. */
  readonly reset: () => void
}

const none: OperationCounts = {
  put: { requests: 0, bytes: 0 },
  get: { requests: 0, bytes: 0 },
  head: { requests: 0, bytes: 0 },
  list: { requests: 0, bytes: 0 },
  delete: { requests: 0, bytes: 0 },
  now: { requests: 0, bytes: 0 }
}

/** Counts what blobs are asked for. Below `retrying` it counts every try, above it what the caller wished. */
export const counting = (blobs: Blobs): CountingBlobs => {
  let counts = none
  const count = (operation: keyof OperationCounts, requests: number, bytes: number): void => {
    const before = counts[operation]
    counts = {
      ...counts,
      [operation]: { requests: before.requests + requests, bytes: before.bytes + bytes }
    }
  }
  const counted = <A, E>(operation: keyof OperationCounts, effect: Effect.Effect<A, E>, bytes = 0) =>
    Effect.suspend(() => {
      count(operation, 1, bytes)
      return effect
    })
  return {
    place: blobs.place,
    put: (name, source) => counted("put", blobs.put(name, source), source.bytes),
    get: (name, range) =>
      counted("get", blobs.get(name, range)).pipe(Effect.tap((bytes) => count("get", 0, bytes.length))),
    head: (name) => counted("head", blobs.head(name)),
    list: (prefix, after) => counted("list", blobs.list(prefix, after)),
    delete: (name) => counted("delete", blobs.delete(name)),
    now: counted("now", blobs.now),
    counts: () => counts,
    reset: () => {
      counts = none
    }
  }
}
