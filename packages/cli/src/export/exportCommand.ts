import { merge, object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import type { InferValue } from "@optique/core/parser"
import {
  ExitCode,
  type ExportOptions,
  type ExportReport,
  exportFormats,
  formatBackupSize
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import { atOption, findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { argument, choice, file, flag, many, one, oneOr, text } from "../command/Options.js"
import { requireFolder } from "../command/requireFolder.js"
import { badUsage, type CliFailure } from "../error/CliError.js"
import { chooseEntities } from "../restore/chooseEntities.js"
import type { Outputs } from "../schema/outputs.js"
import { newPassphrase, passphraseOptions } from "../secret/Passphrase.js"
import { capturePending } from "../select/capturePending.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

const names =
  'An id, a name, the beginning of one, or a pattern such as "Night*"; may be given several times.'

const chosenOptions = () =>
  object({
    source: optional(
      argument(text("SOURCE"), "now, b31, a full id, latest, latest~2, or @1234 for a position of the log.")
    ),
    target: optional(
      argument(
        file("TARGET"),
        "A file, or a folder for it. Without one: White Room Exports in your documents."
      )
    ),
    at: atOption('The state at a time: "2026-11-20 14:30", "yesterday 18:00", "last week", 6pm, 2h.'),
    format: oneOr(
      "json",
      "--format",
      choice(exportFormats),
      "json: the exchange file of White Room apps. files: a folder with one file per song, performance and preferences record. bundle: one .whiteroom file, exact whatever it holds."
    ),
    family: one(
      "--for",
      choice(["node", "ios"]),
      "The apps that are to read the JSON. Without it those of Node."
    ),
    songs: many("--song", text("SONG"), `Only this song. ${names}`),
    performances: many("--performance", text("PERFORMANCE"), `Only this performance. ${names}`),
    tags: many("--tag", text("TAG"), "Only performances with this tag."),
    kinds: many(
      "--kind",
      choice(["song", "performance", "preferences"]),
      "Everything of this kind, and nothing else."
    ),
    withPerformances: flag("--with-performances", "Also the performances of the songs named."),
    preferences: flag("--preferences", "Only the preferences."),
    encrypt: flag("--encrypt", "Encrypt with a passphrase, in the age format."),
    recipients: many(
      "--recipient",
      text("RECIPIENT"),
      "Encrypt for this age recipient (age1…). May be given several times."
    ),
    armored: flag("--armor", "The encrypted file as text."),
    force: flag("--force", "Replace what is there.")
  })

const exportOptions = () => merge(chosenOptions(), passphraseOptions())

type Wish = InferValue<ReturnType<typeof exportOptions>>

/** Words that cannot be meant. */
const unwritten = (message: string, recovery: string) => badUsage(`${message} Nothing was written.`, recovery)

const checkWish = (wish: Wish): Effect.Effect<void, CliFailure> => {
  const named = wish.songs.length + wish.performances.length + wish.tags.length > 0 || wish.preferences
  if (wish.source === undefined && wish.at === undefined)
    return unwritten(
      "No source was named.",
      "Name now, a backup such as b31 or latest, a position such as @1234, or a time with --at."
    )
  if (wish.at !== undefined && wish.target !== undefined)
    return unwritten(`${wish.source} and --at are two sources.`, "With --at name only the target.")
  if (wish.kinds.length > 0 && named)
    return unwritten(
      "--kind takes everything of a kind; single ones were named too.",
      "Say one or the other."
    )
  if (wish.withPerformances && wish.songs.length === 0)
    return unwritten("--with-performances goes with songs.", "Name them with --song.")
  if (wish.format === "bundle" && wish.family !== undefined)
    return unwritten(
      "--for is about JSON; a bundle is for White Room Backup.",
      "Leave --for out, or choose --format json."
    )
  if (wish.encrypt && wish.recipients.length > 0)
    return unwritten(
      "age files are for a passphrase or for recipients, not both.",
      "Leave --encrypt or --recipient out."
    )
  const encrypted = wish.encrypt || wish.recipients.length > 0
  if (wish.armored && !encrypted)
    return unwritten("--armor is about encrypted files.", "Add --encrypt or --recipient.")
  if (!wish.encrypt && (wish.passphraseFile !== undefined || wish.passphraseCommand !== undefined))
    return unwritten("A passphrase was given, but nothing is to be encrypted with it.", "Add --encrypt.")
  return Effect.void
}

/** The state that was named; `now` is that of the library as it is. */
const sourceOf = (cli: Cli, library: Library, { source, at }: Wish): Effect.Effect<Source, CliFailure> =>
  Effect.gen(function* () {
    if (at !== undefined || source?.toLowerCase() !== "now")
      return yield* findSource(cli, library, at === undefined ? { source } : { at })
    yield* capturePending(library)
    const { position } = yield* library.log.head
    return { reference: "now", name: "now", position, timestamp: cli.now(), backup: undefined }
  })

/** Who can open it. */
const lockOf = (cli: Cli, wish: Wish): Effect.Effect<ExportOptions["lock"], CliFailure> => {
  if (wish.recipients.length > 0) return Effect.succeed({ recipients: wish.recipients })
  if (!wish.encrypt || cli.dryRun) return Effect.succeed(wish.encrypt ? { passphrase: "" } : undefined)
  return Effect.map(newPassphrase(cli, wish), (passphrase) => ({ passphrase }))
}

/** Problems that are shown to people; scripts get all. */
const problemsShown = 20

const tellProblems = (cli: Cli, { problems }: ExportReport): void => {
  const shown = cli.out.json ? problems : problems.slice(0, problemsShown)
  for (const { where, reason } of shown) cli.out.problem(`${where}: ${reason}`, { file: where, reason })
  const more = problems.length - shown.length
  if (more > 0) cli.out.message(`… and ${count(more, "more")} of these; --json lists all.`)
}

const describe = (report: ExportReport, name: string, dryRun: boolean): string => {
  const parts = [
    ...(report.songs > 0 ? [count(report.songs, "song")] : []),
    ...(report.performances > 0 ? [count(report.performances, "performance")] : []),
    ...(report.preferences > 0 ? ["preferences"] : [])
  ]
  const what = parts.length === 0 ? "nothing" : parts.join(", ")
  const size = formatBackupSize(report.bytes)
  const lines = [
    `${dryRun ? "Would write" : "Wrote"} ${what} of ${name} to ${printable(report.path)} (${size}).`
  ]
  if (report.problems.length > 0)
    lines.push("What JSON cannot carry exactly is named above; --format bundle keeps everything as it is.")
  return lines.join("\n")
}

const performExport = (cli: Cli, wish: Wish) =>
  Effect.gen(function* () {
    yield* checkWish(wish)
    const library = yield* cli.open
    const source = yield* sourceOf(cli, library, wish)
    const { only } = yield* chooseEntities(library, source, wish)
    const lock = yield* lockOf(cli, wish)
    const options: ExportOptions = defined({
      ...Struct.pick(wish, "format", "force", "armored", "family"),
      dryRun: cli.dryRun,
      only,
      kinds: wish.kinds.length > 0 ? wish.kinds : undefined,
      lock
    })
    const target = wish.at === undefined ? wish.target : wish.source
    if (target !== undefined) yield* requireFolder(cli, target)
    const began = performance.now()
    const report = yield* cli.work((onProgress) =>
      library.exports.write(source.reference, target, { ...options, onProgress })
    )
    tellProblems(cli, report)
    cli.done<Outputs["export"]>(
      {
        ...Struct.pick(report, "path", "format", "source", "songs", "performances", "preferences", "files"),
        size: report.bytes,
        encrypted: report.encrypted,
        problems: report.problems.map((problem) => Struct.pick(problem, "where", "reason")),
        durationMs: Math.round(performance.now() - began)
      },
      () => describe(report, source.name, cli.dryRun)
    )
    return report.problems.length > 0 ? ExitCode.partial : ExitCode.done
  })

export const exportCommand = define(
  "export",
  {
    onServer: true,
    brief: "Write songs of today or of any backup as files, for other apps and other places.",
    description:
      "Writes under a temporary name, reads everything again and compares, and only then gives the file its name; nothing that is there is replaced without --force. The exchange file of --format json is read by White Room of old, on the desk and (--for ios) on iOS; what it cannot carry exactly is named (exit code 3). whiteroom import reads all of these back.",
    examples: [
      ["whiteroom export now", "everything, into your documents"],
      ["whiteroom export b31 before-tour.json", "a backup, for White Room on the desk"],
      ["whiteroom export now /media/stick --for ios", "for White Room on iOS, under a name with the date"],
      ["whiteroom export now songs --format files", "a folder with one file per song"],
      ['whiteroom export b31 night.json --format files --song "Night Drive"', "one song, as it was in b31"],
      ["whiteroom export now safe.json.age --encrypt", "encrypted; asks for a passphrase"]
    ]
  },
  exportOptions,
  (wish, cli) => performExport(cli, wish)
)
