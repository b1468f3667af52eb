/** Errors of bundles and of the folders they lie in; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

/** Nothing here is a bundle. Recovery: name the right file or folder. */
export class BundleNotFound extends Schema.TaggedError<BundleNotFound>()("BundleNotFound", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no bundle at ${this.path}: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "Name a .whiteroom file, or a folder of them."
  }
}

/** A bundle that cannot be read to its end, or that does not hold what it says. Recovery: another copy of it. */
export class BundleDamaged extends Schema.TaggedError<BundleDamaged>()("BundleDamaged", {
  path: Schema.String,
  detail: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `${this.path} is damaged: ${this.detail}. Nothing was changed.`
  }
  get recovery() {
    return "`whiteroom check --from` says what can still be read; `restore --from` brings back single songs that are whole. `whiteroom backup --to DIR` sends the library, as it is here, to a vault."
  }
}

/** An incremental bundle whose base is not there. Recovery: put the files together. */
export class BundleIncomplete extends Schema.TaggedError<BundleIncomplete>()("BundleIncomplete", {
  path: Schema.String,
  missing: Schema.Array(Schema.String)
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `${this.path} builds on bundles that are not beside it: ${this.missing.join(", ")}. Nothing was changed.`
  }
  get recovery() {
    return "Put the missing files into the same folder, or use a bundle that stands on its own."
  }
}

/** Written by a later version. Recovery: update White Room Backup. */
export class BundleTooNew extends Schema.TaggedError<BundleTooNew>()("BundleTooNew", {
  path: Schema.String,
  version: Schema.Number,
  supported: Schema.Number
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.path} has the bundle format ${this.version}; this program knows ${this.supported}. Nothing was changed.`
  }
  get recovery() {
    return "Install the newest version of White Room Backup and try again."
  }
}
