import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { defaultUserPreferences, type UserPreferencesInput } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { argument, oneOr, text } from "../command/Options.js"
import { attempt } from "../error/CliError.js"
import { preferencesJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"
import { readSetting } from "./readSetting.js"

const userOption = oneOr("default", "--user", text("USER"), "Whose preferences.")

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const details = (cli: Cli, preferences: Outputs["prefs-show"]): string =>
  cli.out.fields(
    `Preferences of ${preferences.userId}`,
    Object.entries(preferences).flatMap(([key, value]) =>
      key === "userId" ? [] : [[key, valueText(value)] as const]
    )
  )

const show = define(
  "show",
  { brief: "The preferences; without any, the defaults." },
  object({ user: userOption }),
  ({ user }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const preferences = yield* user === "default"
        ? library.preferences.current
        : library.preferences.read(user)
      const json = preferencesJson(preferences)
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
    description: "For example: theme=dark maxBackups=50 autoSaveEnabled=off"
  },
  object({
    user: userOption,
    settings: multiple(argument(text("KEY=VALUE")), { min: 1 })
  }),
  ({ user, settings }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const changes = yield* attempt(() => settings.map(readSetting))
      const input: UserPreferencesInput = Object.assign({ userId: user }, ...changes)
      const before = yield* stored(cli, library, user)
      const wished = { ...before, ...input, userId: before.userId }
      const changed = JSON.stringify(wished) !== JSON.stringify(before)
      if (changed && !cli.dryRun) yield* library.preferences.upsert(input)
      const now = cli.dryRun ? wished : yield* stored(cli, library, user)
      return cli.done<Outputs["prefs-set"]>({ preferences: preferencesJson(now), changed }, () =>
        cli.dryRun ? "Would set them. Nothing was changed." : changed ? "Set." : "They were set so already."
      )
    })
)

export const prefsCommand = family(
  "prefs",
  { brief: "Show or set preferences.", question: "Say what to do with preferences" },
  [show, set]
)
