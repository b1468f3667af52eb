import { existsSync } from "node:fs"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "./Cli.js"

/** The library of a command that can do without: one that cannot be opened is no reason to look at no vault. */
export const openIfThere = (cli: Cli): Effect.Effect<Library | undefined, never, Scope.Scope> =>
  existsSync(cli.path) ? Effect.orElseSucceed(cli.open, () => undefined) : Effect.succeed(undefined)
