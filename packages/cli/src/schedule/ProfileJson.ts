/** A profile for scripts. Addresses may hold secrets: only their hosts are told. `schedule export` has them whole. */
import type { Profile } from "@white-room/scheduler"
import type { ScheduledRun } from "@white-room/store"
import type { Outputs } from "../schema/outputs.js"
import type { PlaceView, ProfileView } from "./ScheduleView.js"

type ProfileJson = Outputs["schedule-edit"]["profile"]

const hostOf = (url: string): string => {
  try {
    return new URL(url).host
  } catch {
    return ""
  }
}

export const profileJson = (profile: Profile): ProfileJson => {
  const { pausedUntil, heartbeat, webhook, mail, ...plain } = profile
  return {
    ...plain,
    pausedUntil: pausedUntil?.toISOString(),
    heartbeat: heartbeat && hostOf(heartbeat),
    webhook: webhook && hostOf(webhook),
    mail: mail && { to: mail.to, server: hostOf(mail.server), digest: mail.digest }
  }
}

const timeOf = (run: ScheduledRun | undefined): string | null => run?.startedAt.toISOString() ?? null

export const placeJson = ({ place, there, lastGood, lastRun, stale, lastDrill, lastProof }: PlaceView) => ({
  place,
  there,
  lastGood: timeOf(lastGood),
  lastRun: timeOf(lastRun),
  lastOutcome: lastRun?.outcome ?? null,
  lastDetail: lastRun?.detail ?? null,
  stale,
  lastDrill: timeOf(lastDrill),
  lastDrillOutcome: lastDrill?.outcome ?? null,
  lastProven: timeOf(lastProof)
})

export const viewJson = (
  view: ProfileView
): Extract<Outputs["schedule-list"][number], { profile: unknown }> => ({
  name: view.profile.name,
  stored: view.stored,
  next: view.next === undefined ? null : new Date(view.next.at).toISOString(),
  waits: view.held,
  places: view.places.map(placeJson),
  profile: profileJson(view.profile)
})
