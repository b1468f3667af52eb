/** `ScheduleStore` over one session. */
import { acquireLease, releaseLease, renewLease } from "../schedule/Leases.js"
import {
  beginRun,
  endRun,
  recentRuns,
  removeProfile,
  type ScheduleStore,
  saveProfile,
  scheduledRuns,
  storedProfiles
} from "../schedule/Schedule.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"

export const makeSchedule = (session: Session): ScheduleStore => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `schedule.${name}`, body)
  return {
    profiles: run("profiles", () => storedProfiles(session)),
    saveProfile: (profile) => run("saveProfile", (now) => saveProfile(session, profile, now)),
    removeProfile: (name) => run("removeProfile", (now) => removeProfile(session, name, now)),
    runs: (filter) => run("runs", () => scheduledRuns(session, filter)),
    recentRuns: (profile) => run("recentRuns", () => recentRuns(session, profile)),
    beginRun: (begun, lease) => run("beginRun", (now) => beginRun(session, begun, lease, now)),
    endRun: (number, end, lease) => run("endRun", (now) => endRun(session, number, end, lease, now)),
    acquireLease: (name, holder, milliseconds) =>
      run("acquireLease", (now) => acquireLease(session, name, holder, milliseconds, now)),
    renewLease: (lease, milliseconds) =>
      run("renewLease", (now) => renewLease(session, lease, milliseconds, now)),
    releaseLease: (lease) => run("releaseLease", (now) => releaseLease(session, lease, now))
  }
}
