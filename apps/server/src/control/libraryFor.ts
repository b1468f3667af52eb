import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { isServerAdmin } from "./AccessList.js"
import { libraryById } from "./Libraries.js"

/** A library that the caller may see. Asked in the same way whether or not there is one: what is not theirs is not there. */
export const libraryFor = (caller: Caller, id: string) =>
  Effect.gen(function* () {
    const library = yield* libraryById(id)
    const isTheirs = caller.libraries.includes(id) || isServerAdmin(caller)
    return library === undefined || !isTheirs ? yield* Effect.fail(problem("NotFound")) : library
  })
