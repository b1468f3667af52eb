/** What is done to a library whose home is here, by the same calls as the CLI's. */
import { type OnProgress, PlanOutdated, type RestoreResult, type WhiteRoomError } from "@white-room/core"
import { backupJson, restoredJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { bringFile } from "./bringFile.js"
import type { Change, ChangeOf, Facts, PlannedHere, ResultOf } from "./Messages.js"
import { operationJson } from "./operationJson.js"
import { runProfileHere, saveProfileHere } from "./ProfilesHere.js"
import { planHere } from "./planHere.js"
import { wishesOf, wishOf } from "./Wishes.js"
import { writeEntities } from "./writeEntities.js"

/** What happened longer ago than this is not looked for. */
const mostOperations = 1000

type Told<A> = Effect.Effect<A, WhiteRoomError>

const outcomeOf = (result: RestoreResult): ResultOf<"Undo">["outcome"] => ({
  ...restoredJson(result),
  ...(result.safetyBackupId !== undefined && { safetyBackupId: result.safetyBackupId })
})

const told = ({ origin, preview, digest }: PlannedHere): PlannedHere => ({ origin, preview, digest })

/** The number by which what a command did is taken back; `undefined` while it did nothing. */
const operationOf = (library: Library, commandId: string) =>
  Effect.map(
    library.history.operations(mostOperations),
    (all) => all.find((operation) => operation.commandId === commandId)?.command
  )

/**
 * Carries out the plan that was looked at, or none: under the lock the library compares it once more. What was done before, by a
 * server that ended before it could say so, is not done again.
 */
const restore = (
  library: Library,
  { intent, digest, command }: ChangeOf<"Restore">,
  onProgress: OnProgress
): Told<ResultOf<"Restore">> =>
  Effect.gen(function* () {
    const planned = yield* planHere(library, intent)
    const isDone = (yield* operationOf(library, command.commandId)) !== undefined
    if (planned.digest !== digest && !isDone) return { _tag: "Outdated" as const, planned: told(planned) }
    const applied = yield* library.backups
      .apply(planned.plan.saved, { ...command, request: digest, onProgress })
      .pipe(
        Effect.map((result) => ({ result })),
        Effect.catchIf(
          (error) => error instanceof PlanOutdated,
          () => Effect.succeed(undefined)
        )
      )
    if (applied === undefined)
      return { _tag: "Outdated" as const, planned: told(yield* planHere(library, intent)) }
    const outcome = outcomeOf(applied.result)
    const operation = (yield* operationOf(library, command.commandId)) ?? 0
    return { _tag: "Applied" as const, outcome, operation }
  })

/** Takes an operation back; one that cannot be is said to be so, whatever it was. */
const undo = (
  library: Library,
  { operation, onConflict, command }: ChangeOf<"Undo">
): Told<ResultOf<"Undo">> =>
  library.history
    .undo({ ...command, command: operation, ...(onConflict !== undefined && { onConflict }) })
    .pipe(
      Effect.map((result) => ({ operation: operationJson(result.operation), outcome: outcomeOf(result) }))
    )

/** Does it, durably. */
export const changeOf = (
  library: Library,
  change: Change,
  home: Facts["home"],
  onProgress: OnProgress
): Told<unknown> => {
  const { backups } = library
  switch (change._tag) {
    case "Write": {
      const { kind, id, expected, body, command } = change
      const read = () => [{ ...wishOf(kind, id, body), expected }]
      return Effect.map(writeEntities(library, read, command), ({ position, changes }) => ({
        ...{ kind, id, version: changes[0]?.version ?? 0, position }
      }))
    }
    case "WriteAll":
      return writeEntities(library, () => wishesOf(change.body), change.command)
    case "Plan":
      return Effect.map(planHere(library, change.intent), told)
    case "Restore":
      return restore(library, change, onProgress)
    case "Profile":
      return saveProfileHere(library, change, home)
    case "RunProfile":
      return runProfileHere(library, change.name)
    case "Import":
      return bringFile(library, change, onProgress)
    case "Undo":
      return undo(library, change)
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
