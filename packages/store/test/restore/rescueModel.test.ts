/**
 * People's days with a library, in random order, against a model of one page: backup, edit, delete, foreign writes,
 * restores of every mode, undo, prune, reopening. No acknowledged edit is lost: each can be read at the end, with its
 * document. And the library always checks clean.
 */
import { describe, expect, it } from "@effect/vitest"
import { nameOfRecord } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { type Library, openLibrary } from "../../src/index.js"
import { appSong, day, freshPath, hour, morning, quoted, song, sound, sqlite } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

/** Song id to name: all the model knows. */
type Model = ReadonlyMap<string, string>

type Step =
  | {
      readonly _tag: "Save" | "Delete" | "AppSaves" | "AppDeletes" | "RestoreOne"
      readonly id: string
      readonly pick: number
    }
  | {
      readonly _tag: "Backup" | "Merge" | "Replace" | "Exact" | "Undo" | "Prune" | "Reopen" | "Rebuild"
      readonly pick: number
    }

const ids = ["a", "b", "c"]
const onSongs = [
  "Save",
  "Save",
  "Delete",
  "Delete",
  "AppSaves",
  "AppDeletes",
  "RestoreOne",
  "RestoreOne"
] as const
const onAll = [
  ...(["Backup", "Backup", "Merge", "Replace", "Exact", "Undo", "Undo", "Undo"] as const),
  ...(["Prune", "Reopen", "Rebuild"] as const)
]
const step: FastCheck.Arbitrary<Step> = FastCheck.oneof(
  FastCheck.record({
    _tag: FastCheck.constantFrom(...onSongs),
    id: FastCheck.constantFrom(...ids),
    pick: FastCheck.nat(9)
  }),
  FastCheck.record({
    _tag: FastCheck.constantFrom(...onAll),
    pick: FastCheck.nat(9)
  })
)

interface World {
  library: Library
  songs: Map<string, string>
  readonly backups: Array<{ readonly number: number; readonly songs: Model }>
  /** States before and after each restore, deletion or forget of ours that was not undone, newest last. */
  readonly undoable: Array<{ readonly before: Model; readonly after: Model }>
  /** What the app wrote and nobody of ours has met yet: the app may still write over it itself. */
  readonly unmet: Map<string, string>
  /** Every name that was saved and must be found in the history, with its song. */
  readonly acknowledged: Array<{ readonly id: string; readonly name: string }>
  counter: number
}

/** From here on, what the app wrote to these songs may not be lost either. */
const meet = (world: World, met: ReadonlyArray<string> = ids): void => {
  for (const id of met) {
    const name = world.unmet.get(id)
    if (name !== undefined) world.acknowledged.push({ id, name })
    world.unmet.delete(id)
  }
}

const picked = (world: World, pick: number) => world.backups[pick % Math.max(1, world.backups.length)]

/** What undo does: entities that are as the operation left them go back, those edited since stay. */
const undone = (
  now: Model,
  { before, after }: { readonly before: Model; readonly after: Model }
): Map<string, string> => {
  const next = new Map(now)
  for (const id of ids) {
    if (before.get(id) === after.get(id) || now.get(id) !== after.get(id)) continue
    const was = before.get(id)
    if (was === undefined) next.delete(id)
    else next.set(id, was)
  }
  return next
}

const operate = (world: World, next: Model): void => {
  const before = new Map(world.songs)
  world.songs = new Map(next)
  if (ids.some((id) => before.get(id) !== next.get(id))) world.undoable.push({ before, after: new Map(next) })
}

const applySongStep = (world: World, { _tag, id, pick }: Extract<Step, { id: string }>) =>
  Effect.gen(function* () {
    const { library, songs } = world
    const name = `${id} ${++world.counter}`
    if (_tag === "Save") {
      meet(world, [id])
      yield* library.songs.upsert(song(id, { name }))
      songs.set(id, name)
      world.acknowledged.push({ id, name })
    } else if (_tag === "Delete" && songs.has(id)) {
      meet(world, [id])
      yield* library.songs.delete(id)
      operate(world, new Map([...songs].filter(([other]) => other !== id)))
    } else if (_tag === "AppSaves") {
      sqlite(library.path, `INSERT OR REPLACE INTO ${appSong(id, name)}`)
      songs.set(id, name)
      world.unmet.set(id, name)
    } else if (_tag === "AppDeletes") {
      sqlite(library.path, `DELETE FROM song_data WHERE id = ${quoted(id)}`)
      songs.delete(id)
      world.unmet.delete(id)
    } else if (_tag === "RestoreOne") {
      const backup = picked(world, pick)
      const was = backup?.songs.get(id)
      if (backup === undefined || was === undefined) return
      meet(world)
      yield* library.backups.restore(`b${backup.number}`, { only: [{ kind: "song", id }] })
      operate(world, new Map([...songs, [id, was]]))
    }
  })

