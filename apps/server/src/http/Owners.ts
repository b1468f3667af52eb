/** Which server looks after a library. A server that is alone looks after all of them. */
import type { IncomingMessage } from "node:http"
import type { HttpServerResponse } from "@effect/platform/HttpServerResponse"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import type { Right } from "../control/Ownership.js"

/** Where a library is looked after: here, or at another node, to which requests are sent on. */
type Whereabouts =
  | { readonly _tag: "Here" }
  | {
      readonly _tag: "There"
      readonly forward: (request: IncomingMessage) => Effect.Effect<HttpServerResponse, Problem>
    }

/** What is of no library and done at one node, is done where a library of this name would be: no library has it. */
export const wholeServer = "."

export interface Owners {
  /** False where there is no other server to ask: nothing is looked up then. */
  readonly areSeveral: boolean
  /** Finds who looks after a library, and makes it somebody's that was nobody's. Fails with `Moving` when that takes too long. */
  readonly whereIs: (library: string) => Effect.Effect<Whereabouts, Problem>
  /** Does something with a library that is looked after here, which it is until that has ended; fails with `Moving` where it is not. */
  readonly held: <A, E, R>(library: string, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Problem, R>
  /** Fails with `Moving` when another server has a library by now, though this one was not told: what is here may be old. */
  readonly check: (library: string) => Effect.Effect<void, Problem | ControlError, SqlClient>
  /** Whether what is due in a library is done here. */
  readonly isMine: (library: string) => boolean
  /** By what this server acknowledges what is written to a library; `undefined` when it may not. */
  readonly rightTo: (library: string) => Right | undefined
}

/** One server that has its libraries in its data folder, which is locked. */
export const alone: Owners = {
  areSeveral: false,
  whereIs: () => Effect.succeed({ _tag: "Here" }),
  held: (_, work) => work,
  check: () => Effect.void,
  isMine: () => true,
  rightTo: () => undefined
}

/** A server that does not know yet whether it may: it is about to start. */
export const nobody: Owners = {
  ...alone,
  held: () => Effect.fail(problem("Stopping")),
  check: () => Effect.fail(problem("Stopping")),
  isMine: () => false
}
