/** Bringing songs into a library that is written here: files of White Room's own, and of its app. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { type FileBytes, Id, keyHeader, preferHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"
import { Imported } from "./Results.js"
import { later } from "./Runs.js"

const Flag = Schema.optional(Schema.BooleanFromString.annotations({ jsonSchema: { type: "boolean" } }))

/** How a file is brought in. */
export const ImportWish = Schema.Struct({
  /** Only says what it would bring. */
  dryRun: Flag,
  /** What happens to a song that is another one here. */
  onConflict: Schema.optional(Schema.Literal("keep", "replace", "both", "combine")),
  /** Takes the backups in it, too; the default. */
  backups: Flag,
  /** Merges the newest state in it; the default. */
  merge: Flag
})
export type ImportWish = typeof ImportWish.Type

const file: Schema.Schema<FileBytes> = HttpApiSchema.Uint8Array({ contentType: "application/octet-stream" })

/**
 * Takes an exchange file (JSON) of either app, a single song, performance or preferences record, or a bundle (`.whiteroom`). It is known
 * by what it holds. Databases and what is encrypted are not taken: `whiteroom export` makes a bundle of them where they are. What takes longer
 * than `Prefer: wait=N` (2 s, at most 30) once the file is here is answered 202, with the address of a run in `Location`; it goes on by itself.
 */
export const imports = HttpApiGroup.make("imports").add(
  HttpApiEndpoint.post("bring")`/v1/libraries/${HttpApiSchema.param("library", Id)}/imports`
    .setPayload(file)
    .setUrlParams(ImportWish)
    .setHeaders(Schema.Struct({ ...keyHeader, ...preferHeader }))
    .addSuccess(Imported)
    .addSuccess(later)
    .addError(
      Schema.Union(
        refused,
        problemSchema("HomeElsewhere"),
        problemSchema("Leaving"),
        problemSchema("Busy"),
        problemSchema("Stopping"),
        problemSchema("KeyRequired"),
        problemSchema("KeyReused"),
        problemSchema("NotImportable"),
        problemSchema("FileNotVerified"),
        problemSchema("LengthRequired"),
        problemSchema("TooLarge"),
        problemSchema("TooMany")
      )
    )
)
