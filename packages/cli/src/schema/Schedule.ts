/** What `schedule` and `daemon` print for scripts. */
import * as Schema from "effect/Schema"
import { Count, Kind, optional, summary, Texts, Time } from "./Fields.js"

const Keep = Schema.Struct({
  last: optional(Count),
  hourly: optional(Count),
  daily: optional(Count),
  weekly: optional(Count),
  monthly: optional(Count),
  yearly: optional(Count),
  withinDays: optional(Schema.Finite),
  tags: optional(Texts)
})

/** `heartbeat` and `webhook`: only the host, the rest may be a secret. */
const Profile = Schema.Struct({
  name: Schema.String,
  when: Texts,
  zone: optional(Schema.String),
  quiet: Texts,
  catchUp: Schema.Union(Schema.Literal("once", "off"), Schema.Struct({ withinMinutes: Schema.Finite })),
  kinds: optional(Schema.Array(Kind)),
  skipIfUnchanged: Schema.Boolean,
  description: Schema.String,
  tags: Texts,
  keep: Keep,
  places: Texts,
  enabled: Schema.Boolean,
  pausedUntil: optional(Time),
  staleAfterHours: optional(Schema.Finite),
  drill: optional(Schema.Struct({ when: Texts, sample: Schema.Union(Schema.Literal("all"), Schema.Int) })),
  hooks: optional(
    Schema.Struct({
      before: optional(Schema.String),
      after: optional(Schema.String),
      failed: optional(Schema.String),
      timeLimit: Schema.Finite
    })
  ),
  heartbeat: optional(Schema.String),
  webhook: optional(Schema.String),
  notify: Schema.Boolean
})

const Outcome = Schema.NullOr(Schema.Literal("done", "skipped", "failed", "inconclusive"))

/** How the runs of a profile went at a place; the empty text is the library itself. */
export const ProfilePlace = Schema.Struct({
  place: Schema.String,
  lastGood: Schema.NullOr(Time),
  lastRun: Schema.NullOr(Time),
  lastOutcome: Outcome,
  lastDetail: Schema.NullOr(Schema.String),
  stale: Schema.Boolean,
  lastDrill: Schema.NullOr(Time),
  lastDrillOutcome: Outcome,
  /** The last drill that found everything restorable. */
  lastProven: Schema.NullOr(Time)
})

/** A profile of the library, or one that this version cannot read. */
export const ListedProfile = Schema.Union(
  Schema.Struct({
    name: Schema.String,
    /** False: the preferences ask for it. */
    stored: Schema.Boolean,
    next: Schema.NullOr(Time),
    places: Schema.Array(ProfilePlace),
    profile: Profile
  }),
  Schema.Struct({ name: Schema.String, unreadable: Schema.String })
)

export const NextRuns = Schema.Struct({
  profile: Schema.String,
  runs: Schema.Array(
    Schema.Struct({ at: Time, rule: Schema.String, delayed: Schema.Boolean, reason: Schema.String })
  )
})

export const ProfileSummary = summary({ profile: Profile })
export const RemoveSummary = summary({ removed: Schema.String })
export const ImportedProfiles = summary({ profiles: Schema.Array(Profile) })

const runFields = {
  profile: Schema.String,
  activity: Schema.Literal("backup", "copy", "drill"),
  place: Schema.String,
  outcome: Outcome,
  dueAt: Time,
  startedAt: Time,
  endedAt: Time,
  attempt: Count,
  missed: Count,
  forgotten: Count,
  backupId: optional(Schema.String),
  number: optional(Count),
  detail: optional(Schema.String),
  warnings: Texts
}

export const RunSummary = summary({ runs: Schema.Array(Schema.Struct(runFields)) })

const line = <E extends string, F extends Schema.Struct.Fields>(event: E, fields: F) =>
  Schema.Struct({
    message_type: Schema.Literal("event"),
    time: Time,
    event: Schema.Literal(event),
    ...fields
  })

/** A line of the daemon's log. */
export const DaemonLine = Schema.Union(
  line("started", { library: Schema.String, pid: Count }),
  line("opened", { library: Schema.String }),
  line("captured", { changes: Count }),
  line("run", runFields),
  line("alert", {
    profile: Schema.String,
    place: Schema.String,
    lastGood: Schema.NullOr(Time),
    message: Schema.String,
    warnings: Texts
  }),
  line("waiting", { heldBy: Schema.String, until: Time }),
  line("unreadable", { profile: Schema.String, message: Schema.String }),
  line("pushed", { vault: Schema.String, events: Count, bytes: Count }),
  line("away", { vault: Schema.String, error: Schema.String, message: Schema.String }),
  line("trouble", { error: Schema.String, message: Schema.String }),
  line("stopped", { signal: Schema.String })
)

export const DaemonInstall = summary({
  service: Schema.Literal("systemd", "launchd"),
  file: Schema.String,
  text: Schema.String,
  /** The service manager took it; otherwise it must be told by hand. */
  started: Schema.Boolean
})

export const DaemonUninstall = summary({
  service: Schema.Literal("systemd", "launchd"),
  file: Schema.String,
  /** False: there was none. */
  removed: Schema.Boolean
})

export const DaemonStatus = Schema.Struct({
  service: Schema.NullOr(Schema.Literal("systemd", "launchd")),
  file: Schema.NullOr(Schema.String),
  installed: Schema.Boolean,
  /** `null`: there is no service manager to ask. */
  enabled: Schema.NullOr(Schema.Boolean),
  running: Schema.NullOr(Schema.Boolean),
  /** When the last run of any profile began. */
  lastRun: Schema.NullOr(Time),
  next: Schema.NullOr(Time),
  /** Since when a run should have begun and none did: nothing seems to look. */
  overdueSince: Schema.NullOr(Time)
})
