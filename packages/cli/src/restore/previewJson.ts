import type { RestorePlan } from "@white-room/core"
import type { RestorePreview } from "@white-room/core/output"
import type { Changes } from "../plan/Changes.js"
import { itemJson } from "../plan/itemJson.js"

/** What a restore would do, for scripts. */
export const previewJson = (plan: RestorePlan, changes: Changes): typeof RestorePreview.Encoded => ({
  mode: plan.mode,
  plan: plan.counts,
  conflicts: plan.conflicts,
  items: plan.items.map((item) => itemJson(item, changes))
})
