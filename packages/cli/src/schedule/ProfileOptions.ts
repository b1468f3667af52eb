/** The options of `schedule add` and `schedule edit`, and the profile they describe. */

import { resolve } from "node:path"
import { object } from "@optique/core/constructs"
import type { InferValue } from "@optique/core/parser"
import { day, hour, isRemote, parseDuration } from "@white-room/core"
import type { Profile } from "@white-room/scheduler"
import * as Struct from "effect/Struct"
import { defined } from "../command/defined.js"
import { keepOptions } from "../command/keepOptions.js"
import { choice, file, flag, many, number, one, text } from "../command/Options.js"
import { duration, valueBy } from "../command/Values.js"
import { refusal } from "../error/CliError.js"
import { isFolder } from "./ScheduleView.js"

const catchUp = () =>
  valueBy<Profile["catchUp"]>(
    "once|off|DURATION",
    "once",
    'once, off or a duration such as "12h"',
    (input) => {
      if (input === "once" || input === "off") return input
      const time = parseDuration(input)
      return time === undefined || time === 0 ? undefined : { withinMinutes: time / 60_000 }
    }
  )

const sample = () =>
  valueBy<number | "all">("N|all", "all", "a number above zero or all", (input) => {
    if (input === "all") return input
    return /^[1-9]\d{0,6}$/.test(input) ? Number(input) : undefined
  })

export const whenOption = () =>
  many(
    "--when",
    text("RULE"),
    'When: "daily 18:00", "nightly", "weekdays at 6pm", "mon, fri 7:30", "last sunday of the month 3:00", "day 1, 15 3:00", "every 30 minutes", or cron such as "0 18 * * 1-5". May be given several times.'
  )

export const fieldOptions = () =>
  object("The profile", {
    zone: one(
      "--zone",
      text("ZONE"),
      "Whose clock: a zone such as Europe/Berlin. Default: that of the machine."
    ),
    quiet: many("--quiet-time", text("TIMES"), 'No run begins then: "22:00-06:00", "weekdays 09:00-17:00".'),
    catchUp: one(
      "--catch-up",
      catchUp(),
      "Missed runs: one run makes up for all of them (once), none does (off), or only so long after."
    ),
    places: many(
      "--to",
      file("NAME|FOLDER"),
      "A vault that gets every backup too: by its name, or a folder, best on another disk, which gets a vault at the first run. A folder must be there; a run never makes it."
    ),
    onBattery: one(
      "--on-battery",
      choice(["run", "pause"]),
      "On battery, where the system tells: pause lets what is due wait for the mains. Default: run."
    ),
    onMetered: one(
      "--on-metered",
      choice(["run", "pause"]),
      "On a network that costs by what is sent, where the system tells: pause lets wait what goes to vaults over it. Default: run."
    ),
    kinds: many(
      "--kind",
      choice(["song", "performance", "preferences"]),
      "Only changes of these ask for a backup. The backup itself is always whole."
    ),
    always: flag("--even-if-unchanged", "Take one also when nothing changed."),
    description: one(
      "--description",
      text("TEXT"),
      "Of each backup; {profile}, {date}, {time} and {host} are filled in."
    ),
    tags: many("--tag", text("TAG"), "Of each backup."),
    ...keepOptions({
      last: "Of its backups, keep the last N. Default: 30.",
      within: "All of this time before the newest: 12h, 30d, 1y.",
      tags: "All with this tag."
    })
  })

