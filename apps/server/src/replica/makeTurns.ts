import * as Effect from "effect/Effect"

/** What is done under one name is done one after the other; under another name nobody waits for it. */
export const makeTurns = () => {
  const all = new Map<string, { readonly turn: Effect.Semaphore; wanted: number }>()
  return (name: string) =>
    <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          const one = all.get(name) ?? { turn: Effect.unsafeMakeSemaphore(1), wanted: 0 }
          all.set(name, one)
          one.wanted++
          return one
        }),
        ({ turn }) => turn.withPermits(1)(work),
        (one) =>
          Effect.sync(() => {
            one.wanted--
            if (one.wanted === 0) all.delete(name)
          })
      )
}
