/** What comes after events that are missing is brought too: no song is lost that can be read. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { checkVault, clone, folderBlobs, listLines, push } from "../src/index.js"
import { bundled } from "./support/bundled.js"
import { knownHome, newLibrary, song, sqlite, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

/** Five segments: songs a and b; c; b edited and a deleted; d, and c again; a performance and preferences. */
const pushedInParts = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const library = yield* newLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  const parts = [
    library.songs.upsertAll([song("a"), song("b")]),
    library.songs.create(song("c")),
    Effect.zipRight(library.songs.upsert(song("b", "second")), library.songs.delete("a")),
    library.songs.upsertAll([song("d"), song("c", "again")]),
    Effect.zipRight(
      library.performances.create({
        id: "p",
        name: "Live",
        songId: "d",
        duration: 3,
        performanceDataJSON: "[]"
      }),
      library.preferences.upsert({ theme: "dark" })
    )
  ]
  for (const part of parts) {
    yield* part
    yield* library.backups.take({})
    yield* push(library, vault, yield* knownHome(library))
  }
  const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
  const files = segments.toSorted((x, y) => x.first - y.first).map(({ name }) => path.join(folder, name))
  expect(files).toHaveLength(5)
  return { library, vault, files }
})

const documents = (file: string): string =>
  sqlite(
    file,
    "SELECT group_concat(id || ' ' || json_extract(song_data_json, '$.text'), '; ') FROM (SELECT * FROM song_data ORDER BY id)"
  )

it.scoped.each([
  { lost: 0, songs: "b second; c again; d d", backups: 1 },
  { lost: 1, songs: "b second; c again; d d", backups: 2 },
  { lost: 2, songs: "a a; b b; c again; d d", backups: 3 },
  { lost: 3, songs: "b second; c c", backups: 4 }
])("without file $lost the songs of the others come as they were last", ({ lost, songs, backups }) =>
  Effect.gen(function* () {
    const { vault, files } = yield* pushedInParts
    fs.rmSync(files[lost] ?? "")
    const folder = yield* temporaryFolder
    expect((yield* Effect.flip(clone(vault, path.join(folder, "whole.db"))))._tag).toBe("VaultDamaged")
    const file = path.join(folder, "c.db")
    const report = yield* clone(vault, file, { partial: true })
    expect(documents(file)).toBe(songs)
    expect(report).toMatchObject({ songs: songs.split(";").length, performances: 1, backups })
    expect(report.problems[0]?.reason).toContain("are missing")
    const left = files.filter((_, index) => index !== lost)
    expect(report.bytes).toBe(left.reduce((sum, each) => sum + fs.statSync(each).size, 0))
    expect(sqlite(file, "SELECT theme FROM user_preferences")).toBe("dark")
    const library = yield* openLibrary(file)
    expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
    const [latest] = (yield* library.backups.list()).toSorted((x, y) => y.number - x.number)
    expect(latest).toMatchObject({ tags: ["incomplete"] })
  })
)

it.scoped("so they do behind events that cannot be read", () =>
  Effect.gen(function* () {
    const { vault, files } = yield* pushedInParts
    const [, file = ""] = files
    const bytes = fs.readFileSync(file)
    // Every frame but the end: what of it is events cannot be opened.
    for (let at = 150; at < bytes.length - 700; at++) bytes[at] = 0
    fs.writeFileSync(file, bytes)
    expect((yield* checkVault(vault, { level: "full" })).ok).toBe(false)
    const cloned = path.join(yield* temporaryFolder, "c.db")
    yield* clone(vault, cloned, { partial: true })
    expect(documents(cloned)).toBe("b second; c again; d d")
  })
)

it.scoped(
  "a clone that is killed in the middle of that leaves nothing, and the next one brings all",
  () =>
    Effect.gen(function* () {
      const { vault, files } = yield* pushedInParts
      fs.rmSync(files[1] ?? "")
      const folder = yield* temporaryFolder
      const copy = path.join(folder, "c.db")
      const program = yield* bundled("partial")
      const run = (at: number) =>
        spawnSync(process.execPath, [program, vault.blobs.place, copy, `${at}`], { encoding: "utf8" })
      const whole = run(0)
      const calls = Number(whole.stdout)
      const brought = documents(copy)
      expect(brought).toBe("b second; c again; d d")
      fs.rmSync(copy)
      // What comes after the gap is read last, each file twice.
      expect(calls).toBeGreaterThan(7)
      for (let at = calls; at > 0; at -= rounds(17, 2)) {
        expect(run(at).signal).toBe("SIGKILL")
        expect(fs.existsSync(copy)).toBe(false)
      }
      expect(run(0).status).toBe(0)
      expect(documents(copy)).toBe(brought)
      expect(fs.readdirSync(folder)).toEqual(["c.db"])
    }),
  { timeout: 600_000 }
)