export const careOptions = () =>
  object("Watching over it", {
    staleAfter: one(
      "--stale-after",
      duration(),
      "Without a good run for so long, status and the daemon raise the alarm. Default: twice the time between runs, and an hour."
    ),
    before: one("--before", text("COMMAND"), "Run before each backup; when it fails, none is taken."),
    after: one("--after", text("COMMAND"), "Run after each good backup."),
    failed: one("--failed", text("COMMAND"), "Run when one failed."),
    timeLimit: one(
      "--command-time",
      number("SECONDS", 1),
      "Such a command is ended after so long. Default: 60."
    ),
    heartbeat: one(
      "--heartbeat",
      text("URL"),
      "Called after every good run: a service that watches it notices when it stops."
    ),
    webhook: one("--webhook", text("URL"), "Gets a JSON message when a run fails or none happens."),
    webhookKey: one(
      "--webhook-key",
      file("FILE"),
      "The first line of this file signs what the webhook gets: X-White-Room-Signature, HMAC-SHA-256."
    ),
    mailTo: many(
      "--mail",
      text("ADDRESS"),
      "Gets a letter when runs begin to fail, when none is good for too long, and every week. May be given several times."
    ),
    mailServer: one(
      "--mail-server",
      text("SERVER"),
      "What takes the letters: smtps://mail.example.com, or smtp://mail.example.com:587, which must encrypt too."
    ),
    mailFrom: one("--mail-from", text("ADDRESS"), "Whom they are from. Default: the first who gets them."),
    mailUser: one("--mail-user", text("USER"), "Whose mail it is, where the server asks."),
    mailPassword: one(
      "--mail-password-file",
      file("FILE"),
      "Its first line is the password, read when a letter is sent. It is kept nowhere else."
    ),
    digest: one(
      "--digest",
      text("RULE"),
      'When the week is told: a rule as for --when, or off. Default: "mondays 8:00".'
    ),
    drill: many("--drill", text("RULE"), 'When to prove that its backups can be restored: "sundays 12:00".'),
    sample: one(
      "--sample",
      sample(),
      "How many songs and performances each drill restores, others every time. Default: 20."
    ),
    noNotify: flag("--no-notify", "No notifications on the desktop."),
    disabled: flag("--disabled", "Not yet: whiteroom schedule resume begins it.")
  })

export type Fields = InferValue<ReturnType<typeof fieldOptions>> & InferValue<ReturnType<typeof careOptions>>

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

/** Names of vaults as they are, and the whole paths of folders that are there. @throws CliError */
const destinationsOf = (
  places: ReadonlyArray<string>,
  vaults: ReadonlyArray<string>
): ReadonlyArray<string> | undefined =>
  some(
    places.map((place) => {
      if (vaults.includes(place)) return place
      const folder = resolve(place)
      if (isFolder(folder)) return folder
      if (isRemote(place))
        throw refusal(
          `A profile names a vault, not ${place}.`,
          "Add it once (whiteroom vault add NAME PLACE), then say --to NAME."
        )
      throw refusal(
        `There is no vault ${place} here, and no folder ${folder}.`,
        "`whiteroom vault list` shows the vaults. Plug in the disk of a folder or make it first: a run never does, because it would fill the place where the disk is missing."
      )
    })
  )

/**
 * What was said of a profile, as its JSON has it; what was not said is absent. Commands, drills and mail are added to those
 * of `before`; `vaults` are the names that the library knows. @throws CliError
 */
export const changesOf = (
  fields: Fields & { readonly when: ReadonlyArray<string> },
  vaults: ReadonlyArray<string>,
  before?: Profile
): Readonly<Record<string, unknown>> => {
  const hooks = defined(Struct.pick(fields, "before", "after", "failed", "timeLimit"))
  const mail = defined({
    to: some(fields.mailTo),
    server: fields.mailServer,
    from: fields.mailFrom,
    user: fields.mailUser,
    passwordFile: fields.mailPassword === undefined ? undefined : resolve(fields.mailPassword),
    digest: fields.digest
  })
  const drill = defined({ when: some(fields.drill), sample: fields.sample })
  return defined({
    when: some(fields.when),
    zone: fields.zone,
    quiet: some(fields.quiet),
    catchUp: fields.catchUp,
    places: destinationsOf(fields.places, vaults),
    onBattery: fields.onBattery,
    onMetered: fields.onMetered,
    kinds: some(fields.kinds),
    skipIfUnchanged: fields.always ? false : undefined,
    description: fields.description,
    tags: some(fields.tags),
    keep: filled(keepOf(fields)),
    staleAfterHours: fields.staleAfter === undefined ? undefined : fields.staleAfter / hour,
    hooks: filled(hooks) && { ...before?.hooks, ...hooks },
    heartbeat: fields.heartbeat,
    webhook: fields.webhook,
    webhookKey: fields.webhookKey === undefined ? undefined : resolve(fields.webhookKey),
    mail: filled(mail) && { ...before?.mail, ...mail },
    drill: filled(drill) && { ...before?.drill, ...drill },
    notify: fields.noNotify ? false : undefined,
    enabled: fields.disabled ? false : undefined
  })
}
