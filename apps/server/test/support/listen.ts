/** A stream of events as a browser hears it. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Heard {
  readonly event: string
  readonly id: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

export interface Listening {
  readonly status: number
  readonly headers: Headers
  /** The next event; comments are one named `comment`. Fails when the stream has ended. */
  readonly next: Effect.Effect<Heard>
  /** Leaves, as a page does that is closed. */
  readonly leave: Effect.Effect<void>
}

const heard = (block: string): Heard => {
  const field = (name: string) =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  if (block.startsWith(":")) return { event: "comment", id: undefined, data: {} }
  const data: unknown = JSON.parse(field("data") ?? "{}")
  return {
    ...{ event: field("event") ?? "message", id: field("id") },
    data: typeof data === "object" && data !== null ? { ...data } : {}
  }
}

/** Listens until the scope ends. */
export const listen = (
  address: string,
  path: string,
  headers: Readonly<Record<string, string>>
): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const controller = new AbortController()
        const response = await fetch(`${address}${path}`, {
          headers: { accept: "text/event-stream", ...headers },
          signal: controller.signal
        })
        return { controller, response }
      }),
      ({ controller }) => Effect.sync(() => controller.abort())
    ),
    ({ controller, response }) => {
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ""
      const next = async (): Promise<Heard> => {
        for (;;) {
          const end = text.indexOf("\n\n")
          if (end >= 0) {
            const block = text.slice(0, end)
            text = text.slice(end + 2)
            return heard(block)
          }
          const piece = await reader?.read()
          if (piece === undefined || piece.done) throw new Error(`the stream has ended: ${text}`)
          text += piece.value
        }
      }
      return {
        ...{ status: response.status, headers: response.headers },
        next: Effect.promise(next),
        leave: Effect.sync(() => controller.abort())
      }
    }
  )
