// A consumer's program with Promises, compiled strictly against the packed declarations: also where the app has another
// `effect`.
import { openScheduler } from "@white-room/scheduler/promise"
import { BackupError, BackupManager, SongDataRepository } from "@white-room/store/phase5"
import { EntityNotFound, type Library, type LibraryChange, openLibrary } from "@white-room/store/promise"

export const promised = async (library: Library, signal: AbortSignal): Promise<Date> => {
  const song = await library.songs.read("s1")
  const id: string = song.id
  const number: number = (await library.backups.take({ description: id, signal })).number
  await library.upkeep.check({
    level: "full",
    signal,
    onProgress: ({ done, total }) => console.log(done / total)
  })
  await library.backups.restore(`b${number}`, { only: [{ kind: "song", id }], signal })
  const changes: AsyncIterable<LibraryChange> = library.changes({ since: 0, signal })
  // @ts-expect-error only long calls can be aborted
  await library.songs.read("s1", { signal })
  await using found = await library.imports.open(["songs"], { signal })
  await found.apply({ signal })
  for await (const { position } of library.log.follow(0, { signal })) console.log(position)
  for await (const { recordedAt } of changes) return recordedAt
  return song.updatedAt
}

export const phase5 = async (): Promise<string | undefined> => {
  const library = await openLibrary("library.db", { create: true, worker: true })
  const manager = new BackupManager(library, { maxBackups: 10 })
  const songs = new SongDataRepository("library.db")
  try {
    return (await songs.read((await manager.createBackup("now")).id))?.name
  } catch (error) {
    if (error instanceof EntityNotFound) return error.recovery
    return error instanceof BackupError ? error.code : undefined
  } finally {
    await manager.destroy()
    await library[Symbol.asyncDispose]()
  }
}

export const promisedRuns = async (library: Library, signal: AbortSignal): Promise<ReadonlyArray<string>> => {
  const scheduler = await openScheduler(library, { debounce: 500 })
  const off: () => void = scheduler.autoSave.on("failed", ({ error, attempt }) => console.log(error, attempt))
  const runs = await scheduler.runDue({ signal, onRun: ({ warnings }) => console.log(warnings.length) })
  off()
  await scheduler.close()
  return "heldBy" in runs ? [runs.heldBy] : runs.map(({ run }) => run.outcome ?? "running")
}
