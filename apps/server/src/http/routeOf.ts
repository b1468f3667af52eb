import type { IncomingMessage } from "node:http"
import { scopes } from "./Scopes.js"

const patterns = Object.keys(scopes).map((key) => {
  const [method = "", path = ""] = key.split(" ")
  const source = path.replace(/:[a-z]+/g, "[^/]+").replace(/\*$/, ".*")
  return { method, path, pattern: new RegExp(`^${source}$`) }
})

/** The route that an address means, for counts and the log: what else stands in it may be anything. */
export const routeOf = ({ method, url = "" }: IncomingMessage): string => {
  const [path = ""] = url.split("?")
  const wanted = method === "HEAD" ? "GET" : method
  return patterns.find((each) => each.method === wanted && each.pattern.test(path))?.path ?? "other"
}
