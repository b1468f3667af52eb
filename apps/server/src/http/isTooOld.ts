import type { IncomingMessage } from "node:http"
import { release } from "@white-room/core"

/** Programs of so many years before this server are served. */
const years = 2

const since = `${Number(release.day.slice(0, 4)) - years}${release.day.slice(4)}`

/**
 * Whether a program says that it is older than those that are served: `Whiteroom-Client: VERSION DAY`, the day that it was released. What
 * says nothing, or something else, is served: it goes by the document of the API.
 */
export const isTooOld = ({ headers, url = "" }: IncomingMessage): boolean => {
  const said = headers["whiteroom-client"]
  const [, day] = /^\S{1,40} (\d{4}-\d\d-\d\d)$/.exec(typeof said === "string" ? said : "") ?? []
  return day !== undefined && url.startsWith("/v1/") && day < since
}
