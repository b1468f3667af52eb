import { object } from "@optique/core/constructs"
import { ExitCode, formatBackupSize, formatCount } from "@white-room/core"
import type { CheckReport, Damage } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { loadStore, loadVault } from "../command/Load.js"
import { flag, one, text } from "../command/Options.js"
import { openIfThere } from "../command/openIfThere.js"
import { subset } from "../command/Values.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { findVault, requireVault } from "../select/PlaceFrom.js"
import { count } from "../terminal/Text.js"
import { damageLines } from "./damageLines.js"

/** What became of the damage, and what helps. */
const outcome = (cli: Cli, { damaged }: CheckReport, how: string): ReadonlyArray<string> => {
  const left = damaged.filter(({ mended }) => mended !== true).length
  const mended = damaged.length - left
  const found = `Damage in ${count(damaged.length, "place")}`
  if (left === 0)
    return [
      `${cli.out.paint("yellow", found)} (${how}), all of it mended from what is whole in the library, and looked at again.`,
      "Copy the file to another disk: one that damages files does it again."
    ]
  const done = cli.dryRun
    ? "Nothing was changed."
    : mended === 0
      ? "Nothing of it could be mended from the library itself."
      : `${count(mended, "place")} mended from what is whole in the library, ${formatCount(left)} left.`
  return [
    `${cli.out.paint("red", found)} (${how}). ${done}`,
    "Copy the file away first. `whiteroom repair --from DIR` takes what is lost from a vault or from bundles; `whiteroom rebuild` mends live songs from the log."
  ]
}

const describe = (cli: Cli, report: CheckReport): string => {
  const read = `${count(report.objects, "object")}, ${formatBackupSize(report.bytes)} read in ${(report.durationMs / 1000).toFixed(1)} s`
  const how = report.level === "full" ? `full check, ${read}` : "quick check; --full reads every byte"
  const gap =
    report.gapEvents > 0
      ? [
          `The app had removed our watch over its tables. ${count(report.gapEvents, "change")} made meanwhile were taken over.`
        ]
      : []
  const unchecked =
    report.unchecked.length > 0
      ? [
          `SQLite could not look at the pages and indexes of ${report.unchecked.join(", ")}, because only the app can evaluate something in them.`
        ]
      : []
  if (report.ok) return [...gap, ...unchecked, `${cli.out.paint("green", "No damage")} (${how}).`].join("\n")
  return [...gap, ...unchecked, ...damageLines(cli, report.damaged), ...outcome(cli, report, how)].join("\n")
}

/** `check --from`: are the copies good? */
const checkBundles = (cli: Cli, place: string) =>
  Effect.gen(function* () {
    const store = yield* loadStore
    const began = performance.now()
    const report = yield* cli.work((onProgress) => store.checkBundles(place, { onProgress }))
    const durationMs = Math.round(performance.now() - began)
    const { ok, files, objects, bytes, damaged } = report
    const summary: Outputs["check-bundles"] = {
      message_type: "summary",
      ...Struct.pick(report, "ok", "files", "objects", "bytes", "damaged"),
      durationMs
    }
    const read = `${count(files, "file")}, ${count(objects, "object")}, ${formatBackupSize(bytes)} read in ${(durationMs / 1000).toFixed(1)} s`
    if (cli.out.json) cli.out.line(summary)
    else if (ok) cli.out.print(`${cli.out.paint("green", "No damage")} (${read}).`)
    else
      cli.out.print(
        [
          ...damageLines(cli, damaged),
          `${cli.out.paint("red", `Damage in ${count(damaged.length, "place")}`)} (${read}). Nothing was changed.`,
          "What is not named can be restored. `whiteroom backup --to DIR` sends the library, as it is here, to a vault."
        ].join("\n")
      )
    return ok ? ExitCode.done : ExitCode.damaged
  })

const none: ReadonlyArray<Damage> = []

/** Opens the library, also when nobody could because a trigger of ours was damaged; gives that damage too. */
const openMended = (cli: Cli) => {
  const whole = Effect.map(cli.open, (library) => ({ library, mended: none }))
  return cli.dryRun
    ? whole
    : Effect.catchTag(whole, "LibraryDamaged", (error) =>
        Effect.gen(function* () {
          const store = yield* loadStore
          const mended = yield* store.mendSchema(cli.path, { alone: cli.alone })
          return mended.length === 0 ? yield* error : { library: yield* cli.open, mended }
        })
      )
}

