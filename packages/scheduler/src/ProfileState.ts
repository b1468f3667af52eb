/** A profile with the runs it had: everything that decides what it has to do. */
import type { ScheduledRun } from "@white-room/store"
import { type Place, storedPlace } from "./Place.js"
import type { Profile } from "./Profile.js"

export type Activity = "backup" | "copy" | "drill"

export interface ProfileState {
  readonly profile: Profile
  /** When it was last changed, in milliseconds since 1970. */
  readonly changedAt: number
  /** The runs of the profile, newest first. */
  readonly runs: ReadonlyArray<ScheduledRun>
}

/** Whether a run came to a good end: done, or rightly skipped. */
export const isGood = ({ outcome }: Pick<ScheduledRun, "outcome">): boolean =>
  outcome === "done" || outcome === "skipped"

/** What brings a backup to a place. */
export const activityAt = (place: Place): Activity => (place._tag === "Here" ? "backup" : "copy")

/** The runs of an activity at a place, newest first. */
export const runsOf = (
  { runs }: ProfileState,
  activity: Activity,
  place: Place
): ReadonlyArray<ScheduledRun> =>
  runs.filter((run) => run.activity === activity && run.place === storedPlace(place))

/** The last good run of an activity at a place. */
export const lastGood = (state: ProfileState, activity: Activity, place: Place): ScheduledRun | undefined =>
  runsOf(state, activity, place).find(isGood)
