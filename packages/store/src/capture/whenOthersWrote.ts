import type { Session } from "../session/Session.js"

/**
 * Does something only when another connection wrote since it was done the last time, which SQLite tells by
 * `data_version` at the price of a small read; `undefined`: there was nothing to do, or `body` could not do it and is to
 * be tried again.
 */
export const whenOthersWrote = (session: Session): (<A>(body: () => A | undefined) => A | undefined) => {
  let seen: unknown
  return (body) => {
    const version = session.db.pragma("data_version")
    if (version === seen) return undefined
    const result = body()
    if (result !== undefined) seen = version
    return result
  }
}
