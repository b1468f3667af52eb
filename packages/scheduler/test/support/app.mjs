/**
 * An app that edits songs without a pause, until it is killed. Prints each change, with the time on its clock, when that
 * time is over; the clock is the test's own, so nothing depends on how fast the machine is.
 */
import { writeSync } from "node:fs"
import { AutoSave } from "@white-room/scheduler"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"

const [path = ""] = process.argv.slice(2)

const edit = Effect.gen(function* () {
  const library = yield* openLibrary(path, { actor: "ada@studio" })
  const autoSave = yield* AutoSave.make(library)
  for (let revision = 1; ; revision++) {
    const id = `s${revision % 3}`
    const song = { id, name: id, songDataJSON: JSON.stringify({ revision }), determinismSeed: "seed" }
    yield* autoSave.markDirty(id, () => song)
    yield* TestClock.adjust("300 millis")
    writeSync(1, `${JSON.stringify({ id, revision, at: (revision - 1) * 300, now: revision * 300 })}\n`)
  }
})

await Effect.runPromise(Effect.scoped(edit).pipe(Effect.provide(TestContext.TestContext)))
