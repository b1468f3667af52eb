// Makes a library of many songs with three years of work, through the store under a clock of its own: every evening some come and a
// hundred of those that were there are edited. After the last backup the first two songs were given other names.
// Arguments: the file, how many songs, the last evening in milliseconds since 1970.
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"

const [path, songs, until] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const [evenings, pause] = [40, 27 * 86_400_000]
const each = Math.ceil(songs / evenings)

const nameOf = (number) => `Song ${String(number).padStart(5, "0")}`

const song = (number, evening, name = nameOf(number)) => ({
  id: `song-${number}`,
  name,
  songDataJSON: JSON.stringify({ name, evening }),
  determinismSeed: "1"
})

const work = Effect.gen(function* () {
  yield* TestClock.setTime(until - evenings * pause)
  yield* createLibrary(path)
  const library = yield* openLibrary(path, { actor: "anna@macbook" })
  for (let evening = 0; evening < evenings; evening++) {
    yield* TestClock.adjust(pause)
    const known = evening * each
    const created = Array.from({ length: Math.min(each, songs - known) }, (_, index) =>
      song(known + index, evening)
    )
    yield* library.imports.entities({ source: "phone", songs: created })
    const edited = Array.from({ length: known === 0 ? 0 : 100 }, (_, index) => (index * 7919) % known)
    yield* library.songs.upsertAll([...new Set(edited)].map((number) => song(number, evening)))
    if (evening % 8 === 7) yield* library.backups.take({ description: `evening ${evening}` })
  }
  yield* TestClock.adjust(3_600_000)
  yield* library.songs.upsertAll([song(1, evenings, "Day Drive"), song(0, evenings, "Night Drive")])
})

await Effect.runPromise(Effect.scoped(work).pipe(Effect.provide(TestContext.TestContext)))
