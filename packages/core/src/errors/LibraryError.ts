/** Errors of a library file and of the place it lies in; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

/** No file at this path. Recovery: name another path, or create a library. */
export class LibraryNotFound extends Schema.TaggedError<LibraryNotFound>()("LibraryNotFound", {
  path: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no library at ${this.path}. Nothing was created.`
  }
  get recovery() {
    return "Name another file with --library, or create one here with `whiteroom init`."
  }
}

/** The place of a new library is taken. Recovery: use it, or choose another path. */
export class LibraryExists extends Schema.TaggedError<LibraryExists>()("LibraryExists", {
  path: Schema.String
}) {
  readonly code = ExitCode.usage
  override get message() {
    return `${this.path} exists already and was left as it is.`
  }
  get recovery() {
    return "Use that library, or choose another path with --library."
  }
}

/** A file that is not a White Room library. Recovery: name the right file. */
export class NotALibrary extends Schema.TaggedError<NotALibrary>()("NotALibrary", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.path} is not a White Room library: ${this.reason}. It was left as it is.`
  }
  get recovery() {
    return "Check the path. `whiteroom adopt` makes a library of White Room's own database, `whiteroom init` an empty one."
  }
}

/** The lease ran out, and another process may hold it now. Recovery: none is needed; the process that holds it goes on. */
export class LeaseLost extends Schema.TaggedError<LeaseLost>()("LeaseLost", {
  lease: Schema.String,
  holder: Schema.String
}) {
  readonly code = ExitCode.locked
  override get message() {
    return `The lease ${this.lease} was lost${this.holder === "" ? "" : ` to ${this.holder}`} while this process slept or was slow. What it was about to write was not written.`
  }
  get recovery() {
    return "Nothing needs to be done: the other process does the work. Otherwise run it again."
  }
}

/** Written by a later version. Recovery: update White Room Backup. */
export class LibraryTooNew extends Schema.TaggedError<LibraryTooNew>()("LibraryTooNew", {
  path: Schema.String,
  needs: Schema.Number,
  supported: Schema.Number,
  access: Schema.Literal("read", "write")
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.path} was made by a newer White Room Backup: to ${this.access} it needs format ${this.needs}, this program knows ${this.supported}. It was left as it is.`
  }
  get recovery() {
    return "Install the newest version of White Room Backup and try again."
  }
}

/**
 * A database that could do harm when it is opened: its journal names a file for SQLite to remove, a link lies where SQLite
 * would write, or its schema is not what it says. Recovery: let the app that wrote it put it in order; otherwise leave it.
 */
export class UnsafeDatabase extends Schema.TaggedError<UnsafeDatabase>()("UnsafeDatabase", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.path} was not opened: ${this.reason}. Nothing was changed, neither there nor elsewhere.`
  }
  get recovery() {
    return "If it is yours, open it once with the app that wrote it, quit the app, and try again; `whiteroom import` takes in what is in a library that others changed. If somebody gave it to you, leave it alone."
  }
}

/** SQLite or our own checks found damage. Recovery: `check --full`, then restore from a copy. */
export class LibraryDamaged extends Schema.TaggedError<LibraryDamaged>()("LibraryDamaged", {
  path: Schema.String,
  detail: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `${this.path} is damaged: ${this.detail}. Nothing was changed.`
  }
  get recovery() {
    return "Copy the file away first, then run `whiteroom check --full`; `whiteroom restore --from PLACE` takes from a vault or from bundles."
  }
}

/** The file or its folder cannot be written. Recovery: rights, or another place. */
export class LibraryReadOnly extends Schema.TaggedError<LibraryReadOnly>()("LibraryReadOnly", {
  path: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.path} cannot be written: the file, its folder or its disk is read-only. Nothing was changed.`
  }
  get recovery() {
    return "Give yourself the right to write there, or copy the library to a disk that can be written."
  }
}

/** Another file lies where the open library was. Recovery: open it again. */
export class LibraryReplaced extends Schema.TaggedError<LibraryReplaced>()("LibraryReplaced", {
  path: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.path} was replaced or rolled back while it was open. Nothing was written to either file.`
  }
  get recovery() {
    return "Open the library again and repeat what you did."
  }
}

/** Another program holds the write lock. Recovery: try again. */
export class LibraryLocked extends Schema.TaggedError<LibraryLocked>()("LibraryLocked", {
  path: Schema.String
}) {
  readonly code = ExitCode.locked
  override get message() {
    return `${this.path} is being written by another program. Nothing was changed.`
  }
  get recovery() {
    return "Try again in a moment; close White Room if it goes on."
  }
}

/** No space left. Recovery: free some. */
export class DiskFull extends Schema.TaggedError<DiskFull>()("DiskFull", { path: Schema.String }) {
  readonly code = ExitCode.failed
  override get message() {
    return `The disk of ${this.path} is full. What was not finished was undone; everything saved before is intact.`
  }
  get recovery() {
    return "Free some space and try again; `whiteroom prune` gives back what forgotten backups hold."
  }
}

/** The system gave no more memory. Recovery: close other programs, or allow more. */
export class OutOfMemory extends Schema.TaggedError<OutOfMemory>()("OutOfMemory", { detail: Schema.String }) {
  readonly code = ExitCode.failed
  override get message() {
    return `There was not enough memory (${this.detail}). What was not finished was undone; everything saved before is intact.`
  }
  get recovery() {
    return "Close other programs, or allow this one more memory (`ulimit -v`), and try again."
  }
}

/** The disk or file system failed. Recovery: look at the disk. */
export class StorageFailed extends Schema.TaggedError<StorageFailed>()("StorageFailed", {
  path: Schema.String,
  operation: Schema.String,
  detail: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `Could not ${this.operation} ${this.path}: ${this.detail}. What was not finished was undone.`
  }
  get recovery() {
    return "Check the disk and its cable, then run `whiteroom check`."
  }
}

/** A place where SQLite files do not survive. Recovery: keep the library on a local disk. */
export class UnsafePlace extends Schema.TaggedError<UnsafePlace>()("UnsafePlace", {
  path: Schema.String,
  service: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.path} lies in a folder of ${this.service}; a library that is written there can be corrupted. Nothing was created.`
  }
  get recovery() {
    return "Keep the library on a local disk and send copies there with `whiteroom backup --to DIR`, or insist with --unsafe-allow-synced-folder."
  }
}

/** A migration that cannot be done, or would lose something. Recovery: as the reason says. */
export class MigrationRefused extends Schema.TaggedError<MigrationRefused>()("MigrationRefused", {
  reason: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `The migration was refused: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "`whiteroom migrate status` shows the version of this library and what can be done."
  }
}
