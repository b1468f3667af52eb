// A consumer's program, compiled strictly against the packed declarations: every door, and what an editor would infer.
import { formatBackupSize, type Song, type WhiteRoomError } from "@white-room/core"
import { AutoSave, type AutoSaveEvent, Scheduler } from "@white-room/scheduler"
import { openScheduler } from "@white-room/scheduler/promise"
import { createLibrary, openLibrary } from "@white-room/store"
import { BackupError, BackupManager, SongDataRepository } from "@white-room/store/phase5"
import {
  EntityNotFound,
  type Library,
  type LibraryChange,
  openLibrary as open
} from "@white-room/store/promise"
import * as Effect from "effect/Effect"

export const program: Effect.Effect<string, WhiteRoomError> = Effect.scoped(
  Effect.gen(function* () {
    yield* createLibrary("effect.db")
    const library = yield* openLibrary("effect.db")
    const song: Song = yield* library.songs.read("s1")
    return formatBackupSize(song.songDataJSON.length)
  })
)

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
  const library = await open("library.db", { create: true, worker: true })
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

export const scheduled: Effect.Effect<Date | undefined, WhiteRoomError> = Effect.gen(function* () {
  const scheduler = yield* Scheduler
  yield* scheduler.saveProfile({ name: "evening", when: ["weekdays 18:00"], keep: { daily: 14 } })
  // @ts-expect-error a profile says when
  yield* scheduler.saveProfile({ name: "never" })
  const [next] = yield* scheduler.next(1)
  return next?.at
}).pipe(Effect.provide(Scheduler.layer("library.db")))

export const autoSaved: Effect.Effect<void, WhiteRoomError> = Effect.gen(function* () {
  const autoSave = yield* AutoSave.make(yield* openLibrary("library.db"), {
    onEvent: (event: AutoSaveEvent) =>
      Effect.log(event._tag === "Failed" ? event.error.message : event.position)
  })
  yield* autoSave.markDirty("s1", () => ({ id: "s1", name: "", songDataJSON: "", determinismSeed: "" }))
}).pipe(Effect.scoped)

export const promisedRuns = async (library: Library, signal: AbortSignal): Promise<ReadonlyArray<string>> => {
  const scheduler = await openScheduler(library, { debounce: 500 })
  const off: () => void = scheduler.autoSave.on("failed", ({ error, attempt }) => console.log(error, attempt))
  const runs = await scheduler.runDue({ signal, onRun: ({ warnings }) => console.log(warnings.length) })
  off()
  await scheduler.close()
  return "heldBy" in runs ? [runs.heldBy] : runs.map(({ run }) => run.outcome ?? "running")
}
