// The same statements through the SQL door, by prepared statements of the driver, and by calls of the library.
import { rmSync } from "node:fs"
import * as SqlClient from "@effect/sql/SqlClient"
import { createLibrary, openLibrary } from "@white-room/store"
import { layerOf } from "@white-room/store/sql"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { timed } from "../stats.mjs"

const scope = Effect.runSync(Scope.make())
let library
let sql
let db

const rows = 500
const batch = Array.from({ length: rows }, (_, index) => ({ name: `song ${index}`, place: index }))
const runColumns =
  "number, profile, activity, place, due_at, started_at, ended_at, outcome, backup_id, detail"

/** A new library with a table of an app, and runs of the scheduler. */
export const create = ({ file }) => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
  Effect.runSync(createLibrary(file))
  library = Effect.runSync(Scope.extend(openLibrary(file), scope))
  sql = Effect.runSync(Effect.provide(SqlClient.SqlClient, layerOf(library)))
  Effect.runSync(sql`CREATE TABLE app (id INTEGER PRIMARY KEY, name TEXT, place INTEGER)`)
  Effect.runSync(sql`CREATE TABLE kept (name TEXT PRIMARY KEY, definition TEXT, changed_at INTEGER)`)
  db = new Sqlite(file)
  db.pragma("synchronous = FULL")
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     INSERT INTO app(name, place) SELECT 'song ' || i, i FROM n`
  )
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
     INSERT INTO run(profile, activity, place, due_at, started_at, ended_at, outcome)
     SELECT 'daily', 'backup', '', i, i, i, 'done' FROM n`
  )
}

export const close = () => {
  db.close()
  Effect.runSync(Scope.close(scope, Exit.void))
}

const insertText = "INSERT INTO app(name, place) VALUES (?, ?)"
const listText = "SELECT id, name, place FROM app LIMIT 500"
const pointText = "SELECT id, name, place FROM app WHERE id = ?"
const runsText = `SELECT ${runColumns} FROM run ORDER BY number DESC LIMIT ?`

/** How often a program does each, and what it does. */
const works = {
  point: [
    5000,
    {
      prepared: () => {
        const statement = db.prepare(pointText)
        return (index) => statement.get((index % rows) + 1)
      },
      door: () => (index) => sql`SELECT id, name, place FROM app WHERE id = ${(index % rows) + 1}`
    }
  ],
  list: [
    200,
    {
      prepared: () => {
        const statement = db.prepare(listText)
        return () => statement.all()
      },
      door: () => () => sql.unsafe(listText)
    }
  ],
  insert: [
    300,
    {
      prepared: () => {
        const statement = db.prepare(insertText)
        return (index) => statement.run("one", index)
      },
      door: () => (index) => sql`INSERT INTO app(name, place) VALUES (${"one"}, ${index})`
    }
  ],
  insert500: [
    40,
    {
      prepared: () => {
        const statement = db.prepare(insertText)
        const all = db.transaction(() => {
          for (const { name, place } of batch) statement.run(name, place)
        })
        return () => all.immediate()
      },
      door: () => () => sql.withTransaction(sql`INSERT INTO app ${sql.insert(batch)}`)
    }
  ],
  runs: [
    500,
    {
      library: () => () => library.schedule.runs(),
      door: () => () => sql.unsafe(runsText, [100])
    }
  ],
  profile: [
    300,
    {
      library: () => (index) => library.schedule.saveProfile({ name: "daily", definition: `{"n":${index}}` }),
      door: () => (index) =>
        sql`INSERT INTO kept VALUES ('daily', ${`{"n":${index}}`}, ${index})
            ON CONFLICT(name) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at
            WHERE definition <> excluded.definition`
    }
  ]
}

const doAll = (work, count) =>
  timed(() => {
    let index = 0
    const one = () => {
      const result = work(index++)
      return Effect.isEffect(result) ? result : Effect.void
    }
    Effect.runSync(Effect.repeatN(Effect.suspend(one), count - 1))
  })

const rounds = 5

/** Milliseconds of one of many, each way of doing it in turn; the best of some rounds, the first of which warms up. */
export const measure = ({ what }) => {
  const [count, ways] = works[what]
  const prepared = Object.entries(ways).map(([name, make]) => [name, make()])
  const best = {}
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of prepared) {
      const each = doAll(work, count) / count
      if (round > 0) best[name] = Math.min(best[name] ?? each, each)
    }
  return best
}
