import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { postgres } from "./postgres.js"

/** A PostgreSQL for a whole run of tests, until it is stopped. */
export const startPostgres = async (): Promise<{
  readonly port: number
  readonly stop: () => Promise<void>
}> => {
  const scope = Effect.runSync(Scope.make())
  const { port } = await Effect.runPromise(Scope.extend(postgres, scope))
  return { port, stop: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}
