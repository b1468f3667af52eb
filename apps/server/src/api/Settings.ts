/** How a server is looked after: who is told what of which libraries, and when. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Group } from "./Model.js"
import { problemSchema } from "./Problem.js"

const Text = Schema.String.pipe(Schema.maxLength(320))
const Readers = Schema.Array(Text).pipe(Schema.minItems(1), Schema.maxItems(10))

/** The empty text: the libraries that are in no group. */
const GroupName = Schema.Union(Group, Schema.Literal(""))

const mailFields = {
  /** Who gets the letters, where a group does not say otherwise. */
  to: Readers,
  /** `smtps://host`, or `smtp://host:587`, which is asked to encrypt, and gets nothing when it does not. */
  server: Text,
  /** Whom the letters are from. Default: the first who gets them. */
  from: Schema.optional(Text),
  user: Schema.optional(Text)
}

const GroupSettings = Schema.Struct({
  group: GroupName,
  libraries: Output.Count,
  /** Who gets its letters; `null`: who gets those of the server. */
  to: Schema.NullOr(Schema.Array(Text)),
  /** Until then no digest of it is sent, and its silence counts for nothing. */
  pausedUntil: Schema.NullOr(Output.Time)
})

/** Secrets are told by nobody: they lie in files of the data folder, which no mirror gets. */
export const Settings = Schema.Struct({
  mail: Schema.NullOr(Schema.Struct({ ...mailFields, hasPassword: Schema.Boolean })),
  /** Of its address the host alone; `ready` is false when the rest is gone, as after a rebuild from a mirror. */
  webhook: Schema.NullOr(
    Schema.Struct({ host: Schema.String, signed: Schema.Boolean, ready: Schema.Boolean })
  ),
  /** When the week is told: a rule such as `mondays 8:00`, or `off`. */
  digest: Schema.String,
  /** Whose clock that is by: an IANA name. */
  zone: Schema.String,
  /** After so many days without anything new, a library is told of in the digest. */
  absentDays: Output.Count,
  /** Every group that has libraries, or settings. */
  groups: Schema.Array(GroupSettings)
}).annotations({ identifier: "Settings" })
export type Settings = typeof Settings.Encoded

/** What is left out stays; `null` takes it away. */
export const SettingsChange = Schema.Struct({
  mail: Schema.optional(
    Schema.NullOr(
      Schema.Struct({
        ...mailFields,
        /** Left out, the one that is there stays. */
        password: Schema.optional(
          Schema.NullOr(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(1000)))
        )
      })
    )
  ),
  webhook: Schema.optional(
    Schema.NullOr(
      Schema.Struct({
        /** A public address: one that leads to this machine or into its network is not called. */
        url: Schema.String.pipe(Schema.maxLength(2048)),
        /** Signs what is sent, as `--webhook-key` does. */
        key: Schema.optional(Schema.String.pipe(Schema.minLength(16), Schema.maxLength(1000)))
      })
    )
  ),
  digest: Schema.optional(Schema.String.pipe(Schema.maxLength(200))),
  zone: Schema.optional(Schema.String.pipe(Schema.maxLength(100))),
  absentDays: Schema.optional(Schema.Int.pipe(Schema.between(1, 365))),
  groups: Schema.optional(
    Schema.Array(
      Schema.Struct({
        group: GroupName,
        to: Schema.optional(Schema.NullOr(Readers)),
        pausedUntil: Schema.optional(Schema.NullOr(Output.Time))
      })
    ).pipe(Schema.maxItems(1000))
  )
}).annotations({ identifier: "SettingsChange" })
export type SettingsChange = typeof SettingsChange.Type

export const settings = HttpApiGroup.make("settings")
  .add(HttpApiEndpoint.get("read", "/v1/settings").addSuccess(Settings))
  .add(
    HttpApiEndpoint.patch("change", "/v1/settings")
      .setPayload(SettingsChange)
      .addSuccess(Settings)
      .addError(problemSchema("InvalidRequest"))
  )
