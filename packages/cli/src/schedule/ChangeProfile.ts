/** Adding, changing, pausing and removing profiles. */
import { merge, object } from "@optique/core/constructs"
import { InvalidInput } from "@white-room/core"
import type { Profile } from "@white-room/scheduler"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { loadScheduler, loadTransfer } from "../command/Load.js"
import { argument, choice, many, one, text } from "../command/Options.js"
import { coming } from "../command/Values.js"
import { attempt, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { dayTime } from "../terminal/Time.js"
import { inOptions } from "./inOptions.js"
import { profileArgument } from "./ListProfiles.js"
import { profileJson } from "./ProfileJson.js"
import { careOptions, changesOf, fieldOptions, whenOption } from "./ProfileOptions.js"

/** What is wrong is said of the options. */
const said = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | InvalidInput, R> =>
  Effect.mapError(effect, (error) => (error instanceof InvalidInput ? inOptions(error) : error))

const nextText = (cli: Cli, profile: Profile, changedAt: number) =>
  Effect.map(loadScheduler, ({ comingBackups, showRule }) => {
    const now = cli.now()
    const [next] = comingBackups({ profile, changedAt, runs: [] }, now.getTime(), 1)
    if (next === undefined) return "It runs when it is resumed."
    const when = next.at <= now.getTime() ? "now" : dayTime(new Date(next.at), now)
    return `Its next backup: ${when} (${showRule(next.rule)}).`
  })

const finish = (cli: Cli, profile: Profile, what: string) =>
  Effect.gen(function* () {
    const next = yield* nextText(cli, profile, cli.now().getTime())
    return cli.done<Outputs["schedule-edit"]>({ profile: profileJson(profile) }, () =>
      cli.dryRun ? `${next} Nothing was changed.` : `${what} ${profile.name}. ${next}`
    )
  })

/** What a profile may name as places, besides folders. */
const vaultNames = (library: Library) =>
  Effect.gen(function* () {
    const { vaultRecords } = yield* loadTransfer
    return (yield* vaultRecords(library).all).map(({ name }) => name)
  })

/** The profile by the preferences goes when another is stored: who added one may not expect that. */
const warnOfDefault = (cli: Cli, library: Library, name: string) =>
  Effect.gen(function* () {
    if ((yield* library.schedule.profiles).length > 0) return
    const { loadStates } = yield* loadScheduler
    const [state] = yield* loadStates(library)
    if (state?.profile.enabled === true && state.profile.name !== name)
      cli.out.message(
        `It takes the place of the backups that the preferences ask for (${state.profile.when.join("; ")}).`
      )
  })

export const add = define(
  "add",
  {
    brief: "A new profile: what to back up, when, where to, how long to keep.",
    description:
      "Several profiles run beside each other, each with its own times, vaults and rules of what to keep. Rules that can never come are refused. An address with a secret in it is better kept in a file: see whiteroom schedule import.",
    examples: [
      [
        'whiteroom schedule add daily --when "daily 18:00" --to /media/studio',
        "every evening, also to a vault on a disk"
      ],
      [
        'whiteroom schedule add often --when "every 30 minutes" --quiet-time 22:00-06:00 --keep-last 48',
        "all day, and a day of them"
      ],
      [
        'whiteroom schedule add safe --when "weekdays 18:00" --drill "sundays 12:00" --keep-daily 7 --keep-weekly 8',
        "proven restorable every Sunday"
      ]
    ]
  },
  () => merge(object({ name: profileArgument(), when: whenOption() }), fieldOptions(), careOptions()),
  ({ name, ...fields }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { decodeProfile, saveProfile } = yield* loadScheduler
      if (fields.when.length === 0)
        return yield* refusal(
          "Nothing says when.",
          'Say it with --when, such as --when "daily 18:00" or --when "every 30 minutes".'
        )
      const vaults = yield* vaultNames(library)
      const profile = yield* said(attempt(() => decodeProfile({ name, ...changesOf(fields, vaults) })))
      if ((yield* library.schedule.profiles).some((stored) => stored.name === name))
        return yield* refusal(
          `There is a profile ${name} already.`,
          `Change it with \`whiteroom schedule edit ${name}\`.`
        )
      yield* warnOfDefault(cli, library, name)
      if (!cli.dryRun) yield* saveProfile(library, profile)
      return yield* finish(cli, profile, "Added")
    })
)

