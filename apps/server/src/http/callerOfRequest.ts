import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Caller } from "../api/Api.js"
import { accessByHash, callerOf, hashOfToken, isValid, noteUse } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { type Desk, TheDesk } from "./Desk.js"
import { FoundCaller } from "./FoundCaller.js"
import { nodeRequest, remoteOf } from "./NodeRequest.js"
import { secretOf } from "./secretOf.js"
import { isUnnoted } from "./TellAgain.js"

/** Notes the use of an access, from time to time. Where it cannot be noted, as on a full disk, that is no reason not to answer. */
const note = (desk: Desk, id: string, now: number, from: string) =>
  Effect.suspend(() => {
    if (!isUnnoted(desk, id, now)) return Effect.void
    desk.noted.set(id, now)
    return Effect.ignore(noteUse(id, now, from))
  })

/** The access with this hash of a secret, looked up where it is not known as of now. */
const accessBy = ({ known }: Desk, hash: string) =>
  Effect.suspend(() => {
    const mark = known.mark()
    if (mark === undefined) return accessByHash(hash)
    const then = known.accesses.get(hash)
    if (then?.mark === mark) return Effect.succeed(then.access)
    return Effect.tap(accessByHash(hash), (access) => {
      if (access !== undefined) known.accesses.set(hash, { mark, access }, 1)
    })
  })

/** The access whose token or cookie came with a request, when it counts now. */
export const callerOfRequest: Effect.Effect<
  Caller | undefined,
  ControlError,
  TheDesk | SqlClient.SqlClient | HttpServerRequest.HttpServerRequest
> = Effect.gen(function* () {
  const found = yield* Effect.serviceOption(FoundCaller)
  if (Option.isSome(found)) return found.value.caller
  const desk = yield* TheDesk
  const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
  const token = secretOf(request, desk)
  if (token === undefined) return undefined
  const access = yield* accessBy(desk, hashOfToken(token))
  const now = yield* Clock.currentTimeMillis
  if (access === undefined || !isValid(access, now)) return undefined
  yield* note(desk, access.id, now, remoteOf(request, desk))
  return callerOf(access)
})
