/**
 * What a profile would do that a person may not want: sending data away, running commands, letting backups go. Whoever takes
 * a profile over from a file says yes to this list, so everything in it is spelled out and nothing can hide in it.
 */
import { isAbsolute } from "node:path"
import { describePolicy } from "@white-room/core"
import type { Profile } from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import { loadScheduler } from "../command/Load.js"
import { printable, quoted } from "../terminal/Harmless.js"

type Scheduler = Effect.Effect.Success<typeof loadScheduler>

const ofProfile = (profile: Profile, { hostOf, mailHost, policyOf }: Scheduler): ReadonlyArray<string> => {
  const { name, places, webhook, webhookKey, heartbeat, mail, hooks, enabled } = profile
  const commands = (["before", "after", "failed"] as const).flatMap((when) => {
    const command = hooks?.[when]
    return command === undefined
      ? []
      : [`runs, ${when === "failed" ? "when one failed" : `${when} each backup`}: ${quoted(command)}`]
  })
  return [
    `${printable(name)}${enabled ? "" : ", which is not enabled"}`,
    ...places.map(
      (place) =>
        `  sends every backup of all songs to ${isAbsolute(place) ? "the folder" : "the vault"} ${quoted(place)}`
    ),
    ...(webhook === undefined
      ? []
      : [
          `  tells ${hostOf(webhook)} of failures: with the path of the library, and maybe names of songs`,
          ...(webhookKey === undefined
            ? []
            : [`  signs that with the first line of the file ${quoted(webhookKey)}`])
        ]),
    ...(heartbeat === undefined ? [] : [`  calls ${hostOf(heartbeat)} after every good run`]),
    ...(mail === undefined
      ? []
      : [
          `  mails ${mail.to.map(printable).join(", ")} of failures${mail.digest === "off" ? "" : `, and of all backups ${printable(mail.digest)}`}, by ${mailHost(mail)}: with the path of the library, and maybe names of songs`,
          ...(mail.user === undefined
            ? []
            : [
                `  gives that server the user ${quoted(mail.user)} and the first line of the file ${quoted(mail.passwordFile ?? "")}`
              ])
        ]),
    ...commands.map((line) => `  ${line}`),
    `  keeps of its backups: ${printable(describePolicy(policyOf(profile)))}; others go to the trash`
  ]
}

/** A heading for each profile and a line for each of its consequences. */
export const consequencesOf = (profiles: ReadonlyArray<Profile>): Effect.Effect<string> =>
  Effect.map(loadScheduler, (scheduler) =>
    profiles.flatMap((profile) => ofProfile(profile, scheduler)).join("\n")
  )
