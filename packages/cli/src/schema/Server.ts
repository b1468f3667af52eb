/** What the commands about servers print for scripts. */
import { Count, optional, Texts, Time } from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { summary } from "./Fields.js"

const Role = Schema.Literal("device", "push-only", "teacher", "admin", "service")

/** One line of a server that runs: that it listens, what it answered, what went wrong. */
export const ServerLine = Schema.Struct({
  message_type: Schema.Literal("event"),
  time: Time,
  event: Schema.Literal(
    "listening",
    "request",
    "fault",
    "proof",
    "proofs",
    "mirror",
    "alert",
    "digest",
    "stopped"
  ),
  /** When it listens: where, and where it is reached from outside. */
  address: optional(Schema.String),
  url: optional(Schema.String),
  /** Makes whoever has it admin; told until somebody was. */
  signIn: optional(Schema.String),
  /** Whether it keeps a mirror, and what came back from one. */
  mirror: optional(Schema.Boolean),
  rebuilt: optional(
    Schema.Struct({
      ...{ libraries: Count, files: Count, asOf: Time, passedOver: Count },
      /** Files of the mirror whose bytes are not those of their names: at most a hundred, and how many there are. */
      damaged: Texts,
      damagedCount: Count
    })
  ),
  level: optional(Schema.Literal("info", "error")),
  id: optional(Schema.String),
  method: optional(Schema.String),
  route: optional(Schema.String),
  status: optional(Count),
  ms: optional(Count),
  from: optional(Schema.String),
  fault: optional(Schema.String),
  /** Of a proof: whether the library could be made again from its files, and what was wrong. */
  library: optional(Schema.String),
  ok: optional(Schema.Boolean),
  bytes: optional(Count),
  detail: optional(Schema.String),
  /** Of a danger: `disk`, `mirror`, `damage`, `loss`, `audit`. Of a digest: whose it was, and how it went. */
  kind: optional(Schema.String),
  group: optional(Schema.String),
  channel: optional(Schema.String),
  /** Of a night of them. */
  libraries: optional(Count),
  failed: optional(Count),
  signal: optional(Schema.String)
})

/** A line of `open`: where it listens, with the link that lets one browser in, and why it ended. */
export const OpenLine = Schema.Struct({
  message_type: Schema.Literal("event"),
  time: Time,
  event: Schema.Literal("listening", "fault", "stopped"),
  address: optional(Schema.String),
  link: optional(Schema.String),
  fault: optional(Schema.String),
  /** What asked it to end; absent when the last page was closed. */
  signal: optional(Schema.String)
})

/** The link is told once: the server keeps a hash of its code. */
export const InviteSummary = summary({
  name: Schema.String,
  role: Role,
  link: optional(Schema.String),
  libraries: Schema.Array(Schema.String),
  expiresAt: optional(Time),
  /** With --file: each of those that were invited. */
  invited: optional(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        link: Schema.String,
        libraries: Schema.Array(Schema.String),
        expiresAt: Time
      })
    )
  )
})

/** As `GET /v1/settings` has them: no secret is among them. */
export const Settings = Schema.Struct({
  mail: Schema.NullOr(
    Schema.Struct({
      to: Schema.Array(Schema.String),
      server: Schema.String,
      from: optional(Schema.String),
      user: optional(Schema.String),
      hasPassword: Schema.Boolean
    })
  ),
  webhook: Schema.NullOr(
    Schema.Struct({ host: Schema.String, signed: Schema.Boolean, ready: Schema.Boolean })
  ),
  digest: Schema.String,
  zone: Schema.String,
  absentDays: Count,
  groups: Schema.Array(
    Schema.Struct({
      group: Schema.String,
      libraries: Count,
      to: Schema.NullOr(Schema.Array(Schema.String)),
      pausedUntil: Schema.NullOr(Time)
    })
  )
})

/** Whether the audit log is as it was written. */
export const CheckSummary = summary({
  ok: Schema.Boolean,
  /** Up to which entry it is. */
  entries: Count,
  /** What is wrong. */
  fault: optional(Schema.String),
  /** With how many copies in the mirror it was compared. */
  copies: Count
})

/** Until when a group is quiet on purpose; `null`: it is not. */
export const PauseSummary = summary({ group: Schema.String, pausedUntil: Schema.NullOr(Time) })

/** Libraries that were put into a group, or without one taken out of theirs. */
export const GroupSummary = summary({
  group: optional(Schema.String),
  libraries: Schema.Array(Schema.Struct({ name: Schema.String, id: optional(Schema.String) }))
})

export const Access = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  role: Role,
  device: Schema.String,
  libraries: Schema.Array(Schema.String),
  /** Its libraries are those of this group. */
  group: optional(Schema.String),
  createdAt: Time,
  expiresAt: Schema.NullOr(Time),
  revokedAt: Schema.NullOr(Time),
  lastUsedAt: Schema.NullOr(Time),
  lastUsedFrom: Schema.NullOr(Schema.String)
})

/** The access as it is now; of a dry run what was named. */
export const AccessEditSummary = summary({
  access: optional(Access),
  /** False when the mirror could not be told. */
  mirrored: optional(Schema.Boolean)
})

export const RevokeSummary = summary({
  id: Schema.String,
  name: Schema.String,
  /** False when the mirror could not be told. */
  mirrored: optional(Schema.Boolean)
})

/** Libraries that leave; the link of each takes it home until it is erased. */
export const LeaveSummary = summary({
  leaving: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      id: optional(Schema.String),
      link: optional(Schema.String),
      eraseAt: optional(Time)
    })
  )
})

/** The receipt: from where it was erased. Without places not everything could be reached yet. */
export const EraseSummary = summary({
  id: Schema.String,
  places: optional(Schema.Array(Schema.Struct({ place: Schema.String, files: Count })))
})

/** `restored`: the library was brought back from there. `setAside`: where the one that was here lies now. */
export const ConnectSummary = summary({
  places: Schema.Array(Schema.String),
  role: optional(Role),
  vault: optional(Schema.String),
  sealed: optional(Schema.Boolean),
  restored: optional(Schema.Boolean),
  songs: optional(Count),
  position: optional(Count),
  setAside: optional(Schema.String),
  tokenFile: optional(Schema.String)
})

export const DisconnectSummary = summary({
  vault: Schema.String,
  place: Schema.String,
  /** False when the server could not be told. */
  told: optional(Schema.Boolean),
  /** Where the library lies now, if it was to be set aside. */
  setAside: optional(Schema.String)
})
