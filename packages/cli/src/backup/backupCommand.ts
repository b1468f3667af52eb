import { object } from "@optique/core/constructs"
import { ExitCode, formatBackupSize, type TakenBackup } from "@white-room/core"
import type { CopyReport, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { file, flag, one, oneOr, tagOption, text } from "../command/Options.js"
import { inSecondStep, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count, nameList } from "../terminal/Text.js"
import { onSameDisk } from "./onSameDisk.js"

const copyJson = (copy: CopyReport) => ({
  ...Struct.pick(copy, "path", "bytes", "written", "backups", "files", "reason", "left"),
  copiedAt: copy.copiedAt.toISOString()
})

const holds = ({ songs, performances }: { readonly songs: number; readonly performances: number }): string =>
  `${count(songs, "song")}, ${count(performances, "performance")}`

const describeCopy = (copy: CopyReport): ReadonlyArray<string> => {
  const { path, written, backups, files, bytes, reason, left } = copy
  const chain =
    files.length === 1 ? "" : `; with ${count(files.length - 1, "file")} before it ${formatBackupSize(bytes)}`
  return [
    ...(reason === undefined
      ? []
      : [`What was there cannot be built on (${printable(reason)}), so everything was written in full.`]),
    written === 0
      ? `The folder has everything already, and was read again: ${path} (${formatBackupSize(bytes)}).`
      : `Verified copy of ${count(backups, "backup")}${left.length > 0 ? ", not all of them whole" : ""}: ${path} (${formatBackupSize(written)}${chain}).`,
    ...left.map(({ backups: hit, reason, entities }) => {
      const lost = entities.length === 0 ? "what cannot be read" : nameList(entities.map(printable), 8)
      return `Damaged here: ${hit.join(", ")} was copied without ${lost} (${printable(reason)}). whiteroom check --full names all; whiteroom repair --from a good copy mends it.`
    })
  ]
}

const describe = (backup: TakenBackup, copy: CopyReport | undefined): string => {
  const taken = backup.skipped
    ? `Nothing changed since b${backup.number}, so none was taken.`
    : `b${backup.number}: ${holds(backup)}, ${backup.changed.toLocaleString("en-US")} changed (+${formatBackupSize(backup.newBytes)}).`
  return copy === undefined ? taken : [taken, ...describeCopy(copy)].join("\n")
}

const preview = (cli: Cli, library: Library) =>
  Effect.map(library.upkeep.status, (status) => {
    const { songs, performances, preferences, changedSinceBackup: changed } = status
    return cli.done<Outputs["backup"]>(
      { songs, performances, preferences, changed },
      () => `Would back up ${holds(status)}, ${changed.toLocaleString("en-US")} changed. Nothing was changed.`
    )
  })

export const backupCommand = define(
  "backup",
  {
    brief: "Take a backup.",
    description:
      "Keeps the library as it is now, under a number such as b31. Costs what changed since the last one. With --to it also writes what a folder, best on another disk, lacks of all backups, as one verified file; the folder must be there, and be what it was: an empty mount point is not taken for a disk. whiteroom restore --from and whiteroom import read them."
  },
  object({
    description: oneOr("", ["-d", "--description"], text("TEXT"), "What for."),
    tags: tagOption("A tag, for --tag and --keep-tag later. May be given several times."),
    pinned: flag("--pin", "Keep it for good: retention passes it over."),
    skipIfUnchanged: flag("--skip-if-unchanged", "Take none when nothing changed."),
    to: one("--to", file("DIR"), "Also write what this folder lacks of all backups into it."),
    make: flag(
      "--make",
      "With --to: make the folder when it is missing, and begin again in one that held copies and has none now."
    ),
    full: flag("--full", "With --to: write everything, in one file that needs no other.")
  }),
  ({ to, full, make, ...given }, cli) =>
    Effect.gen(function* () {
      if ((full || make) && to === undefined)
        return yield* refusal(`--${full ? "full" : "make"} is about the copy.`, "Name its folder with --to.")
      const options = { ...given, tags: [...new Set(given.tags.filter((tag) => tag !== ""))] }
      const library = yield* cli.open
      if (cli.dryRun) return yield* preview(cli, library)
      const began = performance.now()
      const taken = yield* cli.work((onProgress) => library.backups.take({ ...options, onProgress }))
      const copying =
        to === undefined
          ? Effect.succeed(undefined)
          : cli
              .work((onProgress) => library.copies.to(to, { full, make, onProgress }))
              .pipe(Effect.mapError(inSecondStep(`The backup b${taken.number} stands; no copy was written.`)))
      // The backup stands, whatever becomes of the copy.
      const copy = yield* Effect.tapError(copying, () =>
        Effect.sync(() => cli.out.message(describe(taken, undefined)))
      )
      cli.done<Outputs["backup"]>(
        {
          ...Struct.pick(taken, "backupId", "number", "position", "root"),
          ...Struct.pick(taken, "songs", "performances", "preferences", "changed", "newBytes", "size"),
          durationMs: Math.round(performance.now() - began),
          skipped: taken.skipped || undefined,
          copy: copy && copyJson(copy)
        },
        () => describe(taken, copy)
      )
      if (copy === undefined) return ExitCode.done
      if (onSameDisk(copy.path, library.path))
        cli.out.message("This folder is on the library's own disk, and would be lost with it.")
      return copy.left.length > 0 ? ExitCode.partial : ExitCode.done
    })
)
