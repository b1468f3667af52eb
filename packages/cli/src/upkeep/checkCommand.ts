import { object } from "@optique/core/constructs"
import { ExitCode, formatBackupSize } from "@white-room/core"
import type { CheckReport, Damage } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { loadStore, loadVault } from "../command/Load.js"
import { flag, one, text } from "../command/Options.js"
import { subset } from "../command/Values.js"
import type { Outputs } from "../schema/outputs.js"
import { findVault } from "../select/PlaceFrom.js"
import { count, printable } from "../terminal/Text.js"

/** SQLite reports in lines. */
const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, "; ")

const damageText = (cli: Cli, { what, reason, backups, entities }: Damage): string =>
  [
    `${cli.out.paint("red", printable(what))}: ${printable(oneLine(reason))}`,
    ...(backups.length > 0 ? [`  needed by ${backups.map(printable).join(", ")}`] : []),
    ...(entities.length > 0 ? [`  holds ${entities.map(printable).join(", ")}`] : [])
  ].join("\n")

const describe = (cli: Cli, report: CheckReport): string => {
  const read = `${count(report.objects, "object")}, ${formatBackupSize(report.bytes)} read in ${(report.durationMs / 1000).toFixed(1)} s`
  const how = report.level === "full" ? `full check, ${read}` : "quick check; --full reads every byte"
  const gap =
    report.gapEvents > 0
      ? [
          `The app had removed our watch over its tables. ${count(report.gapEvents, "change")} made meanwhile were taken over.`
        ]
      : []
  if (report.ok) return [...gap, `${cli.out.paint("green", "No damage")} (${how}).`].join("\n")
  return [
    ...gap,
    ...report.damaged.map((damage) => damageText(cli, damage)),
    `${cli.out.paint("red", `Damage in ${count(report.damaged.length, "place")}`)} (${how}). Nothing was changed.`,
    "Copy the file away first. `whiteroom rebuild` mends live songs from the log; `whiteroom restore --from DIR` takes the rest from copies made by `whiteroom backup --to`."
  ].join("\n")
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
          ...damaged.map((damage) => damageText(cli, damage)),
          `${cli.out.paint("red", `Damage in ${count(damaged.length, "place")}`)} (${read}). Nothing was changed.`,
          "What is not named can be restored. `whiteroom backup --to DIR --full` writes everything again."
        ].join("\n")
      )
    return ok ? ExitCode.done : ExitCode.damaged
  })

/** `check --from` a vault. */
const checkPlace = (cli: Cli, vault: Vault, full: boolean) =>
  Effect.gen(function* () {
    const { checkVault } = yield* loadVault
    const began = performance.now()
    const report = yield* cli.work((onProgress) =>
      checkVault(vault, { level: full ? "full" : "quick", onProgress })
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
          ...report.damaged.map((damage) => damageText(cli, damage)),
          `${cli.out.paint("red", `Damage in ${count(report.damaged.length, "place")}`)} (${what}). Nothing was changed.`,
          "What is not named can be restored. Push to another place too: whiteroom vault add NAME PLACE"
        ].join("\n")
      )
    return report.ok ? ExitCode.done : ExitCode.damaged
  })

export const checkCommand = define(
  "check",
  {
    brief: "Look for damage.",
    description:
      "Without options: the structure, the catalogue and the end of the log. With --full every byte is read and compared with its hash, every backup walked and the log replayed. Damage is named by backup and song (exit code 4); nothing is repaired."
  },
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
      if (from !== undefined) {
        const vault = yield* findVault(cli, from)
        return yield* vault === undefined ? checkBundles(cli, from) : checkPlace(cli, vault, options.full)
      }
      const library = yield* cli.open
      const full = options.full || options.subset !== undefined
      const report = yield* cli.work((onProgress) =>
        library.upkeep.check(defined({ level: full ? "full" : "quick", subset: options.subset, onProgress }))
      )
      const summary: Outputs["check"] = {
        message_type: "summary",
        ...Struct.pick(report, "ok", "level", "objects", "bytes", "damaged", "gapEvents"),
        durationMs: Math.round(report.durationMs)
      }
      if (cli.out.json) cli.out.line(summary)
      else cli.out.print(describe(cli, report))
      return report.ok ? ExitCode.done : ExitCode.damaged
    })
)
