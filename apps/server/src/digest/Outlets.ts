/** The ways in which a server tells people something: mail, and one webhook. */
import { layerOutside, type Mail, Outside, OutsideFailed, type OutsideService } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { LookedAfter } from "../control/LookedAfter.js"
import { readSecret, secretFile } from "../library/Secrets.js"
import { callPublic } from "./callPublic.js"

export interface Outlets extends Pick<OutsideService, "mail"> {
  /** Sends JSON to an address with POST, signed by the first line of a file. */
  readonly call: (
    address: string,
    message: unknown,
    options: { readonly keyFile?: string | undefined }
  ) => Effect.Effect<void, OutsideFailed>
}

const callTime = "20 seconds"

/** The real ones. */
export const outlets: Outlets = {
  mail: (mail, letter) =>
    Effect.flatMap(Outside, (outside) => outside.mail(mail, letter)).pipe(Effect.provide(layerOutside)),
  call: (address, message, { keyFile }) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.tryPromise({
        try: (signal) => callPublic(address, message, { signal, now, keyFile }),
        catch: (error) =>
          error instanceof OutsideFailed ? error : new OutsideFailed("the webhook could not be called")
      })
    ).pipe(
      Effect.timeoutFail({
        duration: callTime,
        onTimeout: () => new OutsideFailed(`the webhook did not answer in ${callTime}`)
      })
    )
}

/** The mail of some readers, by the server that the settings name; `undefined` where they name none. */
export const mailTo = (data: string, { mail }: LookedAfter, to: ReadonlyArray<string>): Mail | undefined => {
  if (mail === null) return undefined
  const [first, ...others] = to
  return {
    ...mail,
    to: first === undefined ? mail.to : [first, ...others],
    digest: "off",
    ...(mail.user !== undefined && { passwordFile: secretFile(data, "mail-password") })
  }
}

/** Sends a message to the webhook. */
export const callWebhook = (
  { call }: Outlets,
  data: string,
  message: Readonly<Record<string, unknown>>
): Effect.Effect<void, OutsideFailed> =>
  Effect.gen(function* () {
    const address = yield* Effect.sync(() => readSecret(data, "webhook"))
    if (address === undefined)
      return yield* Effect.fail(
        new OutsideFailed("the address of the webhook is not here any more: set it again")
      )
    const key = readSecret(data, "webhook-key")
    yield* call(address, message, key === undefined ? {} : { keyFile: secretFile(data, "webhook-key") })
  })
