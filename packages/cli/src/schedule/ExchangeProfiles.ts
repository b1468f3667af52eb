/** Profiles as files: to keep them with a studio's settings, or to take them to another library. */

import { readFileSync, statSync } from "node:fs"
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import { argument, file, one, text } from "../command/Options.js"
import { attempt, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { jsonText } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { consequencesOf } from "./Consequences.js"
import { profileArgument } from "./ListProfiles.js"
import { profileJson } from "./ProfileJson.js"
import { profilesFrom } from "./Proposed.js"

export const exportProfiles = define(
  "export",
  {
    brief: "Profiles as JSON on stdout, as import reads them.",
    description: "With the whole addresses of heartbeat and webhook, which may be secrets.",
    examples: [["whiteroom schedule export > profiles.json", "all of them"]]
  },
  () => object({ name: optional(profileArgument()) }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { encodeProfile, findState, loadStates } = yield* loadScheduler
      const states = name === undefined ? yield* loadStates(library) : [yield* findState(library, name)]
      const profiles: ReadonlyArray<unknown> = states.map(({ profile }) => JSON.parse(encodeProfile(profile)))
      cli.out.printLines(jsonText(profiles, 2))
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

export const importProfiles = define(
  "import",
  {
    brief: "Profiles from a JSON file: one, or an array of them; or from a vault.",
    description:
      "All of them or none: one that is wrong stops the others. Shows where each sends data, what it runs and which backups it keeps, and takes nothing over without a yes. With --from it takes the profiles that another device sent to a vault: they come along with its pushes, without the commands they run and the addresses they call.",
    examples: [
      ["whiteroom schedule import profiles.json", "as schedule export wrote them"],
      ["whiteroom schedule import --from studio", "those of the other computer"]
    ]
  },
  () =>
    object({
      file: optional(argument(file("FILE.json"))),
      from: one("--from", text("VAULT"), "A vault of whiteroom vault list, in place of a file.")
    }),
  ({ file, from }, cli) =>
    Effect.gen(function* () {
      const { decodeProfile, saveProfile } = yield* loadScheduler
      if ((file === undefined) === (from === undefined))
        return yield* refusal("Profiles come from a file or from a vault.", "Name one of them.")
      const profiles =
        from === undefined
          ? yield* attempt(() => readProfiles(file ?? "").map(decodeProfile))
          : yield* profilesFrom(cli, from)
      const names = profiles.map(({ name }) => name)
      const twice = names.find((name, index) => names.indexOf(name) < index)
      if (twice !== undefined)
        return yield* refusal(`${file ?? from} has two profiles ${twice}.`, "Keep one of them.")
      const library = yield* cli.open
      const known = (yield* library.schedule.profiles).map(({ name }) => name)
      const replaced = names.filter((name) => known.includes(name))
      const some = count(profiles.length, "profile")
      cli.out.message(yield* consequencesOf(profiles))
      if (!cli.dryRun)
        yield* cli.confirm(
          `Take over ${some}, to act like this with your rights${replaced.length > 0 ? `, in place of ${replaced.join(", ")}` : ""}?`,
          `Taking over ${some}`
        )
      if (!cli.dryRun) yield* Effect.forEach(profiles, (profile) => saveProfile(library, profile))
      return cli.done<Outputs["schedule-import"]>({ profiles: profiles.map(profileJson) }, () =>
        cli.dryRun
          ? `Would import ${some}: ${names.join(", ")}. Nothing was changed.`
          : `Imported ${some}: ${names.join(", ")}.`
      )
    })
)
