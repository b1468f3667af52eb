/** The past as scripts and clients see it. */
import * as Schema from "effect/Schema"
import { BackupEntry } from "./Backup.js"
import { Count, Kind, optional, Texts, Time } from "./Fields.js"

/** Of what is from before the log: the first backup that knows it, and the last that does not. Who and when is not known. */
const between = { firstIn: optional(Schema.String), notIn: optional(Schema.String) }

/**
 * One distinct version of a song or performance. `since`: it was made between then and `timestamp`. `source` is what a
 * restore of it takes; `position` is 0 where that is a backup.
 */
export const Version = Schema.Struct({
  version: Count,
  position: Count,
  timestamp: Time,
  since: optional(Time),
  source: Schema.String,
  ...between,
  actor: Schema.String,
  deleted: Schema.Boolean,
  name: Schema.String,
  size: Count,
  changes: Texts
})

const named = { kind: Kind, id: Schema.String, name: Schema.String }
const Named = Schema.Struct(named)

/** `patch` is RFC 6902 on the JSON of the entity; `null` where a document is not JSON or no longer kept. */
export const Difference = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  created: Schema.Array(Named),
  deleted: Schema.Array(Named),
  changed: Schema.Array(
    Schema.Struct({
      ...named,
      changes: Texts,
      patch: Schema.NullOr(Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })))
    })
  )
})

/** A time in which something held the text; without `until` it still does. */
export const Found = Schema.Struct({
  ...named,
  fields: Texts,
  position: Count,
  source: Schema.String,
  ...between,
  since: Time,
  until: optional(Time),
  untilPosition: optional(Count)
})

/**
 * Which songs and performances changed when, deleted ones included. Slot `n` is from `edges[n]` on and before `edges[n + 1]`;
 * `events` are counted in each of them, and in `cells` the changes of one row, where 1,000 stands for that many or more.
 * `was` is what it was at the moment that was asked for, at position `at`.
 */
export const Timeline = Schema.Struct({
  position: Count,
  first: optional(Time),
  last: optional(Time),
  count: Count,
  at: optional(Count),
  edges: Schema.Array(Time),
  events: Schema.Array(Count),
  marks: Schema.Array(
    Schema.Struct({
      slot: Count,
      what: Schema.Literal("backup", "restore", "undo", "import", "pull"),
      count: Count,
      time: Time,
      position: Count,
      backup: optional(Count)
    })
  ),
  rows: Schema.Array(
    Schema.Struct({
      ...named,
      deleted: Schema.Boolean,
      position: Count,
      cells: Schema.Array(
        Schema.Struct({ slot: Count, count: Count, position: Count, deleted: Schema.Boolean })
      ),
      was: optional(Schema.Struct({ name: Schema.String, position: Count }))
    })
  )
})

/** The library at a position of the log. */
export const PastDetail = Schema.Struct({
  source: Schema.String,
  position: Count,
  timestamp: Time,
  entries: Schema.Array(BackupEntry)
})
