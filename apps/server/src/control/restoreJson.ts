import { optional, RestoreDecision, RestoreOutcome, RestorePreview } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import type { Restore } from "../api/Results.js"
import type { KeptRestore } from "./Restores.js"

const outcomeOf = Schema.decodeUnknownSync(Schema.parseJson(RestoreOutcome))

const previewOf = Schema.decodeUnknownSync(Schema.parseJson(RestorePreview))

const wishOf = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ decisions: optional(Schema.Array(RestoreDecision)) }))
)

/** The choices in what was asked for; none where none were made. */
const decisionsIn = (wish: string) => {
  const { decisions = [] } = wish === "" ? {} : wishOf(wish)
  return decisions.length > 0 && { decisions }
}

/** A restore as the API tells it. */
export const restoreJson = (restore: KeptRestore): Restore => ({
  ...{ id: restore.id, library: restore.library, state: restore.state },
  home: restore.digest === "" ? "device" : "server",
  ...{ revision: restore.revision, mode: restore.mode, source: restore.source },
  ...{ position: restore.position, chainHash: restore.chain_hash },
  savedAt: restore.saved_at === 0 ? null : new Date(restore.saved_at).toISOString(),
  ...(restore.seen_hash !== "" && {
    seen: { position: restore.seen_position, chainHash: restore.seen_hash }
  }),
  ...(restore.entities.length > 0 && { only: restore.entities }),
  ...decisionsIn(restore.wish),
  from: restore.sender_name,
  device: restore.device === "" ? null : { id: restore.device, name: restore.device_name ?? "" },
  createdAt: new Date(restore.created_at).toISOString(),
  changedAt: new Date(restore.changed_at).toISOString(),
  ...(["waiting", "planned"].includes(restore.state) && {
    expiresAt: new Date(restore.expires_at).toISOString()
  }),
  ...(restore.begun === 1 && { begun: true }),
  ...(restore.reason !== "" && { reason: restore.reason }),
  ...(restore.plan !== "" && { preview: previewOf(restore.plan) }),
  ...(restore.outcome !== "" && { outcome: outcomeOf(restore.outcome) }),
  ...(restore.undone !== "" && { undone: outcomeOf(restore.undone) })
})
