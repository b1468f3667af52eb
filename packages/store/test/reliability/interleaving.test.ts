/**
 * Two processes on one library, in every order that matters: while one runs an operation, the other runs another
 * one from beginning to end, in front of the k-th statement of the first. Whatever k is, nothing may be lost.
 */
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { allBackups } from "../../src/backup/Catalog.js"
import { createBackup } from "../../src/backup/createBackup.js"
import { exportBundle } from "../../src/bundle/ExportBundle.js"
import { captureAll } from "../../src/capture/Capture.js"
import { rebuild } from "../../src/check/rebuild.js"
import { isWhiteRoomError } from "../../src/index.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { prune } from "../../src/retention/prune.js"
import { forget, undelete } from "../../src/retention/Trash.js"
import type { Session } from "../../src/session/Session.js"
import { append } from "../../src/write/Append.js"
import { rounds } from "../support/soak.js"
import { hookStatements } from "./support/hookStatements.js"
import { seeded } from "./support/seeded.js"
import {
  appSave,
  asApp,
  copyOf,
  damageOf,
  damageOfBundles,
  day,
  deletion,
  documentsOf,
  gapsOf,
  newLibrary,
  open,
  performanceChange,
  preferencesChange,
  releasedSince,
  save,
  scratchFolder,
  songChange,
  start,
  using
} from "./support/world.js"

const random = seeded(8)
const first = random.text(900)
const firstPerformance = random.text(300)
const doomed = random.text(900)
const long = Array.from({ length: 9 }, () => random.text(32 * 1024))

/**
 * A library in which every operation has something to do: b1 is due to leave the trash, its documents and tree
 * nodes with it; a version is past the horizon; loose objects fill a block; an app's change waits to be taken over.
 */
const buildWorld = (path: string, damaged: boolean): void => {
  const session = newLibrary(path, start - 300 * day)
  const old = start - 300 * day
  const ids = [0, 1, 2, 3, 4, 5].map((n) => `s${n}`)
  save(session, old, ...ids.map((id) => songChange(id, id === "s0" ? first : random.text(700))))
  save(session, old, performanceChange("p0", "s0", firstPerformance), preferencesChange("dark"))
  createBackup(session, { description: "b1" }, old)
  save(
    session,
    old + day,
    songChange("s0", random.text(800)),
    performanceChange("p0", "s0", random.text(300))
  )
  createBackup(session, { description: "b2" }, old + day)
  save(session, old + 2 * day, songChange("s1", doomed))
  save(session, old + 3 * day, songChange("s1", random.text(800)))
  save(session, start - 20 * day, songChange("s2", random.text(600)))
  createBackup(session, { description: "b3" }, start - 20 * day)
  forget(session, ["b1"], "test", start - 19 * day)
  prune(session, {}, start - 10 * day)
  for (const document of long) save(session, start - day, songChange("long", document))
  session.close()
  asApp(path, (app) => {
    appSave(app, "s4", random.text(500))
    if (!damaged) return
    // As damage does it: rows change and nobody is told.
    app.exec("UPDATE command SET last_position = -1 WHERE number = (SELECT max(number) FROM command)")
    app.exec(
      "UPDATE song_data SET name = 'Nobody wrote this' WHERE id = 's3'; DELETE FROM song_data WHERE id = 's5'"
    )
    app.exec(
      "UPDATE command SET last_position = (SELECT max(position) FROM event_log) WHERE number = (SELECT max(number) FROM command)"
    )
  })
  using(path, (closing) => closing.checkpoint())
}

/** What an operation promises once it has succeeded: lines that say what is missing. */
type Promised = (session: Session) => ReadonlyArray<string>
interface Operation {
  readonly name: string
  readonly run: (session: Session, folder: string) => Promised | undefined
}

const keeps =
  (id: string, document: string): Promised =>
  (session) =>
    documentsOf(session, id).includes(document) ? [] : [`a saved version of ${id} is lost`]

