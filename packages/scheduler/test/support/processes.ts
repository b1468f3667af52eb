/** Processes that die or fall asleep at a step of their work: between any two calls of a library. */
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

type Around = <A, E>(call: Effect.Effect<A, E>) => Effect.Effect<A, E>

const isFunction = (value: unknown): value is (...args: ReadonlyArray<unknown>) => unknown =>
  typeof value === "function"

/** A library of which every call goes through `around`. */
const wrapped = <A extends object>(target: A, around: Around): A =>
  new Proxy(target, {
    get: (_, key) => {
      const value: unknown = Reflect.get(target, key)
      // What lies behind a library is not called by whoever uses it.
      if (typeof key === "symbol") return value
      if (Effect.isEffect(value)) return around(value as Effect.Effect<unknown>)
      if (isFunction(value))
        return (...args: ReadonlyArray<unknown>) => {
          const result = value(...args)
          return Effect.isEffect(result) ? around(result as Effect.Effect<unknown>) : result
        }
      return typeof value === "object" && value !== null ? wrapped(value, around) : value
    }
  })

export interface Process {
  readonly library: Library
  /** Calls that it made. */
  readonly calls: () => number
}

/** A process that is killed at its nth call, before it or when it is done; nothing that it asks for is done after that. */
export const mortal = (library: Library, at: number, when: "before" | "after"): Process => {
  let calls = 0
  let dead = false
  const around: Around = (call) =>
    Effect.suspend(() => {
      if (dead) return Effect.interrupt
      calls++
      if (calls < at) return call
      dead = true
      return when === "before" ? Effect.interrupt : Effect.zipRight(Effect.exit(call), Effect.interrupt)
    })
  return { library: wrapped(library, around), calls: () => calls }
}

/** A process that falls asleep before its nth call, until it is woken. */
export const drowsy = (
  library: Library,
  at: number
): Process & { readonly isAsleep: () => boolean; readonly wake: Effect.Effect<unknown> } => {
  const latch = Effect.unsafeMakeLatch(true)
  let calls = 0
  let asleep = false
  const around: Around = (call) =>
    Effect.suspend(() => {
      calls++
      if (calls === at) {
        asleep = true
        latch.unsafeClose()
      }
      return latch.whenOpen(call)
    })
  const wake = Effect.suspend(() => {
    asleep = false
    return latch.open
  })
  return { library: wrapped(library, around), calls: () => calls, isAsleep: () => asleep, wake }
}
