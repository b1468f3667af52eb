/** Phase 5's manager of backups: takes them, also every day by itself, restores, validates and forgets them. */
import { checkOptions, formatBackupTimestamp, hour } from "@white-room/core"
import type { Library } from "../promise/Library.js"
import { asBackupError, BackupError, noBackup, unlessMissing } from "./BackupError.js"
import { BackupRepository } from "./BackupRepository.js"
import { type LibrarySource, LibraryUser } from "./LibraryUser.js"
import {
  type Backup,
  type BackupStatistics,
  type BackupSummary,
  createEmptyValidationResult,
  type RestoreResult,
  type ValidationResult,
  validateBackupData
} from "./Model.js"
import { namedExactly } from "./namedExactly.js"
import type {
  PerformanceDataRepository,
  SongDataRepository,
  UserPreferencesRepository
} from "./Repositories.js"
import { refuseOptions } from "./refuseOptions.js"

export interface BackupManagerOptions {
  /** Hours between the backups it takes by itself, while the preferences allow them. Default 24. */
  readonly backupIntervalHours?: number
  /** Backups to keep; the oldest above that go to the trash. Default: `maxBackups` of the preferences, which is 30. */
  readonly maxBackups?: number
  /** Told when a backup by itself failed. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void
}

const optionNames: { readonly [K in keyof Required<BackupManagerOptions>]: true } = {
  backupIntervalHours: true,
  maxBackups: true,
  onError: true
}

/** Whether preferences are the defaults, as in a backup that has none: nobody has stored any. */
const hasDefaults = async ({ preferences }: Library): Promise<boolean> =>
  (await unlessMissing(preferences.read("default"))) === undefined

/** Node's timers know no longer time. */
const longestTimer = 2 ** 31 - 1

/**
 * The songs, performances and preferences of a library as backups. Rejections are `BackupError` where Phase 5 had a
 * code for it, otherwise a `WhiteRoomError`.
 */
export class BackupManager extends LibraryUser {
  private readonly repository: BackupRepository
  private readonly options: BackupManagerOptions
  private readonly timer: NodeJS.Timeout

  constructor(source: LibrarySource, options?: BackupManagerOptions)
  constructor(
    backups: BackupRepository,
    songs: SongDataRepository,
    performances: PerformanceDataRepository,
    preferences: UserPreferencesRepository,
    options?: BackupManagerOptions
  )
  constructor(
    source: LibrarySource | BackupRepository,
    songsOrOptions?: SongDataRepository | BackupManagerOptions,
    _performances?: PerformanceDataRepository,
    _preferences?: UserPreferencesRepository,
    options?: BackupManagerOptions
  ) {
    super(source)
    this.repository = new BackupRepository(this)
    this.options = (songsOrOptions instanceof LibraryUser ? options : songsOrOptions) ?? {}
    checkOptions("BackupManager", optionNames, this.options)
    const { backupIntervalHours = 24, onError = (error) => process.emitWarning(String(error)) } = this.options
    this.timer = setInterval(
      () => void this.takeScheduled().catch(onError),
      Math.min(backupIntervalHours * hour, longestTimer)
    )
    // A backup to come does not keep the program alive.
    this.timer.unref()
  }

  private async takeScheduled(): Promise<void> {
    const library = await this.library()
    const { autoBackupEnabled } = await library.preferences.current()
    if (!autoBackupEnabled) return
    const description = "Scheduled backup"
    await library.backups.take({ description, trigger: "scheduled", skipIfUnchanged: true })
    await this.forgetOldest(library)
  }

  private async forgetOldest(library: Library): Promise<void> {
    const { maxBackups = (await library.preferences.current()).maxBackups } = this.options
    const decisions = await library.upkeep.previewRetention({ keepLast: Math.max(1, maxBackups) })
    const going = new Set(decisions.filter(({ keep }) => !keep).map(({ id }) => id))
    const old = (await library.backups.list()).filter(({ backupId }) => going.has(backupId))
    const references = old.map(({ number }) => `b${number}`)
    if (references.length > 0) await library.backups.forget(references, `more than ${maxBackups} backups`)
  }

