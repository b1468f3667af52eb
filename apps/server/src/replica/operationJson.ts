import type { Operation } from "@white-room/store"
import * as Struct from "effect/Struct"
import type { Undone } from "../api/Results.js"

/** What can be taken back, as the API tells it. */
export const operationJson = ({ command, timestamp, ...operation }: Operation): Undone["operation"] => ({
  number: command,
  ...Struct.pick(operation, "what", "description", "deed", "actor"),
  at: timestamp.toISOString(),
  ...Struct.pick(operation, "before", "after")
})
