/** Signing in and out: people exchange the code of a link for a cookie. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api, CurrentCaller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { accessInfo, hashOfToken, revokeAccess } from "../control/AccessList.js"
import { enrol } from "../control/Invitations.js"
import { TheDesk } from "../http/Desk.js"
import { nodeRequest } from "../http/NodeRequest.js"
import { sessionDays, setCookie } from "../http/SessionCookie.js"
import { alsoInMirror } from "./alsoInMirror.js"
import { countingWrong } from "./countingWrong.js"
import { failing } from "./failing.js"

/** Sends a cookie along with the answer; without a secret the one that is there goes. */
const withCookie = (secret: string | undefined) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const cookie = setCookie(nodeRequest(yield* HttpServerRequest.HttpServerRequest), desk, secret)
    yield* HttpApp.appendPreResponseHandler((_, response) =>
      Effect.succeed(HttpServerResponse.setHeader(response, "set-cookie", cookie))
    )
  })

export const sessionRoutes = HttpApiBuilder.group(api, "session", (handlers) =>
  handlers
    .handle("signIn", ({ payload: { code, secret } }) =>
      Effect.gen(function* () {
        const access = yield* countingWrong(enrol(code, hashOfToken(secret), "browser", sessionDays))
        yield* withCookie(secret)
        return accessInfo(access)
      }).pipe(failing)
    )
    .handle("signOut", () =>
      Effect.gen(function* () {
        const caller = yield* CurrentCaller
        if (caller === undefined) return yield* Effect.die(problem("NotSignedIn"))
        yield* revokeAccess(caller.id, caller.id)
        yield* withCookie(undefined)
        yield* alsoInMirror
      }).pipe(failing)
    )
)
