import type { RunReport } from "@white-room/scheduler"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { placeName } from "./ScheduleView.js"

/** A run for scripts. `number` is that of its backup. */
export const runJson = (
  { profile, run, work, forgotten, warnings }: RunReport,
  number: number | undefined
): Outputs["schedule-run"]["runs"][number] => ({
  profile,
  activity: work.activity,
  place: run.place,
  outcome: run.outcome ?? null,
  dueAt: run.dueAt.toISOString(),
  startedAt: run.startedAt.toISOString(),
  endedAt: (run.endedAt ?? run.startedAt).toISOString(),
  attempt: work.attempt,
  missed: work.missed,
  forgotten,
  backupId: run.backupId,
  number,
  detail: run.detail,
  warnings
})

/** A run in a line for people. */
export const runText = (
  { work, run, forgotten, warnings }: RunReport,
  number: number | undefined
): string => {
  const name = number === undefined ? "" : ` b${number}`
  const what =
    work.activity === "backup" && run.outcome === "skipped"
      ? `backup: nothing changed since${name}`
      : `${work.activity} ${placeName(run.place)}: ${run.outcome ?? "cut off"}${name}`
  return [
    what,
    ...(forgotten > 0 ? [`${count(forgotten, "backup")} to the trash`] : []),
    ...(run.detail === undefined ? [] : [run.detail]),
    ...warnings
  ]
    .map(printable)
    .join("; ")
}
