import type { PlanItem } from "@white-room/core"

/** An item of a plan in words. */
export const label = (item: PlanItem): string =>
  `${item.kind} ${item.name === "" ? item.id : `${item.name} (${item.id})`}`
