import type { IncomingMessage } from "node:http"
import type { Limits } from "./Desk.js"

/** The bytes of a request, as they come. One that is too slow for too long is cut off. */
export async function* bodyOf(
  request: IncomingMessage,
  { slowest, patienceMs }: Pick<Limits, "slowest" | "patienceMs">
): AsyncGenerator<Uint8Array, void> {
  const began = performance.now()
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) throw new Error("no bytes came")
    bytes += chunk.length
    const late = performance.now() - began - patienceMs
    if (late > 0 && bytes < (late / 1000) * slowest) {
      request.destroy()
      throw new Error("the upload is too slow")
    }
    yield chunk
  }
}
