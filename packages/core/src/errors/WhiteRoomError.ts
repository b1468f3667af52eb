/**
 * Everything that can go wrong, as one closed union: one error per thing a person can do about it. Each has
 * `_tag` (its name in `--json`), `code` (the exit code of the CLI, see `docs/cli.md`), `message` (what happened
 * and what is unharmed) and `recovery` (what to do next). Anything else that is thrown is a defect: a bug.
 */
import * as Schema from "effect/Schema"
import { AppRefused, NeedsApp } from "./AppError.js"
import { BundleDamaged, BundleIncomplete, BundleNotFound, BundleTooNew } from "./BundleError.js"
import { Closed, InternalFault } from "./DoorError.js"
import { ExitCode } from "./ExitCode.js"
import {
  FileEncrypted,
  FileExists,
  FileNotVerified,
  FileTampered,
  FileTruncated,
  NoMatchingIdentity,
  NotAgeFile,
  NotImportable,
  PassphraseTooCostly,
  WrongPassphrase
} from "./FileError.js"
import {
  DiskFull,
  LeaseLost,
  LibraryDamaged,
  LibraryExists,
  LibraryLocked,
  LibraryNotFound,
  LibraryReadOnly,
  LibraryReplaced,
  LibraryTooNew,
  MigrationRefused,
  NotALibrary,
  OutOfMemory,
  StorageFailed,
  UnsafeDatabase,
  UnsafePlace
} from "./LibraryError.js"
import {
  BlobExists,
  BlobMissing,
  BlobNotHere,
  BlobRetained,
  PlaceAway,
  PlaceFull,
  PlaceNotFound,
  PlaceRefused,
  PlaceUnreachable,
  VaultDamaged,
  VaultNotFound,
  VaultReplaced,
  VaultRolledBack,
  VaultSealed,
  VaultTooNew
} from "./PlaceError.js"
import { MirrorMissing, MirrorUnusable, ServerNotStarted } from "./ServerError.js"

const NamedEntity = Schema.Struct({ id: Schema.String, name: Schema.String, updatedAt: Schema.String })

/** Input that does not fit its schema or its rule. Recovery: correct the named field. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  field: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.usage
  override get message() {
    return `${this.field}: ${this.reason}. Nothing was changed.`
  }
  get recovery() {
    return `Correct ${this.field} and try again.`
  }
}

/** Bytes that are not what their place says. Recovery: `check --full` names what they belong to. */
export class MalformedData extends Schema.TaggedError<MalformedData>()("MalformedData", {
  what: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.damaged
  override get message() {
    return `This ${this.what} cannot be read: ${this.reason}.`
  }
  get recovery() {
    return "Run `whiteroom check --full` to see which backup and which song it belongs to."
  }
}

/** The entity is not at the expected version. Recovery: read it again, decide again. */
export class VersionConflict extends Schema.TaggedError<VersionConflict>()("VersionConflict", {
  kind: Schema.String,
  id: Schema.String,
  expected: Schema.Number,
  actual: Schema.Number
}) {
  readonly code = ExitCode.failed
  override get message() {
    return this.expected === 0
      ? `There is a ${this.kind} ${this.id} already, at version ${this.actual}. Nothing was written.`
      : `The ${this.kind} ${this.id} is at version ${this.actual}, not ${this.expected}: someone else changed it. Nothing was written.`
  }
  get recovery() {
    if (this.expected === 0) return `Give the new ${this.kind} another id, or update the one that is there.`
    return "Read it again and repeat the change on what is there now."
  }
}

/** A command id came back with another request. Recovery: a new command id. */
export class CommandReused extends Schema.TaggedError<CommandReused>()("CommandReused", {
  commandId: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `The command id ${this.commandId} was used before for another request. Nothing was written.`
  }
  get recovery() {
    return "Give each request a command id of its own."
  }
}

/** No such backup. Recovery: `list`. */
export class BackupNotFound extends Schema.TaggedError<BackupNotFound>()("BackupNotFound", {
  backup: Schema.String,
  near: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] })
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no backup ${this.backup}.${this.near.length > 0 ? ` Near: ${this.near.join(", ")}.` : ""} Nothing was changed.`
  }
  get recovery() {
    return "`whiteroom list` shows the backups, `whiteroom list --trash` the forgotten ones."
  }
}

/** No such song, performance or preferences record. Recovery: look at the near matches. */
export class EntityNotFound extends Schema.TaggedError<EntityNotFound>()("EntityNotFound", {
  kind: Schema.String,
  name: Schema.String,
  where: Schema.String,
  near: Schema.Array(NamedEntity)
}) {
  readonly code = ExitCode.notFound
  override get message() {
    const near = this.near.map((match) => `${match.name} (${match.id})`).join(", ")
    return `There is no ${this.kind} ${this.name} in ${this.where}.${near === "" ? "" : ` Near: ${near}.`} Nothing was changed.`
  }
  get recovery() {
    const past = /^[b@]\d+/.exec(this.where)
    if (past !== null) return `\`whiteroom show ${past[0]}\`, with the same --from, shows what was there.`
    return `\`whiteroom ${this.kind === "preferences" ? "prefs show" : `${this.kind} list`}\` shows what there is.`
  }
}

