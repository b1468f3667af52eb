// A library with four months of evenings, made through the store under a clock of its own: what the picture of the timeline shows.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"

const folder = fileURLToPath(new URL("../../tooling/demo/songs", import.meta.url))
const [minute, day] = [60_000, 86_400_000]
const evenings = 120

/** The same numbers every time. */
const numbersFrom = (seed) => {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

const songs = readdirSync(folder).map((file) => {
  const songDataJSON = readFileSync(path.join(folder, file), "utf8")
  const words = file.slice(3, -5).split("-")
  const { name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join(" ") } =
    JSON.parse(songDataJSON)
  return { id: file.replace(".json", ""), name, songDataJSON, determinismSeed: "1" }
})

const work = (file, until) =>
  Effect.gen(function* () {
    const random = numbersFrom(7)
    yield* TestClock.setTime(until - evenings * day)
    yield* createLibrary(file)
    const library = yield* openLibrary(file, { actor: "anna@macbook" })
    const save = (song) =>
      library.songs.upsert({ ...song, songDataJSON: `${song.songDataJSON}${" ".repeat(1 + random(900))}` })
    const known = []
    for (let evening = 0; evening < evenings; evening++) {
      yield* TestClock.setTime(until - (evenings - evening) * day)
      const next = songs[known.length]
      if (next !== undefined && random(3) === 0) {
        known.push(next)
        yield* save(next)
      }
      // Some songs are worked on for weeks.
      if (known.length > 0 && random(4) > 0)
        for (const song of [known[Math.floor(evening / 9) % known.length], known[random(known.length)]])
          for (let saves = random(14); saves >= 0; saves--) {
            yield* TestClock.adjust(7 * minute)
            yield* save(song)
          }
      if (evening % 7 === 6) yield* library.backups.take({ description: `week ${(evening + 1) / 7}` })
      if (evening === 70) yield* library.songs.delete(known[3].id)
      if (evening === 74)
        yield* library.backups.restore("b9", {
          only: [{ kind: "song", id: known[3].id }],
          onConflict: "replace"
        })
      if (evening === 105) yield* library.songs.delete(known[8].id)
    }
  })

export const makeEvenings = (file, until) =>
  Effect.runPromise(Effect.scoped(work(file, until)).pipe(Effect.provide(TestContext.TestContext)))
