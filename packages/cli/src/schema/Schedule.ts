/** What `schedule` and `daemon` print for scripts. */

import { Count, Outcome, optional, ProfilePlace, Texts, Time } from "@white-room/core/output"
import { Profile as Stored } from "@white-room/scheduler"
import * as Schema from "effect/Schema"
import { summary } from "./Fields.js"

/** A profile with its defaults. `heartbeat`, `webhook` and the server of `mail`: only the host, the rest may be a secret. */
const Profile = Schema.extend(
  Schema.typeSchema(Stored.omit("pausedUntil", "heartbeat", "webhook", "mail")),
  Schema.Struct({
    pausedUntil: optional(Time),
    heartbeat: optional(Schema.String),
    webhook: optional(Schema.String),
    mail: optional(Schema.Struct({ to: Texts, server: Schema.String, digest: Schema.String }))
  })
)

/** A profile of the library, or one that this version cannot read. */
export const ListedProfile = Schema.Union(
  Schema.Struct({
    name: Schema.String,
    /** False: the preferences ask for it. */
    stored: Schema.Boolean,
    next: Schema.NullOr(Time),
    /** Why what is due waits, in words: it runs on battery, the network is metered. */
    waits: optional(Schema.String),
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

/** The letter of the week, and whether it was mailed just now. */
export const Digest = Schema.Struct({
  subject: Schema.String,
  text: Schema.String,
  to: Texts,
  sent: Schema.Boolean,
  /** Of those whom it was sent to, whom the server did not take it for. */
  refused: Texts
})

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
  line("digest", {
    profile: Schema.String,
    to: Texts,
    outcome: Schema.Literal("done", "failed"),
    warnings: Texts
  }),
  line("paused", { profile: Schema.String, reason: Schema.String }),
  line("resumed", { profile: Schema.String }),
  line("waiting", { heldBy: Schema.String, until: Time }),
  line("unreadable", { profile: Schema.String, message: Schema.String }),
  line("pushed", { vault: Schema.String, events: Count, bytes: Count }),
  /** Of restores that were sent to this device: carried out; waiting for an answer, or for the app to be closed; not carried out. */
  line("brought", {
    vault: Schema.String,
    restore: Schema.String,
    from: Schema.String,
    source: Schema.String,
    mode: Schema.String,
    names: Texts
  }),
  line("asks", {
    vault: Schema.String,
    restore: Schema.String,
    from: Schema.String,
    source: Schema.String,
    mode: Schema.String,
    names: Texts,
    appOpen: Schema.Boolean
  }),
  line("not-brought", {
    vault: Schema.String,
    restore: Schema.String,
    from: Schema.String,
    reason: Schema.String
  }),
  line("away", { vault: Schema.String, error: Schema.String, message: Schema.String }),
  line("trouble", { error: Schema.String, message: Schema.String }),
  line("stopped", { signal: Schema.String })
)

export const DaemonInstall = summary({
  service: Schema.Literal("systemd", "launchd", "task scheduler"),
  file: Schema.String,
  text: Schema.String,
  /** The service manager took it; otherwise it must be told by hand. */
  started: Schema.Boolean
})

export const DaemonUninstall = summary({
  service: Schema.Literal("systemd", "launchd", "task scheduler"),
  file: Schema.String,
  /** False: there was none. */
  removed: Schema.Boolean
})

export const DaemonStatus = Schema.Struct({
  service: Schema.NullOr(Schema.Literal("systemd", "launchd", "task scheduler")),
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
