/** What the commands about restores for devices print for scripts. */
import { optional, Restore, RestorePreview } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { summary } from "./Fields.js"

/** A restore that was sent, as it stands; with --dry-run what it would bring. */
export const SentSummary = summary({
  library: Schema.String,
  restore: optional(Restore),
  preview: optional(RestorePreview)
})

/** A restore that was sent to this device. `vault`: the server it came from. */
export const Received = Schema.Struct({ ...Restore.fields, vault: Schema.String })

/** What became of one. `agreed`: it comes as soon as the app is closed. */
export const AnswerSummary = summary({
  vault: Schema.String,
  restore: Restore,
  agreed: optional(Schema.Boolean),
  preview: optional(RestorePreview)
})

const RemoteRestores = Schema.Literal("copies", "replace", "refuse")

export const InboxSetSummary = summary({
  vaults: Schema.Array(Schema.Struct({ vault: Schema.String, remoteRestores: RemoteRestores }))
})
