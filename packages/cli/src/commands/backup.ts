import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional, withDefault } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import { type CreatedBackup, formatBackupSize } from "@white-room/core"
import type { CopyReport, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../Command.js"
import { tagOption } from "../input/options.js"
import { count } from "../output/text.js"
import type { Outputs } from "../schema/outputs.js"

const summaryOf = (
  backup: CreatedBackup,
  copy: CopyReport | undefined,
  durationMs: number
): Outputs["backup"] => ({
  message_type: "summary",
  backupId: backup.backupId,
  number: backup.number,
  position: backup.position,
  root: backup.root,
  songs: backup.songs,
  performances: backup.performances,
  preferences: backup.preferences,
  changed: backup.changed,
  newBytes: backup.newBytes,
  size: backup.size,
  durationMs,
  ...(backup.skipped && { skipped: true }),
  ...(copy && { copy: { path: copy.path, bytes: copy.bytes, copiedAt: copy.copiedAt.toISOString() } })
})

const holds = ({ songs, performances }: { readonly songs: number; readonly performances: number }): string =>
  `${count(songs, "song")}, ${count(performances, "performance")}`

const describe = (backup: CreatedBackup, copy: CopyReport | undefined): string => {
  const taken = backup.skipped
    ? `Nothing changed since b${backup.number}, so none was taken.`
    : `b${backup.number}: ${holds(backup)}, ${backup.changed.toLocaleString("en-US")} changed (+${formatBackupSize(backup.newBytes)}).`
  return copy === undefined
    ? taken
    : `${taken}\nVerified copy: ${copy.path} (${formatBackupSize(copy.bytes)}).`
}

const preview = (cli: Cli, library: Library) =>
  Effect.map(library.status, ({ songs, performances, preferences, changedSinceBackup: changed }): number => {
    const summary: Outputs["backup"] = {
      message_type: "summary",
      dryRun: true,
      songs,
      performances,
      preferences,
      changed
    }
    return cli.out.done(
      summary,
      () =>
        `Would back up ${holds(summary)}, ${changed.toLocaleString("en-US")} changed. Nothing was changed.`
    )
  })

export const backup = define(
  "backup",
  {
    brief: message`Take a backup.`,
    description: message`Keeps the library as it is now, under a number such as b31. Costs what changed since the last one. With --to it also writes a verified copy of everything to another place, best on another disk.`
  },
  object({
    description: withDefault(
      option("-d", "--description", string({ metavar: "TEXT" }), { description: message`What for.` }),
      ""
    ),
    tags: tagOption("A tag, for --tag and --keep-tag later. May be given several times."),
    pinned: option("--pin", { description: message`Keep it for good: retention passes it over.` }),
    skipIfUnchanged: option("--skip-if-unchanged", { description: message`Take none when nothing changed.` }),
    to: optional(
      option("--to", path({ metavar: "DIR" }), {
        description: message`Also write a verified copy of the whole library into this folder.`
      })
    )
  }),
  ({ to, ...given }, cli) =>
    Effect.gen(function* () {
      const options = { ...given, tags: [...new Set(given.tags.filter((tag) => tag !== ""))] }
      const library = yield* cli.open
      if (cli.dryRun) return yield* preview(cli, library)
      const began = performance.now()
      const taken = yield* cli.work((onProgress) => library.backups.createBackup({ ...options, onProgress }))
      const copying =
        to === undefined
          ? Effect.succeed(undefined)
          : cli.work((onProgress) => library.copyTo(to, { onProgress }))
      // The backup stands, whatever becomes of the copy.
      const copy = yield* Effect.tapError(copying, () =>
        Effect.sync(() => cli.out.message(describe(taken, undefined)))
      )
      const summary = summaryOf(taken, copy, Math.round(performance.now() - began))
      return cli.out.done(summary, () => describe(taken, copy))
    })
)
