/** Which bodies are large, and how long the others may take. */
import type { IncomingMessage, ServerResponse } from "node:http"

export const isUpload = ({ method, url = "" }: IncomingMessage): boolean =>
  method === "PUT" && /^\/v1\/libraries\/[^/?]+\/blobs\//.test(url)

/** What writes documents: its route looks at how large it is. */
export const isDocument = ({ method, url = "" }: IncomingMessage): boolean =>
  (method === "PUT" && /^\/v1\/libraries\/[^/?]+\/(?:songs|performances|preferences)\//.test(url)) ||
  (method === "POST" && /^\/v1\/libraries\/[^/?]+\/(?:changes|imports)(?:\?|$)/.test(url))

/**
 * Ends a connection whose body is not whole in time: of some hundred bytes from when it began, and of a large one, which is held to its
 * own pace, from when it was answered. Else whoever sends a byte now and then holds as many connections as there are.
 */
export const hurry = (request: IncomingMessage, response: ServerResponse, mostMs: number): void => {
  const { headers } = request
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) return
  const wait = () => {
    const timer = setTimeout(() => {
      if (!request.complete) request.destroy()
    }, mostMs).unref()
    request.once("close", () => clearTimeout(timer))
  }
  if (isUpload(request) || isDocument(request)) response.once("finish", wait)
  else wait()
}
