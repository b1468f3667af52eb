import type { PlanItem } from "@white-room/core"
import * as Struct from "effect/Struct"
import type { Outputs } from "../schema/outputs.js"
import type { Changes } from "./Changes.js"

type ItemJson = NonNullable<Outputs["restore"]["items"]>[number]

/** An item of a plan for scripts. */
export const itemJson = (item: PlanItem, changes: Changes): ItemJson => ({
  ...Struct.pick(item, "kind", "id", "name", "action", "conflict", "copyOf", "notes"),
  changes: changes.get(item) ?? []
})
