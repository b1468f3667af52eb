import type { Schemas } from "../api/Client.js"

export type Restore = Schemas["Restore"]
export type PlanItem = NonNullable<Restore["preview"]>["items"][number]
