/** What a restore says: its plan, what it did, and the same for scripts. */

import type { PlanChanges } from "@white-room/core"
import {
  type BackupInfo,
  ExitCode,
  emptyRestoreResult,
  type RestorePlan,
  type RestoreResult
} from "@white-room/core"
import { planItemsJson, restoredJson } from "@white-room/core/output"
import { backupName } from "../backup/BackupText.js"
import type { Source } from "../backup/Source.js"
import type { Outputs } from "../schema/outputs.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count } from "../terminal/Text.js"
import { triggeredText } from "./triggeredText.js"

type Fields = SummaryFields<Outputs["restore"]>

/** Of a plan that was shown: its mode, and how many items changed after the source and stay as they are. */
export interface ShownPlan extends Pick<RestorePlan, "mode"> {
  readonly kept: number
}

export const summaryOf = (
  source: Source,
  { mode }: Pick<RestorePlan, "mode">,
  result: RestoreResult,
  durationMs: number
): Fields => ({
  backupId: result.backupId,
  source: source.name,
  position: source.position,
  number: source.backup?.number,
  mode,
  ...restoredJson(result),
  safetyBackupId: result.safetyBackupId,
  durationMs
})

/** What --dry-run prints for scripts. */
export const previewOf = (source: Source, plan: RestorePlan, changes: PlanChanges): Fields => {
  const none = { ...emptyRestoreResult(source.reference), plan: plan.counts, conflicts: plan.conflicts }
  return { ...summaryOf(source, plan, none, 0), items: planItemsJson(plan, changes) }
}

export const describeResult = (
  result: RestoreResult,
  source: Source,
  { kept }: ShownPlan,
  safety: BackupInfo | undefined
): string => {
  const { create, update, delete: deleted, copies } = result.done
  const { name } = source
  const done = create + update + deleted
  const parts = [
    done === 0
      ? result.errors.length === 0
        ? "There was nothing to restore."
        : "Nothing could be restored."
      : `Restored ${name}: ${create - copies} brought back, ${copies > 0 ? `${copies} added as ${copies === 1 ? "a copy" : "copies"}, ` : ""}${update} replaced, ${deleted} deleted.`,
    safety
      ? `What was there before is in ${backupName(safety)}; whiteroom undo takes this restore back.`
      : "",
    kept > 0
      ? `${count(kept, "item")} changed after ${name} and ${kept === 1 ? "was" : "were"} kept; --on-conflict replace, both or combine settles that otherwise.`
      : "",
    ...triggeredText(result),
    ...result.errors
  ]
  return parts.filter((part) => part !== "").join("\n")
}

export const exitCodeOf = (result: RestoreResult, { isPart }: Pick<Source, "isPart">): number =>
  result.isSuccess && result.conflicts === 0 && isPart !== true ? ExitCode.done : ExitCode.partial
