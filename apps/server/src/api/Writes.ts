/**
 * Writing into a library whose home is the server. Who writes says which version they have seen: as `If-Match` with the `ETag` of what
 * was read, or `If-None-Match: *` for what is not there yet. What changed meanwhile is never written over: 412 says at which
 * version it is. With an `Idempotency-Key` a write is done once, and its answer can be asked for again.
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import { bounds } from "@white-room/core"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, keyHeader, limit, preferHeader, Time } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { entity, refused } from "./Reads.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Text = Schema.String.pipe(Schema.maxLength(bounds.headBytes))
const Label = Schema.String.pipe(Schema.maxLength(bounds.nameBytes))
const EntityId = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(bounds.idLength))

/** Left out, or `null`: the time of making stays, the time of the change is now. */
const times = { createdAt: optional(Schema.NullOr(Time)), updatedAt: optional(Schema.NullOr(Time)) }

/** A song as it is to be from now on; what is left out it does not have. `id` is that of the address. */
export const SongWish = Schema.Struct({
  id: optional(EntityId),
  name: Label,
  composer: optional(Text),
  description: optional(Text),
  genre: optional(Text),
  duration: optional(Schema.Finite),
  key: optional(Text),
  songDataJSON: Schema.String,
  determinismSeed: Text,
  customMetadata: optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  ...times
}).annotations({ identifier: "SongWish" })

/** A performance, in the same way. */
export const PerformanceWish = Schema.Struct({
  id: optional(EntityId),
  name: Label,
  songId: EntityId,
  description: optional(Text),
  duration: Schema.Finite,
  performanceDataJSON: Schema.String,
  isFavorite: optional(Schema.Boolean),
  tags: optional(Schema.Array(Text).pipe(Schema.maxItems(1000))),
  ...times
}).annotations({ identifier: "PerformanceWish" })

/** Preferences of a user: what is left out keeps its value, or its default. */
export const PreferencesWish = Schema.Struct({
  userId: optional(EntityId),
  displayName: optional(Label),
  defaultOutputDevice: optional(Text),
  defaultInputDevice: optional(Text),
  defaultSampleRate: optional(Schema.Int),
  defaultBufferSize: optional(Schema.Int),
  autoSaveEnabled: optional(Schema.Boolean),
  autoSaveInterval: optional(Schema.Int),
  autoBackupEnabled: optional(Schema.Boolean),
  backupIntervalHours: optional(Schema.Int),
  maxBackups: optional(Schema.Int),
  theme: optional(Text),
  language: optional(Text),
  showTooltips: optional(Schema.Boolean),
  customPreferences: optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  updatedAt: times.updatedAt,
  /** Of the library: read, and not written. */
  timeZone: optional(Schema.NullOr(Schema.String))
}).annotations({ identifier: "PreferencesWish" })

const change = <K extends string, A, I>(kind: K, value: Schema.Schema<A, I>) =>
  Schema.Struct({
    kind: Schema.Literal(kind),
    id: EntityId,
    /** The version that was seen; 0 for what is not there. */
    version: Output.Count,
    /** What it is to be; `null` deletes it. */
    value: Schema.NullOr(value)
  })

/** Several writes as one: all, or none. Each entity once. */
export const ChangesWish = Schema.Struct({
  changes: Schema.Array(
    Schema.Union(
      change("song", SongWish),
      change("performance", PerformanceWish),
      change("preferences", PreferencesWish)
    )
  ).pipe(Schema.minItems(1), Schema.maxItems(1000))
}).annotations({ identifier: "ChangesWish" })

const Written = Schema.Struct({
  kind: Output.Kind,
  id: Schema.String,
  /** Its version now, as in its `ETag`. */
  version: Output.Count
})

/** What a write did; `position` is that of its last event, 0 when everything was so already. */
export const WrittenOne = Schema.Struct({ ...Written.fields, position: Output.Count }).annotations({
  identifier: "Written"
})
export type WrittenOne = typeof WrittenOne.Type

