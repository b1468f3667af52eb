/** Errors of places outside the library, and of the blobs in them; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"
import { shellWord } from "./shellWord.js"

/** No such folder, and nobody asked for one. Recovery: plug in its disk, or have it made. */
export class PlaceNotFound extends Schema.TaggedError<PlaceNotFound>()("PlaceNotFound", {
  path: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no folder ${this.path}, and none was made: its disk may be away. No copy was written.`
  }
  get recovery() {
    return `Plug in its disk and try again, or have the folder made: \`whiteroom backup --to ${shellWord(this.path)} --make\`.`
  }
}

/** Something else lies where the place was: an empty mount point, another disk. Recovery: plug in the right one. */
export class PlaceAway extends Schema.TaggedError<PlaceAway>()("PlaceAway", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.unreachable
  override get message() {
    return `${this.path} is not the place that it was: ${this.reason}. No copy was written.`
  }
  get recovery() {
    return `Plug in its disk and try again. If copies are to begin again there: \`whiteroom backup --to ${shellWord(this.path)} --make\`.`
  }
}

/** The place says no. Recovery: other access, or another place. */
export class PlaceRefused extends Schema.TaggedError<PlaceRefused>()("PlaceRefused", {
  place: Schema.String,
  reason: Schema.String,
  /** What to do, where that is known. */
  advice: Schema.optional(Schema.String)
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.place} refused: ${this.reason}. The library is unharmed.`
  }
  get recovery() {
    return this.advice ?? "Check the keys and the rights they have at that place."
  }
}

/** The place does not answer. Recovery: try again when it does. */
export class PlaceUnreachable extends Schema.TaggedError<PlaceUnreachable>()("PlaceUnreachable", {
  place: Schema.String,
  reason: Schema.String,
  /** False when asking again cannot help. */
  retryable: Schema.Boolean,
  /** What to do, where that is known. */
  advice: Schema.optional(Schema.String)
}) {
  readonly code = ExitCode.unreachable
  override get message() {
    return `${this.place} cannot be reached: ${this.reason}. The library is unharmed.`
  }
  get recovery() {
    return this.advice ?? "Plug the disk in, or check the network, and try again; nothing is lost meanwhile."
  }
}

/** No room is left at the place. Recovery: make room, or choose another place. */
export class PlaceFull extends Schema.TaggedError<PlaceFull>()("PlaceFull", { place: Schema.String }) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.place} is full. What it had is still there; the newest changes are not. The library is unharmed.`
  }
  get recovery() {
    return "Make room there, or add another place."
  }
}

/** No blob has that name. Recovery: list again; others may have merged it away. */
export class BlobMissing extends Schema.TaggedError<BlobMissing>()("BlobMissing", {
  place: Schema.String,
  name: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `${this.place} does not have ${this.name}.`
  }
  get recovery() {
    return "List what is there; `whiteroom check --from` says what is missing."
  }
}

/** A blob of that name is there already, and stays as it is. Recovery: none is needed when it holds the same bytes. */
export class BlobExists extends Schema.TaggedError<BlobExists>()("BlobExists", {
  place: Schema.String,
  name: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.place} has ${this.name} already; it was left as it is.`
  }
  get recovery() {
    return "Nothing needs to be done when it holds the same bytes; otherwise put it under another name."
  }
}

/** The place keeps the blob for now: a lock, or no right to delete. Recovery: none; it goes later, or by its owner. */
export class BlobRetained extends Schema.TaggedError<BlobRetained>()("BlobRetained", {
  place: Schema.String,
  name: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.place} keeps ${this.name} for now.`
  }
  get recovery() {
    return "Nothing needs to be done: it is deleted when its lock has run out, by anyone who may."
  }
}

/** A sync service knows the blob, and its bytes are not on this machine. Recovery: wait, or have it downloaded. */
export class BlobNotHere extends Schema.TaggedError<BlobNotHere>()("BlobNotHere", {
  place: Schema.String,
  name: Schema.String
}) {
  readonly code = ExitCode.unreachable
  override get message() {
    return `${this.name} in ${this.place} was not downloaded to this machine yet.`
  }
  get recovery() {
    return "Have the sync service download the folder (keep it on this device), then try again."
  }
}

/** No vault lies at this place. Recovery: name the right place, or make one there. */
export class VaultNotFound extends Schema.TaggedError<VaultNotFound>()("VaultNotFound", {
  place: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no vault at ${this.place}: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return "Check the place; `whiteroom vault add NAME PLACE` makes one there."
  }
}

/** What a vault holds is not as it was written, or parts of it are missing. Recovery: repair it from a library that has them. */
export class VaultDamaged extends Schema.TaggedError<VaultDamaged>()("VaultDamaged", {
  place: Schema.String,
  detail: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `The vault at ${this.place} is damaged: ${this.detail}. Nothing was changed.`
  }
  get recovery() {
    return "`whiteroom check --from` names what is hit. Everything else there can be brought back with `--partial`."
  }
}

/** Written by a later version. Recovery: update White Room Backup. */
export class VaultTooNew extends Schema.TaggedError<VaultTooNew>()("VaultTooNew", {
  place: Schema.String,
  version: Schema.Number,
  supported: Schema.Number
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `The vault at ${this.place} has the format ${this.version}; this program knows ${this.supported}. Nothing was changed.`
  }
  get recovery() {
    return "Install the newest version of White Room Backup and try again."
  }
}

/** A sealed vault, and nothing to open it with. Recovery: give its passphrase or an identity. */
export class VaultSealed extends Schema.TaggedError<VaultSealed>()("VaultSealed", { place: Schema.String }) {
  readonly code = ExitCode.usage
  override get message() {
    return `The vault at ${this.place} is sealed; no key was given. Nothing was changed.`
  }
  get recovery() {
    return "Give its passphrase, or name an identity file or its recovery kit with --identity."
  }
}

/**
 * Not the vault, or not the state of it, that is remembered or meant: another one, an unsealed one, or older keys.
 * Recovery: find out who changed the place before anything is trusted to it.
 */
export class VaultReplaced extends Schema.TaggedError<VaultReplaced>()("VaultReplaced", {
  place: Schema.String,
  detail: Schema.String
}) {
  readonly code = ExitCode.refused
  override get message() {
    return `${this.place} is not the vault that it should be: ${this.detail}. Nothing was read from it, and nothing was written.`
  }
  get recovery() {
    return "Find out who changed that place. If you did, forget the vault here (`whiteroom vault remove`) and add it again."
  }
}

/**
 * A vault lost what was sent to it, and looked for twice: somebody took it back to an earlier state, or emptied it. All of
 * it was sent again. Recovery: find out who did, and check the vault.
 */
export class VaultRolledBack extends Schema.TaggedError<VaultRolledBack>()("VaultRolledBack", {
  place: Schema.String,
  /** The last file that was there. */
  file: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `The vault at ${this.place} was rolled back or emptied: ${this.file} was there and is gone. What it lacked was sent again.`
  }
  get recovery() {
    return "Find out who changed that place. `whiteroom check --from` says whether anything else is missing there; `whiteroom repair VAULT` sends it again."
  }
}
