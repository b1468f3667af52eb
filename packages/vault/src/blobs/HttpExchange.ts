/** A request by Node's own client and its whole answer: nothing is followed, unpacked or sent again. */
import * as http from "node:http"
import * as https from "node:https"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { FileNotVerified } from "@white-room/core"

export interface HttpAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Uint8Array
  /** False when more would have come. */
  readonly isWhole: boolean
}

/** How much is read of an answer: so many bytes, after those that are passed over. */
interface Bounds {
  readonly skip?: number | undefined
  readonly most: number
}

/** Makes requests to an address as Node does, over `http:` or `https:`. */
export const requestTo = ({ protocol }: URL): typeof http.request =>
  protocol === "http:" ? http.request : https.request

/** Connections that stay open for the next request, as long as most servers leave them open. */
export const agentTo = ({ protocol }: URL, options: http.AgentOptions): http.Agent =>
  protocol === "http:"
    ? new http.Agent({ keepAlive: true, ...options })
    : new https.Agent({ keepAlive: true, ...options })

/** The name or number of a host as requests want it. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "")

const readBody = async (
  answer: http.IncomingMessage,
  { skip = 0, most }: Bounds
): Promise<[Uint8Array, boolean]> => {
  const parts: Array<Uint8Array> = []
  let [passed, kept] = [0, 0]
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) throw new Error("no bytes came")
    const rest = chunk.subarray(Math.min(chunk.length, skip - passed))
    passed += chunk.length - rest.length
    const part = rest.subarray(0, most - kept)
    parts.push(part)
    kept += part.length
    if (part.length < rest.length) return [Buffer.concat(parts), false]
  }
  if (!answer.complete) throw new Error("the answer was cut off")
  return [Buffer.concat(parts), true]
}

/** Sends what was begun, with its body, and reads of the answer what the bounds for its status let through. */
export const exchange = async (
  sent: http.ClientRequest,
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  bounds: (status: number) => Bounds,
  signal: AbortSignal
): Promise<HttpAnswer> => {
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve)
    sent.on("error", reject)
  })
  const upload =
    body === undefined || body instanceof Uint8Array
      ? Promise.resolve(sent.end(body))
      : pipeline(Readable.from(body), sent, { signal })
  // A server may answer before it has read everything, and hang up then.
  const answer = await Promise.race([
    answered,
    upload.then(
      () => answered,
      (error) => (error instanceof FileNotVerified ? Promise.reject(error) : answered)
    )
  ])
  try {
    const status = answer.statusCode ?? 0
    const [bytes, isWhole] = await readBody(answer, bounds(status))
    return { status, headers: answer.headers, body: bytes, isWhole }
  } finally {
    if (!answer.complete || !sent.writableFinished) sent.destroy()
  }
}
