/** Libraries in temporary folders for these tests, and runs as the machine's own outside sees them. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  decodeProfile,
  layerOutside,
  loadStates,
  type Profile,
  type RunOptions,
  type RunReport,
  runDue,
  saveProfile
} from "../../src/index.js"

/** A Friday morning in Berlin. */
export const morning = Date.parse("2026-11-20T09:00:00Z")

/** A folder that is gone when the scope ends. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "white-room-scheduler-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

export const freshLibrary = Effect.gen(function* () {
  yield* TestClock.setTime(morning)
  const folder = yield* temporaryFolder
  const path = join(folder, "library.db")
  yield* createLibrary(path)
  return yield* openLibrary(path, { actor: "ada@studio" })
})

export const folderIn = (library: Library, name: string): string => {
  const folder = join(library.path, "..", name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A profile with these fields; in Berlin unless it says otherwise, and without notifications on this machine. */
export const profile = (fields: Readonly<Record<string, unknown>> = {}): Profile =>
  decodeProfile({ name: "daily", when: ["daily 18:00"], zone: "Europe/Berlin", notify: false, ...fields })

export const withProfile = (library: Library, fields: Readonly<Record<string, unknown>> = {}) =>
  saveProfile(library, profile(fields))

/** Edits a song, so that the next backup has something to keep. */
export const edit = (library: Library, content: string, id = "s1") =>
  library.songs.upsert({
    id,
    name: `Song ${id}`,
    songDataJSON: JSON.stringify({ content }),
    determinismSeed: "seed"
  })

/** One look at what is due. */
export const look = (library: Library, options: RunOptions = {}) =>
  runDue(library, options).pipe(
    Effect.provide(layerOutside),
    Effect.map((result): ReadonlyArray<RunReport> => {
      if ("heldBy" in result) throw new Error(`held by ${result.heldBy}`)
      return result
    })
  )

/** The reports of one look, short: `daily backup done`. */
export const shortly = (reports: ReadonlyArray<RunReport>): ReadonlyArray<string> =>
  reports.map(({ profile: name, run }) => `${name} ${run.activity} ${run.outcome}`)

export const onlyState = (library: Library) =>
  Effect.map(loadStates(library), ([state]) => {
    if (state === undefined) throw new Error("there is no profile")
    return state
  })

export const backups = (library: Library) =>
  Effect.map(library.backups.list(), (all) => all.map(({ number }) => number))
