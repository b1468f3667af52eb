/** Profiles as files: to keep them with a studio's settings, or to take them to another library. */

import { readFileSync, statSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import type { Profile } from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import { argument, file } from "../command/Options.js"
import { attempt, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { count } from "../terminal/Text.js"
import { profileArgument } from "./ListProfiles.js"
import { profileJson } from "./ProfileJson.js"

export const exportProfiles = define(
  "export",
  {
    brief: "Profiles as JSON on stdout, as import reads them.",
    description: "With the whole addresses of heartbeat and webhook, which may be secrets.",
    examples: [["whiteroom schedule export > profiles.json", "all of them"]]
  },
  object({ name: optional(profileArgument()) }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { encodeProfile, findState, loadStates } = yield* loadScheduler
      const states = name === undefined ? yield* loadStates(library) : [yield* findState(library, name)]
      const profiles: ReadonlyArray<unknown> = states.map(({ profile }) => JSON.parse(encodeProfile(profile)))
      cli.out.print(JSON.stringify(profiles, null, 2))
      return 0
    })
)

/** Profiles are short; whatever is larger is something else. */
const largest = 1_048_576

/** @throws CliError */
const readProfiles = (file: string): ReadonlyArray<unknown> => {
  const wrong = (reason: string) =>
    refusal(`${file} ${reason}.`, "`whiteroom schedule export` shows how such a file looks.")
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw wrong("is not there")
  if (!stat.isFile() || stat.size > largest) throw wrong("is not a file of profiles")
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""))
  } catch {
    throw wrong("is not JSON, or cannot be read")
  }
  return Array.isArray(value) ? value : [value]
}

/** The commands that profiles would run on this machine, each on a line of its own. */
const commandsOf = (profiles: ReadonlyArray<Profile>): ReadonlyArray<string> =>
  profiles.flatMap(({ name, hooks }) =>
    (["before", "after", "failed"] as const).flatMap((when) => {
      const command = hooks?.[when]
      return command === undefined ? [] : [`  ${name}, ${when}: ${command}`]
    })
  )

export const importProfiles = define(
  "import",
  {
    brief: "Profiles from a JSON file: one, or an array of them.",
    description:
      "All of them or none: one that is wrong stops the others. Those of the same name are replaced, and commands that they would run here are taken over, after a yes."
  },
  object({ file: argument(file("FILE.json")) }),
  ({ file }, cli) =>
    Effect.gen(function* () {
      const { decodeProfile, saveProfile } = yield* loadScheduler
      const profiles = yield* attempt(() => readProfiles(file).map(decodeProfile))
      const names = profiles.map(({ name }) => name)
      const twice = names.find((name, index) => names.indexOf(name) < index)
      if (twice !== undefined)
        return yield* refusal(`${file} has two profiles ${twice}.`, "Keep one of them.")
      const library = yield* cli.open
      const known = (yield* library.schedule.profiles).map(({ name }) => name)
      const replaced = names.filter((name) => known.includes(name))
      if (!cli.dryRun && replaced.length > 0)
        yield* cli.confirm(
          `Replace ${replaced.join(", ")}?`,
          `Replacing ${count(replaced.length, "profile")}`
        )
      const commands = commandsOf(profiles)
      if (!cli.dryRun && commands.length > 0)
        yield* cli.confirm(
          `These commands will be run here, with your rights:\n${commands.join("\n")}\nTake them over?`,
          `Taking over ${count(commands.length, "command")}`
        )
      if (!cli.dryRun) yield* Effect.forEach(profiles, (profile) => saveProfile(library, profile))
      return cli.done<Outputs["schedule-import"]>({ profiles: profiles.map(profileJson) }, () =>
        cli.dryRun
          ? `Would import ${count(names.length, "profile")}: ${names.join(", ")}. Nothing was changed.`
          : `Imported ${count(names.length, "profile")}: ${names.join(", ")}.`
      )
    })
)
