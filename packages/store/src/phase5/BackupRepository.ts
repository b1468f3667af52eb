/** Phase 5's repository of backups. */
import type { BackupInfo } from "@white-room/core"
import { asBackupError, BackupError, unlessMissing } from "./BackupError.js"
import { LibraryUser } from "./LibraryUser.js"
import type { Backup, BackupSummary } from "./Model.js"

const summaryOf = ({ backupId, timestamp, description, size, version }: BackupInfo): BackupSummary => ({
  id: backupId,
  timestamp,
  description,
  size,
  version
})

const newestFirst = (backups: ReadonlyArray<BackupInfo>): Array<BackupSummary> =>
  backups.map(summaryOf).sort((a, b) => b.timestamp.getTime() - a.timestamp.getTime())

/** Backups by id. Lists leave their documents out: `read` has them. */
export class BackupRepository extends LibraryUser {
  /** Keeps documents as a backup; its size is worked out. Rejects with `INVALID_BACKUP` when they cannot be read. */
  async create(backup: Backup): Promise<void> {
    const { size: _, ...documents } = backup
    await asBackupError("INVALID_BACKUP", (await this.library()).imports.documents(documents))
  }

  /** A backup with its documents, made on demand; `undefined` when there is none. */
  async read(id: string): Promise<Backup | undefined> {
    return await unlessMissing((await this.library()).exports.documents(id))
  }

  /** Changes the description. What a backup holds never changes: other documents reject with `INVALID_BACKUP`. */
  async update(backup: Backup): Promise<void> {
    const kept = await this.read(backup.id)
    if (kept === undefined) return
    for (const part of ["songsJSON", "performancesJSON", "preferencesJSON"] as const)
      if (backup[part] !== kept[part])
        throw new BackupError(`${part} of the backup ${backup.id} cannot be changed`, "INVALID_BACKUP")
    const { description } = backup
    await (await this.library()).backups.edit(backup.id, { description })
  }

  /** Puts a backup into the trash, where it rests for 7 days at least. Does nothing when there is none. */
  async delete(id: string): Promise<void> {
    await unlessMissing((await this.library()).backups.forget([id]))
  }

  private async kept(): Promise<ReadonlyArray<BackupInfo>> {
    return await (await this.library()).backups.list()
  }

  private async keptIf(wanted: (backup: BackupInfo) => boolean): Promise<Array<BackupSummary>> {
    return newestFirst((await this.kept()).filter(wanted))
  }

  /** Newest first. */
  async getAll(): Promise<Array<BackupSummary>> {
    return newestFirst(await this.kept())
  }

  /** The newest one with its documents. */
  async getLatest(): Promise<Backup | undefined> {
    const [latest] = await this.getAll()
    return latest && (await this.read(latest.id))
  }

  /** Both ends included, newest first. */
  async getByDateRange(startDate: Date, endDate: Date): Promise<Array<BackupSummary>> {
    return await this.keptIf(({ timestamp }) => timestamp >= startDate && timestamp <= endDate)
  }

  /** Newest first. */
  async getByVersion(version: string): Promise<Array<BackupSummary>> {
    return await this.keptIf((backup) => backup.version === version)
  }

  /** In descriptions and tags, newest first. */
  async search(query: string): Promise<Array<BackupSummary>> {
    return newestFirst(await (await this.library()).backups.list({ search: query }))
  }

  /** How many backups there are, those in the trash left out. */
  async count(): Promise<number> {
    return (await this.kept()).length
  }

  /** Bytes of all backups, as if each was kept whole. */
  async getTotalSize(): Promise<number> {
    return (await this.kept()).reduce((sum, { size }) => sum + size, 0)
  }

  /** Puts backups into the trash that were taken before a time; never a pinned one or the newest. Returns how many. */
  async deleteOlderThan(date: Date): Promise<number> {
    const older = (await this.kept())
      .slice(0, -1)
      .filter(({ timestamp, pinned }) => timestamp < date && !pinned)
    const ids = older.map(({ backupId }) => backupId)
    if (ids.length === 0) return 0
    const { backups } = await this.library()
    return (await backups.forget(ids, `taken before ${date.toISOString()}`)).length
  }
}
