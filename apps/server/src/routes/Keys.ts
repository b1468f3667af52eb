/** What requests are known by that may be asked for again. */
import type { Caller } from "../api/Api.js"

const form = /^[A-Za-z0-9._~-]{16,200}$/

/** Whether a text may be an `Idempotency-Key`. */
export const isKey = (text: string): boolean => form.test(text)

/** By which name a library knows a command: the key belongs to who sent it, so that nobody meets the keys of others. */
export const commandOf = ({ id }: Caller, key: string): string => `${id}/${key}`