/** What --clear takes back, and the field that each is of a profile. */
const fieldOf: Readonly<Record<string, string>> = {
  zone: "zone",
  "quiet-time": "quiet",
  "catch-up": "catchUp",
  to: "places",
  "on-battery": "onBattery",
  "on-metered": "onMetered",
  kind: "kinds",
  "even-if-unchanged": "skipIfUnchanged",
  description: "description",
  tag: "tags",
  keep: "keep",
  "stale-after": "staleAfterHours",
  commands: "hooks",
  heartbeat: "heartbeat",
  webhook: "webhook",
  "webhook-key": "webhookKey",
  mail: "mail",
  drill: "drill",
  "no-notify": "notify"
}

/** A profile with some fields changed, as it would be stored. */
const edited = (
  cli: Cli,
  name: string,
  changes: (before: Profile, vaults: ReadonlyArray<string>) => Readonly<Record<string, unknown>>
) =>
  Effect.gen(function* () {
    const library = yield* cli.open
    const { changeProfile, editProfile, findState } = yield* loadScheduler
    const { profile: before } = yield* findState(library, name)
    const vaults = yield* vaultNames(library)
    const wanted = yield* attempt(() => changes(before, vaults))
    const isTaken = (yield* library.schedule.profiles).some((stored) => stored.name === wanted.name)
    if (isTaken && wanted.name !== name)
      return yield* refusal(`There is a profile ${String(wanted.name)} already.`, "Choose another name.")
    if (cli.dryRun) return yield* said(attempt(() => changeProfile(before, wanted)))
    return yield* said(editProfile(library, name, wanted))
  })

export const edit = define(
  "edit",
  {
    brief: "Change a profile; what is not named stays.",
    description: "An option that may be given several times replaces all that were there before.",
    examples: [
      ["whiteroom schedule edit daily --keep-last 60 --clear to", "keep more, and no copies any more"]
    ]
  },
  () =>
    merge(
      object({
        name: profileArgument(),
        rename: one("--name", text("NEW"), "Its new name."),
        clear: many("--clear", choice(Object.keys(fieldOf)), "Take this option back to its default."),
        when: whenOption()
      }),
      fieldOptions(),
      careOptions()
    ),
  ({ name, rename, clear, ...fields }, cli) =>
    Effect.gen(function* () {
      const profile = yield* edited(cli, name, (before, vaults) => ({
        ...Object.fromEntries(clear.map((field) => [fieldOf[field] ?? field, undefined])),
        ...changesOf(fields, vaults, before),
        ...defined({ name: rename })
      }))
      return yield* finish(cli, profile, "Changed")
    })
)

export const pause = define(
  "pause",
  { brief: "Take no backups by a profile, for a time or until it is resumed." },
  () =>
    object({
      name: profileArgument(),
      until: one("--until", coming(), '3d, monday, "tomorrow 9:00", "2026-12-24 18:00".')
    }),
  ({ name, until }, cli) =>
    Effect.gen(function* () {
      const profile = yield* edited(cli, name, () =>
        until === undefined ? { enabled: false } : { pausedUntil: until.toISOString() }
      )
      return yield* finish(cli, profile, "Paused")
    })
)

export const resume = define(
  "resume",
  { brief: "Go on with a profile that was paused or disabled." },
  () => object({ name: profileArgument() }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const profile = yield* edited(cli, name, () => ({ enabled: true, pausedUntil: undefined }))
      return yield* finish(cli, profile, "Resumed")
    })
)

export const remove = define(
  "remove",
  { brief: "Remove a profile. Its backups stay." },
  () => object({ name: argument(text("NAME", "profiles")) }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { findState } = yield* loadScheduler
      const stored = yield* library.schedule.profiles
      if (!stored.some((each) => each.name === name)) {
        yield* findState(library, name)
        return yield* refusal(
          `${name} is not a profile of its own: the preferences ask for it.`,
          "Switch it off with `whiteroom prefs set autoBackupEnabled=off`."
        )
      }
      const last = stored.length === 1
      if (!cli.dryRun) {
        yield* cli.confirm(`Remove the profile ${name}? Its backups stay.`, "Removing a profile")
        yield* library.schedule.removeProfile(name)
      }
      return cli.done<Outputs["schedule-remove"]>({ removed: name }, () =>
        cli.dryRun
          ? `Would remove ${name}. Nothing was changed.`
          : `Removed ${name}; its backups stay.${last ? " Backups come by the preferences again." : ""}`
      )
    })
)
