import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll } from "vitest"
import { type Postgres, postgres } from "./postgres.js"

/** One PostgreSQL for the tests of a file. */
export const sharedPostgres = (): (() => Postgres) => {
  const scope = Effect.runSync(Scope.make())
  let shared: Postgres | undefined
  beforeAll(async () => {
    shared = await Effect.runPromise(Scope.extend(postgres, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return () => {
    if (shared === undefined) throw new Error("asked for before it was started")
    return shared
  }
}
