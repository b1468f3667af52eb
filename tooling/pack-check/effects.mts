// A consumer's program with Effects, compiled strictly against the packed declarations.
import { formatBackupSize, type Song, type WhiteRoomError } from "@white-room/core"
import { AutoSave, type AutoSaveEvent, Scheduler } from "@white-room/scheduler"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"

export const program: Effect.Effect<string, WhiteRoomError> = Effect.scoped(
  Effect.gen(function* () {
    yield* createLibrary("effect.db")
    const library = yield* openLibrary("effect.db")
    const song: Song = yield* library.songs.read("s1")
    return formatBackupSize(song.songDataJSON.length)
  })
)

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
