/** How the face of Effects becomes one of Promises: by type here, at run time in `Calls.ts`. */
import type * as Effect from "effect/Effect"

/** For long calls, beside `onProgress`. */
export interface Abortable {
  /**
   * Aborts the call at its next step. It then rejects with the signal's reason (an `AbortError` unless another was
   * given) and nothing of it was done; a call that was finished by then gives its result.
   */
  readonly signal?: AbortSignal | undefined
}

type WithSignal<P> = P extends object ? ("onProgress" extends keyof P ? P & Abortable : P) : P

/** `T` with Promises for Effects. An Effect that takes no argument becomes a function without one. */
export type Promised<T> = {
  readonly [K in keyof T]: T[K] extends Effect.Effect<infer A, unknown>
    ? () => Promise<A>
    : T[K] extends (...args: infer Args) => Effect.Effect<infer A, unknown>
      ? (...args: { [I in keyof Args]: WithSignal<Args[I]> }) => Promise<A>
      : T[K] extends string
        ? T[K]
        : Promised<T[K]>
}
