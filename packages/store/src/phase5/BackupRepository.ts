/** Phase 5's repository of backups. */
import { type BackupInfo, utf8 } from "@white-room/core"
import type { Library } from "../promise/Library.js"
import { asBackupError, BackupError } from "./BackupError.js"
import { LibraryUser } from "./LibraryUser.js"
import type { Backup, BackupSummary } from "./Model.js"
import { namedExactly } from "./namedExactly.js"
import { refuseOptions } from "./refuseOptions.js"

const documents = ["songsJSON", "performancesJSON", "preferencesJSON"] as const

/** Bytes of its documents, which is what Phase 5 counted. */
const sizeOf = (backup: Pick<Backup, (typeof documents)[number]>): number =>
  documents.reduce((sum, part) => sum + utf8(backup[part]).length, 0)

/** What a backup holds never changes, and so its size does not. */
const sizes = new WeakMap<Library, Map<string, number>>()

const knownSizes = (library: Library): Map<string, number> => {
  const known = sizes.get(library) ?? new Map<string, number>()
  sizes.set(library, known)
  return known
}

/** With its documents, made on demand. */
const madeBackup = async (library: Library, id: string): Promise<Backup> => {
  const made = await library.exports.documents(id)
  const size = sizeOf(made)
  knownSizes(library).set(made.id, size)
  return { ...made, size }
}

const summaryOf = async (library: Library, info: BackupInfo): Promise<BackupSummary> => {
  const { backupId: id, timestamp, description, version } = info
  const size = knownSizes(library).get(id) ?? (await madeBackup(library, `b${info.number}`)).size
  return { id, timestamp, description, size, version }
}

/** The newest first; what has no time comes last. */
const newestFirst = (backups: ReadonlyArray<BackupSummary>): Array<BackupSummary> => {
  const time = ({ timestamp }: BackupSummary) => timestamp.getTime() || Number.NEGATIVE_INFINITY
  return [...backups].reverse().sort((a, b) => time(b) - time(a) || 0)
}

/** Backups by id. Lists leave their documents out: `read` has them. */
export class BackupRepository extends LibraryUser {
  /**
   * Keeps a backup as it is given, documents, size and version byte for byte; what of it can be read can be restored.
   * Rejects with `INVALID_BACKUP` when a backup has the id, or it names nothing. That of a deleted one is free: what lies
   * in the trash rests there under another.
   */
  async create(backup: Backup): Promise<void> {
    const { id, timestamp, description, songsJSON, performancesJSON, preferencesJSON, size, version } = backup
    const given = { id, timestamp, description, songsJSON, performancesJSON, preferencesJSON, size, version }
    await asBackupError("INVALID_BACKUP", (await this.library()).appBackups.keep(given))
  }

  /** A backup with its documents, as they were given or else made on demand; `undefined` when there is none. */
  async read(id: string): Promise<Backup | undefined> {
    const library = await this.library()
    const given = await library.appBackups.read(id)
    if (given !== undefined) return given
    const found = await namedExactly(library, id)
    return found && (await madeBackup(library, found.reference))
  }

  /**
   * Changes what is said of a backup. What it holds never changes, nor when and by which version one was taken that was
   * not given: that rejects with `INVALID_BACKUP`.
   */
  async update(backup: Backup): Promise<void> {
    const kept = await this.read(backup.id)
    if (kept === undefined) return
    for (const part of documents)
      if (backup[part] !== kept[part])
        throw new BackupError(`${part} of the backup ${backup.id} cannot be changed`, "INVALID_BACKUP")
    const { id, description, size, version, timestamp } = backup
    const library = await this.library()
    const change = { description, size, version, timestamp }
    const wasGiven = await asBackupError("INVALID_BACKUP", library.appBackups.edit(id, change))
    if (!wasGiven && (version !== kept.version || timestamp.getTime() !== kept.timestamp.getTime()))
      throw new BackupError(`The backup ${id} was taken then, by that version`, "INVALID_BACKUP")
    const found = await namedExactly(library, id)
    if (found !== undefined) await library.backups.edit(found.reference, { description })
  }

  /** Puts a backup into the trash, where it rests for 7 days at least. Does nothing when there is none. */
  async delete(id: string): Promise<void> {
    const library = await this.library()
    const found = await namedExactly(library, id)
    if (found === undefined) await library.appBackups.remove(id)
    else await library.backups.forget([found.reference])
  }

  /** Newest first. */
  async getAll(): Promise<Array<BackupSummary>> {
    const library = await this.library()
    const given = new Map((await library.appBackups.list()).map((backup) => [backup.id, backup]))
    const all: Array<BackupSummary> = []
    for (const info of await library.backups.list()) {
      const { backupId, description } = info
      const row = given.get(backupId)
      given.delete(backupId)
      all.push(row === undefined ? await summaryOf(library, info) : { ...row, description })
    }
    return newestFirst([...all, ...given.values()])
  }

  private async keptIf(wanted: (backup: BackupSummary) => boolean): Promise<Array<BackupSummary>> {
    return (await this.getAll()).filter(wanted)
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
    const tagged = new Set(
      (await (await this.library()).backups.list({ search: query })).map(({ backupId }) => backupId)
    )
    const words = query.toLocaleLowerCase()
    return await this.keptIf(
      ({ id, description }) => tagged.has(id) || description.toLocaleLowerCase().includes(words)
    )
  }

  /** How many backups there are, those in the trash left out. */
  async count(): Promise<number> {
    return (await this.getAll()).length
  }

  /** Bytes of all backups, as if each was kept whole. */
  async getTotalSize(): Promise<number> {
    return (await this.getAll()).reduce((sum, { size }) => sum + size, 0)
  }

  /** Puts backups into the trash that were taken before a time; never a pinned one, nor all of them. Returns how many. */
  async deleteOlderThan(date: Date): Promise<number> {
    const all = await this.getAll()
    const { backups } = await this.library()
    const pinned = new Set(
      (await backups.list()).filter((backup) => backup.pinned).map(({ backupId }) => backupId)
    )
    const older = all.filter(({ id, timestamp }) => timestamp < date && !pinned.has(id))
    const going = older.length === all.length ? older.slice(1) : older
    for (const { id } of going) await this.delete(id)
    return going.length
  }
}

refuseOptions(BackupRepository, ["create", "update"])
