import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"

interface Heard {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that hears everything, and answers so. */
export const answering = (answer: (response: ServerResponse) => void) =>
  Effect.gen(function* () {
    const heard: Array<Heard> = []
    const server = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const made = createServer((request, response) => {
          let body = ""
          request.on("data", (chunk) => {
            body += String(chunk)
          })
          request.on("end", () => {
            heard.push({ method: request.method, path: request.url, headers: request.headers, body })
            answer(response)
          })
        })
        made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
      }),
      (made) => Effect.async<void>((resume) => void made.close(() => resume(Effect.void)))
    )
    return { heard, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  })

/** A server that hears everything, and says yes. */
export const listening = answering((response) => response.end())
