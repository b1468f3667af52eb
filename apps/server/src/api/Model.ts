/** What the API takes and gives. Fields are only ever added, and new ones are optional. */
import { Status } from "@white-room/core/output"
import * as Schema from "effect/Schema"

export const roles = ["device", "push-only", "teacher", "admin", "service"] as const

/**
 * What an access may do: `device` pushes to its library and reads it, `push-only` pushes and reads nothing of it,
 * `teacher` reads libraries and sends restores to their devices, `admin` does everything in its libraries, and one without any
 * everything on the server. `service` is a web app: it makes libraries whose home is the server, and writes them.
 */
export const Role = Schema.Literal(...roles).annotations({ identifier: "Role" })
export type Role = typeof Role.Type

/** By it a request can be asked for again, and is done once. */
export const keyHeader = { "idempotency-key": Schema.optional(Schema.String.pipe(Schema.maxLength(200))) }

/** `wait=N`: so many seconds of patience. */
export const preferHeader = { prefer: Schema.optional(Schema.String) }

/** Libraries and accesses, by an allow-list: they are parts of paths. */
export const Id = Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9-]{0,62}$/))

/** A name as people gave it, on one line. */
export const Name = Schema.String.pipe(
  Schema.minLength(1),
  Schema.maxLength(100),
  Schema.filter(
    (name) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) || "a name is on one line, of whole characters"
  )
)

/** Libraries that are looked after together: a class, a band. */
export const Group = Schema.String.pipe(
  Schema.pattern(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}._-])?$/u)
).annotations({ identifier: "Group" })

export const Time = Schema.String.annotations({ jsonSchema: { type: "string", format: "date-time" } })
const Bytes = Schema.Int.pipe(Schema.nonNegative())

export const Health = Schema.Struct({ status: Schema.Literal("ok") })

export const Enrolment = Schema.Struct({
  /** As it stands in the link; capitals and dashes do not count. */
  code: Schema.String.pipe(Schema.minLength(12), Schema.maxLength(40)),
  /** SHA-256 of the secret that the device made, in hex. The secret itself never comes here. */
  secretHash: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** What the device is called. */
  device: Name
})

export const SignIn = Schema.Struct({
  /** As it stands in the link; capitals and dashes do not count. */
  code: Schema.String.pipe(Schema.minLength(12), Schema.maxLength(40)),
  /** 32 random bytes in base64url, which the browser made: who lost the answer asks again with the same. */
  secret: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{43}$/))
})

const LibraryFacts = {
  id: Id,
  name: Name,
  /** True when only sealed vaults are taken. */
  sealed: Schema.Boolean
}

/** What a code was exchanged for. The same code with the same hash gets the same answer. */
export const Enrolled = Schema.Struct({
  access: Schema.String,
  role: Role,
  expiresAt: Schema.NullOr(Time),
  libraries: Schema.Array(
    Schema.Struct({
      ...LibraryFacts,
      /** Who else can read it, besides those who run the server. */
      readers: Schema.Array(Name)
    })
  )
}).annotations({ identifier: "Enrolled" })

export const AccessInfo = Schema.Struct({
  id: Schema.String,
  name: Name,
  role: Role,
  device: Name,
  libraries: Schema.Array(Id),
  /** It is for all libraries of this group, also for those that come. */
  group: Schema.optional(Group),
  createdAt: Time,
  expiresAt: Schema.NullOr(Time),
  revokedAt: Schema.NullOr(Time),
  lastUsedAt: Schema.NullOr(Time),
  lastUsedFrom: Schema.NullOr(Schema.String)
}).annotations({ identifier: "Access" })
export type AccessInfo = typeof AccessInfo.Type

/** A time with its zone, as ISO 8601 has it. */
const Moment = Schema.String.pipe(
  Schema.maxLength(40),
  Schema.filter(
    (text) =>
      (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) &&
        Number.isFinite(Date.parse(text)) &&
        Date.parse(text) > 0) ||
      "a time is written 2026-11-20T14:30:00Z"
  )
).annotations({ jsonSchema: { type: "string", format: "date-time", maxLength: 40 } })

/**
 * What changes of an access; what is left out stays. A computer (`device`, `push-only`), a person (`teacher`, `admin`) and a web app
 * stay what they are.
 */
export const AccessChange = Schema.Struct({
  name: Schema.optional(Name),
  role: Schema.optional(Role),
  libraries: Schema.optional(Schema.Array(Id).pipe(Schema.maxItems(1000))),
  /** The empty text: of no group. */
  group: Schema.optional(Schema.Union(Group, Schema.Literal(""))),
  /** Until when it lasts; `null`: until it is taken away. One that is over ends it. */
  expiresAt: Schema.optional(Schema.NullOr(Moment))
}).annotations({ identifier: "AccessChange", parseOptions: { onExcessProperty: "error" } })
export type AccessChange = typeof AccessChange.Type

