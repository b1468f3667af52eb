import type { PlanChanges, RestorePlan } from "@white-room/core"
import { planItemJson, type RestorePreview } from "@white-room/core/output"

/** What a restore would do, for scripts. */
export const previewJson = (plan: RestorePlan, changes: PlanChanges): typeof RestorePreview.Encoded => ({
  mode: plan.mode,
  plan: plan.counts,
  conflicts: plan.conflicts,
  items: plan.items.map((item) => planItemJson(item, changes))
})
