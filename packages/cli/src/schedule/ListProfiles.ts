import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import { argument, number, oneOr, text } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import { ago, dayTime } from "../terminal/Time.js"
import { viewJson } from "./ProfileJson.js"
import {
  type PlaceView,
  type ProfileView,
  patience,
  placeName,
  reasonOf,
  type ScheduleView,
  viewSchedule
} from "./ScheduleView.js"

export const profileArgument = () => argument(text("NAME", "profiles"), "The name of a profile.")

const nextText = ({ profile, next, late, held }: ProfileView, now: Date): string => {
  if (!profile.enabled) return "paused"
  if (profile.pausedUntil !== undefined && profile.pausedUntil > now)
    return `paused until ${dayTime(profile.pausedUntil, now)}`
  if (held !== undefined) return `waits: ${held}`
  if (next === undefined) return "never"
  if (next.at > now.getTime()) return dayTime(new Date(next.at), now)
  return late > patience ? `due since ${dayTime(new Date(now.getTime() - late), now)}` : "now"
}

const placeText = (place: PlaceView, now: Date): ReadonlyArray<string> => [
  place.there ? placeName(place.place) : `${place.place} (away)`,
  `${place.lastGood ? ago(place.lastGood.startedAt, now) : "never"}${place.stale ? " !" : ""}`,
  place.lastRun === undefined || place.lastRun === place.lastGood
    ? ""
    : (place.lastRun.detail ?? place.lastRun.outcome ?? "it was cut off"),
  place.lastProof
    ? ago(place.lastProof.startedAt, now)
    : place.lastDrill
      ? (place.lastDrill.outcome ?? "")
      : ""
]

const listText = (cli: Cli, { profiles, unreadable }: ScheduleView): string => {
  const now = cli.now()
  const rows = profiles.flatMap((view) =>
    view.places.map((place, index) => [
      ...(index === 0
        ? [view.profile.name, view.profile.when.join("; "), nextText(view, now)]
        : ["", "", ""]),
      ...placeText(place, now)
    ])
  )
  const columns = [
    { header: "Profile", colour: "bold" as const },
    { header: "When", shrink: true },
    { header: "Next" },
    { header: "Place", shrink: true },
    { header: "Last good" },
    { header: "Last try", shrink: true, optional: true },
    { header: "Proven", optional: true }
  ]
  const missing = unreadable.map(({ name, reason }) => `! ${name} cannot be read and is not run: ${reason}`)
  return [cli.out.table(columns, rows), ...missing].join("\n")
}

export const list = define(
  "list",
  {
    brief: "The profiles, what comes next, and the last good run at each place.",
    description:
      "Without a profile of its own the library has the one that the preferences ask for: every backupIntervalHours, while autoBackupEnabled, keeping maxBackups."
  },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const view = yield* viewSchedule(yield* cli.open, cli.now().getTime())
      const json: Outputs["schedule-list"] = [
        ...view.profiles.map(viewJson),
        ...view.unreadable.map(({ name, reason }) => ({ name, unreadable: reason }))
      ]
      return cli.out.list(json, () => listText(cli, view), "No profiles: whiteroom schedule add")
    })
)

export const next = define(
  "next",
  { brief: "The next runs of each profile, and why they come then." },
  () =>
    object({
      name: optional(profileArgument()),
      count: oneOr(5, "--count", number("N", 1, 1000), "How many.")
    }),
  ({ name, count }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { comingBackups, findState, showRule } = yield* loadScheduler
      if (name !== undefined) yield* findState(library, name)
      const now = cli.now()
      const { profiles } = yield* viewSchedule(library, now.getTime())
      const wanted = profiles.filter(({ profile }) => name === undefined || profile.name === name)
      const json: Outputs["schedule-next"] = wanted.map((view) => ({
        profile: view.profile.name,
        runs: comingBackups(view.state, now.getTime(), count).map((coming) => ({
          at: new Date(coming.at).toISOString(),
          rule: showRule(coming.rule),
          delayed: coming.delayed,
          reason: reasonOf(view, coming, showRule(coming.rule), now.getTime())
        }))
      }))
      const rows = json.flatMap(({ profile, runs }) =>
        runs.length === 0
          ? [[profile, "never", "paused: whiteroom schedule resume"]]
          : runs.map(({ at, reason }, index) => [
              index === 0 ? profile : "",
              Date.parse(at) <= now.getTime() ? "now" : dayTime(new Date(at), now),
              reason
            ])
      )
      const columns = [{ header: "Profile" }, { header: "When" }, { header: "Why", shrink: true }]
      return cli.out.list(json, () => cli.out.table(columns, rows), "No profile.")
    })
)