export const WrittenAll = Schema.Struct({
  position: Output.Count,
  changes: Schema.Array(Written)
}).annotations({ identifier: "WrittenAll" })
export type WrittenAll = typeof WrittenAll.Type

/** Something that happened in a library. */
const LoggedChange = Schema.Struct({
  position: Output.Count,
  /** `SongEdited`, `BackupTaken` …; what it is about, and the id of that. */
  type: Schema.String,
  subject: Schema.String,
  id: Schema.String,
  version: Output.Count,
  actor: Schema.String,
  at: Output.Time,
  /** The same for all that was written as one. */
  command: Schema.String
}).annotations({ identifier: "LoggedChange" })

const Changes = Schema.Struct({
  items: Schema.Array(LoggedChange),
  isLast: Schema.Boolean,
  /** What `since` takes to go on. */
  next: Output.Count
})

const library = HttpApiSchema.param("library", Id)

const keyOnly = Schema.Struct(keyHeader)
const seen = Schema.Struct({
  "if-match": Schema.optional(Schema.String),
  "if-none-match": Schema.optional(Schema.String),
  ...keyHeader
})

const notWritten = Schema.Union(
  refused,
  problemSchema("HomeElsewhere"),
  problemSchema("Leaving"),
  problemSchema("VersionConflict"),
  problemSchema("KeyReused"),
  problemSchema("Busy"),
  problemSchema("TooLarge"),
  problemSchema("LengthRequired"),
  problemSchema("TooMany"),
  problemSchema("Stopping")
)
const notSeen = Schema.Union(notWritten, problemSchema("VersionRequired"))

const written = (status: 200 | 201) => WrittenOne.annotations(HttpApiSchema.annotations({ status }))

/** Songs, performances and preferences, one at a time. */
export const writes = HttpApiGroup.make("writes")
  .add(
    HttpApiEndpoint.put("song")`/v1/libraries/${library}/songs/${entity}`
      .setPayload(SongWish)
      .setHeaders(seen)
      .addSuccess(written(200))
      .addSuccess(written(201))
      .addError(notSeen)
  )
  .add(
    HttpApiEndpoint.del("deleteSong")`/v1/libraries/${library}/songs/${entity}`
      .setHeaders(seen)
      .addSuccess(written(200))
      .addError(notSeen)
  )
  .add(
    HttpApiEndpoint.put("performance")`/v1/libraries/${library}/performances/${entity}`
      .setPayload(PerformanceWish)
      .setHeaders(seen)
      .addSuccess(written(200))
      .addSuccess(written(201))
      .addError(notSeen)
  )
  .add(
    HttpApiEndpoint.del("deletePerformance")`/v1/libraries/${library}/performances/${entity}`
      .setHeaders(seen)
      .addSuccess(written(200))
      .addError(notSeen)
  )
  .add(
    HttpApiEndpoint.put("preferences")`/v1/libraries/${library}/preferences/${entity}`
      .setPayload(PreferencesWish)
      .setHeaders(seen)
      .addSuccess(written(200))
      .addSuccess(written(201))
      .addError(notSeen)
  )
  .add(
    HttpApiEndpoint.del("deletePreferences")`/v1/libraries/${library}/preferences/${entity}`
      .setHeaders(seen)
      .addSuccess(written(200))
      .addError(notSeen)
  )

/** Several at once, and what happened since a position. */
export const changes = HttpApiGroup.make("changes")
  .add(
    HttpApiEndpoint.post("make")`/v1/libraries/${library}/changes`
      .setPayload(ChangesWish)
      .setHeaders(keyOnly)
      .addSuccess(WrittenAll)
      .addError(Schema.Union(notWritten, problemSchema("KeyRequired")))
  )
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/changes`
      .setUrlParams(
        Schema.Struct({
          since: Schema.optional(
            Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative()).annotations({
              jsonSchema: { type: "integer", minimum: 0, default: 0 }
            })
          ),
          limit
        })
      )
      .setHeaders(Schema.Struct(preferHeader))
      .addSuccess(Changes)
      .addError(refused)
  )
