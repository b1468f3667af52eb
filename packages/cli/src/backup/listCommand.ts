import { object } from "@optique/core/constructs"
import { backupJson } from "@white-room/core/output"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { flag, one, text } from "../command/Options.js"
import { beginning, end } from "../command/Values.js"
import { badUsage } from "../error/CliError.js"
import { findVault, libraryInVault } from "../select/PlaceFrom.js"
import { backupTable } from "./BackupText.js"
import { listBundles } from "./listBundles.js"
import { byRanges } from "./RangedSource.js"

/** Those in a vault that are not in the trash. */
const backupsIn = (cli: Cli, vault: Vault) =>
  Effect.gen(function* () {
    const all = yield* byRanges(cli, vault, (reader) => reader.backups)
    return all === undefined
      ? yield* (yield* libraryInVault(cli, vault)).backups.list()
      : all.filter(({ forgottenAt }) => forgottenAt === undefined)
  })

export const listCommand = define(
  "list",
  {
    brief: "The backups, oldest first.",
    onServer: true,
    description:
      "With --from those in a vault, or those in a .whiteroom file or in a folder of them, and which files belong together: what one of them needs must not be deleted alone."
  },
  () =>
    object({
      since: one("--since", beginning(), 'Taken at or after this: 2026-11-20, yesterday, "last week", 7d.'),
      until: one("--until", end(), "Taken at or before this."),
      tag: one("--tag", text("TAG"), "With this tag."),
      search: one("--search", text("TEXT"), "With this text in description or tags."),
      from: one(
        "--from",
        text("PLACE"),
        "Those in a vault, by its name or place, in a .whiteroom file, or in a folder of them; needs no library."
      ),
      trash: flag("--trash", "The forgotten ones, which undelete brings back.")
    }),
  ({ from, ...options }, cli) =>
    Effect.gen(function* () {
      const isFiltered = Object.values(options).some((value) => value !== undefined && value !== false)
      if (from !== undefined && isFiltered)
        return yield* badUsage("--from shows all there is.", "Leave the other options out.")
      const elsewhere = from ?? (isFiltered ? undefined : cli.server?.place)
      if (elsewhere !== undefined) {
        const vault = yield* findVault(cli, elsewhere)
        if (vault === undefined) return yield* listBundles(cli, elsewhere)
        const there = yield* backupsIn(cli, vault)
        return cli.out.list(there.map(backupJson), () => backupTable(cli, there), "No backups there.")
      }
      const library = yield* cli.open
      const backups = yield* library.backups.list(defined(options))
      const { trash, ...filter } = options
      const filtered = Object.keys(defined(filter)).length > 0
      const none = filtered
        ? "No backup fits."
        : trash
          ? "The trash is empty."
          : "No backups yet: whiteroom backup"
      return cli.out.list(backups.map(backupJson), () => backupTable(cli, backups), none)
    })
)