/** A name that fits several. Recovery: use the id. */
export class AmbiguousName extends Schema.TaggedError<AmbiguousName>()("AmbiguousName", {
  kind: Schema.String,
  name: Schema.String,
  candidates: Schema.Array(NamedEntity)
}) {
  readonly code = ExitCode.usage
  override get message() {
    const oneLine = (text: string) => text.replace(/\p{Cc}/gu, "\ufffd")
    const list = this.candidates
      .map(({ id, name, updatedAt }) => `\n  ${oneLine(`${id}  ${name}  ${updatedAt}`)}`)
      .join("")
    return `${oneLine(this.name)} fits ${this.candidates.length} ${this.kind}s:${list}\nNothing was changed.`
  }
  get recovery() {
    return `Say which by its id, with id: before it, such as id:${this.candidates[0]?.id ?? "ID"}.`
  }
}

/** A moment of which the library knows nothing. Recovery: one that exists. */
export class MomentNotFound extends Schema.TaggedError<MomentNotFound>()("MomentNotFound", {
  moment: Schema.String,
  reason: Schema.String,
  near: Schema.Array(Schema.String)
}) {
  readonly code = ExitCode.notFound
  override get message() {
    const near = this.near.length > 0 ? ` Nearest moments that exist: ${this.near.join(", ")}.` : ""
    return `${this.moment} cannot be found: ${this.reason}.${near} Nothing was changed.`
  }
  get recovery() {
    return "Choose one of the moments named; `whiteroom list` shows the backups, `whiteroom events` the log."
  }
}

/** The content is no longer kept. Recovery: an older or newer backup that holds it. */
export class ContentReleased extends Schema.TaggedError<ContentReleased>()("ContentReleased", {
  object: Schema.String,
  owner: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `The content of ${this.owner} (${this.object.slice(0, 12)}) is not in this library. Nothing was changed.`
  }
  get recovery() {
    return "If a kept backup needs it, that is damage: `whiteroom check --full` tells. Otherwise it was released by `prune`."
  }
}

/** A retention policy that would keep nothing. Recovery: keep at least one. */
export class PolicyRefused extends Schema.TaggedError<PolicyRefused>()("PolicyRefused", {
  reason: Schema.String
}) {
  readonly code = ExitCode.usage
  override get message() {
    return `This retention policy is refused: ${this.reason}. No backup was forgotten.`
  }
  get recovery() {
    return "Keep at least one backup, for example with --keep-last 30."
  }
}

/** The result of a restore was not what the plan said; it was undone. Recovery: `check --full`. */
export class RestoreNotVerified extends Schema.TaggedError<RestoreNotVerified>()("RestoreNotVerified", {
  detail: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `The restore did not give what its plan said (${this.detail}), so it was undone completely.`
  }
  get recovery() {
    return "Run `whiteroom check --full`."
  }
}

/** The library moved on after the plan was made. Recovery: plan again. */
export class PlanOutdated extends Schema.TaggedError<PlanOutdated>()("PlanOutdated", {
  detail: Schema.String
}) {
  readonly code = ExitCode.planOutdated
  override get message() {
    return `The library changed while the restore was prepared: ${this.detail}. Nothing was restored.`
  }
  get recovery() {
    return "Run the restore again; it makes a new plan."
  }
}

/** The closed union. `Schema.is(WhiteRoomError)` tells an error of ours from a defect. */
export const WhiteRoomError = Schema.Union(
  InvalidInput,
  MalformedData,
  LibraryNotFound,
  LibraryExists,
  NotALibrary,
  LibraryTooNew,
  LeaseLost,
  LibraryDamaged,
  LibraryReadOnly,
  LibraryReplaced,
  LibraryLocked,
  DiskFull,
  OutOfMemory,
  StorageFailed,
  UnsafeDatabase,
  UnsafePlace,
  VersionConflict,
  CommandReused,
  BackupNotFound,
  EntityNotFound,
  AmbiguousName,
  MomentNotFound,
  ContentReleased,
  PolicyRefused,
  RestoreNotVerified,
  PlanOutdated,
  MigrationRefused,
  NotImportable,
  WrongPassphrase,
  NoMatchingIdentity,
  FileEncrypted,
  FileExists,
  FileNotVerified,
  NotAgeFile,
  FileTruncated,
  FileTampered,
  PassphraseTooCostly,
  BundleNotFound,
  BundleDamaged,
  BundleIncomplete,
  BundleTooNew,
  PlaceNotFound,
  PlaceAway,
  NeedsApp,
  AppRefused,
  Closed,
  InternalFault,
  PlaceRefused,
  PlaceUnreachable,
  PlaceFull,
  BlobMissing,
  BlobExists,
  BlobRetained,
  BlobNotHere,
  VaultNotFound,
  VaultDamaged,
  VaultTooNew,
  VaultSealed,
  VaultReplaced,
  VaultRolledBack,
  ServerNotStarted,
  MirrorMissing,
  MirrorUnusable
)
export type WhiteRoomError = typeof WhiteRoomError.Type

const tags: ReadonlySet<string> = new Set(WhiteRoomError.members.map((member) => member._tag))

/** Tells an error of ours from anything else that was thrown. */
export const isWhiteRoomError = (error: unknown): error is WhiteRoomError =>
  error instanceof Error && "_tag" in error && typeof error._tag === "string" && tags.has(error._tag)
