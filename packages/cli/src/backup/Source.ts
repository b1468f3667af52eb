import {
  type BackupInfo,
  formatCount,
  isEntity,
  type LoggedEvent,
  nameOfRecord,
  upcast
} from "@white-room/core"
import type { BundledSource, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { argument, one, text } from "../command/Options.js"
import { moment } from "../command/Values.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { ago, exactTime } from "../terminal/Time.js"
import { backupName } from "./BackupText.js"

export const atOption = (description: string) => one("--at", moment(), description)

export const sourceArgument = () =>
  argument(text("SOURCE"), "b31, a full id, latest, latest~2, or @1234 for a position of the log.")

export interface Source {
  /** As the library takes it: the id of a backup, or `@1234`. */
  readonly reference: string
  /** As a person names it: `b31` or `@1234`. */
  readonly name: string
  /** More words for the title of a plan, such as `version 2 of Night Drive`. */
  readonly title?: string
  /** Everything up to this position of the log is in it. */
  readonly position: number
  readonly timestamp: Date
  readonly backup: BackupInfo | undefined
  /** True when its list cannot be read in full: what it lacks is not known. */
  readonly isPart?: boolean
}

/** A backup as a source. */
export const sourceOfBackup = (backup: BackupInfo, reference = backup.backupId): Source => ({
  reference,
  name: backupName(backup),
  position: backup.position,
  timestamp: backup.timestamp,
  backup
})

const nameOfEvent = ({ subject, type, schema, payload, id }: LoggedEvent): string => {
  if (!isEntity(subject) || payload.length === 0) return ""
  try {
    const name = nameOfRecord(subject, upcast(type, schema, payload))
    return name === "" ? ` ${id}` : ` "${name}"`
  } catch {
    // Released by prune, or damaged: `check` is for that.
    return ` ${id}`
  }
}

const eventAt = (library: Library, position: number) =>
  Effect.map(library.log.read({ after: position - 1, limit: 1 }), ([event]) => event)

/** The plan of nothing is cheap, and refuses what neither the log nor a backup from before it reaches. */
const referenceOf = (library: Library, reference: string | { readonly at: Date }) =>
  Effect.map(library.backups.plan(reference, { only: [] }), ({ saved }) => saved.backupId)

const fromLog = (library: Library, reference: string) =>
  Effect.gen(function* () {
    const position = Number(reference.slice(1))
    const event = yield* eventAt(library, position)
    const timestamp = new Date(event?.recordedAt ?? 0)
    return {
      event,
      source: { reference, name: reference, position, timestamp, backup: undefined }
    }
  })

/** Says with which event a moment ends. */
export const tellMoment = (
  cli: Cli,
  at: Date,
  { position, timestamp, what }: Pick<Source, "position" | "timestamp"> & { readonly what: string }
): void =>
  cli.out.message(
    `The last event before ${exactTime(at)} is @${position}${what}, of ${exactTime(timestamp)} (${ago(timestamp, cli.now())}).`
  )

/** Before the log there are only backups: what was changed between two of them has no time. */
const tellBackup = (cli: Cli, library: Library, at: Date, { name, timestamp }: Source) =>
  Effect.map(library.backups.list(), (all) => {
    const [next] = all
      .filter((backup) => backup.trigger === "imported" && backup.timestamp > at)
      .toSorted((a, b) => a.timestamp.getTime() - b.timestamp.getTime())
    const then =
      next === undefined ? "from the log on" : `from ${backupName(next)} on, ${exactTime(next.timestamp)}`
    cli.out.message(
      `The log begins later. The last backup before ${exactTime(at)} is ${name}, ${exactTime(timestamp)} (${ago(timestamp, cli.now())}); what changed after it is known ${then}.`
    )
  })

const fromMoment = (cli: Cli, library: Library, at: Date): Effect.Effect<Source, CliFailure> =>
  Effect.gen(function* () {
    const reference = yield* referenceOf(library, { at })
    if (!reference.startsWith("@")) {
      const source = sourceOfBackup(yield* library.backups.find(reference))
      yield* tellBackup(cli, library, at, source)
      return source
    }
    const { source, event } = yield* fromLog(library, reference)
    const { position, timestamp } = source
    tellMoment(cli, at, { position, timestamp, what: event ? `, ${event.type}${nameOfEvent(event)}` : "" })
    return source
  })

/** The state that was named or the one at a moment; then the event it ends with is told. */
export const findSource = (
  cli: Cli,
  library: Library,
  wanted: { readonly source?: string | undefined; readonly at?: Date | undefined }
): Effect.Effect<Source, CliFailure> =>
  Effect.gen(function* () {
    const { source, at } = wanted
    if (source !== undefined && at !== undefined)
      return yield* refusal(`${source} and --at are two sources.`, "Say one of them.")
    if (at !== undefined) return yield* fromMoment(cli, library, at)
    if (source === undefined)
      return yield* refusal(
        "No source was named.",
        "Name a backup such as b31 or latest, a position such as @1234, or a time with --at."
      )
    if (source.startsWith("@")) return (yield* fromLog(library, yield* referenceOf(library, source))).source
    return sourceOfBackup(yield* library.backups.find(source))
  })

/** More lines than this are only counted. */
const damageShown = 20

const tellDamage = (cli: Cli, place: string, { files, damaged, listed, backup }: BundledSource): void => {
  const lines = [
    ...files.map(({ what, reason }) => ({ file: what, reason, text: `In ${place}: ${what}: ${reason}.` })),
    ...(listed
      ? []
      : [
          {
            file: place,
            reason: `the list of ${backupName(backup)} cannot be read in full`,
            text: `The list of ${backupName(backup)} cannot be read in full: what is listed can be restored.`
          }
        ]),
    ...damaged.map(({ what, reason }) => ({
      ...{ file: what, reason },
      text: `Damaged in ${place}: ${what} (${reason}).`
    }))
  ]
  const shown = cli.out.json ? lines : lines.slice(0, damageShown)
  for (const { text, ...line } of shown) cli.out.problem(text, line)
  if (lines.length > shown.length)
    cli.out.message(`… and ${formatCount(lines.length - shown.length)} more; check --from names all.`)
}

/** A backup of a bundle, or of a folder of them. What of it is damaged or missing is told; the rest can be restored. */
export const findBundled = (
  cli: Cli,
  library: Library,
  place: string,
  wanted: string
): Effect.Effect<Source, CliFailure> =>
  Effect.gen(function* () {
    const found = yield* cli.work((onProgress) => library.copies.source(place, wanted, { onProgress }))
    tellDamage(cli, place, found)
    const { reference, backup, listed } = found
    return { ...sourceOfBackup(backup, reference), isPart: !listed }
  })
