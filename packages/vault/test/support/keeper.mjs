// A program that works with two libraries and their vault in a folder until it kills itself, at the nth step of those
// that leave something: a change of a file, or a statement that writes. The clock of the place is days ahead, so that what it
// merged is deleted while it runs. `steps` of 0: it does each of its works once, and prints how many steps there were.
import fs from "node:fs"
import fsp from "node:fs/promises"
import { openLibrary } from "@white-room/store"
import { clone, folderBlobs, openPull, openVault, push, upkeep, vaultRecords } from "@white-room/vault"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"

const [, , steps, seed, folder, copy, ...files] = process.argv

let done = 0
const step = () => {
  if (++done === Number(steps)) process.kill(process.pid, "SIGKILL")
}

/** Counts each call of a method, before it and after it. */
const count = (owner, names) => {
  for (const name of names) {
    const call = owner[name]
    owner[name] = function (...args) {
      step()
      const result = Reflect.apply(call, this, args)
      step()
      return result
    }
  }
}
const changing = ["open", "rename", "link", "unlink", "rm", "mkdir", "writeFile"]
count(fsp, changing)
count(fs, [...changing.map((name) => `${name}Sync`), "writeSync", "fsyncSync", "truncateSync"])
count(Object.getPrototypeOf(new Sqlite(":memory:").prepare("SELECT 1")), ["run"])
count(Sqlite.prototype, ["exec"])

/** Numbers that look random, the same each time. */
let state = Number(seed)
const below = (most) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * most)
}

const inner = folderBlobs(folder)
const blobs = { ...inner, now: Effect.map(inner.now, (now) => now + 3 * 24 * 60 * 60 * 1000) }

const program = Effect.gen(function* () {
  const vault = yield* openVault(blobs)
  const libraries = yield* Effect.forEach(files, (file) => openLibrary(file, { actor: file }))
  const known = (library) => Effect.map(vaultRecords(library).all, ([first]) => first)
  const edit = (library) => {
    const id = `s${below(5)}`
    const songDataJSON = `${below(1000)} `.repeat(50)
    return library.songs.upsert({ id, name: id, songDataJSON, determinismSeed: id })
  }
  const works = [
    (library) =>
      Effect.gen(function* () {
        yield* edit(library)
        if (below(4) === 0) yield* library.backups.take({})
        yield* push(library, vault, yield* known(library))
      }),
    (library) =>
      Effect.gen(function* () {
        if (below(2) === 0) yield* edit(library)
        const opened = yield* openPull(library, vault, yield* known(library))
        if (opened !== undefined) yield* opened.apply({ onConflict: "both" })
      }),
    (library) =>
      Effect.gen(function* () {
        yield* upkeep(library, vault, yield* known(library), { reclaim: below(3) === 0 })
      }),
    () =>
      Effect.gen(function* () {
        yield* clone(vault, copy)
        fs.rmSync(copy)
      })
  ]
  if (steps === "0") {
    for (const work of works) yield* work(libraries[0])
    console.log(done)
    return
  }
  for (;;) yield* works[below(works.length)](libraries[below(libraries.length)])
})

// A rejection that nobody hears ends it.
Effect.runPromise(Effect.scoped(program))
