/** Places that had no good run for too long. */
import { hour } from "@white-room/core"
import type { ScheduledRun } from "@white-room/store"
import { comingRuns } from "./calendar/Due.js"
import { here, type Place, placesOf } from "./Place.js"
import { isActive, timingOf } from "./Profile.js"
import { activityAt, lastGood, type ProfileState } from "./ProfileState.js"

/** Without a good run for longer than this, a profile is stale: what it says, else twice its longest interval and an hour. */
export const staleAfter = (state: ProfileState, now: number): number => {
  const { staleAfterHours } = state.profile
  if (staleAfterHours !== undefined) return staleAfterHours * hour
  const coming = comingRuns(
    timingOf(state.profile),
    { since: now, last: { dueAt: now, startedAt: now } },
    now,
    8
  )
  const gaps = coming.map(({ at }, index) => at - (coming[index - 1]?.at ?? now))
  return 2 * Math.max(...gaps, 0) + hour
}

export interface Stale {
  readonly place: Place
  /** The last good run there; absent when there was none. */
  readonly last: ScheduledRun | undefined
  /** Milliseconds since that, or since the profile came into being. */
  readonly age: number
}

/** The places of a profile that had no good run for too long. */
export const stalePlaces = (state: ProfileState, now: number): ReadonlyArray<Stale> => {
  if (!isActive(state.profile, now)) return []
  const limit = staleAfter(state, now)
  const newest = lastGood(state, "backup", here)
  return placesOf(state.profile).flatMap((place): ReadonlyArray<Stale> => {
    const last = lastGood(state, activityAt(place), place)
    // While nothing changes a folder gets nothing new: what has the newest backup is as fresh as that.
    const fresh = newest !== undefined && last?.backupId === newest.backupId ? newest : last
    const age = now - (fresh?.startedAt.getTime() ?? state.changedAt)
    return age > limit ? [{ place, last, age }] : []
  })
}
