import { MalformedData } from "./WhiteRoomError.js"

/** The error for bytes that are not what their place says. */
export const malformed = (what: string, reason: string): MalformedData => new MalformedData({ what, reason })