const saves = (name: string, id: string, ...documents: ReadonlyArray<string>): Operation => ({
  name,
  run: (session) => {
    for (const document of documents) save(session, start, songChange(id, document))
    return (after) => documents.flatMap((document) => keeps(id, document)(after))
  }
})

const app = (name: string, write: (path: string) => void, promised: Promised): Operation => ({
  name,
  run: (session) => {
    write(session.path)
    return (after) => {
      captureAll(after, start)
      return promised(after)
    }
  }
})

const batch = Array.from({ length: 12 }, (_, n) => songChange(`i${n}`, random.text(400)))
const edit = random.text(500)
const middle = random.text(500)
const byApp = random.text(500)
const byAppUnwatched = random.text(500)

const exists =
  (description: string): Promised =>
  (session) =>
    allBackups(session.db).some((backup) => backup.description === description)
      ? []
      : [`backup ${description} is gone`]

const operations: ReadonlyArray<Operation> = [
  saves("an edit", "s2", edit),
  saves("two edits", "s2", middle, edit),
  saves("an edit back to the first version", "s0", first),
  saves("an edit to a version past the horizon, and another", "s1", doomed, edit),
  { name: "a delete", run: (session) => void save(session, start, deletion("song", "s3")) },
  {
    name: "an import",
    run: (session) => {
      append(session, { changes: batch, importedFrom: "folder" }, start)
      return (after) =>
        batch.filter(({ id }) => documentsOf(after, id).length === 0).map(({ id }) => `${id} is lost`)
    }
  },
  {
    name: "a backup",
    run: (session) => {
      const { backupId } = createBackup(session, { description: "taken" }, start)
      return (after) =>
        allBackups(after.db).some((b) => b.backupId === backupId) ? [] : ["the backup is lost"]
    }
  },
  {
    name: "a backup of what only a backup on its way out held",
    run: (session) => {
      save(session, start, performanceChange("p0", "s0", firstPerformance))
      const { backupId } = createBackup(session, { description: "taken" }, start)
      return (after) =>
        allBackups(after.db).some((b) => b.backupId === backupId) ? [] : ["the backup is lost"]
    }
  },
  { name: "a prune", run: (session) => void prune(session, {}, start) },
  { name: "a prune that forgets", run: (session) => void prune(session, { policy: { keepLast: 1 } }, start) },
  { name: "a rebuild", run: (session) => void rebuild(session, {}, start) },
  {
    name: "an exact restore",
    run: (session) => void restoreFromBackup(session, "b2", { mode: "exact" }, start)
  },
  {
    name: "a restore of one song",
    run: (session) => void restoreFromBackup(session, "b3", { only: [{ kind: "song", id: "s0" }] }, start)
  },
  {
    name: "a forget",
    run: (session) => {
      forget(session, ["b2"], "test", start)
      return exists("b2")
    }
  },
  {
    name: "an undelete",
    run: (session) => {
      undelete(session, "b1", start)
      // A policy may move it to the trash again, but its time there begins again.
      return exists("b1")
    }
  },
  { name: "a capture", run: (session) => void captureAll(session, start) },
  {
    name: "a check",
    run: (session) => {
      const found = damageOf(session, start)
      return () => found.filter((line) => !line.includes("s3") && !line.includes("s5"))
    }
  },
  {
    name: "a bundle",
    run: (session, folder) => {
      const { backupId } = createBackup(session, { description: "copied", skipIfUnchanged: true }, start)
      const file = join(folder, "copied.whiteroom")
      exportBundle(session, backupId, file, { overwrite: true }, start)
      return () => damageOfBundles(file)
    }
  },
  app("an edit by the app", (path) => asApp(path, (db) => appSave(db, "s2", byApp)), keeps("s2", byApp)),
  app(
    "a delete by the app",
    (path) => asApp(path, (db) => db.exec("DELETE FROM song_data WHERE id = 's3'")),
    (session) =>
      session.db.row("SELECT 1 FROM event_log WHERE entity_id = 's3' AND type = 'SongDeleted'") === undefined
        ? ["the app's delete is lost"]
        : []
  ),
  app(
    "a migration of the app",
    (path) =>
      asApp(path, (db) => {
        db.exec(
          "DROP TRIGGER IF EXISTS white_room_song_data_insert; DROP TRIGGER IF EXISTS white_room_song_data_update"
        )
        appSave(db, "s2", byAppUnwatched)
        appSave(db, "fresh", byAppUnwatched)
      }),
    (session) => [...keeps("s2", byAppUnwatched)(session), ...keeps("fresh", byAppUnwatched)(session)]
  )
]

