/**
 * A profile: what to back up, when, where to, how long to keep. It is a plain JSON object, stored in the library by its
 * name, and can be written by hand; `decodeProfile` says in words what is wrong with one.
 */
import {
  day,
  faultsIn,
  InvalidInput,
  isZone,
  minute,
  type RetentionPolicy,
  systemZone,
  type UserPreferences
} from "@white-room/core"
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { addressFault, parseAddress } from "./Address.js"
import { type CatchUp, isQuiet, type QuietTime, type Timing } from "./calendar/Due.js"
import { parseQuietTime } from "./calendar/parseQuietTime.js"
import { parseRule } from "./calendar/parseRule.js"
import { Amount, brief, isPath, most, optional, readBy, unsaid, WholePath, withDefault } from "./Fields.js"
import { Mail } from "./Mail.js"
import { plainText } from "./plainText.js"

const Name = Schema.String.pipe(
  Schema.filter(
    (name) =>
      /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u.test(name)
        ? undefined
        : "a name has 1 to 64 letters, digits, spaces, dots, dashes and underscores",
    unsaid
  )
)

/** False when quiet times cover the whole week. */
const leavesTime = (quiet: ReadonlyArray<QuietTime>): boolean =>
  quiet.length < 2 ||
  Array.from({ length: (7 * day) / minute }, (_, n) => n * minute).some(
    (moment) => !isQuiet({ quiet, zone: "UTC" }, moment)
  )

const Count = Schema.Int.pipe(Schema.between(0, 1_000_000))

const Keep = Schema.Struct({
  last: optional(Count),
  hourly: optional(Count),
  daily: optional(Count),
  weekly: optional(Count),
  monthly: optional(Count),
  yearly: optional(Count),
  withinDays: optional(Amount),
  tags: optional(Schema.Array(brief).pipe(Schema.maxItems(most)))
}).pipe(
  Schema.filter(
    (keep) =>
      Object.values(keep).some((value) => (Array.isArray(value) ? value.length > 0 : Number(value) > 0))
        ? undefined
        : "it would keep nothing",
    unsaid
  )
)

const Destination = Schema.String.pipe(
  Schema.filter(
    (destination) =>
      isPath(destination) || /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u.test(destination)
        ? undefined
        : "a place is a vault by its name, or a folder by its whole path",
    unsaid
  )
)

const Address = Schema.String.pipe(
  Schema.filter((text) => {
    try {
      return parseAddress(text) === undefined ? addressFault : undefined
    } catch {
      return addressFault
    }
  }, unsaid)
)

/** Systems bound what a command may be, and none can have a NUL in it. */
const Command = Schema.NonEmptyString.pipe(
  Schema.filter(
    (command) =>
      command.length <= 16_384 && !command.includes("\0")
        ? undefined
        : "a command has at most 16,384 characters, and no NUL",
    unsaid
  )
)

const Hooks = Schema.Struct({
  /** Commands for the shell. When `before` fails, no backup is taken and the run has failed. */
  before: optional(Command),
  after: optional(Command),
  failed: optional(Command),
  /** Seconds after which a command is ended. */
  timeLimit: withDefault(Amount, () => 60)
})

const Drill = Schema.Struct({
  when: Schema.NonEmptyArray(readBy(parseRule)).pipe(Schema.maxItems(most)),
  /** How many songs and performances each drill restores, another part of them every time; `all` for all. */
  sample: withDefault(Schema.Union(Schema.Literal("all"), Schema.Int.pipe(Schema.positive())), () => 20)
})

export const Profile = Schema.Struct({
  name: Name,
  /** Rules as people write them; see `parseRule`. A run is due when any of them says so. */
  when: Schema.NonEmptyArray(readBy(parseRule)).pipe(Schema.maxItems(most)),
  /** IANA name; without it the zone of the machine that runs it, also when that changes. */
  zone: optional(Schema.String),
  /** Times in which no run begins, such as `22:00-06:00` or `weekdays 09:00-17:00`. */
  quiet: withDefault(
    Schema.Array(readBy(parseQuietTime)).pipe(
      Schema.maxItems(most),
      Schema.filter(
        (quiet) =>
          leavesTime(quiet.map(parseQuietTime)) ? undefined : "together they leave no time for a run",
        unsaid
      )
    ),
    () => []
  ),
  /** Missed runs: one for however many were missed, none, or none after so many minutes. */
  catchUp: withDefault(
    Schema.Union(Schema.Literal("once", "off"), Schema.Struct({ withinMinutes: Amount })),
    () => "once" as const
  ),
  /**
   * Only changes of these kinds ask for a backup; default: all. The backup itself is always whole: one that lacked the
   * performances would delete them when it is restored exactly.
   */
  kinds: optional(Schema.NonEmptyArray(Schema.Literal("song", "performance", "preferences"))),
  /** When nothing changed, take none; the run counts as a good one. */
  skipIfUnchanged: withDefault(Schema.Boolean, () => true),
  /** `{profile}`, `{date}`, `{time}` and `{host}` are filled in. */
  description: withDefault(Schema.String.pipe(Schema.maxLength(1000)), () => "{profile}"),
  tags: withDefault(Schema.Array(brief).pipe(Schema.maxItems(most)), () => []),
  keep: withDefault(Keep, () => ({ last: 30 })),
  /**
   * Vaults that get every backup too, by their names or folders; a folder without one gets one. What is not there is
   * caught up when it returns.
   */
  places: withDefault(Schema.Array(Destination).pipe(Schema.maxItems(most)), () => []),
  /** On battery, where the platform tells: `pause` lets what is due wait for the mains. */
  onBattery: withDefault(Schema.Literal("run", "pause"), () => "run" as const),
  /** On a network that costs by what is sent, where the platform tells: `pause` lets what goes over it wait. */
  onMetered: withDefault(Schema.Literal("run", "pause"), () => "run" as const),
  enabled: withDefault(Schema.Boolean, () => true),
  pausedUntil: optional(Schema.Union(Schema.Date, Schema.ValidDateFromSelf)),
  /** Without a good run for so long, `status` and the alerts say so. Default: twice the longest time between runs, and an hour. */
  staleAfterHours: optional(Amount),
  drill: optional(Drill),
  hooks: optional(Hooks),
  /** Called after every good run: a watch at that address notices when the calls stop. */
  heartbeat: optional(Address),
  /** Gets a JSON message when a run fails or the profile goes stale. */
  webhook: optional(Address),
  /** A file whose first line signs what the webhook gets, so that the other side knows whose it is. */
  webhookKey: optional(WholePath),
  /** Letters when runs begin to fail, when none is good for too long, and every week. */
  mail: optional(Mail),
  /** A notification on the desktop when a run fails or the profile goes stale. */
  notify: withDefault(Schema.Boolean, () => true)
})
export type Profile = typeof Profile.Type

