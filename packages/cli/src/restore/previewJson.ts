import type { PlanChanges, RestorePlan } from "@white-room/core"
import { planItemsJson, type RestorePreview } from "@white-room/core/output"

/** What a restore would do, for scripts. */
export const previewJson = (plan: RestorePlan, changes: PlanChanges): typeof RestorePreview.Encoded => ({
  mode: plan.mode,
  plan: plan.counts,
  conflicts: plan.conflicts,
  items: planItemsJson(plan, changes)
})
