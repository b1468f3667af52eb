/** Errors that come of what an app defined in its own tables; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

const parts = (names: ReadonlyArray<string>): string => names.join(", ")

/**
 * An index, CHECK, column or trigger of the app uses a collation or a function that only the app has, so SQLite cannot
 * do this here. Recovery: everything but such a write goes on; let the app read an export.
 */
export class NeedsApp extends Schema.TaggedError<NeedsApp>()("NeedsApp", {
  path: Schema.String,
  /** What is missing here, such as `the collation localizedStandard`. */
  needs: Schema.String,
  /** What asks for it, such as `index ix_name`; empty where that is not known. */
  parts: Schema.Array(Schema.String)
}) {
  readonly code = ExitCode.refused
  override get message() {
    const asks = this.parts.length === 0 ? "The app's tables" : `The app's ${parts(this.parts)}`
    return `${asks} in ${this.path} cannot be evaluated here: only the app has ${this.needs}. Nothing was changed.`
  }
  get recovery() {
    return "Backups, checks and exports go on. `whiteroom export BACKUP FILE` writes what the app can import; `whiteroom init` and `whiteroom import` bring it back into a library of its own."
  }
}

/** A trigger or a rule of the app's tables does not let a row be written. Recovery: as the app wants it, or without that row. */
export class AppRefused extends Schema.TaggedError<AppRefused>()("AppRefused", {
  /** What was to be written, such as `song Night Drive (a)`. */
  what: Schema.String,
  table: Schema.String,
  /** Triggers that may have done it; empty where it was a constraint of the table. */
  triggers: Schema.Array(Schema.String),
  reason: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    const by =
      this.triggers.length === 0
        ? `The app's table ${this.table}`
        : `The app's ${this.triggers.length === 1 ? "trigger" : "triggers"} ${parts(this.triggers)} on ${this.table}`
    return `${by} did not let ${this.what} be written: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "Leave it out by naming the others, or write it with `whiteroom export` for the app to import. The rule is the app's own: see `sqlite3 FILE .schema`."
  }
}
