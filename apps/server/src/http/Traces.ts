/**
 * One span for each request, sent to a collector as OTLP over HTTP (JSON). It has the route, never the address: no token, no id of a library,
 * no name. What the collector does not take is dropped, and nothing waits for it. The exporters of `@effect/opentelemetry` and of
 * OpenTelemetry's own packages weigh megabytes for this.
 */
import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

export interface TraceOptions {
  /** The address of the collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it: spans go to `/v1/traces` below it. */
  readonly endpoint: string
  /** What is sent with them, for one, a key. */
  readonly headers?: Redacted.Redacted<Readonly<Record<string, string>>> | undefined
  /** What the server is called there; `white-room` when nothing is said. */
  readonly name?: string | undefined
}

/** A request that was answered. */
export interface Answered {
  readonly id: string
  readonly method: string
  readonly route: string
  readonly status: number
  /** How long it took until the answer began. */
  readonly ms: number
  /** `traceparent` of who asked. */
  readonly parent: string | undefined
}

export interface Traces {
  readonly add: (answered: Answered) => void
}

/** So many spans are sent at once, and so many wait: what comes while these do is dropped. */
const atOnce = 512
const mostWaiting = 2048

const everyMs = 2000
const patienceMs = 5000

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

const spanOf = ({ id, method, route, status, ms, parent }: Answered) => {
  const [, trace, span] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(parent ?? "") ?? []
  const end = BigInt(Date.now()) * 1_000_000n
  return {
    traceId: trace ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    ...(span !== undefined && { parentSpanId: span }),
    ...{ name: `${method} ${route}`, kind: 2 },
    startTimeUnixNano: String(end - BigInt(Math.round(ms * 1_000_000))),
    endTimeUnixNano: String(end),
    attributes: [
      ...[text("http.request.method", method), text("http.route", route), text("whiteroom.request", id)],
      { key: "http.response.status_code", value: { intValue: String(status) } }
    ],
    status: status >= 500 ? { code: 2 } : {}
  }
}

/** Sends spans until the scope ends, the last of them then. `onFault` is told when the collector takes none, once until it does again. */
export const tracesTo = (
  { endpoint, headers, name = "white-room" }: TraceOptions,
  onFault: (text: string) => void
): Effect.Effect<Traces, never, Scope.Scope> =>
  Effect.gen(function* () {
    const address = `${endpoint.replace(/\/+$/, "")}/v1/traces`
    let waiting: Array<ReturnType<typeof spanOf>> = []
    let isFailing = false
    let sending: Promise<void> | undefined
    const send = async (): Promise<void> => {
      while (waiting.length > 0) {
        const spans = waiting.splice(0, atOnce)
        const resource = { attributes: [text("service.name", name)] }
        const body = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "white-room" }, spans }] }] }
        try {
          const answer = await fetch(address, {
            method: "POST",
            redirect: "error",
            headers: { ...(headers && Redacted.value(headers)), "content-type": "application/json" },
            body: JSON.stringify(body),
            signal: AbortSignal.timeout(patienceMs)
          })
          await answer.body?.cancel()
          if (!answer.ok) throw new Error(`it answered ${answer.status}`)
          isFailing = false
        } catch (error) {
          waiting = []
          if (!isFailing) onFault(`the collector of traces takes none: ${String(error).slice(0, 200)}`)
          isFailing = true
        }
      }
    }
    const flush = (): Promise<void> => {
      sending ??= send().finally(() => {
        sending = undefined
      })
      return sending
    }
    const timer = setInterval(flush, everyMs).unref()
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        clearInterval(timer)
        await flush()
        await flush()
      })
    )
    return {
      add: (answered) => {
        if (waiting.length < mostWaiting) waiting.push(spanOf(answered))
      }
    }
  })
