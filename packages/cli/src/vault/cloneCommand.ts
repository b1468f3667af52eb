import { existsSync } from "node:fs"
import { merge, object } from "@optique/core/constructs"
import { ExitCode, formatBackupSize, LibraryExists, type OnProgress } from "@white-room/core"
import type { CloneReport, Vault, WaitOptions } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, flag, one, text } from "../command/Options.js"
import { requireFolder } from "../command/requireFolder.js"
import { offerProfiles } from "../schedule/Proposed.js"
import type { Outputs } from "../schema/outputs.js"
import { keepKeyHere, unlocked, unlockOptions } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { bucketOptions, placeWith } from "./BucketOptions.js"

/** Lines about parts of a vault; more help nobody. */
const mostShown = 20

const describe = (path: string, report: CloneReport): string =>
  [
    `Brought back ${count(report.songs, "song")}, ${count(report.performances, "performance")} and ${count(report.backups, "backup")}, to @${report.position}, into ${printable(path)} (${formatBackupSize(report.bytes)} read).`,
    ...report.problems
      .slice(0, mostShown)
      .map(({ segment, reason }) => `Not readable there: ${printable(`${segment} (${reason})`.trim())}.`),
    ...(report.problems.length > mostShown
      ? [`And ${count(report.problems.length - mostShown, "other part")} of the vault.`]
      : []),
    ...report.damaged.map(
      ({ what, reason }) => `Not whole there: ${printable(what)} (${printable(reason)}).`
    ),
    report.damaged.length === 0
      ? report.problems.length === 0
        ? "Every backup was proven by its root."
        : "What came was proven, but for what is named above. Changes and backups after it may be lost: ask for the vault of another device, or keep the old computer."
      : "Everything else was proven. What did not come is deleted here; its history stays, and an older version may be whole."
  ].join("\n")

/** The profiles of the device that the library comes from, if they are wanted here. */
const offerFrom = (cli: Cli, vault: Vault, name: string) =>
  Effect.flatMap(cli.open, (library) =>
    offerProfiles(cli, library, vault, { name, line: "", isOwnLine: false })
  )

export const cloneCommand = define(
  "clone",
  {
    brief: "Bring a whole library back from a vault.",
    description:
      "Makes the library at --library, or in its usual place, of what a vault has: every song, every backup, the whole history, so that undo and restore go on working. It must not exist yet. A sealed vault asks for its passphrase, or takes --identity. From then on this device has a line of its own in the vault.",
    examples: [
      ["whiteroom clone /media/studio-ssd", "on a new computer"],
      ["whiteroom clone ~/Dropbox --identity kit.txt", "a sealed one, with its recovery kit"],
      ["whiteroom clone s3://songs/anna --endpoint https://s3.example", "a bucket that is not at AWS"],
      ["whiteroom clone s3://songs/anna -l copy.db", "beside the library that is there"]
    ]
  },
  () =>
    merge(
      object({
        place: argument(text("PLACE"), "A folder or bucket with a vault."),
        library: one(
          "--of",
          text("ID"),
          "Which library, where the vault has several: the beginning of its id."
        ),
        name: one("--name", text("NAME"), "What the new library calls the vault. Default: home."),
        partial: flag("--partial", "Bring what is whole although something is damaged (exit code 3)."),
        noWait: flag(
          "--no-wait",
          "Do not wait for files that a sync service has not brought yet: fail (exit code 14)."
        )
      }),
      bucketOptions(),
      unlockOptions()
    ),
  ({ place, library: of, name = "home", partial, noWait, endpoint, region, ...options }, cli) =>
    Effect.gen(function* () {
      const { path } = cli
      if (existsSync(path)) return yield* new LibraryExists({ path })
      yield* requireFolder(cli, path)
      const whole = yield* placeWith(place, { endpoint, region })
      const { clone, vaultAt } = yield* loadVault
      let report: OnProgress | undefined
      const wait: WaitOptions | undefined = noWait
        ? undefined
        : {
            onProgress: (progress) => report?.(progress),
            onWait: ({ message }) =>
              cli.out.message(`${printable(message)} Waiting; Ctrl-C stops, and leaves nothing behind.`)
          }
      const vault = yield* unlocked(cli, options, (opening) => vaultAt(whole, { ...opening, wait }))
      if (cli.dryRun)
        return cli.done<Outputs["clone"]>(
          { library: path, damaged: [] },
          () =>
            `Would make ${printable(path)} of the vault at ${printable(vault.blobs.place)}. Nothing was changed.`
        )
      const brought = yield* cli.work((onProgress) => {
        report = onProgress
        return clone(vault, path, { library: of, name, partial, onProgress, wait })
      })
      yield* keepKeyHere(cli, vault).pipe(
        // The library is there, whole; a place that cannot be written to is only asked about again.
        Effect.catchAll((error) =>
          Effect.sync(() =>
            cli.out.message(`No key for this device could be kept: ${error.message} ${error.recovery}`)
          )
        )
      )
      // The library is there, whatever becomes of that.
      yield* Effect.ignore(offerFrom(cli, vault, name))
      const { libraryId, songs, performances, preferences, backups, position, bytes, damaged } = brought
      cli.done<Outputs["clone"]>(
        { library: path, libraryId, songs, performances, preferences, backups, position, bytes, damaged },
        () => describe(path, brought)
      )
      return damaged.length + brought.problems.length === 0 ? ExitCode.done : ExitCode.partial
    })
)
