/**
 * Libraries of every format version that was ever released open for ever: they check clean, tell what they always
 * told, and each of their backups can be restored exactly, and that restore undone.
 */
import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { eventTypes, newestSchema } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { openLibrary } from "../../src/index.js"
import { formatVersion } from "../../src/session/Session.js"
import { sound, temporaryFolder } from "../support/libraries.js"
import { type LiveRows, liveRows, type Told, tellAll } from "./tell.mjs"

interface Golden extends Told {
  readonly format: number
  /** The live rows by the source that holds them: `b3`, `@17` or `now`. */
  readonly states: Readonly<Record<string, LiveRows>>
}

const here = fileURLToPath(new URL(".", import.meta.url))
const names = readdirSync(here).flatMap((file) => /^(.*)\.library$/.exec(file)?.[1] ?? [])

const contentsOf = (name: string): Golden => {
  // Written by `make.mjs`, which the types describe.
  const golden: Golden = JSON.parse(readFileSync(join(here, `${name}.json`), "utf8"))
  return golden
}

/** Works on a copy: the committed file is never opened. */
const opened = (name: string) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-06-01T12:00:00Z"))
    const path = join(yield* temporaryFolder, "library.db")
    copyFileSync(join(here, `${name}.library`), path)
    return yield* openLibrary(path, { actor: "eve@future" })
  })

const rowsOf = (path: string): LiveRows => {
  const db = new Sqlite(path, { readonly: true })
  try {
    return liveRows(db)
  } finally {
    db.close()
  }
}

describe.each(names)("the golden library %s", (name) => {
  const golden = contentsOf(name)
  const sources = Object.keys(golden.states).filter((source) => source !== "now")

  it.scoped("opens, is whole, and tells what it always told", () =>
    Effect.gen(function* () {
      const library = yield* opened(name)
      yield* sound(library)
      const { format: _, states, ...told } = golden
      expect(yield* tellAll(library)).toEqual(told)
      expect(rowsOf(library.path)).toEqual(states.now)
    })
  )

  it.scoped("gives back each of its states exactly, and takes that back", () =>
    Effect.gen(function* () {
      const library = yield* opened(name)
      expect(sources.length).toBeGreaterThan(0)
      for (const source of sources) {
        const restored = yield* library.backups.restore(source, { mode: "exact" })
        expect(restored, source).toMatchObject({ isSuccess: true, errors: [] })
        // A column that the app added since keeps what it has: the source knows nothing of it.
        expect(rowsOf(library.path), source).toMatchObject(golden.states[source] ?? {})
        expect((yield* library.history.undo()).isSuccess).toBe(true)
        expect(rowsOf(library.path), source).toEqual(golden.states.now)
      }
      yield* sound(library)
    })
  )

  it.scoped("can be lived in: saves, backups and restores go on", () =>
    Effect.gen(function* () {
      const library = yield* opened(name)
      const { position } = yield* library.log.head
      const again = { id: "new", name: "New", songDataJSON: "{}", determinismSeed: "1" }
      yield* library.songs.upsert(again)
      const { number } = yield* library.backups.take()
      yield* library.songs.delete("new")
      yield* library.backups.restore(`b${number}`, { only: [{ kind: "song", id: "new" }] })
      expect(yield* library.songs.read("new")).toMatchObject(again)
      yield* library.upkeep.prune({ keepEditsDays: 0 })
      yield* sound(library)
      expect((yield* tellAll(library)).events.slice(0, position)).toEqual(golden.events)
    })
  )
})

it("there is one for the format and every event schema that are written today", () => {
  const newest = contentsOf(`format-${formatVersion}`)
  expect(newest.format).toBe(formatVersion)
  const written = new Set(names.flatMap((name) => contentsOf(name).events.map(schemaOf)))
  for (const type of eventTypes) expect(written).toContain(`${type} ${newestSchema(type)}`)
})

const schemaOf = (line: string): string => line.split(" ").slice(1, 3).join(" ")
