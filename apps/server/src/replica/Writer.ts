/** What is done to a library whose home is here, by the same calls as the CLI's. */
import { PlanOutdated, type RestoreResult, type WhiteRoomError } from "@white-room/core"
import { backupJson, restoredJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Change, ChangeOf, PlannedHere, ResultOf } from "./Messages.js"
import { planHere } from "./planHere.js"

type Told<A> = Effect.Effect<A, WhiteRoomError>

const outcomeOf = (result: RestoreResult): ResultOf<"Undo"> => ({
  ...restoredJson(result),
  ...(result.safetyBackupId !== undefined && { safetyBackupId: result.safetyBackupId })
})

const told = ({ origin, preview, digest }: PlannedHere): PlannedHere => ({ origin, preview, digest })

/** The number by which what was just restored is taken back. Nobody else writes in this thread; another program may. */
const operationOf = (library: Library, head: number) =>
  Effect.map(
    library.history.operations(20),
    (all) => all.filter(({ what, before }) => what === "restore" && before >= head).at(-1)?.command ?? 0
  )

/** Carries out the plan that was looked at, or none: under the lock the library compares it once more. */
const restore = (library: Library, { intent, digest }: ChangeOf<"Restore">): Told<ResultOf<"Restore">> =>
  Effect.gen(function* () {
    const planned = yield* planHere(library, intent)
    if (planned.digest !== digest) return { _tag: "Outdated" as const, planned: told(planned) }
    const { position: head } = yield* library.log.head
    const applied = yield* library.backups.apply(planned.plan.saved).pipe(
      Effect.map((result) => ({ result })),
      Effect.catchIf(
        (error) => error instanceof PlanOutdated,
        () => Effect.succeed(undefined)
      )
    )
    if (applied === undefined)
      return { _tag: "Outdated" as const, planned: told(yield* planHere(library, intent)) }
    const outcome = outcomeOf(applied.result)
    const operation = outcome.safetyBackupId === undefined ? 0 : yield* operationOf(library, head)
    return { _tag: "Applied" as const, outcome, operation }
  })

/** Does it, durably. */
export const changeOf = (library: Library, change: Change): Told<unknown> => {
  const { backups } = library
  switch (change._tag) {
    case "Plan":
      return Effect.map(planHere(library, change.intent), told)
    case "Restore":
      return restore(library, change)
    case "Undo":
      return Effect.map(library.history.undo({ command: change.operation }), outcomeOf)
    case "Take":
      return Effect.map(
        backups.take({ trigger: "manual", ...change.options, commandId: change.commandId }),
        backupJson
      )
    case "Edit": {
      const { description, tags, pinned } = change.change
      const wish = {
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags }),
        ...(pinned !== undefined && { pinned })
      }
      return Effect.map(backups.edit(change.backup, wish), backupJson)
    }
    case "Forget":
      return Effect.zipRight(
        backups.forget([change.backup]),
        Effect.map(backups.find(change.backup), backupJson)
      )
    case "Undelete":
      return Effect.map(backups.undelete(change.backup), backupJson)
  }
}