/** `check --from` a vault. */
const checkPlace = (cli: Cli, vault: Vault, full: boolean) =>
  Effect.gen(function* () {
    const { checkVault } = yield* loadVault
    const began = performance.now()
    const library = cli.server === undefined ? yield* openIfThere(cli) : undefined
    const report = yield* cli.work((onProgress) =>
      checkVault(vault, { level: full ? "full" : "quick", library, onProgress })
    )
    const durationMs = Math.round(performance.now() - began)
    const summary: Outputs["check-vault"] = { message_type: "summary", ...report, durationMs }
    const how = full ? "every byte was read, every root proven" : "names and gaps; --full reads every byte"
    const what = `${count(report.lines, "line")}, ${count(report.segments, "segment")}, ${formatBackupSize(report.bytes)}; ${how}`
    if (cli.out.json) cli.out.line(summary)
    else if (report.ok) cli.out.print(`${cli.out.paint("green", "No damage")} (${what}).`)
    else
      cli.out.print(
        [
          ...damageLines(cli, report.damaged),
          `${cli.out.paint("red", `Damage in ${count(report.damaged.length, "place")}`)} (${what}). Nothing was changed.`,
          cli.server === undefined
            ? "What is not named can be restored. `whiteroom repair VAULT` sends again what this library has of it."
            : "What is not named can be restored. The device that is its home mends it: `whiteroom repair server` there."
        ].join("\n")
      )
    return report.ok ? ExitCode.done : ExitCode.damaged
  })

export const checkCommand = define(
  "check",
  {
    onServer: true,
    brief: "Look for damage.",
    description:
      "Without options: the structure, the catalogue and the end of the log. With --full every byte is read and compared with its hash, every backup walked and the log replayed. Damage is named by backup and song (exit code 4), and what is whole elsewhere in the library is put in its place, unless --dry-run is given. With -l PLACE/LIBRARY it looks at what is kept there, as --from does at a vault.",
    examples: [
      ["whiteroom check --full", "every byte of the library"],
      ["whiteroom check --full -l school/anna", "every byte of what a server keeps of Anna's"]
    ]
  },
  () =>
    object({
      full: flag("--full", "Read every byte."),
      from: one(
        "--from",
        text("PLACE"),
        "Look at a vault, by its name or place, in place of the library; or at a .whiteroom file or a folder of them, of which every byte is read."
      ),
      subset: one(
        "--read-data-subset",
        subset(),
        "A full check that reads only a part of the objects: 2/7, or 5%."
      )
    }),
  ({ from, ...options }, cli) =>
    Effect.gen(function* () {
      if (cli.server !== undefined) {
        if (from !== undefined || options.subset !== undefined)
          return yield* refusal(
            `${from === undefined ? "--read-data-subset" : "--from"} does not go with a library on a server.`,
            "Leave it out: what is kept there is looked at whole."
          )
        return yield* checkPlace(cli, yield* requireVault(cli, cli.server.place), options.full)
      }
      if (from !== undefined) {
        const vault = yield* findVault(cli, from)
        return yield* vault === undefined ? checkBundles(cli, from) : checkPlace(cli, vault, options.full)
      }
      const { library, mended } = yield* openMended(cli)
      const full = options.full || options.subset !== undefined
      const looked = yield* cli.work((onProgress) =>
        library.upkeep.check(
          defined({ level: full ? "full" : "quick", subset: options.subset, mend: !cli.dryRun, onProgress })
        )
      )
      const damaged = [...mended, ...looked.damaged]
      const report = { ...looked, damaged, ok: damaged.length === 0 }
      const summary: Outputs["check"] = {
        message_type: "summary",
        ...Struct.pick(report, "ok", "level", "objects", "bytes", "damaged", "gapEvents", "unchecked"),
        durationMs: Math.round(report.durationMs)
      }
      if (cli.out.json) cli.out.line(summary)
      else cli.out.print(describe(cli, report))
      return report.ok ? ExitCode.done : ExitCode.damaged
    })
)
