import * as http from "node:http"
import * as Effect from "effect/Effect"

interface RawAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Uint8Array
}

/** A request as it is written, and an answer as it came: `fetch` would tidy the address and unpack the body. */
export const get = (
  address: string,
  path: string,
  headers: Readonly<Record<string, string>>
): Effect.Effect<RawAnswer> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(address)
    const request = http.get({ hostname, port, path, headers, agent: false }, (response) => {
      const chunks: Array<Uint8Array> = []
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk))
      response.on("end", () =>
        resume(
          Effect.succeed({
            ...{ status: response.statusCode ?? 0, headers: response.headers },
            body: Buffer.concat(chunks)
          })
        )
      )
    })
    request.on("error", (error) => resume(Effect.die(error)))
  })
