/** Files that leave the library and come back, as a service. `@white-room/store` implements it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { BackupDocument, BackupInfo } from "../backup/Backup.js"
import type { RestoreSource } from "../backup/Backups.js"
import type { WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { EntityKey, Kind } from "../model/Entity.js"
import type { OnProgress } from "../model/OnProgress.js"
import type { OnConflict } from "../restore/Plan.js"
import type { ExchangeProblem, Family } from "./ExchangeReader.js"

/**
 * `json`: the Phase 5 exchange file. `files`: a folder with one file per song, performance and preferences record.
 * `bundle`: one `.whiteroom` file, exact whatever it holds.
 */
export const exportFormats = ["json", "files", "bundle"] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Who can open an encrypted export: those who know the passphrase, or each of the age recipients (`age1…`). */
export type ExportLock = { readonly passphrase: string } | { readonly recipients: ReadonlyArray<string> }

export interface ExportOptions {
  /** Default `json`. */
  readonly format?: ExportFormat | undefined
  /** The apps that are to read the JSON. Default `node`. */
  readonly family?: Family | undefined
  /** Export only these. Default: everything. */
  readonly only?: ReadonlyArray<EntityKey> | undefined
  /** Export only entities of these kinds. Default: all kinds. */
  readonly kinds?: ReadonlyArray<Kind> | undefined
  /** Encrypt with age. */
  readonly lock?: ExportLock | undefined
  /** Encrypted files as text of 64 columns. */
  readonly armored?: boolean | undefined
  /** Replace files that are there. */
  readonly force?: boolean | undefined
  /** Only say what would be written. */
  readonly dryRun?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface ExportReport {
  /** The file or folder that was written. */
  readonly path: string
  readonly format: ExportFormat
  /** What was exported, in words: `b31`, `now`. */
  readonly source: string
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  readonly files: number
  readonly bytes: number
  readonly encrypted: boolean
  /** What the files cannot carry exactly. Empty for bundles. */
  readonly problems: ReadonlyArray<ExchangeProblem>
}

/** A file in an export folder. */
export interface AvailableExport {
  readonly path: string
  readonly name: string
  readonly format: "json" | "bundle"
  readonly encrypted: boolean
  readonly bytes: number
  readonly modifiedAt: Date
  /** Where the beginning of the file says it. */
  readonly timestamp?: Date
  readonly description?: string
}

export interface ImportFilesOptions {
  /** Only entities of this kind; they replace those of the same id, and backups are passed over. Default: everything. */
  readonly kind?: Kind | undefined
  /** What happens to what is another one here. Default: `keep`, of a kind `replace`. */
  readonly onConflict?: OnConflict | undefined
  /** False: backups become backups, and nothing is merged into the library. Default true. */
  readonly merge?: boolean | undefined
  /** What opens an encrypted file. */
  readonly keys?: { readonly passphrase?: string; readonly identities?: ReadonlyArray<string> } | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What an import did. */
export interface ImportedFiles {
  /** Songs that were created or changed. */
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** Backups that are new here. */
  readonly backups: number
  /** The ids of all backups in the files, oldest first, whether new here or not. */
  readonly backupIds: ReadonlyArray<string>
  /** Entities that are another one here and were kept as they are. */
  readonly kept: number
  /** Files, or things in them, that could not be taken or have no place. */
  readonly problems: ReadonlyArray<{ readonly file: string; readonly reason: string }>
}

/** Files that leave a library. */
export class Exports extends Context.Tag("@white-room/core/Exports")<
  Exports,
  {
    /**
     * Writes a state of the library (`b31`, `latest`, `now`, `@1234`, a moment) to a file or folder: under a temporary
     * name, read again and compared, synced, then renamed. Never over something that is there unless `force` is given.
     * A `target` that is a folder gets a file of the default name; without one it is the default export folder.
     */
    readonly write: (
      source: RestoreSource,
      target?: string,
      options?: ExportOptions
    ) => Effect.Effect<ExportReport, WhiteRoomError>
    /** A backup with its documents as texts of JSON; large libraries make large texts. */
    readonly documents: (backup: string) => Effect.Effect<BackupDocument, WhiteRoomError>
    /** `White Room Exports` in the person's documents. Nothing is created. */
    readonly defaultFolder: Effect.Effect<string, WhiteRoomError>
    /** `whiteroom_backup_YYYY-MM-DD_HHMMSS.json`, in local time. Default: now. */
    readonly fileName: (at?: Date, format?: ExportFormat) => Effect.Effect<string, WhiteRoomError>
    /** The exports in a folder, newest first; other files are passed over. Default: the default export folder. */
    readonly list: (folder?: string) => Effect.Effect<ReadonlyArray<AvailableExport>, WhiteRoomError>
    /** Deletes one export of a folder. Refuses what is not an export, and everything outside that folder. */
    readonly delete: (file: string, folder?: string) => Effect.Effect<void, WhiteRoomError>
  }
>() {}

/** What is brought into a library. */
export class Imports extends Context.Tag("@white-room/core/Imports")<
  Imports,
  {
    /**
     * Brings in a file or folder, of whatever kind: its backups become backups, what is newest is merged. One bad file
     * never stops the rest; the same again changes nothing; `undo` takes it back.
     */
    readonly file: (
      path: string,
      options?: ImportFilesOptions
    ) => Effect.Effect<ImportedFiles, WhiteRoomError>
    /**
     * Keeps a state that is given as texts of JSON, in either form of Phase 5, as an imported backup under its own id;
     * nothing is merged. Fails with `InvalidInput` when the id is taken or anything in it cannot be read.
     */
    readonly documents: (backup: Omit<BackupDocument, "size">) => Effect.Effect<BackupInfo, WhiteRoomError>
  }
>() {}
