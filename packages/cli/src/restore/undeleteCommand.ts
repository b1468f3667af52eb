import { object } from "@optique/core/constructs"
import type { BackupInfo } from "@white-room/core"
import { backupJson } from "@white-room/core/output"
import * as Effect from "effect/Effect"
import { backupName } from "../backup/BackupText.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { argument, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { byIdOnly } from "../select/Names.js"
import { findDeleted } from "../select/Past.js"
import { performRestore } from "./performRestore.js"

const bringBack = (cli: Cli, found: BackupInfo) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const backup = cli.dryRun ? found : yield* library.backups.undelete(found.backupId)
    const name = backupName(backup)
    const kept = found.forgottenAt === undefined
    return cli.done<Outputs["undelete"]>({ backup: backupJson(backup) }, () =>
      kept
        ? `${name} was not in the trash.`
        : cli.dryRun
          ? `Would bring back ${name}. Nothing was changed.`
          : `${name} is back.`
    )
  })

/** A deleted song or performance comes back by a restore of the moment before: planned, asked for, undoable. */
const restoreDeleted = (cli: Cli, wanted: string) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const { kind, id, source } = yield* findDeleted(library, wanted)
    return yield* performRestore(cli, library, {
      source,
      songs: kind === "song" ? [byIdOnly(id)] : [],
      performances: kind === "performance" ? [byIdOnly(id)] : [],
      ...{ tags: [], kinds: [], fields: [], mode: "merge" },
      ...{ preferences: false, withPerformances: false, asCopy: false, withoutSong: false, parts: [] }
    })
  })

/** A word may be the name of a backup and, at the same time, of something that was deleted. */
const requireOneMeaning = (cli: Cli, wanted: string, backup: BackupInfo) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const deleted = yield* findDeleted(library, wanted).pipe(
      Effect.catchTag("EntityNotFound", () => Effect.succeed(undefined))
    )
    if (deleted === undefined || ![deleted.id, deleted.name].includes(wanted)) return
    yield* refusal(
      `${wanted} is a backup and a deleted ${deleted.kind}.`,
      `Say ${backup.backupId} for the backup, or ${byIdOnly(deleted.id)} for the ${deleted.kind}.`
    )
  })

const isBackupReference = (text: string): boolean => /^(?:b\d+|latest(?:~\d+)?)$/i.test(text)

export const undeleteCommand = define(
  "undelete",
  {
    brief: "Bring back a forgotten backup, or a deleted song or performance.",
    description:
      "A forgotten backup comes back out of the trash. A deleted song or performance is restored as it was before it was deleted: the plan is shown first, and whiteroom undo takes it back.",
    examples: [
      ["whiteroom undelete b31", "out of the trash"],
      ['whiteroom undelete "Night Drive"', "as it was before it was deleted"]
    ]
  },
  () =>
    object({
      what: argument(
        text("BACKUP|SONG"),
        "b31, a full id, latest or latest~2; or the id or name of a song or performance that was deleted."
      )
    }),
  ({ what }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const backup = yield* library.backups
        .find(what)
        .pipe(
          Effect.catchTag("BackupNotFound", (unknown) =>
            isBackupReference(what) ? Effect.fail(unknown) : Effect.succeed(undefined)
          )
        )
      if (backup === undefined) return yield* restoreDeleted(cli, what)
      if (what !== backup.backupId) yield* requireOneMeaning(cli, what, backup)
      return yield* bringBack(cli, backup)
    })
)
