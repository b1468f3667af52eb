/** Errors on their way between threads: those of ours arrive as what they are, with their class and fields. */
import { isWhiteRoomError, WhiteRoomError } from "@white-room/core"
import * as Schema from "effect/Schema"

/** An error as a message can carry it. */
export type SentError =
  | {
      readonly _tag: "Ours"
      readonly fields: typeof WhiteRoomError.Encoded
      readonly stack: string | undefined
    }
  | { readonly _tag: "Other"; readonly error: unknown }

const canBeSent = (error: unknown): boolean => {
  try {
    structuredClone(error)
    return true
  } catch {
    return false
  }
}

export const sendError = (error: unknown): SentError => {
  if (isWhiteRoomError(error))
    return { _tag: "Ours", fields: Schema.encodeSync(WhiteRoomError)(error), stack: error.stack }
  return { _tag: "Other", error: canBeSent(error) ? error : new Error(String(error)) }
}

export const receiveError = (sent: SentError): unknown => {
  if (sent._tag === "Other") return sent.error
  const error = Schema.decodeSync(WhiteRoomError)(sent.fields)
  Object.defineProperty(error, "stack", { value: sent.stack, writable: true, configurable: true })
  return error
}
