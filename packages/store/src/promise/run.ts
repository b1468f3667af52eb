import { asWhiteRoomError } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scheduler from "effect/Scheduler"
import { OfCaller } from "./OfCaller.js"

/** Between two steps of long work the event loop turns, so that timers run and a signal can be aborted. */
const scheduler = Scheduler.make((task) => void setImmediate(task))

/** The very error of a failure; Effect shows it through a proxy that knows where it happened. */
const reasonOf = (cause: Cause.Cause<unknown>): unknown => {
  const error = Cause.originalError(Cause.squash(cause))
  return error instanceof OfCaller ? error.reason : asWhiteRoomError(error)
}

/**
 * The value of an Effect, or a rejection with its error of ours: a bug is one too. When the signal is aborted, with its
 * reason. Nothing is left at the signal.
 */
export const run = <A>(effect: Effect.Effect<A, unknown>, signal?: AbortSignal): Promise<A> =>
  new Promise((resolve, reject) => {
    let cancel: (() => void) | undefined
    const abort = () => cancel?.()
    signal?.addEventListener("abort", abort)
    cancel = Effect.runCallback(effect, {
      scheduler,
      onExit: (exit) => {
        signal?.removeEventListener("abort", abort)
        if (Exit.isSuccess(exit)) resolve(exit.value)
        else
          reject(
            signal?.aborted === true && Cause.isInterruptedOnly(exit.cause)
              ? signal.reason
              : reasonOf(exit.cause)
          )
      }
    })
  })
