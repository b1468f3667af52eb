/** Work on a library that takes longer than somebody waits: how far it is, and what it came to. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { type FileBytes, Id, Time } from "./Model.js"
import { AnyProblem, problemSchema } from "./Problem.js"
import { Imported, Restore, Undone } from "./Results.js"

/** What goes on. */
export const Activity = Schema.Literal("import", "restore", "undo", "export")

/**
 * An import, an export, a restore or the undoing of something that was begun, and goes on whether or not somebody waits. What it came to is told for a week: as it would have
 * been answered at once.
 */
export const LibraryRun = Schema.Struct({
  id: Schema.String,
  activity: Activity,
  startedAt: Time,
  /** `null` while it runs. */
  endedAt: Schema.NullOr(Time),
  outcome: Schema.NullOr(Schema.Literal("done", "failed")),
  /** How far it is, while it runs: `done` of `total` of a `step`. Nothing is told before it begins. */
  progress: Schema.optional(
    Schema.Struct({ step: Schema.String, done: Schema.NonNegativeInt, total: Schema.NonNegativeInt })
  ),
  /** What an import brought. */
  imported: Schema.optional(Imported),
  /** A restore as it is now. */
  restore: Schema.optional(Restore),
  /** What was taken back, where it was asked for by its number. */
  undone: Schema.optional(Undone),
  /** Where the bytes of an export are, and until when; left out when they are not kept any more. */
  file: Schema.optional(
    Schema.Struct({ path: Schema.String, name: Schema.String, bytes: Schema.NonNegativeInt, until: Time })
  ),
  /** Why it failed. `CutOff`: the server ended before it had; asked for again with the same key, nothing is done twice. */
  problem: Schema.optional(AnyProblem)
}).annotations({ identifier: "LibraryRun" })
export type LibraryRun = typeof LibraryRun.Encoded

/** What is answered in the place of a result that is not there yet. */
export const later = LibraryRun.annotations(HttpApiSchema.annotations({ status: 202 }))

const file: Schema.Schema<FileBytes> = HttpApiSchema.Uint8Array({ contentType: "application/octet-stream" })

/** The bytes of an export that took long: for an hour from its end, and less where the server keeps too many. */
export const runs = HttpApiGroup.make("runs").add(
  HttpApiEndpoint.get(
    "file"
  )`/v1/libraries/${HttpApiSchema.param("library", Id)}/runs/${HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))}/file`
    .addSuccess(file)
    .addError(problemSchema("NotFound"))
    .addError(problemSchema("ExportGone"))
)
