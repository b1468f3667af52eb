import { object, or } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { multiple, withDefault } from "@optique/core/modifiers"
import { argument, command, option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { createDefaultUserPreferences, InvalidInput, type UserPreferencesInput } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { attempt } from "../error/CliError.js"
import { fieldList } from "../output/Table.js"
import { preferencesJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"

const userOption = withDefault(
  option("--user", string({ metavar: "USER" }), { description: message`Whose preferences.` }),
  "default"
)

const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const details = (cli: Cli, preferences: Outputs["prefs-show"]): string =>
  fieldList(
    `Preferences of ${preferences.userId}`,
    Object.entries(preferences).flatMap(([key, value]) =>
      key === "userId" ? [] : [[key, valueText(value)] as const]
    ),
    cli.out.paint
  )

const show = define(
  "show",
  { brief: message`The preferences; without any, the defaults.` },
  object({ user: userOption }),
  ({ user }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const preferences = yield* user === "default"
        ? library.preferences.getDefault
        : library.preferences.read(user)
      const json = preferencesJson(preferences)
      return cli.out.show(json, () => details(cli, json))
    })
)

const texts = ["displayName", "defaultOutputDevice", "defaultInputDevice", "theme", "language"] as const
const numbers = [
  "defaultSampleRate",
  "defaultBufferSize",
  "autoSaveInterval",
  "backupIntervalHours",
  "maxBackups"
] as const
const flags = ["autoSaveEnabled", "autoBackupEnabled", "showTooltips"] as const
const keys: ReadonlyArray<string> = [...texts, ...numbers, ...flags, "customPreferences"]

const readNumber = (field: string, value: string): number => {
  const number = Number(value)
  if (/^\d{1,9}$/.test(value) && number > 0) return number
  throw new InvalidInput({ field, reason: `"${value}" is no whole number above zero` })
}

const readFlag = (field: string, value: string): boolean => {
  if (/^(?:true|yes|on|1)$/i.test(value)) return true
  if (/^(?:false|no|off|0)$/i.test(value)) return false
  throw new InvalidInput({ field, reason: `"${value}" is neither on nor off` })
}

const readObject = (field: string, value: string): Readonly<Record<string, unknown>> => {
  const refuse = () => new InvalidInput({ field, reason: "it must be a JSON object" })
  let parsed: unknown
  try {
    parsed = JSON.parse(value)
  } catch {
    throw refuse()
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw refuse()
  return Object.fromEntries(Object.entries(parsed))
}

/** The preferences that one `KEY=VALUE` sets. @throws InvalidInput */
export const readSetting = (setting: string): UserPreferencesInput => {
  const at = setting.indexOf("=")
  const key = at < 0 ? setting : setting.slice(0, at)
  const value = setting.slice(at + 1)
  const is = <K extends string>(known: ReadonlyArray<K>) => known.find((name) => name === key)
  const [text, number, flag] = [is(texts), is(numbers), is(flags)]
  if (at < 0) throw new InvalidInput({ field: key, reason: "say KEY=VALUE" })
  if (text !== undefined) return { [text]: value }
  if (number !== undefined) return { [number]: readNumber(key, value) }
  if (flag !== undefined) return { [flag]: readFlag(key, value) }
  if (key === "customPreferences") return { customPreferences: readObject(key, value) }
  throw new InvalidInput({ field: key, reason: `there is no such preference; there are ${keys.join(", ")}` })
}

/** Those of a user, else the defaults. */
const stored = (cli: Cli, library: Library, user: string) =>
  user === "default"
    ? library.preferences.getDefault
    : library.preferences
        .read(user)
        .pipe(
          Effect.catchTag("EntityNotFound", () =>
            Effect.succeed(createDefaultUserPreferences(cli.now(), user))
          )
        )

const set = define(
  "set",
  {
    brief: message`Change preferences; others keep their value.`,
    description: message`For example: theme=dark maxBackups=50 autoSaveEnabled=off`
  },
  object({
    user: userOption,
    settings: multiple(argument(string({ metavar: "KEY=VALUE" })), { min: 1 })
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
      const summary: Outputs["prefs-set"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        preferences: preferencesJson(cli.dryRun ? wished : yield* stored(cli, library, user)),
        changed
      }
      return cli.out.done(summary, () =>
        cli.dryRun ? "Would set them. Nothing was changed." : changed ? "Set." : "They were set so already."
      )
    })
)

const subcommands = or(show, set, {
  errors: { noMatch: message`Say what to do with preferences: show or set.` }
})

export const prefs = command("prefs", subcommands, { brief: message`Show or set preferences.` })
