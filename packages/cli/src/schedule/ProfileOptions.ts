/** The options of `schedule add` and `schedule edit`, and the profile they describe. */
import { resolve } from "node:path"
import { object } from "@optique/core/constructs"
import { message, text } from "@optique/core/message"
import { multiple, optional } from "@optique/core/modifiers"
import type { InferValue } from "@optique/core/parser"
import { option } from "@optique/core/primitives"
import { choice, integer, string, type ValueParser } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import type { Profile } from "@white-room/scheduler"
import { defined } from "../command/defined.js"
import { duration, parseDuration } from "../command/Values.js"
import { badUsage } from "../error/CliError.js"
import { isFolder } from "./ScheduleView.js"

const hour = 3_600_000

const keep = (rule: string, description: string) =>
  optional(option(`--keep-${rule}`, integer({ min: 0, metavar: "N" }), { description: [text(description)] }))

const one = (name: `--${string}`, metavar: "ZONE" | "TEXT" | "COMMAND" | "URL", description: string) =>
  optional(option(name, string({ metavar }), { description: [text(description)] }))

const many = (name: `--${string}`, metavar: "RULE" | "TIMES" | "TAG", description: string) =>
  multiple(option(name, string({ metavar }), { description: [text(description)] }))

type CatchUp = Profile["catchUp"]

const catchUp = (): ValueParser<"sync", CatchUp> => ({
  mode: "sync",
  metavar: "once|off|DURATION",
  placeholder: "once",
  parse: (input) => {
    if (input === "once" || input === "off") return { success: true, value: input }
    const time = parseDuration(input)
    return time === undefined || time === 0
      ? { success: false, error: message`Expected once, off or a duration such as "12h", but got ${input}.` }
      : { success: true, value: { withinMinutes: time / 60_000 } }
  },
  format: String
})

const sample = (): ValueParser<"sync", number | "all"> => ({
  mode: "sync",
  metavar: "N|all",
  placeholder: "all",
  parse: (input) => {
    if (input === "all") return { success: true, value: input }
    return /^[1-9]\d{0,6}$/.test(input)
      ? { success: true, value: Number(input) }
      : { success: false, error: message`Expected a number above zero or all, but got ${input}.` }
  },
  format: String
})

export const whenDescription = message`When: "daily 18:00", "weekdays 18:00", "mon, fri 7:30", "last sunday of the month 3:00", "day 1, 15 3:00", "every 30 minutes", or cron such as "0 18 * * 1-5". May be given several times.`

export const fieldOptions = object("The profile", {
  zone: one("--zone", "ZONE", "Whose clock: a zone such as Europe/Berlin. Default: that of the machine."),
  quiet: many("--quiet-time", "TIMES", 'No run begins then: "22:00-06:00", "weekdays 09:00-17:00".'),
  catchUp: optional(
    option("--catch-up", catchUp(), {
      description: message`Missed runs: one run makes up for all of them (once), none does (off), or only so long after.`
    })
  ),
  places: multiple(
    option("--to", path({ metavar: "FOLDER" }), {
      description: message`A folder that gets every backup too, best on another disk. It must be there; a run never makes it.`
    })
  ),
  kinds: multiple(
    option("--kind", choice(["song", "performance", "preferences"]), {
      description: message`Only changes of these ask for a backup. The backup itself is always whole.`
    })
  ),
  always: option("--even-if-unchanged", { description: message`Take one also when nothing changed.` }),
  description: one(
    "--description",
    "TEXT",
    "Of each backup; {profile}, {date}, {time} and {host} are filled in."
  ),
  tags: many("--tag", "TAG", "Of each backup."),
  keepLast: keep("last", "Of its backups, keep the last N. Default: 30."),
  keepHourly: keep("hourly", "The newest of each of the last N hours that have one."),
  keepDaily: keep("daily", "Of the last N days."),
  keepWeekly: keep("weekly", "Of the last N weeks."),
  keepMonthly: keep("monthly", "Of the last N months."),
  keepYearly: keep("yearly", "Of the last N years."),
  keepWithin: optional(
    option("--keep-within", duration(), {
      description: message`All of this time before the newest: 12h, 30d, 1y.`
    })
  ),
  keepTags: many("--keep-tag", "TAG", "All with this tag.")
})