/** A profile as it is written by hand: only `name` and `when` are needed. */
export type ProfileInput = typeof Profile.Encoded

const strictly = { onExcessProperty: "error", errors: "all" } as const

const inWords = (error: ParseResult.ParseError): string =>
  faultsIn(error)
    .map((fault) => plainText(fault, 600))
    .join("; ")

const decode = (value: unknown): Profile => {
  const decoded = Schema.decodeUnknownEither(Profile, strictly)(value)
  if (Either.isRight(decoded)) return decoded.right
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidInput({
      field: "profile",
      reason: 'it is not an object such as {"name": "daily", "when": ["daily 18:00"]}'
    })
  throw new InvalidInput({ field: "profile", reason: inWords(decoded.left) })
}

/** Reads a profile from what JSON gave. @throws InvalidInput that names every field that is wrong */
export const decodeProfile = (value: unknown): Profile => {
  const profile = decode(value)
  if (profile.zone === undefined || isZone(profile.zone)) return profile
  throw new InvalidInput({
    field: "profile",
    reason: `zone: ${plainText(profile.zone, 60)} is not a time zone that is known here, such as Europe/Berlin`
  })
}

/** The JSON of a profile, with its defaults written out. */
export const encodeProfile = (profile: Profile): string => JSON.stringify(Schema.encodeSync(Profile)(profile))

/**
 * Reads a profile as it is stored. A zone that another machine knew and this one does not stops no backup: see
 * `zoneOfProfile`. @throws InvalidInput
 */
export const parseProfile = (definition: string): Profile => {
  let value: unknown
  try {
    value = JSON.parse(definition)
  } catch {
    throw new InvalidInput({ field: "profile", reason: "it is not JSON" })
  }
  return decode(value)
}

/** The profile that the user's preferences ask for: `backupIntervalHours`, `maxBackups`, `autoBackupEnabled`. */
export const profileOfPreferences = ({
  autoBackupEnabled,
  backupIntervalHours,
  maxBackups
}: Pick<UserPreferences, "autoBackupEnabled" | "backupIntervalHours" | "maxBackups">): Profile =>
  decodeProfile({
    name: "default",
    when: [`every ${Math.max(1, Math.min(8784, backupIntervalHours))} hours`],
    keep: { last: Math.max(1, Math.min(1_000_000, maxBackups)) },
    description: "automatic",
    enabled: autoBackupEnabled
  })

/** Whose clock a profile goes by: its own, else that of this machine. A zone that is not known here is UTC. */
export const zoneOfProfile = ({ zone }: Profile): string =>
  zone === undefined ? systemZone() : isZone(zone) ? zone : "UTC"

const timing = (when: ReadonlyArray<string>, profile: Profile, catchUp: CatchUp): Timing => ({
  rules: when.map(parseRule),
  zone: zoneOfProfile(profile),
  quiet: profile.quiet.map((text): QuietTime => parseQuietTime(text)),
  catchUp
})

export const timingOf = (profile: Profile): Timing => timing(profile.when, profile, profile.catchUp)

/** When drills are due; `undefined` without any. They are always caught up. */
export const drillTimingOf = (profile: Profile): Timing | undefined =>
  profile.drill && timing(profile.drill.when, profile, "once")

export const policyOf = ({ keep }: Profile): RetentionPolicy => ({
  keepLast: keep.last,
  keepHourly: keep.hourly,
  keepDaily: keep.daily,
  keepWeekly: keep.weekly,
  keepMonthly: keep.monthly,
  keepYearly: keep.yearly,
  keepWithin: keep.withinDays && keep.withinDays * day,
  keepTags: keep.tags
})

/** True while it takes backups: enabled, and not paused. */
export const isActive = ({ enabled, pausedUntil }: Profile, now: number): boolean =>
  enabled && (pausedUntil === undefined || pausedUntil.getTime() <= now)
