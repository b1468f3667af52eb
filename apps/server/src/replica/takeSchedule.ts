import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { scheduleRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Facts } from "./Messages.js"

/** Goes on with profiles and runs that were kept. Those that cannot be read are a fault: what is here may not replace them. */
export const takeSchedule = (
  library: Library,
  { schedule }: Pick<Facts, "schedule">
): Effect.Effect<void, WhiteRoomError> =>
  schedule?.text === undefined
    ? Effect.void
    : Effect.catchTag(scheduleRecords(library).take(schedule.text), "MalformedData", Effect.die)
