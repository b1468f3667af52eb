/** Backups of a library whose home is the server: taken, described, forgotten and brought back. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, keyHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

/** What is said of a backup. Left out when it is taken, it is empty; when it is changed, it stays as it is. */
export const BackupWish = Schema.Struct({
  description: Schema.optional(Schema.String.pipe(Schema.maxLength(2000))),
  tags: Schema.optional(
    Schema.Array(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(100))).pipe(Schema.maxItems(100))
  ),
  pinned: Schema.optional(Schema.Boolean)
})
export type BackupWish = typeof BackupWish.Type

const Backup = Output.Backup.annotations({ identifier: "Backup" })

const library = HttpApiSchema.param("library", Id)
const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))

const unchanged = Schema.Union(
  refused,
  problemSchema("HomeElsewhere"),
  problemSchema("Leaving"),
  problemSchema("Busy"),
  problemSchema("Stopping")
)

/** The group of what is done to backups. */
export const backupChanges = HttpApiGroup.make("backupChanges")
  .add(
    HttpApiEndpoint.post("take")`/v1/libraries/${library}/backups`
      .setPayload(BackupWish)
      .setHeaders(Schema.Struct(keyHeader))
      .addSuccess(Backup, { status: 201 })
      .addError(
        Schema.Union(
          unchanged,
          problemSchema("KeyRequired"),
          problemSchema("KeyReused"),
          problemSchema("TooManyToday")
        )
      )
  )
  .add(
    HttpApiEndpoint.patch("edit")`/v1/libraries/${library}/backups/${id}`
      .setPayload(BackupWish)
      .addSuccess(Backup)
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.del("forget")`/v1/libraries/${library}/backups/${id}`
      .addSuccess(Backup)
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.post("undelete")`/v1/libraries/${library}/backups/${id}/undelete`
      .addSuccess(Backup)
      .addError(unchanged)
  )
