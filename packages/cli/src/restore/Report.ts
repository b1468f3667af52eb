/** What a restore says: its plan, what it did, and the same for scripts. */
import {
  type BackupInfo,
  createEmptyRestoreResult,
  ExitCode,
  type PlanItem,
  type RestorePlan,
  type RestoreResult
} from "@white-room/core"
import { backupName } from "../backup/BackupText.js"
import type { Source } from "../backup/Source.js"
import { count } from "../output/Text.js"
import type { Changes } from "../plan/Changes.js"
import type { Outputs } from "../schema/outputs.js"

type Summary = Outputs["restore"]

export const itemJson = (item: PlanItem, changes: Changes) => ({
  kind: item.kind,
  id: item.id,
  name: item.name,
  action: item.action,
  conflict: item.conflict,
  ...(item.copyOf !== undefined && { copyOf: item.copyOf }),
  changes: changes.get(item) ?? [],
  notes: item.notes
})

export const summaryOf = (
  source: Source,
  plan: Pick<RestorePlan, "mode">,
  result: RestoreResult,
  durationMs: number
): Summary => ({
  message_type: "summary",
  backupId: result.backupId,
  source: source.name,
  position: source.position,
  ...(source.backup && { number: source.backup.number }),
  mode: plan.mode,
  songsRestored: result.songsRestored,
  performancesRestored: result.performancesRestored,
  preferencesRestored: result.preferencesRestored,
  errors: result.errors,
  isSuccess: result.isSuccess,
  plan: result.plan,
  conflicts: result.conflicts,
  ...(result.safetyBackupId !== undefined && { safetyBackupId: result.safetyBackupId }),
  durationMs
})

/** What --dry-run prints for scripts. */
export const previewJson = (source: Source, plan: RestorePlan, changes: Changes): Summary => {
  const none = { ...createEmptyRestoreResult(source.reference), plan: plan.counts, conflicts: plan.conflicts }
  return {
    ...summaryOf(source, plan, none, 0),
    dryRun: true,
    items: plan.items.map((item) => itemJson(item, changes))
  }
}

export const describeResult = (
  result: RestoreResult,
  source: Source,
  plan: Pick<RestorePlan, "items">,
  safety: BackupInfo | undefined
): string => {
  const { create, update, delete: deleted } = result.plan
  const { name } = source
  const kept = plan.items.filter(({ action, conflict }) => action === "keep" && conflict).length
  const copies = plan.items.filter(({ copyOf }) => copyOf !== undefined).length
  const done = create + update + deleted
  const parts = [
    done === 0
      ? "There was nothing to restore."
      : `Restored ${name}: ${create - copies} brought back, ${copies > 0 ? `${copies} added as ${copies === 1 ? "a copy" : "copies"}, ` : ""}${update} replaced, ${deleted} deleted.`,
    safety
      ? `What was there before is in ${backupName(safety)}; whiteroom undo takes this restore back.`
      : "",
    kept > 0
      ? `${count(kept, "item")} changed after ${name} and ${kept === 1 ? "was" : "were"} kept; --on-conflict replace, both or combine settles that otherwise.`
      : "",
    ...result.errors
  ]
  return parts.filter((part) => part !== "").join("\n")
}

export const exitCodeOf = (result: RestoreResult): number =>
  result.isSuccess && result.conflicts === 0 ? ExitCode.done : ExitCode.partial
