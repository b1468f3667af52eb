import type { Operation } from "@white-room/store"
import type { Undone } from "../api/Results.js"

/** What can be taken back, as the API tells it. */
export const operationJson = ({ command, timestamp, ...operation }: Operation): Undone["operation"] => ({
  ...{
    number: command,
    what: operation.what,
    description: operation.description,
    deed: operation.deed,
    actor: operation.actor
  },
  ...{ at: timestamp.toISOString(), before: operation.before, after: operation.after }
})
