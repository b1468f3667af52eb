import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { ExitCode } from "@white-room/core"
import type { Profile } from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import { flag } from "../command/Options.js"
import { CliError, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { profileArgument } from "./ListProfiles.js"

/** The profile whose mail is meant: the one that is named, else the only one that has mail. */
const withMail = (profiles: ReadonlyArray<Profile>, name: string | undefined) => {
  const [first, ...others] = profiles.filter(
    (profile) => profile.mail !== undefined && (name === undefined || profile.name === name)
  )
  if (first?.mail !== undefined && others.length === 0) return Effect.succeed({ ...first, mail: first.mail })
  return first === undefined
    ? refusal(
        name === undefined ? "No profile says who gets letters." : `${name} does not say who gets letters.`,
        "whiteroom schedule edit NAME --mail ADDRESS --mail-server smtps://mail.example.com says it."
      )
    : refusal("Several profiles send letters.", "Name one of them.")
}

const send = (
  cli: Cli,
  { name, mail }: Profile & { readonly mail: NonNullable<Profile["mail"]> },
  letter: { subject: string; text: string }
) =>
  Effect.gen(function* () {
    const { layerOutside, Outside } = yield* loadScheduler
    const about = `${cli.path} ${name} ${cli.now().toISOString()}`
    return yield* Effect.flatMap(Outside, (outside) => outside.mail(mail, { ...letter, about })).pipe(
      Effect.provide(layerOutside),
      Effect.mapError(
        ({ message }) =>
          new CliError({
            _tag: "MailNotSent",
            code: ExitCode.failed,
            message: `The letter was not sent: ${message}.`,
            recovery: `whiteroom schedule edit ${name} changes its --mail options; the daemon tries a letter that is due again every hour.`
          })
      )
    )
  })

export const digestCommand = define(
  "digest",
  {
    brief: "The letter of the week: what was backed up and what was not, where it is, what went wrong.",
    description:
      "Shows it as it would be now. With --send it is mailed to those that a profile names with --mail: so its mail can be tried. The daemon sends it by itself, when --digest of a profile says.",
    examples: [
      ["whiteroom schedule digest", "shows it"],
      ["whiteroom schedule digest daily --send", "mails it, to see that mail works"]
    ]
  },
  () =>
    object({
      name: optional(profileArgument()),
      send: flag("--send", "Mail it now.")
    }),
  ({ name, send: isToBeSent }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { digestOf, findState, loadStates, zoneOfProfile } = yield* loadScheduler
      const named = name === undefined ? undefined : yield* findState(library, name)
      const profiles = (named === undefined ? yield* loadStates(library) : [named]).map(
        ({ profile }) => profile
      )
      const profile = isToBeSent ? yield* withMail(profiles, name) : undefined
      const shown = profile ?? profiles[0]
      const letter = yield* digestOf(library, { zone: shown === undefined ? "UTC" : zoneOfProfile(shown) })
      const refused = profile === undefined || cli.dryRun ? [] : yield* send(cli, profile, letter)
      const to = profile?.mail.to ?? []
      const sent = profile !== undefined && !cli.dryRun
      cli.out.show({ ...letter, to, sent, refused } satisfies Outputs["schedule-digest"], () =>
        sent ? `Sent to ${to.join(", ")}: ${letter.subject}` : `${letter.subject}\n\n${letter.text.trimEnd()}`
      )
      for (const address of refused)
        cli.out.problem(`${address} was not taken.`, { address, reason: "refused" })
      return refused.length > 0 ? ExitCode.partial : ExitCode.done
    })
)
