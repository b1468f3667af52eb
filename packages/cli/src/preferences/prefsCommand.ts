import { object } from "@optique/core/constructs"
import { defaultUserPreferences, type UserPreferencesInput } from "@white-room/core"
import { preferencesJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { oneOr, some, text } from "../command/Options.js"
import { attempt } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { readSetting } from "./readSetting.js"

const zoneKey = "timeZone="

const userOption = () => oneOr("default", "--user", text("USER"), "Whose preferences.")

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const details = (cli: Cli, preferences: Outputs["prefs-show"]): string =>
  cli.out.fields(
    `Preferences of ${preferences.userId}`,
    Object.entries(preferences).flatMap(([key, value]) =>
      key === "userId" || value === null ? [] : [[key, valueText(value)] as const]
    )
  )

const show = define(
  "show",
  { onServer: true, brief: "The preferences; without any, the defaults." },
  () => object({ user: userOption() }),
  ({ user }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const preferences = yield* user === "default"
        ? library.preferences.current
        : library.preferences.read(user)
      const json = preferencesJson(preferences, yield* library.upkeep.timeZone)
      return cli.out.show(json, () => details(cli, json))
    })
)

/** Those of a user, else the defaults. */
const stored = (cli: Cli, library: Library, user: string) =>
  user === "default"
    ? library.preferences.current
    : library.preferences
        .read(user)
        .pipe(
          Effect.catchTag("EntityNotFound", () => Effect.succeed(defaultUserPreferences(cli.now(), user)))
        )

const set = define(
  "set",
  {
    brief: "Change preferences; others keep their value.",
    description:
      "For example: theme=dark maxBackups=50 autoSaveEnabled=off. timeZone=Europe/Berlin is of the whole library: whose days and hours count when backups are pruned, settled by the first prune."
  },
  () =>
    object({
      user: userOption(),
      settings: some(text("KEY=VALUE"))
    }),
  ({ user, settings }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const [zones, others] = Arr.partition(settings, (setting) => !setting.startsWith(zoneKey))
      const zone = zones.at(-1)?.slice(zoneKey.length)
      const changes = yield* attempt(() => others.map(readSetting))
      const input: UserPreferencesInput = Object.assign({ userId: user }, ...changes)
      const before = yield* stored(cli, library, user)
      const wished = { ...before, ...input, userId: before.userId }
      const isEdited = JSON.stringify(wished) !== JSON.stringify(before)
      const known = yield* library.upkeep.timeZone
      // Before anything else is changed: a zone may be refused.
      if (zone !== undefined && !cli.dryRun) yield* library.upkeep.setTimeZone(zone)
      if (isEdited && !cli.dryRun) yield* library.preferences.upsert(input)
      const now = cli.dryRun ? wished : yield* stored(cli, library, user)
      const changed = isEdited || (zone !== undefined && zone !== known)
      return cli.done<Outputs["prefs-set"]>(
        { preferences: preferencesJson(now, zone ?? known), changed },
        () =>
          cli.dryRun ? "Would set them. Nothing was changed." : changed ? "Set." : "They were set so already."
      )
    })
)

export const prefsCommand = family(
  "prefs",
  { brief: "Show or set preferences.", question: "Say what to do with preferences" },
  [show, set]
)
