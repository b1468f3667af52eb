import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional, withDefault } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import { type CreatedBackup, ExitCode, formatBackupSize } from "@white-room/core"
import type { CopyReport, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { tagOption } from "../command/Options.js"
import { badUsage } from "../error/CliError.js"
import { count, printable } from "../output/Text.js"
import type { Outputs } from "../schema/outputs.js"
import { onSameDisk } from "../status/gather.js"

const copyJson = (copy: CopyReport) => ({
  path: copy.path,
  bytes: copy.bytes,
  copiedAt: copy.copiedAt.toISOString(),
  written: copy.written,
  backups: copy.backups,
  files: copy.files,
  ...(copy.anew !== undefined && { anew: copy.anew }),
  left: copy.left
})

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
  ...(copy && { copy: copyJson(copy) })
})

const holds = ({ songs, performances }: { readonly songs: number; readonly performances: number }): string =>
  `${count(songs, "song")}, ${count(performances, "performance")}`

const describeCopy = (copy: CopyReport): ReadonlyArray<string> => {
  const { path, written, backups, files, bytes, anew, left } = copy
  const chain =
    files.length === 1 ? "" : `; with ${count(files.length - 1, "file")} before it ${formatBackupSize(bytes)}`
  return [
    ...(anew === undefined
      ? []
      : [`What was there cannot be built on (${printable(anew)}), so everything was written anew.`]),
    written === 0
      ? `The folder has everything already, and was read again: ${path} (${formatBackupSize(bytes)}).`
      : `Verified copy of ${count(backups, "backup")}: ${path} (${formatBackupSize(written)}${chain}).`,
    ...left.map(
      ({ backups: hit, reason }) =>
        `Left out, because it is damaged here: ${hit.join(", ")} (${printable(reason)}).`
    )
  ]
}

const describe = (backup: CreatedBackup, copy: CopyReport | undefined): string => {
  const taken = backup.skipped
    ? `Nothing changed since b${backup.number}, so none was taken.`
    : `b${backup.number}: ${holds(backup)}, ${backup.changed.toLocaleString("en-US")} changed (+${formatBackupSize(backup.newBytes)}).`
  return copy === undefined ? taken : [taken, ...describeCopy(copy)].join("\n")
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
    description: message`Keeps the library as it is now, under a number such as b31. Costs what changed since the last one. With --to it also writes what a folder, best on another disk, lacks of all backups, as one verified file. whiteroom restore --from and whiteroom import read them.`
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
        description: message`Also write what this folder lacks of all backups into it.`
      })
    ),
    full: option("--full", {
      description: message`With --to: write everything, in one file that needs no other.`
    })
  }),
  ({ to, full, ...given }, cli) =>
    Effect.gen(function* () {
      if (full && to === undefined)
        return yield* Effect.fail(
          badUsage("--full is about the copy. Nothing was changed.", "Name its folder with --to.")
        )
      const options = { ...given, tags: [...new Set(given.tags.filter((tag) => tag !== ""))] }
      const library = yield* cli.open
      if (cli.dryRun) return yield* preview(cli, library)
      const began = performance.now()
      const taken = yield* cli.work((onProgress) => library.backups.createBackup({ ...options, onProgress }))
      const copying =
        to === undefined
          ? Effect.succeed(undefined)
          : cli.work((onProgress) => library.copyTo(to, { full, onProgress }))
      // The backup stands, whatever becomes of the copy.
      const copy = yield* Effect.tapError(copying, () =>
        Effect.sync(() => cli.out.message(describe(taken, undefined)))
      )
      const summary = summaryOf(taken, copy, Math.round(performance.now() - began))
      cli.out.done(summary, () => describe(taken, copy))
      if (copy === undefined) return ExitCode.done
      if (onSameDisk(copy.path, library.path))
        cli.out.message("This folder is on the library's own disk, and would be lost with it.")
      return copy.left.length > 0 ? ExitCode.partial : ExitCode.done
    })
)
