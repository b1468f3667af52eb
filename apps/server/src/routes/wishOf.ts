import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { problem } from "../api/Problem.js"

/** What is asked for, where the route itself does not take it: it could give one status alone then. */
export const wishOf = <A, I>(wish: Schema.Schema<A, I>) =>
  Effect.mapError(HttpServerRequest.schemaBodyJson(wish), () => problem("InvalidRequest"))
