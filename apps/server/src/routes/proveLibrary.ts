import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { keepProof } from "../control/Proofs.js"
import type { Desk } from "../http/Desk.js"

/**
 * Proves one library: makes it again from its files, every byte read, keeps how that went and says it; `undefined` for one that its
 * device sealed. `due_at` is the moment that asked for it.
 */
export const proveLibrary = (
  { replicas, log }: Pick<Desk, "replicas" | "log">,
  library: string,
  due_at: number
) =>
  Effect.gen(function* () {
    const started_at = yield* Clock.currentTimeMillis
    const result = yield* Effect.either(replicas.prove(library))
    if (result._tag === "Left" && result.left.type === "Sealed") return undefined
    const { bytes, damaged } =
      result._tag === "Right" ? result.right : { bytes: 0, damaged: [result.left.detail] }
    const ended_at = yield* Clock.currentTimeMillis
    const [detail = ""] = damaged
    const isOk = damaged.length === 0
    yield* keepProof({ library, due_at, started_at, ended_at, ok: isOk ? 1 : 0, bytes, detail })
    log({
      ...{ time: new Date(ended_at).toISOString(), level: isOk ? "info" : "error", event: "proof" },
      ...{ library, ok: isOk, bytes, ms: ended_at - started_at, detail: isOk ? undefined : detail }
    })
    return { isOk, bytes, damaged, ended_at }
  })
