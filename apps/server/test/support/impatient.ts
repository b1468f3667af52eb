/** A server behind a proxy that has everybody wait for nothing they send. */
import { createServer, request } from "node:http"
import * as Effect from "effect/Effect"

/** Its address; it ends with the scope. */
export const impatient = (address: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const proxy = createServer((asked, answer) => {
          const { method = "GET", url = "/" } = asked
          const headers = { ...asked.headers, ...(method === "POST" && { prefer: "wait=0" }) }
          const onward = request(`${address}${url}`, { method, headers }, (told) => {
            answer.writeHead(told.statusCode ?? 502, told.headers)
            told.pipe(answer)
          })
          onward.once("error", () => answer.destroy())
          asked.pipe(onward)
        })
        proxy.listen(0, "127.0.0.1", () => resume(Effect.succeed(proxy)))
      }),
      (proxy) =>
        Effect.sync(() => {
          proxy.close()
          proxy.closeAllConnections()
        })
    ),
    (proxy) => {
      const at = proxy.address()
      return `http://127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`
    }
  )
