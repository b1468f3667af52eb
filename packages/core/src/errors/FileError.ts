/** Errors of files that are brought in, encrypted ones above all; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

/** A file that holds nothing that can be imported. Recovery: another file. */
export class NotImportable extends Schema.TaggedError<NotImportable>()("NotImportable", {
  file: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.file} cannot be imported: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "`whiteroom help import` tells what can be imported."
  }
}

/** The place of a file that is to be written is taken. Recovery: another place, or replace it. */
export class FileExists extends Schema.TaggedError<FileExists>()("FileExists", {
  file: Schema.String
}) {
  readonly code = ExitCode.usage
  override get message() {
    return `${this.file} exists already and was left as it is. Nothing was written.`
  }
  get recovery() {
    return "Choose another place, or replace what is there with --force."
  }
}

/** What was written is not what was meant to be. Recovery: another disk. */
export class FileNotVerified extends Schema.TaggedError<FileNotVerified>()("FileNotVerified", {
  file: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.file} was written, read again and found to be wrong (${this.reason}), so it was removed. The library is unharmed.`
  }
  get recovery() {
    return "Write it to another disk. If that fails too, run `whiteroom check --full`."
  }
}

/** The passphrase does not open the file. Recovery: the right one. */
export class WrongPassphrase extends Schema.TaggedError<WrongPassphrase>()("WrongPassphrase", {
  file: Schema.String
}) {
  readonly code = ExitCode.wrongPassphrase
  override get message() {
    return `This passphrase does not open ${this.file}. Nothing was changed.`
  }
  get recovery() {
    return "Try again with the passphrase that it was encrypted with; capitals and spaces count."
  }
}

/** None of the identities is one that the file was encrypted for. Recovery: the right identity file. */
export class NoMatchingIdentity extends Schema.TaggedError<NoMatchingIdentity>()("NoMatchingIdentity", {
  file: Schema.String
}) {
  readonly code = ExitCode.wrongPassphrase
  override get message() {
    return `${this.file} was encrypted for others: none of the identities given opens it. Nothing was changed.`
  }
  get recovery() {
    return "Name the identity file (AGE-SECRET-KEY-1…) of one of its recipients with --identity."
  }
}

/** An encrypted file, and nothing to open it with. Recovery: give its passphrase or an identity. */
export class FileEncrypted extends Schema.TaggedError<FileEncrypted>()("FileEncrypted", {
  file: Schema.String,
  needs: Schema.Literal("passphrase", "identity")
}) {
  readonly code = ExitCode.usage
  override get message() {
    return `${this.file} is encrypted; its ${this.needs} was not given. Nothing was changed.`
  }
  get recovery() {
    return this.needs === "passphrase"
      ? "Run it again in a terminal, or use --passphrase-file, --passphrase-command or WHITEROOM_PASSPHRASE."
      : "Name your identity file (AGE-SECRET-KEY-1…) with --identity."
  }
}

/** No age file, or one of a version that this program does not know. Recovery: another file. */
export class NotAgeFile extends Schema.TaggedError<NotAgeFile>()("NotAgeFile", {
  file: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.file} is not an age file that can be read: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "Check that it is the right file."
  }
}

/** The end of an encrypted file is missing. Recovery: copy it again. */
export class FileTruncated extends Schema.TaggedError<FileTruncated>()("FileTruncated", {
  file: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `The end of ${this.file} is missing. Nothing was changed.`
  }
  get recovery() {
    return "Copy or download it again from where it came from; what is left of it is not used."
  }
}

/** An encrypted file has other bytes than were written. Recovery: copy it again, or distrust it. */
export class FileTampered extends Schema.TaggedError<FileTampered>()("FileTampered", {
  file: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `${this.file} is not as it was written: bytes of it were changed or are missing. Nothing was changed here.`
  }
  get recovery() {
    return "Copy it again from where it came from. If that does not help, somebody or a failing disk changed it."
  }
}

/** Opening the file would cost more memory and time than this program spends. Recovery: encrypt it again. */
export class PassphraseTooCostly extends Schema.TaggedError<PassphraseTooCostly>()("PassphraseTooCostly", {
  file: Schema.String,
  workFactor: Schema.Number,
  limit: Schema.Number
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.file} asks for too much work to open it (scrypt factor ${this.workFactor}, the limit is ${this.limit}). Nothing was changed.`
  }
  get recovery() {
    return "If you trust it, open it with the `age` program and import what comes out."
  }
}
