import type { Library, ScheduledRun } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { ProfileState } from "../run/planWork.js"

export const restoreDrill = (
  _library: Library,
  _state: ProfileState,
  _place: string
): Effect.Effect<{ readonly outcome: NonNullable<ScheduledRun["outcome"]>; readonly detail?: string }> =>
  Effect.dieMessage("not yet")
