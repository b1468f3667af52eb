/** What the commands about songs, performances and preferences print for scripts. */
import { Count, LibraryPreferences, optional, PlanCounts, PlanItem } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Failed, summary } from "./Fields.js"

/** `songs`, `performances`, `preferences`: new or changed. `skipped`: there already, exactly so. */
export const ImportSummary = summary({
  songs: Count,
  performances: Count,
  preferences: Count,
  backups: Count,
  skipped: Count,
  /** Others here than in the import, and kept: exit code 3. */
  conflicts: Count,
  plan: PlanCounts,
  errors: Schema.Array(Failed),
  warnings: Schema.Array(Failed),
  durationMs: Count,
  /** Only with `import --dry-run`: everything that is not unchanged. */
  items: optional(Schema.Array(PlanItem))
})

export const ExportSummary = summary({
  files: Schema.Array(
    Schema.Struct({ id: Schema.String, name: Schema.String, file: Schema.String, size: Count })
  ),
  errors: Schema.Array(Failed)
})

/** What `export` wrote. `problems` names what the files cannot carry exactly, or at all. */
export const ExportedSummary = summary({
  path: Schema.String,
  format: Schema.Literal("json", "files", "bundle"),
  source: Schema.String,
  songs: Count,
  performances: Count,
  preferences: Count,
  files: Count,
  size: Count,
  encrypted: Schema.Boolean,
  problems: Schema.Array(Schema.Struct({ where: Schema.String, reason: Schema.String })),
  durationMs: Count
})

/** `triggered`: what the app's triggers changed besides, when there is any. */
export const DeleteSummary = summary({
  deleted: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String })),
  triggered: optional(Schema.Array(Schema.Struct({ kind: Schema.String, id: Schema.String })))
})

export const PreferencesSummary = summary({ preferences: LibraryPreferences, changed: Schema.Boolean })
