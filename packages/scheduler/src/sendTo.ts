import type { Library } from "@white-room/store"
import { destinationState, type Opening, openDestination, type PushReport, push } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { ProfileState } from "./ProfileState.js"
import { plainText } from "./plainText.js"
import { isAway, notThere } from "./Work.js"

/** What of a push a person must know, though it is done. */
const detailOf = ({ loss, damaged }: PushReport): string | undefined => {
  const names = damaged.map(({ kind, id }) => `${kind} ${id}`).join(", ")
  const parts = [
    ...(loss === "missing" ? ["it lacked what was sent there before, which was sent again"] : []),
    ...(loss === "rolledBack" ? ["it was rolled back or emptied; what it lacked was sent again"] : []),
    ...(names === "" ? [] : [`damaged here, and so not there: ${names}`])
  ]
  return parts.length === 0 ? undefined : plainText(parts.join("; "), 1000)
}

/**
 * Sends what a destination of a profile lacks; a folder without a vault gets one. What is not there is no fault: it waits.
 */
export const sendTo = (
  library: Library,
  state: ProfileState,
  destination: string,
  opening: Opening | undefined
) =>
  Effect.gen(function* () {
    const newest = state.runs.find(
      ({ activity, backupId }) => activity === "backup" && backupId !== undefined
    )
    const found = yield* destinationState(library, destination)
    if (found.state === "away") return { outcome: "failed", detail: isAway(found.reason) } as const
    if (found.state === "missing") return { outcome: "failed", detail: notThere } as const
    const { vault, known } = yield* openDestination(library, destination, opening)
    const detail = detailOf(yield* push(library, vault, known))
    return {
      outcome: "done",
      ...(newest?.backupId !== undefined && { backupId: newest.backupId }),
      ...(detail !== undefined && { detail })
    } as const
  })
