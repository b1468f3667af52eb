import * as Effect from "effect/Effect"
import { type ProblemOf, problem } from "../api/Problem.js"
import type { Desk } from "./Desk.js"

/** Keeps the number of uploads of one access within bounds, and counts them. */
export const oneUpload = <A, E, R>(
  desk: Pick<Desk, "uploading" | "limits" | "metrics">,
  access: string,
  upload: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ProblemOf<"TooMany">, R> =>
  Effect.acquireUseRelease(
    Effect.suspend(() => {
      const count = desk.uploading.get(access) ?? 0
      if (count >= desk.limits.uploads) return Effect.fail(problem("TooMany"))
      desk.uploading.set(access, count + 1)
      desk.metrics.uploads.inc()
      return Effect.void
    }),
    () => upload,
    () =>
      Effect.sync(() => {
        const left = (desk.uploading.get(access) ?? 1) - 1
        if (left === 0) desk.uploading.delete(access)
        else desk.uploading.set(access, left)
        desk.metrics.uploads.dec()
      })
  )
