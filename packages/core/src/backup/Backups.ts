/** Backups as a service: take, look, restore, forget. `@white-room/store` implements it on SQLite. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { Trigger } from "../log/Event.js"
import type { EntityKey, Kind } from "../model/Entity.js"
import type { OnProgress } from "../model/OnProgress.js"
import type { Decision, OnConflict, PlanCounts, RestoreMode, RestorePlan } from "../restore/Plan.js"
import type { SavedPlan } from "../restore/SavedPlan.js"
import type { LanguageTag } from "../words/Language.js"
import type { BackupInfo, BackupStatistics } from "./Backup.js"
import type { Lease } from "./Lease.js"

export interface TakeOptions {
  readonly description?: string | undefined
  readonly tags?: ReadonlyArray<string> | undefined
  readonly pinned?: boolean | undefined
  readonly trigger?: Trigger | undefined
  readonly profile?: string | undefined
  /** Take it only while this lease is held: checked in the transaction that takes it, which else fails with `LeaseLost`. */
  readonly lease?: Lease | undefined
  /** Take none when nothing changed since the newest backup. */
  readonly skipIfUnchanged?: boolean | undefined
  /**
   * Makes it idempotent: asked for again, with the same words, it gives the backup that was taken then. With others it fails
   * with `CommandReused`. One that was skipped leaves no trace, and is looked at again.
   */
  readonly commandId?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface TakenBackup extends BackupInfo {
  /** Entities that differ from the backup before it. */
  readonly changed: number
  /** True when nothing had changed and none was taken: then this is the newest backup there is. */
  readonly skipped: boolean
  /** True when it was taken before, by the same command; `changed` is 0 then. */
  readonly repeated?: boolean
}

