import { object } from "@optique/core/constructs"
import { decodeBackupTaken, ExitCode, type LoggedEvent, nameOfRecord, toHex, upcast } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { backupName } from "../backup/BackupText.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { flag, number, one } from "../command/Options.js"
import { valueBy } from "../command/Values.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { exactTime } from "../terminal/Time.js"

const pageSize = 500
const defaultLimit = 50

/** The names of backups by id; learns those that are taken meanwhile. */
type BackupNames = Map<string, string>

const knownBackups = (library: Library) =>
  Effect.map(
    Effect.all([library.backups.list(), library.backups.list({ trash: true })]),
    (lists): BackupNames => new Map(lists.flat().map((backup) => [backup.backupId, backupName(backup)]))
  )

/** The name in the record that an event carries, or of the backup it is about. */
const nameOf = ({ subject, type, schema, payload, id }: LoggedEvent, backups: BackupNames): string => {
  if (subject === "library") return ""
  try {
    if (type === "BackupTaken") backups.set(id, backupName(decodeBackupTaken(upcast(type, schema, payload))))
    if (subject === "backup") return backups.get(id) ?? ""
    return payload.length === 0 ? "" : nameOfRecord(subject, upcast(type, schema, payload))
  } catch {
    // Released by prune, or damaged: `check` is for that.
    return ""
  }
}

const eventJson = (event: LoggedEvent): Outputs["event"] => ({
  ...Struct.pick(event, "position", "subject", "id", "version", "type", "schema", "commandId", "actor"),
  recordedAt: new Date(event.recordedAt).toISOString(),
  payloadHash: toHex(event.payloadHash),
  chainHash: toHex(event.chainHash)
})

const cellsOf = (event: LoggedEvent, backups: BackupNames): ReadonlyArray<string> => [
  `@${event.position}`,
  exactTime(new Date(event.recordedAt)),
  event.type,
  nameOf(event, backups),
  event.actor,
  event.id
]

const eventTable = (cli: Cli, events: ReadonlyArray<LoggedEvent>, backups: BackupNames): string =>
  cli.out.table(
    [
      { header: "Position", align: "right" },
      { header: "Recorded" },
      { header: "Event" },
      { header: "Name", shrink: true },
      { header: "By", shrink: true, optional: true },
      { header: "Id", colour: "dim" }
    ],
    events.map((event) => cellsOf(event, backups))
  )

const readSome = (library: Library, after: number, limit: number) =>
  Effect.gen(function* () {
    const events: Array<LoggedEvent> = []
    for (let last = after; events.length < limit; ) {
      const page = yield* library.log.read({ after: last, limit: Math.min(pageSize, limit - events.length) })
      if (page.length === 0) break
      events.push(...page)
      last = page.at(-1)?.position ?? last
    }
    return events
  })

const follow = (cli: Cli, library: Library, backups: BackupNames, after: number, limit: number) =>
  library.log.follow(after).pipe(
    Stream.take(limit),
    Stream.runForEach((event) =>
      Effect.sync(() => {
        if (cli.out.json) cli.out.line(eventJson(event))
        else
          cli.out.print(
            cellsOf(event, backups)
              .filter((cell) => cell !== "")
              .map(printable)
              .join("  ")
          )
      })
    ),
    Effect.raceFirst(cli.out.whenClosed)
  )

const position = () =>
  valueBy("POSITION", 0, "a position such as @1234", (input) => {
    const digits = /^@?(\d{1,15})$/.exec(input)?.[1]
    return digits === undefined ? undefined : Number(digits)
  })

export const eventsCommand = define(
  "events",
  {
    brief: "The log: everything that ever happened to the library.",
    description:
      "Without --after the newest ones. With --follow it goes on with new ones as they come, also those of other programs, until Ctrl-C."
  },
  () =>
    object({
      follow: flag(["-f", "--follow"], "Go on as events come; with --json one line each."),
      after: one("--after", position(), "Only those after this position: 1234 or @1234."),
      limit: one("--limit", number("N", 1), "At most N. Default 50.")
    }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { position } = yield* library.log.head
      const backups = yield* knownBackups(library)
      if (options.follow) {
        yield* follow(
          cli,
          library,
          backups,
          options.after ?? position,
          options.limit ?? Number.MAX_SAFE_INTEGER
        )
        return ExitCode.done
      }
      const limit = options.limit ?? defaultLimit
      const found = yield* readSome(library, options.after ?? Math.max(0, position - limit), limit)
      return cli.out.list(found.map(eventJson), () => eventTable(cli, found, backups), "No events there.")
    })
)
