/** Phase 5's manager of exports: backups, songs, performances and preferences as JSON files, and back. */
import { mkdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type ExportOptions, type ExportReport, InvalidInput, safeFileName } from "@white-room/core"
import { asBackupError, BackupError } from "./BackupError.js"
import type { BackupManager } from "./BackupManager.js"
import { BackupRepository } from "./BackupRepository.js"
import { type LibrarySource, LibraryUser } from "./LibraryUser.js"
import type { Backup } from "./Model.js"

/** As in Phase 5, a file of that name is replaced; the new one was read again and compared by then. */
const replacing: ExportOptions = { force: true }

type ExportOne = (file: string, ids: ReadonlyArray<string>, options: ExportOptions) => Promise<ExportReport>

/** Files and folders that are missing are made. Rejections are `BackupError`. */
export class ExportManager extends LibraryUser {
  private readonly repository: BackupRepository

  constructor(manager: BackupManager | LibrarySource, backups?: BackupRepository) {
    super(manager)
    this.repository = backups ?? new BackupRepository(this)
  }

  /** Writes a backup as an exchange file that Phase 5 reads. */
  async exportBackup(backupId: string, filePath: string): Promise<void> {
    const { exports } = await this.library()
    await asBackupError("EXPORT_FAILED", makeFolder(dirname(filePath)))
    await asBackupError("EXPORT_FAILED", exports.exportBackup(backupId, filePath, replacing))
  }

  /**
   * Takes an exchange file of either family, or any other file that holds a backup, in as a backup; the library's songs
   * stay as they are until it is restored. The same file again gives the same backup.
   */
  async importBackup(filePath: string): Promise<Backup> {
    const { exports } = await this.library()
    const imported = await asBackupError("IMPORT_FAILED", exports.importBackup(filePath, { merge: false }))
    const id = imported.backupIds.at(-1)
    const backup = id === undefined ? undefined : await this.repository.read(id)
    if (backup !== undefined) return backup
    const [problem] = imported.problems
    throw new BackupError(
      `${filePath} holds no backup${problem ? `: ${problem.reason}` : ""}`,
      "IMPORT_FAILED"
    )
  }

  /** Writes one file per entity, by its name. */
  private async writeEach(
    directoryPath: string,
    named: Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>>,
    write: ExportOne
  ): Promise<void> {
    await makeFolder(directoryPath)
    const taken = new Set<string>()
    for (const { id, name } of await named) {
      const file = safeFileName(name === "" ? id : name, ".json", taken)
      await write(join(directoryPath, file), [id], { ...replacing, format: "files" })
    }
  }

  /** One file per song, named after it. */
  async exportSongs(directoryPath: string): Promise<void> {
    const { exports, songs } = await this.library()
    const written = this.writeEach(directoryPath, songs.getAll(), exports.exportSongs)
    await asBackupError("EXPORT_FAILED", written)
  }

  /** One file per performance, named after it. */
  async exportPerformances(directoryPath: string): Promise<void> {
    const { exports, performances } = await this.library()
    const written = this.writeEach(directoryPath, performances.getAll(), exports.exportPerformances)
    await asBackupError("EXPORT_FAILED", written)
  }

  /** The preferences of `default` as one file. */
  async exportPreferences(filePath: string): Promise<void> {
    const { exports } = await this.library()
    await asBackupError("EXPORT_FAILED", makeFolder(dirname(filePath)))
    const options: ExportOptions = { ...replacing, format: "files" }
    await asBackupError("EXPORT_FAILED", exports.exportPreferences(filePath, ["default"], options))
  }

  /** Takes in the songs of a folder, or of one file; they replace those of the same id. Returns how many changed. */
  async importSongs(directoryPath: string): Promise<number> {
    const { exports } = await this.library()
    return (await asBackupError("IMPORT_FAILED", exports.importSongs(directoryPath))).songs
  }

  /** As `importSongs`. */
  async importPerformances(directoryPath: string): Promise<number> {
    const { exports } = await this.library()
    return (await asBackupError("IMPORT_FAILED", exports.importPerformances(directoryPath))).performances
  }

  /** Takes in the preferences of a file. Returns how many users' changed. */
  async importPreferences(filePath: string): Promise<number> {
    const { exports } = await this.library()
    return (await asBackupError("IMPORT_FAILED", exports.importPreferences(filePath))).preferences
  }

  /** `White Room Exports` in the person's documents. Nothing is created. */
  async getDefaultExportDirectory(): Promise<string> {
    return await (await this.library()).exports.getDefaultExportDirectory()
  }

  /** `whiteroom_backup_YYYY-MM-DD_HHMMSS.json`, in local time. */
  async generateBackupFilename(): Promise<string> {
    return await (await this.library()).exports.generateBackupFilename()
  }

  /** The exports in the default folder, or another, newest first. */
  async getAvailableExports(directoryPath?: string): Promise<Array<string>> {
    const found = await (await this.library()).exports.getAvailableExports(directoryPath)
    return found.map(({ path }) => path)
  }

  /** Deletes an export. What is not an export of White Room is refused. */
  async deleteExport(filePath: string): Promise<void> {
    const { exports } = await this.library()
    await asBackupError("EXPORT_FAILED", exports.deleteExport(filePath, dirname(filePath)))
  }
}

/** @throws InvalidInput */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidInput({ field: "target", reason })
  }
}
