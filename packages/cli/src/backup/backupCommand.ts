import { merge, object } from "@optique/core/constructs"
import {
  bundleExtension,
  ExitCode,
  formatBackupSize,
  formatCount,
  shellWord,
  type TakenBackup
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { file, flag, one, oneOr, tagOption, text } from "../command/Options.js"
import { inSecondStep, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { deviceLabel, keepKeyHere, type UnlockOptions, unlocked, unlockOptions } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { pushedJson, pushedText } from "./PushText.js"

const holds = ({ songs, performances }: { readonly songs: number; readonly performances: number }): string =>
  `${count(songs, "song")}, ${count(performances, "performance")}`

const describe = (backup: TakenBackup): string =>
  backup.skipped
    ? `Nothing changed since b${backup.number}, so none was taken.`
    : `b${backup.number}: ${holds(backup)}, ${formatCount(backup.changed)} changed (+${formatBackupSize(backup.newBytes)}).`

/** What became of the backup elsewhere. */
interface Elsewhere {
  readonly lines: ReadonlyArray<string>
  readonly json: Partial<Pick<Extract<Outputs["backup"], { backupId: string }>, "pushed" | "file">>
  /** Where it is now. */
  readonly path: string
  /** False when something is damaged here, and so is not there. */
  readonly isWhole: boolean
}

const writeFile = (cli: Cli, library: Library, { backupId, number }: TakenBackup, file: string) =>
  Effect.gen(function* () {
    const { path, bytes } = yield* cli.work((onProgress) =>
      library.copies.bundle(backupId, file, { onProgress })
    )
    const written: Elsewhere = {
      lines: [`Verified file with b${number}: ${printable(path)} (${formatBackupSize(bytes)}).`],
      json: { file: { path, bytes } },
      path,
      isWhole: true
    }
    return written
  })

const pushTo = (
  cli: Cli,
  library: Library,
  { number }: TakenBackup,
  to: string,
  { make, ...keys }: UnlockOptions & { readonly make: boolean }
) =>
  Effect.gen(function* () {
    const { isSealed, openDestination, push } = yield* loadVault
    const device = deviceLabel()
    const opened = yield* unlocked(cli, keys, (opening) =>
      openDestination(library, to, { ...opening, device, make })
    )
    const { known, isNew } = opened
    const vault = yield* keepKeyHere(cli, opened.vault)
    const report = yield* cli.work((onProgress) => push(library, vault, known, { onProgress }))
    const { name, place, vaultId } = known
    const pushed: Elsewhere = {
      lines: [
        ...(isNew
          ? [
              `Made the vault ${printable(name)} at ${printable(place)}, ${isSealed(vault) ? "sealed" : "not sealed: anyone who can read that place can read the songs"}.`
            ]
          : []),
        ...pushedText(name, report),
        ...(report.events === 0
          ? []
          : [
              `b${number} is there: what was sent was read back, byte for byte. Everything there: whiteroom check --from ${shellWord(name)} --full`
            ])
      ],
      json: { pushed: { ...pushedJson(name, report), place, vaultId, isNew } },
      path: place,
      isWhole: report.damaged.length === 0
    }
    return pushed
  })

const preview = (cli: Cli, library: Library) =>
  Effect.map(library.upkeep.status, (status) => {
    const { songs, performances, preferences, changedSinceBackup: changed } = status
    return cli.done<Outputs["backup"]>(
      { songs, performances, preferences, changed },
      () => `Would back up ${holds(status)}, ${formatCount(changed)} changed. Nothing was changed.`
    )
  })

export const backupCommand = define(
  "backup",
  {
    brief: "Take a backup.",
    description:
      "Keeps the library as it is now, under a number such as b31. Costs what changed since the last one. With --to it also sends what a vault lacks: one that the library knows by its name, or one in a folder, best on another disk, which is made where there is none. The folder must be there, and be what it was: an empty mount point is not taken for a disk. With the name of a .whiteroom file it writes this backup into that file, to keep or to send.",
    examples: [
      ["whiteroom backup --to /media/studio-ssd", "and to a vault on that disk"],
      ["whiteroom backup --to studio", "and to a vault of whiteroom vault list"],
      ["whiteroom backup --to tour.whiteroom", "and into one file"]
    ]
  },
  () =>
    merge(
      object({
        description: oneOr("", ["-d", "--description"], text("TEXT"), "What for."),
        tags: tagOption("A tag, for --tag and --keep-tag later. May be given several times."),
        pinned: flag("--pin", "Keep it for good: retention passes it over."),
        skipIfUnchanged: flag("--skip-if-unchanged", "Take none when nothing changed."),
        to: one(
          "--to",
          file("NAME|DIR|FILE"),
          "Also send it to this vault, by its name or folder, or write it into this .whiteroom file."
        ),
        make: flag(
          "--make",
          "With --to DIR: make the folder when it is missing, and begin again in one whose vault is gone."
        )
      }),
      unlockOptions()
    ),
  ({ to, make, description, tags, pinned, skipIfUnchanged, ...keys }, cli) =>
    Effect.gen(function* () {
      if (make && to === undefined) return yield* refusal("--make is about a folder.", "Name it with --to.")
      const options = {
        description,
        pinned,
        skipIfUnchanged,
        tags: [...new Set(tags.filter((tag) => tag !== ""))]
      }
      const library = yield* cli.open
      if (cli.dryRun) return yield* preview(cli, library)
      const began = performance.now()
      const taken = yield* cli.work((onProgress) => library.backups.take({ ...options, onProgress }))
      const sending =
        to === undefined
          ? Effect.succeed(undefined)
          : (to.endsWith(bundleExtension)
              ? writeFile(cli, library, taken, to)
              : pushTo(cli, library, taken, to, { ...keys, make })
            ).pipe(
              Effect.mapError(inSecondStep(`The backup b${taken.number} stands; it is nowhere else yet.`))
            )
      // The backup stands, whatever becomes of the rest.
      const elsewhere = yield* Effect.tapError(sending, () =>
        Effect.sync(() => cli.out.message(describe(taken)))
      )
      cli.done<Outputs["backup"]>(
        {
          ...Struct.pick(taken, "backupId", "number", "position", "root"),
          ...Struct.pick(taken, "songs", "performances", "preferences", "changed", "newBytes", "size"),
          durationMs: Math.round(performance.now() - began),
          skipped: taken.skipped || undefined,
          ...elsewhere?.json
        },
        () => [describe(taken), ...(elsewhere?.lines ?? [])].join("\n")
      )
      if (elsewhere === undefined) return ExitCode.done
      const { onSameDisk } = yield* loadVault
      if (onSameDisk(elsewhere.path, library.path))
        cli.out.message("That place is on the library's own disk, and would be lost with it.")
      return elsewhere.isWhole ? ExitCode.done : ExitCode.partial
    })
)
