import * as Effect from "effect/Effect"
import { Scheduler } from "../../src/index.js"

const program = Effect.gen(function* () {
  const scheduler = yield* Scheduler
  yield* scheduler.saveProfile({
    name: "evening",
    when: ["weekdays 18:00"],
    zone: "Europe/Berlin",
    keep: { daily: 14 }
  })
  const [next] = yield* scheduler.next(1)
  console.log(`next: ${next?.rule}`)
  const runs = yield* scheduler.runDue({ profile: "evening", force: true })
  console.log("heldBy" in runs ? `${runs.heldBy} is at it` : `${runs[0]?.run.outcome}`)
})

await Effect.runPromise(program.pipe(Effect.provide(Scheduler.layer("library.db"))))
