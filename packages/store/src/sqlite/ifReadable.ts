import { isWhiteRoomError } from "@white-room/core"

/** What can be read, and need not be: `undefined` where it cannot. A fault that is not of ours stays one. */
export const ifReadable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return undefined
  }
}
