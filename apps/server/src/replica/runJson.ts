import type { ScheduledRun } from "@white-room/store"
import * as Struct from "effect/Struct"
import type { Run } from "../api/Profiles.js"

const orNull = (time: Date | undefined): string | null => time?.toISOString() ?? null

/** A run as the API tells it. */
export const runJson = (run: ScheduledRun): Run => ({
  ...Struct.pick(run, "number", "profile", "activity", "place"),
  ...{ dueAt: run.dueAt.toISOString(), startedAt: run.startedAt.toISOString(), endedAt: orNull(run.endedAt) },
  ...{ outcome: run.outcome ?? null, backupId: run.backupId ?? null, detail: run.detail ?? null }
})