export const careOptions = object("Watching over it", {
  staleAfter: optional(
    option("--stale-after", duration(), {
      description: message`Without a good run for so long, status and the daemon raise the alarm. Default: twice the time between runs, and an hour.`
    })
  ),
  before: one("--before", "COMMAND", "Run before each backup; when it fails, none is taken."),
  after: one("--after", "COMMAND", "Run after each good backup."),
  failed: one("--failed", "COMMAND", "Run when one failed."),
  timeLimit: optional(
    option("--command-time", integer({ min: 1, metavar: "SECONDS" }), {
      description: message`Such a command is ended after so long. Default: 60.`
    })
  ),
  heartbeat: one(
    "--heartbeat",
    "URL",
    "Called after every good run: whoever watches it notices when it stops."
  ),
  webhook: one("--webhook", "URL", "Gets a JSON message when a run fails or none happens."),
  drill: many("--drill", "RULE", 'When to prove that its backups can be restored: "sundays 12:00".'),
  sample: optional(
    option("--sample", sample(), {
      description: message`How many songs and performances each drill restores, others every time. Default: 20.`
    })
  ),
  noNotify: option("--no-notify", { description: message`No notifications on the desktop.` }),
  disabled: option("--disabled", { description: message`Not yet: whiteroom schedule resume begins it.` })
})

export type Fields = InferValue<typeof fieldOptions> & InferValue<typeof careOptions>

const day = 24 * hour

const keepOf = (fields: Fields): Readonly<Record<string, unknown>> =>
  defined({
    last: fields.keepLast,
    hourly: fields.keepHourly,
    daily: fields.keepDaily,
    weekly: fields.keepWeekly,
    monthly: fields.keepMonthly,
    yearly: fields.keepYearly,
    withinDays: fields.keepWithin === undefined ? undefined : fields.keepWithin / day,
    tags: some(fields.keepTags)
  })

const some = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> | undefined =>
  values.length > 0 ? values : undefined

const filled = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined =>
  Object.keys(record).length > 0 ? record : undefined

/** The whole paths of folders that are there. @throws CliError */
const foldersOf = (places: ReadonlyArray<string>): ReadonlyArray<string> | undefined =>
  some(
    places.map((place) => {
      const folder = resolve(place)
      if (isFolder(folder)) return folder
      throw badUsage(
        `There is no folder ${folder}. Nothing was changed.`,
        "Plug in its disk or make it first: a run never does, because it would fill the place where the disk is missing."
      )
    })
  )

/**
 * What was said of a profile, as its JSON has it; what was not said is absent. Commands and drills are added to those
 * of `before`. @throws CliError
 */
export const changesOf = (
  fields: Fields & { readonly when: ReadonlyArray<string> },
  before?: Profile
): Readonly<Record<string, unknown>> => {
  const hooks = defined({
    before: fields.before,
    after: fields.after,
    failed: fields.failed,
    timeLimit: fields.timeLimit
  })
  const drill = defined({ when: some(fields.drill), sample: fields.sample })
  return defined({
    when: some(fields.when),
    zone: fields.zone,
    quiet: some(fields.quiet),
    catchUp: fields.catchUp,
    places: foldersOf(fields.places),
    kinds: some(fields.kinds),
    skipIfUnchanged: fields.always ? false : undefined,
    description: fields.description,
    tags: some(fields.tags),
    keep: filled(keepOf(fields)),
    staleAfterHours: fields.staleAfter === undefined ? undefined : fields.staleAfter / hour,
    hooks: filled(hooks) && { ...before?.hooks, ...hooks },
    heartbeat: fields.heartbeat,
    webhook: fields.webhook,
    drill: filled(drill) && { ...before?.drill, ...drill },
    notify: fields.noNotify ? false : undefined,
    enabled: fields.disabled ? false : undefined
  })
}