  /** Takes a backup, forgets the oldest above the limit, and gives the new one with its documents. */
  async createBackup(description?: string): Promise<Backup> {
    const library = await this.library()
    // As in Phase 5, an empty description is none.
    const said = description || `Backup - ${formatBackupTimestamp(new Date())}`
    const { backupId } = await library.backups.take({ description: said })
    await this.forgetOldest(library)
    const backup = await this.repository.read(backupId)
    if (backup === undefined) throw new BackupError("another program forgot it at once", "BACKUP_NOT_FOUND")
    return backup
  }

  /**
   * Makes what the backup holds be as it was then, after a safety backup; deletes nothing. All or nothing; `undo` of
   * the library takes it back.
   */
  async restoreFromBackup(backupId: string): Promise<RestoreResult> {
    const library = await this.library()
    const given = await library.appBackups.read(backupId)
    const held = await namedExactly(library, backupId)
    if (held === undefined)
      throw given === undefined
        ? noBackup(backupId)
        : new BackupError(`Nothing in the backup ${backupId} can be read`, "INVALID_BACKUP")
    const done = library.backups.restore(held.reference, { mode: "merge", onConflict: "replace" })
    const result = await asBackupError("RESTORE_FAILED", done)
    // What was given and is not JSON cannot have been restored.
    const errors = [...result.errors, ...(given === undefined ? [] : validateBackupData(given).errors)]
    // As in Phase 5, what is as it was counts too.
    const { songs, performances, preferences } = result.isSuccess
      ? held
      : {
          songs: result.songsRestored,
          performances: result.performancesRestored,
          preferences: result.preferencesRestored
        }
    return {
      songsRestored: songs,
      performancesRestored: performances,
      preferencesRestored: preferences > 0 || (given === undefined && (await hasDefaults(library))),
      errors,
      isSuccess: result.isSuccess && errors.length === 0
    }
  }

  /** Reads every document of a backup and compares it with its hash; those it was given must be JSON, too. */
  async validateBackup(backupId: string): Promise<ValidationResult> {
    const library = await this.library()
    const given = await library.appBackups.read(backupId)
    const asGiven = given && validateBackupData(given)
    const held = await namedExactly(library, backupId)
    if (held === undefined) {
      if (given === undefined) throw noBackup(backupId)
      const errors = asGiven?.isValid === false ? asGiven.errors : ["nothing in it can be read"]
      return { ...createEmptyValidationResult(), ...asGiven, isValid: false, errors }
    }
    const found = await asBackupError("INVALID_BACKUP", library.backups.validate(held.reference, "full"))
    return {
      validSongs: asGiven?.validSongs !== false && found.validSongs === held.songs,
      validPerformances:
        asGiven?.validPerformances !== false && found.validPerformances === held.performances,
      validPreferences: asGiven?.validPreferences !== false && found.validPreferences === held.preferences,
      isValid: asGiven?.isValid !== false && found.isValid,
      errors: [...(asGiven?.errors ?? []), ...found.errors]
    }
  }

  /** How many backups there are, their sizes, the oldest and the newest. */
  async getBackupStatistics(): Promise<BackupStatistics> {
    const all = await this.repository.getAll()
    const totalSize = all.reduce((sum, { size }) => sum + size, 0)
    const [newest, oldest] = [all[0]?.timestamp, all.at(-1)?.timestamp]
    return {
      totalBackups: all.length,
      totalSize,
      averageSize: all.length === 0 ? 0 : Math.floor(totalSize / all.length),
      ...(newest && oldest && { oldestBackup: oldest, newestBackup: newest })
    }
  }

  /** Newest first, without their documents. */
  async getAllBackups(): Promise<Array<BackupSummary>> {
    return await this.repository.getAll()
  }

  /** With its documents. */
  async getLatestBackup(): Promise<Backup | undefined> {
    return await this.repository.getLatest()
  }

  /** Bytes of its documents. */
  async getBackupSize(backupId: string): Promise<number> {
    const backup = await this.repository.read(backupId)
    if (backup === undefined) throw noBackup(backupId)
    return backup.size
  }

  /** Puts a backup into the trash, where it rests for 7 days at least. */
  async deleteBackup(backupId: string): Promise<void> {
    await this.repository.delete(backupId)
  }

  /** Takes no more backups by itself, and closes the library if it was opened for a path. */
  async destroy(): Promise<void> {
    clearInterval(this.timer)
    await this.release()
  }
}

refuseOptions(BackupManager, ["forgetOldest"])
