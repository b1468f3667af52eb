import type { Session } from "../session/Session.js"
import { isWaiting } from "./Watch.js"

/**
 * Does something only when another connection wrote since it was done the last time, which SQLite tells by
 * `data_version`, or this one did by SQL, which left a note or a gap: the price of some small reads. `undefined`: there
 * was nothing to do, or `body` could not do it and is to be tried again.
 */
export const whenOthersWrote = (session: Session): (<A>(body: () => A | undefined) => A | undefined) => {
  let seen: unknown
  return (body) => {
    const version = session.db.pragma("data_version")
    if (version === seen && !isWaiting(session)) return undefined
    const result = body()
    if (result !== undefined) seen = version
    return result
  }
}
