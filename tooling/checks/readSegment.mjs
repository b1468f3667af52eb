// Reads a segment of a vault that was made just now with docs/read-segment.py, which has none of our code, and compares
// what it lists with the log, and the song that it prints with the library's.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { createLibrary, openLibrary } from "@white-room/store"
import { addVault, push } from "@white-room/vault"
import * as Effect from "effect/Effect"

const folder = mkdtempSync(path.join(tmpdir(), "white-room-python-"))
const place = path.join(folder, "place")
const document = JSON.stringify({ title: "Night Drive", notes: "c4 ".repeat(500) })

const { events, backups } = await Effect.runPromise(
  Effect.gen(function* () {
    const file = path.join(folder, "library.db")
    yield* createLibrary(file)
    const library = yield* openLibrary(file, { actor: "ada@studio" })
    mkdirSync(place)
    for (const songDataJSON of ["{}", document])
      yield* library.songs.upsert({ id: "s1", name: "Night Drive", songDataJSON, determinismSeed: "1" })
    yield* library.songs.upsert({ id: "s2", name: "Low Tide", songDataJSON: "[]", determinismSeed: "2" })
    for (const description of ["first", "second"]) yield* library.backups.take({ description })
    yield* library.backups.forget(["b1"])
    const { vault, known } = yield* addVault(library, "python", place)
    yield* push(library, vault, known)
    const kept = [...(yield* library.backups.list({ trash: true })), ...(yield* library.backups.list())]
    return { events: yield* library.log.read(), backups: kept }
  }).pipe(Effect.scoped)
)

const segment = readdirSync(place, { recursive: true, encoding: "utf8" }).find((name) =>
  name.endsWith(".seg")
)
// Debian's own Python has Debian's packages, whatever else is first in PATH.
const read = (...words) =>
  execFileSync("/usr/bin/python3", ["docs/read-segment.py", path.join(place, segment), ...words], {
    encoding: "utf8",
    env: { ...process.env, PYTHONUTF8: "1" }
  })
const told = events.map(({ position, actor, type, id }) => [position, actor, type, id].join("\t"))
assert.deepEqual(read().trimEnd().split("\n"), told)
assert.equal(read("s1"), document)
const listed = backups.map(({ number, backupId, forgottenAt }) =>
  [`b${number}`, backupId, ...(forgottenAt === undefined ? [] : ["forgotten"])].join("\t")
)
assert.deepEqual(read("--backups").trimEnd().split("\n"), ["since @0", ...listed])
rmSync(folder, { recursive: true })
console.log(`Python lists ${told.length} events of a segment, a song of it, and ${listed.length} backups.`)
