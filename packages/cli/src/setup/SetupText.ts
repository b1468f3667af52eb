/** What `setup` asks and says. */
import { shellWord } from "@white-room/core"
import { shortPath } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { dayTime } from "../terminal/Time.js"
import type { FoundPlace, LostLibrary } from "./Found.js"
import { isLink } from "./Invitation.js"
import type { SetPlace, SetupDone, SetupPlan } from "./performSetup.js"

/** A rule in a sentence: `daily 19:00` is "every evening". */
const inWords = (rule: string): string =>
  new Map([
    ["hourly", "every hour"],
    ["daily 19:00", "every evening"]
  ]).get(rule) ?? rule

const labels = (places: ReadonlyArray<FoundPlace>): string =>
  places.map(({ label }) => printable(label)).join(" and ")

const wishText = ({ places, when, copies }: SetupPlan, songs: string): string =>
  `Protect ${songs}: a backup ${inWords(when)} here${places.length === 0 ? "" : `, and ${inWords(copies)} on ${labels(places)}`}?`

export const lostText = ({ folder, songs, savedAt }: LostLibrary, now: Date): string => {
  const what = songs === undefined ? "a sealed one, which its passphrase opens" : count(songs, "song")
  const when = savedAt === undefined ? "" : `, last saved ${dayTime(savedAt, now)}`
  return `Found your library: ${what}${when}, in ${printable(shortPath(folder))}.`
}

export const question = (plan: SetupPlan, others: ReadonlyArray<FoundPlace>, songs: string): string => {
  const choices =
    others.length < 2
      ? []
      : [
          "Places for copies that were found:",
          ...others.map(
            ({ label, place }, n) => `  ${n + 1}  ${printable(label)}  ${printable(shortPath(place))}`
          )
        ]
  const none =
    plan.places.length === 0
      ? [
          "No other disk and no synced folder was found. With one, a lost computer takes no songs with it: answer with its folder."
        ]
      : []
  const keys = others.length < 2 ? "[Y/n]" : "[Y/n, or a number]"
  return [...choices, ...none, `${wishText(plan, songs)} ${keys} `].join("\n")
}

export const planText = (plan: SetupPlan, songs: string, lost: LostLibrary | undefined): string =>
  [
    ...(lost === undefined
      ? []
      : [`Would offer to bring back the library in ${printable(shortPath(lost.folder))}.`]),
    wishText(plan, songs)
      .replace(/^Protect/, "Would protect")
      .replace(/\?$/, "."),
    ...(plan.app === undefined ? [] : [`The app's database would be adopted: ${shortPath(plan.app.path)}`]),
    ...plan.places.map(({ place, label }) =>
      isLink(place)
        ? `The library would be kept on ${printable(label)}; the link was not used.`
        : `A vault would be made or joined at ${printable(shortPath(place))}.`
    ),
    ...(plan.service ? ["The system would start the daemon when you log in."] : []),
    "Nothing was changed."
  ].join("\n")

const placeLine = ({ label, name, proven, error }: SetPlace, copies: string): string => {
  if (error !== undefined) return `  ${printable(label)}: nothing went there yet; whiteroom setup tries again`
  const read = proven === undefined ? "" : `; "${printable(proven)}" was read back from it`
  return `  ${printable(label)} (vault ${printable(name)}): everything is there${read}. Again ${inWords(copies)}, and every change within a minute while the daemon runs`
}

const serviceLines = ({ notStarted }: SetupDone): ReadonlyArray<string> => {
  if (notStarted === undefined) return ["  nothing runs by itself yet: whiteroom daemon install"]
  if (notStarted.length === 0) return ["  your system starts the daemon when you log in, and it runs now"]
  return ["  the daemon could not be started:", ...notStarted.map((line) => `  ${line}`)]
}

/** How each step is undone, the last one first. */
const backLines = ({ profiles, places, adopted, notStarted }: SetupDone): ReadonlyArray<string> => [
  ...(notStarted === undefined ? [] : ["  whiteroom daemon uninstall"]),
  ...profiles.map((name) => `  whiteroom schedule remove ${shellWord(name)}`),
  ...places.flatMap(({ name, place }) => {
    const verb = /^https?:/i.test(place) ? "disconnect" : "vault remove"
    return name === "" ? [] : [`  whiteroom ${verb} ${shellWord(name)}`]
  }),
  ...(adopted?.safetyCopy === undefined
    ? []
    : [`  the app's file as it was: ${printable(shortPath(adopted.safetyCopy))}`])
]

export const doneText = (done: SetupDone, { when, copies }: SetupPlan): string => {
  const back = backLines(done)
  return [
    `Protected: ${count(done.songs, "song")}. b${done.backup.number} is how they are now.`,
    `  here: a backup ${inWords(when)}, when something changed`,
    ...done.places.map((place) => placeLine(place, copies)),
    ...serviceLines(done),
    ...done.where,
    ...(back.length === 0 ? [] : ["To take it back:", ...back]),
    "How it stands at any time: whiteroom"
  ].join("\n")
}