/** What a device gives up: it pushes from then on, and reads nothing. There is no way back. */
export const Narrowing = Schema.Struct({ role: Schema.Literal("push-only") })

export const LibraryInfo = Schema.Struct({
  ...LibraryFacts,
  createdAt: Time,
  /** 0 where there is none. */
  quota: Bytes,
  used: Bytes,
  arrivedAt: Schema.NullOr(Time),
  /** Where it is written: on a device, which pushes it here, or here itself. */
  home: Schema.Literal("device", "server"),
  group: Schema.optional(Group),
  /** When it is erased, if it leaves. */
  eraseAt: Schema.optional(Time)
}).annotations({ identifier: "Library" })
export type LibraryInfo = typeof LibraryInfo.Type

export const InvitationWish = Schema.Struct({
  name: Name,
  role: Role,
  /** Libraries there are; none makes a new one for a device, and means the whole server for an admin. */
  libraries: Schema.optionalWith(Schema.Array(Id).pipe(Schema.maxItems(1000)), { default: () => [] }),
  sealed: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** For a device: the group of its library. For others: they get the libraries of the group, also those that come. */
  group: Schema.optional(Group),
  /** How long the access lasts that the code is exchanged for; without it until it is revoked. */
  accessDays: Schema.optional(Schema.Int.pipe(Schema.between(1, 3650)))
})

export const InvitationInfo = Schema.Struct({
  id: Schema.String,
  name: Name,
  role: Role,
  libraries: Schema.Array(Id),
  group: Schema.optional(Group),
  expiresAt: Time,
  triesLeft: Schema.Int,
  used: Schema.Boolean
}).annotations({ identifier: "Invitation" })
export type InvitationInfo = typeof InvitationInfo.Type

/** The code is told once, here; the server keeps its hash. */
export const Invited = Schema.Struct({
  ...InvitationInfo.fields,
  code: Schema.String,
  link: Schema.String
}).annotations({ identifier: "Invited" })

export const AuditEntry = Schema.Struct({
  number: Schema.Int,
  at: Time,
  actor: Schema.String,
  action: Schema.String,
  subject: Schema.String,
  detail: Schema.String,
  /** SHA-256 over the entry and the hash before, in hex. */
  hash: Schema.String
}).annotations({ identifier: "AuditEntry" })
export type AuditEntry = typeof AuditEntry.Type

/** How much of a list is wanted at once; 100 otherwise. */
export const limit = Schema.optional(
  Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 1000)).annotations({
    jsonSchema: { type: "integer", minimum: 1, maximum: 1000, default: 100 }
  })
)

export const Listed = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.Struct({
    items: Schema.Array(item),
    isLast: Schema.Boolean,
    /** What `after` takes to go on; absent on the last page, and where `after` takes the id of the last item. */
    next: Schema.optional(Schema.String)
  })

/** A list that also tells how many there are in all, with the name that was asked for. */
export const Counted = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.Struct({ ...Listed(item).fields, count: Schema.NonNegativeInt })

/** A device that went on with a library, as its line shows it. */
export const Device = Schema.Struct({
  line: Schema.String,
  device: Schema.String,
  position: Schema.NonNegativeInt,
  arrivedAt: Time
}).annotations({ identifier: "Device" })
export type Device = typeof Device.Type

/** As `whiteroom status --json` has it, as far as a server knows, and which device it speaks of. */
export const LibraryStatus = Schema.Struct({
  ...Status.fields,
  line: Schema.String,
  devices: Schema.Array(Device),
  /** When it was last made again from its files, to prove that it can be. */
  proven: Schema.NullOr(Schema.Struct({ at: Time, ok: Schema.Boolean }))
}).annotations({ identifier: "LibraryStatus" })
export type LibraryStatus = typeof LibraryStatus.Encoded

/** A page of the blobs of a library, in the order of names. */
export const BlobPage = Schema.Struct({
  /** The clock of the server, in epoch milliseconds. */
  now: Schema.Int,
  isLast: Schema.Boolean,
  blobs: Schema.Array(Schema.Struct({ name: Schema.String, bytes: Bytes, arrivedAt: Schema.Int }))
}).annotations({ identifier: "BlobPage" })

/** The bytes of a file, under a name that every version of TypeScript can read. */
export interface FileBytes extends Uint8Array {}
