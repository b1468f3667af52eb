/** Letters about what went wrong just now. Pure; the week is told by `digestLetter`. */
import type { Letter } from "./sendMail.js"

/** What a letter is about. */
export interface Occasion {
  readonly profile: string
  readonly libraryName: string
  readonly library: string
  readonly host: string
  readonly time: Date
  /** The place as a person calls it. */
  readonly place: string
  readonly activity: string
  readonly detail?: string | undefined
}

const what: Readonly<Record<string, string>> = {
  backup: "backup",
  copy: "copy",
  drill: "restore for practice"
}

const facts = ({ libraryName, library, host, place, time, detail = "" }: Occasion): ReadonlyArray<string> => [
  "",
  `  Library  ${libraryName} (${library}), on ${host}`,
  `  Where    ${place}`,
  `  When     ${time.toISOString().replace("T", " ").slice(0, 16)} UTC`,
  ...(detail === "" ? [] : [`  Why      ${detail.replace(/\s+/g, " ")}`]),
  ""
]

const end =
  "To look at it: whiteroom status, whiteroom schedule list. Backups that were taken before are unharmed."

/** A run failed. It is tried again by itself, and only the first of such tries is told. */
export const failureLetter = (occasion: Occasion): Letter => {
  const { profile, activity, host, time } = occasion
  return {
    subject: `A ${what[activity] ?? activity} did not work: ${profile} on ${host}`,
    about: `failed ${profile} ${activity} ${occasion.library} ${occasion.place} ${time.toISOString()}`,
    text: [
      `A ${what[activity] ?? activity} of the profile ${profile} did not work. It is tried again by itself: after a minute, then less often, at least every hour.`,
      ...facts(occasion),
      end,
      ""
    ].join("\n")
  }
}

/** There was no good run for too long. It is told once a day. */
export const staleLetter = (occasion: Occasion): Letter => ({
  subject: `No new backup for too long: ${occasion.profile} on ${occasion.host}`,
  about: `stale ${occasion.profile} ${occasion.library} ${occasion.place} ${occasion.time.toISOString()}`,
  text: [
    `The profile ${occasion.profile} had no good run for longer than it should. You are told once a day, until one is good.`,
    ...facts(occasion),
    end,
    ""
  ].join("\n")
})
