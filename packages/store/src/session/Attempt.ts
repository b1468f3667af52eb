/** From synchronous store code to Effects: the one place where exceptions become typed errors. */

import type { WhiteRoomError } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { storageError } from "../sqlite/storageError.js"
import { rememberDamage } from "./rememberDamage.js"
import type { Session } from "./Session.js"

export type Result<A> = Effect.Effect<A, WhiteRoomError>

/** Now; the formats hold no time before 1970. */
export const currentTime = Effect.map(Clock.currentTimeMillis, (now) => Math.max(0, now))

/** Taking the stack for a span costs as much as a statement, and tells no more than the span's name. */
const withSpan = (name: string) => Effect.withSpan(`whiteroom.${name}`, { captureStackTrace: false })

/** What was thrown, as an Effect that fails with the typed error for it; what is a bug is a defect. */
export const failure = (error: unknown, path: string): Effect.Effect<never, WhiteRoomError> => {
  const known = storageError(error, path)
  return known === undefined ? Effect.die(error) : Effect.fail(known)
}

/** What store code works on: a library that is open, or, for messages, a path. */
type On = string | Session

/** Waits until nobody else has a transaction open. */
const inTurn = <A>(on: On, work: Effect.Effect<A, WhiteRoomError>): Effect.Effect<A, WhiteRoomError> =>
  typeof on === "string" ? work : on.gate.run(work)

const pathOf = (on: On): string => (typeof on === "string" ? on : on.path)

/** Other fibers run between two steps that are at least this many milliseconds apart. */
const longestTurn = 10

/** Runs long store code in steps and lets other fibers run in between; interrupting it releases what it holds. */
export const attemptSteps = <A>(
  on: On,
  name: string,
  body: (now: number) => Generator<void, A>
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* currentTime
    const steps = yield* Effect.acquireRelease(
      Effect.sync(() => body(now)),
      (running) => Effect.sync(() => void running.return(undefined as never))
    )
    const turn = attempt(on, name, () => {
      const from = performance.now()
      let step = steps.next()
      while (step.done !== true && performance.now() - from < longestTurn) step = steps.next()
      return step
    })
    let step = yield* turn
    while (step.done !== true) {
      yield* Effect.yieldNow()
      step = yield* turn
    }
    return step.value
  }).pipe(Effect.scoped)

/** Runs store code with the present time; errors of ours and of the disk are failures, all else is a defect. */
export const attempt = <A>(
  on: On,
  name: string,
  body: (now: number) => A
): Effect.Effect<A, WhiteRoomError> =>
  Effect.flatMap(currentTime, (now) =>
    inTurn(
      on,
      Effect.suspend(() => {
        try {
          return Effect.succeed(body(now))
        } catch (error) {
          return failure(error, pathOf(on))
        } finally {
          if (typeof on !== "string") rememberDamage(on, now)
        }
      })
    )
  ).pipe(withSpan(name))

/** `attempt` for what is not a part of anybody's transaction. */
export const attemptAlone = <A>(session: Session, name: string, body: (now: number) => A): Result<A> =>
  attempt(session, name, (now) => {
    session.requireNoTransaction()
    return body(now)
  })

/**
 * Runs asynchronous store code with the present time, beside everything but transactions. Interrupting it aborts its
 * signal and waits for its end.
 */
export const attemptAsync = <A>(
  session: Session,
  name: string,
  body: (now: number, signal: AbortSignal) => Promise<A>
): Effect.Effect<A, WhiteRoomError> =>
  Effect.flatMap(currentTime, (now) =>
    session.gate.share(
      Effect.async<A, WhiteRoomError>((resume) => {
        const controller = new AbortController()
        const running = body(now, controller.signal).then(
          (value) => resume(Effect.succeed(value)),
          (error) => resume(failure(error, session.path))
        )
        return Effect.promise(() => {
          controller.abort()
          return running
        })
      })
    )
  ).pipe(withSpan(name))
