/** What people and apps do with a library on random days. */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library } from "../../src/index.js"
import type { Seeded } from "../reliability/support/seeded.js"
import { appSong, day, hour, performance, quoted, song, sqlite } from "./libraries.js"

/** Songs of these ids, and performances of them: `pa`, `pb`, `pc`. */
export const ids = ["a", "b", "c"]

type Deed = () => Effect.Effect<unknown, unknown>

const ours = (library: Library, random: Seeded, counter: number): ReadonlyArray<Deed> => {
  const id = random.pick(ids)
  const name = `${id} ${counter}`
  const backup = `b${1 + random.int(4)}`
  const { backups } = library
  const older = Effect.map(library.history.operations(), (operations) =>
    operations.at(random.int(operations.length))
  )
  return [
    () => library.songs.upsert(song(id, { name })),
    () => library.songs.upsert(song(id, { name, songDataJSON: random.text(3000) })),
    () => library.performances.upsert(performance(`p${id}`, id, { name })),
    () => library.preferences.upsert({ theme: name }),
    () => library.songs.delete(id),
    () => library.performances.delete(`p${id}`),
    () => backups.take({ description: name }),
    () => backups.take(),
    () => backups.edit(backup, { description: name, tags: ["edited"] }),
    () => backups.forget([backup]),
    () => backups.undelete(backup),
    () => backups.restore(backup, { mode: "exact" }),
    () => backups.restore(backup, { onConflict: "combine" }),
    () => backups.restore(backup, { only: [{ kind: "song", id }] }),
    () => backups.restore(backup, { only: [{ kind: "song", id }], asCopy: true }),
    () => backups.restore(backup, { onConflict: "both" }),
    () => library.imports.entities({ source: "demo", songs: [song(id, { name })] }),
    () => library.history.undo(),
    () =>
      Effect.flatMap(older, (operation) => library.history.undo(operation && { command: operation.command })),
    () => Effect.zipRight(TestClock.adjust(8 * day), library.upkeep.prune({ keepEditsDays: 9 })),
    () => library.upkeep.rebuild()
  ]
}

/** An app has habits of its own: odd bytes, odd types, columns that only it knows. */
const theApps = (library: Library, random: Seeded, counter: number): ReadonlyArray<Deed> => {
  const id = random.pick(ids)
  const run = (...statements: ReadonlyArray<string>) => Effect.sync(() => sqlite(library.path, ...statements))
  const runIfPossible = (statement: string) => Effect.try(() => sqlite(library.path, statement))
  return [
    () => run(`INSERT OR REPLACE INTO ${appSong(id, `${id} ${counter}`)}`),
    () => run(`UPDATE song_data SET name = CAST(x'ff${counter % 10}0' AS TEXT), composer = ${counter}.5`),
    () => run(`UPDATE song_data SET song_data_json = x'00ff' WHERE id = ${quoted(id)}`),
    () => run(`DELETE FROM song_data WHERE id = ${quoted(id)}`),
    () =>
      run(`UPDATE performance_data SET tags = NULL, duration = '${counter}'`, "DELETE FROM user_preferences"),
    () => run(`UPDATE OR REPLACE song_data SET id = 'b' WHERE id = 'a'`),
    () => runIfPossible(`ALTER TABLE song_data ADD COLUMN mood TEXT DEFAULT 'calm'`),
    () => runIfPossible(`UPDATE song_data SET mood = 'wild ${counter}'`)
  ]
}

/**
 * One thing that is done, an hour after the one before; what cannot be done just now is not done. `by` says who
 * may do it.
 */
export const act = (
  library: Library,
  random: Seeded,
  counter: number,
  by: "ours" | "app" | "any" = "any"
) => {
  const deeds =
    by === "app" || (by === "any" && random.chance(0.2))
      ? theApps(library, random, counter)
      : ours(library, random, counter)
  return Effect.zipRight(TestClock.adjust(hour), Effect.ignore(Effect.suspend(random.pick(deeds))))
}