/** Runs an operation; what it promises, or nothing when it was refused. Anything but our errors is a bug. */
const attempt = (operation: Operation, session: Session, folder: string): Promised => {
  try {
    return operation.run(session, folder) ?? (() => [])
  } catch (error) {
    if (isWhiteRoomError(error)) return () => []
    throw new Error(`${operation.name} died: ${error instanceof Error ? error.stack : String(error)}`)
  }
}

interface Setting {
  readonly world: string
  readonly path: string
  readonly folder: string
  readonly damaged: boolean
}

/** Both operations on a fresh copy, the second in front of statement k of the first. Returns what went wrong. */
const interleave = (setting: Setting, outer: Operation, inner: Operation, k: number) => {
  const { world, path, folder, damaged } = setting
  copyOf(world, path)
  const one = open(path, "ada@studio")
  const two = open(path, "bob@laptop")
  const promised: Array<Promised> = []
  let statements = 0
  try {
    hookStatements(one, () => {
      if (statements++ === k) promised.push(attempt(inner, two, folder))
    })
    promised.push(attempt(outer, one, folder))
  } finally {
    one.close()
    two.close()
  }
  return using(path, (after) => {
    const broken = promised.flatMap((check) => check(after))
    captureAll(after, start)
    // The rows that the damaged world begins with may still be there, unless a rebuild mended them.
    const found = damageOf(after, start).filter((line) => !damaged || !/\((s3|s5)\)/.test(line))
    return { statements, broken: [...broken, ...found, ...gapsOf(after), ...releasedSince(after, start)] }
  })
}

/** In the soak any two meet in both orders, in `npm test` a quarter of them, so that each meets some in both roles. */
const meet = (outer: Operation, inner: Operation): boolean => {
  const [from, to] = [operations.indexOf(outer), operations.indexOf(inner)]
  return rounds(1, 2) === 2 || from === to || (from + 3 * to) % 4 === 1
}

const testWorld = (title: string, damaged: boolean, outers: ReadonlyArray<string>) =>
  describe(title, () => {
    for (const outer of operations.filter(({ name }) => outers.includes(name)))
      it(`${outer.name} loses nothing, whatever another process does meanwhile`, {
        timeout: 3_600_000
      }, async () => {
        const folder = scratchFolder()
        const setting = { world: join(folder, "world.db"), path: join(folder, "library.db"), folder, damaged }
        buildWorld(setting.world, damaged)
        const choose = seeded(outer.name.length)
        const failures: Array<string> = []
        const { statements } = interleave(setting, outer, outer, Number.POSITIVE_INFINITY)
        const all = Array.from({ length: statements }, (_, k) => k)
        for (const inner of operations.filter((other) => meet(outer, other))) {
          await new Promise(setImmediate)
          const points = choose.sample(all, rounds(1, 4))
          for (const k of points) {
            const { broken } = interleave(setting, outer, inner, k)
            if (broken.length > 0)
              failures.push(`${inner.name} at statement ${k} of ${statements}: ${broken.join("; ")}`)
          }
        }
        expect(failures).toEqual([])
      })
  })

testWorld(
  "in a sound library",
  false,
  operations.map(({ name }) => name).filter((name) => !/by the app|of the app/.test(name))
)
testWorld("in a library with rows nobody wrote", true, ["a rebuild", "a backup", "an exact restore"])