export interface RestoreOptions {
  readonly mode?: RestoreMode | undefined
  readonly onConflict?: OnConflict | undefined
  /** Restore only these; they replace what is there. Default: everything. */
  readonly only?: ReadonlyArray<EntityKey> | undefined
  /** Restore only entities of these kinds. Default: all kinds. */
  readonly kinds?: ReadonlyArray<Kind> | undefined
  /** A choice of its own for single entities, or for parts of them. */
  readonly decisions?: ReadonlyArray<EntityKey & Decision> | undefined
  /** Restore beside what is there: new ids, names with a suffix. */
  readonly asCopy?: boolean | undefined
  /** Of preferences take over only these columns, such as `theme`. Default: all. */
  readonly preferenceColumns?: ReadonlyArray<string> | undefined
  /** Restore a named performance without its song, although that is missing. Default false. */
  readonly withoutSongs?: boolean | undefined
  /** What the names of copies end with. Default: the source, such as ` (b31)`. */
  readonly suffix?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

/** How a plan is made, and what its notes are told in. */
export interface PlanningOptions extends RestoreOptions {
  /** Default: English, which what is applied is told in too. */
  readonly language?: LanguageTag | undefined
}

/** Who carries a restore out, and by which name it can be asked for again. */
export interface RestoreCommand {
  /**
   * Makes it idempotent: asked for again with the same source and options it does nothing, and returns what was done then.
   * With others it fails with `CommandReused`. One that had nothing to do leaves no trace, and is looked at again.
   */
  readonly commandId?: string | undefined
  /** What it has to ask for again, in place of source and options: what decides by today's state may differ the next time. */
  readonly request?: string | undefined
  /** Who did it, for the log. Default: the actor that the library was opened for. */
  readonly actor?: string | undefined
}

/** What triggers of the app made of an entity that was restored, or of another one meanwhile. */
export interface TriggeredChange extends EntityKey {
  readonly name: string
  /** Columns that are not as they were wished; empty where the row came or went. */
  readonly columns: ReadonlyArray<string>
  /** The triggers that may have done it. */
  readonly triggers: ReadonlyArray<string>
}

export interface RestoreResult {
  readonly songsRestored: number
  readonly performancesRestored: number
  readonly preferencesRestored: number
  /** What could not be restored in full, each with its reason; the rest is restored. */
  readonly errors: ReadonlyArray<string>
  /** True when everything wished was restored. */
  readonly isSuccess: boolean
  /** What the app's triggers changed of it; the log has it as part of the restore. */
  readonly triggered: ReadonlyArray<TriggeredChange>
  readonly plan: PlanCounts
  /** What of the plan was done: without what could not be restored. `create` includes the copies. */
  readonly done: Pick<PlanCounts, "create" | "update" | "delete"> & { readonly copies: number }
  /** Entities that changed after the source and were kept. */
  readonly conflicts: number
  /** The backup restored from, or `@1234` for a position. */
  readonly backupId: string
  /** What was restored from, in words. */
  readonly source: string
  /** Taken before anything was written; absent when there was nothing to write. */
  readonly safetyBackupId?: string
  /** True when it was done before, by the same command: `plan` and `done` say what it did then. */
  readonly repeated?: boolean
}

/** A result that restored nothing. */
export const emptyRestoreResult = (backupId = "", source = backupId): RestoreResult => ({
  songsRestored: 0,
  performancesRestored: 0,
  preferencesRestored: 0,
  errors: [],
  isSuccess: true,
  triggered: [],
  plan: { create: 0, update: 0, delete: 0, keep: 0, unchanged: 0 },
  done: { create: 0, update: 0, delete: 0, copies: 0 },
  conflicts: 0,
  backupId,
  source
})

export interface PlannedRestore extends RestorePlan {
  /** What it restores from, in words. */
  readonly source: string
  /** The same plan as a value that can be kept and applied later. */
  readonly saved: SavedPlan
}

/** `quick` walks the tree; `full` also reads and re-hashes every document. */
export type ValidationLevel = "quick" | "full"

export interface ValidationResult {
  readonly validSongs: number
  readonly validPerformances: number
  readonly validPreferences: number
  readonly isValid: boolean
  readonly errors: ReadonlyArray<string>
}

export interface BackupFilter {
  readonly since?: Date | undefined
  readonly until?: Date | undefined
  readonly tag?: string | undefined
  /** In description and tags, without regard to case. */
  readonly search?: string | undefined
  /** Default false: those that are kept. True: those in the trash. */
  readonly trash?: boolean | undefined
}

/** One entity inside a backup. `size` is in bytes, content included. */
export interface BackupEntry extends EntityKey {
  readonly name: string
  readonly size: number
}

/** What of a backup can be changed. */
export interface BackupChange {
  readonly description?: string
  readonly tags?: ReadonlyArray<string>
  readonly pinned?: boolean
}

/** What to restore from: a backup, `@1234`, or the state at a moment. */
export type RestoreSource = string | { readonly at: Date }

/** A backup is named by `b31`, its id, `latest` or `latest~2`, wherever `backup: string` is asked for. */
export class Backups extends Context.Tag("@white-room/core/Backups")<
  Backups,
  {
    /** Captures what other programs wrote, then keeps the present state. Cost follows what changed. */
    readonly take: (options?: TakeOptions) => Effect.Effect<TakenBackup, WhiteRoomError>
    /** Oldest first. */
    readonly list: (filter?: BackupFilter) => Effect.Effect<ReadonlyArray<BackupInfo>, WhiteRoomError>
    /** The backup that a name means. Fails with `BackupNotFound`, which has near matches. */
    readonly find: (backup: string) => Effect.Effect<BackupInfo, WhiteRoomError>
    /** The one that `latest` names; `undefined` when there is none. */
    readonly latest: Effect.Effect<BackupInfo | undefined, WhiteRoomError>
    /** What a backup holds, by kind and name. Reads no documents. */
    readonly entries: (backup: string) => Effect.Effect<ReadonlyArray<BackupEntry>, WhiteRoomError>
    /** How many there are, how large, and what they cost. */
    readonly statistics: Effect.Effect<BackupStatistics, WhiteRoomError>
    /** Changes description, tags or pin; what is left out stays. */
    readonly edit: (backup: string, change: BackupChange) => Effect.Effect<BackupInfo, WhiteRoomError>
    /** Moves backups to the trash, all or none; they rest there for 7 days at least. The newest too, when asked for. */
    readonly forget: (
      backups: ReadonlyArray<string>,
      reason?: string
    ) => Effect.Effect<ReadonlyArray<BackupInfo>, WhiteRoomError>
    /** Takes a backup back out of the trash. */
    readonly undelete: (backup: string) => Effect.Effect<BackupInfo, WhiteRoomError>
    /** Whether everything that a backup holds can be read. Default `quick`. */
    readonly validate: (
      backup: string,
      level?: ValidationLevel
    ) => Effect.Effect<ValidationResult, WhiteRoomError>
    /** The plan of a restore; writes nothing to the library but what `capture` would. */
    readonly plan: (
      source: RestoreSource,
      options?: PlanningOptions
    ) => Effect.Effect<PlannedRestore, WhiteRoomError>
    /**
     * Applies a plan that was made, and perhaps saved, earlier. Entities that changed since are planned again when
     * `replan` is given; otherwise the call fails with `PlanOutdated` and changes nothing.
     */
    readonly apply: (
      plan: SavedPlan,
      options?: RestoreCommand & { readonly replan?: boolean; readonly onProgress?: OnProgress }
    ) => Effect.Effect<RestoreResult, WhiteRoomError>
    /**
     * Plans, takes a safety backup, applies the plan in one transaction and verifies the result. All or nothing.
     */
    readonly restore: (
      source: RestoreSource,
      options?: RestoreOptions & RestoreCommand
    ) => Effect.Effect<RestoreResult, WhiteRoomError>
  }
>() {}
