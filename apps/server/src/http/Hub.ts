/** Who waits for something to happen is woken here; what happened, everybody looks up. */
import * as Effect from "effect/Effect"

export interface Hub {
  /** Something may have happened. */
  readonly wake: () => void
  /** How often it was woken. */
  readonly count: () => number
  /** Waits until it was woken since `count` was this. */
  readonly after: (count: number) => Effect.Effect<void>
  /** The streams that each access has open. */
  readonly streams: Map<string, number>
}

export const makeHub = (): Hub => {
  const waiting = new Set<() => void>()
  let count = 0
  return {
    wake: () => {
      count++
      for (const resume of waiting) resume()
    },
    count: () => count,
    after: (seen) =>
      Effect.async((resume) => {
        const end = () => {
          waiting.delete(end)
          resume(Effect.void)
        }
        if (count !== seen) return end()
        waiting.add(end)
        return Effect.sync(() => waiting.delete(end))
      }),
    streams: new Map()
  }
}