/** Whether a step takes over everything that the app wrote before. */
const takesOver = (world: World, { _tag }: Step): boolean => {
  if (_tag === "Undo") return world.undoable.length > 0
  if (_tag === "Merge" || _tag === "Replace" || _tag === "Exact") return world.backups.length > 0
  return _tag !== "Reopen"
}

const applyStep = (world: World, each: Step, reopen: Effect.Effect<Library, never, Scope.Scope>) =>
  Effect.gen(function* () {
    if ("id" in each) return yield* applySongStep(world, each)
    const { library, songs } = world
    const backup = picked(world, each.pick)
    if (takesOver(world, each)) meet(world)
    if (each._tag === "Backup") {
      const { number } = yield* library.backups.take()
      world.backups.push({ number, songs: new Map(songs) })
    } else if (each._tag === "Undo" && world.undoable.length > 0) {
      yield* library.history.undo()
      const operation = world.undoable.pop()
      if (operation !== undefined) world.songs = undone(songs, operation)
    } else if (each._tag === "Prune") {
      yield* TestClock.adjust(2 * day)
      // All of it is younger than the horizon.
      const { forgotten } = yield* library.upkeep.prune({ keepEditsDays: 60 })
      // Safety backups whose time is over: a forget, which can be taken back too, and changes no song.
      if (forgotten.length > 0) world.undoable.push({ before: new Map(songs), after: new Map(songs) })
    } else if (each._tag === "Rebuild") yield* library.upkeep.rebuild()
    else if (each._tag === "Reopen") world.library = yield* reopen
    else if (backup !== undefined && (each._tag === "Merge" || each._tag === "Replace")) {
      const onConflict = each._tag === "Merge" ? "keep" : "replace"
      yield* library.backups.restore(`b${backup.number}`, { onConflict })
      operate(
        world,
        new Map(onConflict === "keep" ? [...backup.songs, ...songs] : [...songs, ...backup.songs])
      )
    } else if (backup !== undefined && each._tag === "Exact") {
      yield* library.backups.restore(`b${backup.number}`, { mode: "exact" })
      operate(world, backup.songs)
    }
  })

const liveSongs = (library: Library): Model => {
  const db = new Sqlite(library.path, { readonly: true })
  try {
    const rows = db.prepare<[], [string, string]>("SELECT id, name FROM song_data ORDER BY id").raw().all()
    return new Map(rows)
  } finally {
    db.close()
  }
}

/** Every acknowledged version is in the log, and its document can be read. */
const nothingIsLost = ({ library, acknowledged }: World) =>
  Effect.gen(function* () {
    const events = yield* library.log.read({ limit: 10_000 })
    const positions = new Map(
      events.flatMap(({ subject, id, payload, position }) =>
        subject === "song" && payload.length > 0
          ? [[`${id} ${nameOfRecord(subject, payload)}`, position]]
          : []
      )
    )
    for (const { id, name } of acknowledged) {
      const position = positions.get(`${id} ${name}`)
      expect(position, `${name} is in the log`).toBeDefined()
      const was = yield* library.history.entityAt({ kind: "song", id }, `@${position}`)
      expect(was).toMatchObject({ id, name, songDataJSON: expect.stringContaining(name) })
    }
  })

const play = (steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(morning)
    const path = yield* freshPath
    const reopen = Effect.orDie(openLibrary(path, { actor: "ada@studio" }))
    const world: World = {
      library: yield* reopen,
      songs: new Map(),
      backups: [],
      undoable: [],
      unmet: new Map(),
      acknowledged: [],
      counter: 0
    }
    for (const [index, each] of steps.entries()) {
      yield* TestClock.adjust(hour)
      yield* applyStep(world, each, reopen)
      const told = steps.slice(0, index + 1).map(({ _tag, ...rest }) => `${_tag} ${JSON.stringify(rest)}`)
      expect([...liveSongs(world.library)], told.join("\n")).toEqual(
        [...world.songs].sort(([a], [b]) => (a < b ? -1 : 1))
      )
    }
    yield* world.library.log.capture
    meet(world)
    yield* sound(world.library)
    yield* nothingIsLost(world)
    yield* world.library.upkeep.rebuild()
    expect([...liveSongs(world.library)]).toEqual([...world.songs].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const { number, songs } of world.backups) {
      const entries = yield* world.library.backups.entries(`b${number}`)
      expect(new Map(entries.map(({ id, name }) => [id, name]))).toEqual(songs)
    }
  })

describe("days with a library", () => {
  it.scoped("lose nothing, in whatever order things happen", () =>
    Effect.forEach(
      FastCheck.sample(FastCheck.array(step, { minLength: 25, maxLength: 50, size: "max" }), {
        numRuns: rounds(4, 60),
        seed: 20261122
      }),
      (steps) => Effect.scoped(play(steps))
    )
  )
})
