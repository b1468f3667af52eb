/** What the outputs of commands are made of, beyond the parts that core has. */
import { optional, Texts } from "@white-room/core/output"
import * as Schema from "effect/Schema"

/** The last line of a command that does something. `dryRun`: it only says what it would do. */
export const summary = <F extends Schema.Struct.Fields>(fields: F) =>
  Schema.Struct({
    message_type: Schema.Literal("summary"),
    dryRun: optional(Schema.Literal(true)),
    ...fields
  })

export const Failed = Schema.Struct({ file: Schema.String, reason: Schema.String })

/** Something that is not as it must be, the backups that need it, and what it holds. */
export const Damage = Schema.Struct({
  what: Schema.String,
  reason: Schema.String,
  backups: Texts,
  entities: Texts,
  /** True when it was put right from what is whole. */
  mended: optional(Schema.Boolean)
})
