import * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Tells whoever was refused when the day is over. */
export const untilTomorrow = Effect.gen(function* () {
  const left = day - ((yield* Clock.currentTimeMillis) % day)
  yield* HttpApp.appendPreResponseHandler((_, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", String(Math.ceil(left / 1000))))
  )
})
