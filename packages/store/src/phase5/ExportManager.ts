/** Phase 5's manager of exports: backups, songs, performances and preferences as JSON files, and back. */
import { mkdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import {
  type ExportOptions,
  InvalidInput,
  type Kind,
  rowOfPreferences,
  safeFileName,
  utf8,
  writeExchangeEntity
} from "@white-room/core"
import { defaultExportDirectory, exportFileName } from "../exchange/ExportFolder.js"
import { writeTarget } from "../file/TargetFile.js"
import { asBackupError, BackupError, noBackup, unlessMissing } from "./BackupError.js"
import type { BackupManager } from "./BackupManager.js"
import { BackupRepository } from "./BackupRepository.js"
import { type LibrarySource, LibraryUser } from "./LibraryUser.js"
import type { Backup } from "./Model.js"
import { namedExactly } from "./namedExactly.js"
import { refuseOptions } from "./refuseOptions.js"

/** As in Phase 5, a file of that name is replaced; the new one was read again and compared by then. */
const replacing: ExportOptions = { force: true }

/** Files and folders that are missing are made. Rejections are `BackupError`. */
export class ExportManager extends LibraryUser {
  private readonly repository: BackupRepository

  constructor(manager: BackupManager | LibrarySource, backups?: BackupRepository) {
    super(manager)
    this.repository = backups ?? new BackupRepository(this)
  }

  /** Writes a backup as an exchange file that Phase 5 reads; one that `create` was given with its documents as they were. */
  async exportBackup(backupId: string, filePath: string): Promise<void> {
    const library = await this.library()
    const given = await library.appBackups.read(backupId)
    const found = await namedExactly(library, backupId)
    if (given === undefined && found === undefined) throw noBackup(backupId)
    await asBackupError("EXPORT_FAILED", makeFolder(dirname(filePath)))
    if (given !== undefined) await asBackupError("EXPORT_FAILED", writeGiven(given, filePath))
    else if (found !== undefined)
      await asBackupError("EXPORT_FAILED", library.exports.write(found.reference, filePath, replacing))
  }

  /**
   * Takes an exchange file of either family, or any other file that holds a backup, in as a backup; the library's songs
   * stay as they are until it is restored. The same file again gives the same backup.
   */
  async importBackup(filePath: string): Promise<Backup> {
    const { imports } = await this.library()
    const imported = await asBackupError("IMPORT_FAILED", imports.file(filePath, { merge: false }))
    const id = imported.backupIds.at(-1)
    const backup = id === undefined ? undefined : await this.repository.read(id)
    if (backup !== undefined) return await this.described(backup)
    const [problem] = imported.problems
    throw new BackupError(
      `${filePath} holds no backup${problem ? `: ${problem.reason}` : ""}`,
      "IMPORT_FAILED"
    )
  }

  /** Phase 5 said of a backup that it was imported; its own words follow. */
  private async described(backup: Backup): Promise<Backup> {
    if (backup.description.startsWith("Imported")) return backup
    const words = backup.description === "" ? "" : `: ${backup.description}`
    const described = { ...backup, description: `Imported${words}` }
    await this.repository.update(described)
    return described
  }

  private async writeOne(file: string, kind: Kind, id: string): Promise<void> {
    const { exports } = await this.library()
    await exports.write("now", file, { ...replacing, format: "files", only: [{ kind, id }] })
  }

  /** Writes one file per entity, by its name. */
  private async writeEach(
    directoryPath: string,
    kind: Kind,
    named: Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>>
  ): Promise<void> {
    await makeFolder(directoryPath)
    const taken = new Set<string>()
    for (const { id, name } of await named) {
      const file = safeFileName(name === "" ? id : name, ".json", taken)
      await this.writeOne(join(directoryPath, file), kind, id)
    }
  }

  /** One file per song, named after it. */
  async exportSongs(directoryPath: string): Promise<void> {
    const { songs } = await this.library()
    await asBackupError("EXPORT_FAILED", this.writeEach(directoryPath, "song", songs.list()))
  }

  /** One file per performance, named after it. */
  async exportPerformances(directoryPath: string): Promise<void> {
    const { performances } = await this.library()
    await asBackupError("EXPORT_FAILED", this.writeEach(directoryPath, "performance", performances.list()))
  }

  /** The preferences of `default` as one file; the defaults where none are stored, as `getDefault` gives them. */
  async exportPreferences(filePath: string): Promise<void> {
    await asBackupError("EXPORT_FAILED", makeFolder(dirname(filePath)))
    const { preferences } = await this.library()
    const stored = await unlessMissing(preferences.read("default"))
    const written =
      stored === undefined ? writeDefaults(filePath) : this.writeOne(filePath, "preferences", "default")
    await asBackupError("EXPORT_FAILED", written)
  }

  /** As in Phase 5, what is as it was counts too. */
  private async importOnly(kind: Kind, path: string): Promise<number> {
    const { imports } = await this.library()
    const found = await asBackupError("IMPORT_FAILED", imports.open([path]))
    try {
      const only = found.entries.filter((entry) => entry.kind === kind)
      if (only.length === 0) return 0
      const { errors } = await asBackupError("IMPORT_FAILED", found.apply({ only, backups: false }))
      return Math.max(0, only.length - errors.length)
    } finally {
      await found.close()
    }
  }

  /** Takes in the songs of a folder, or of one file; they replace those of the same id. Returns how many there were. */
  async importSongs(directoryPath: string): Promise<number> {
    return await this.importOnly("song", directoryPath)
  }

  /** As `importSongs`. */
  async importPerformances(directoryPath: string): Promise<number> {
    return await this.importOnly("performance", directoryPath)
  }

  /** Takes in the preferences of a file. Returns of how many users there were some. */
  async importPreferences(filePath: string): Promise<number> {
    return await this.importOnly("preferences", filePath)
  }

  /** `White Room Exports` in the person's documents. Nothing is created. */
  getDefaultExportDirectory(): string {
    return defaultExportDirectory()
  }

  /** `whiteroom_backup_YYYY-MM-DD_HHMMSS.json`, in local time. */
  generateBackupFilename(): string {
    return exportFileName(new Date())
  }

  /** The exports in the default folder, or another, newest first. */
  async getAvailableExports(directoryPath?: string): Promise<Array<string>> {
    const found = await (await this.library()).exports.list(directoryPath)
    return found.map(({ path }) => path)
  }

  /** Deletes an export. What is not an export of White Room is refused. */
  async deleteExport(filePath: string): Promise<void> {
    const { exports } = await this.library()
    await asBackupError("EXPORT_FAILED", exports.delete(filePath, dirname(filePath)))
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield utf8(text)
}

const writeText = async (file: string, text: string): Promise<void> => {
  await writeTarget(file, bytesOf(text), { readers: "owner", force: true })
}

const writeGiven = async (backup: Omit<Backup, "id" | "size">, file: string): Promise<void> => {
  const { version, timestamp, description } = backup
  const { songsJSON: songs, performancesJSON: performances, preferencesJSON: preferences } = backup
  await writeText(
    file,
    JSON.stringify({ version, timestamp, description, songs, performances, preferences }, null, 2)
  )
}

/** The file that the default preferences would be exported to, were they stored. */
const writeDefaults = async (file: string): Promise<void> => {
  const now = new Date()
  const entity = { kind: "preferences", id: "default", row: rowOfPreferences({}, now) } as const
  const json = writeExchangeEntity(entity, now, { family: "node" })
  if (json !== undefined) await writeText(file, json)
}

/** @throws InvalidInput */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidInput({ field: "target", reason })
  }
}

refuseOptions(ExportManager, ["described"])
