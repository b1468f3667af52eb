/**
 * Reading a library that is not sealed: what the CLI prints with `--json`, in the same form. `at` is `b31`, `latest~2`, the id of
 * a backup, `@1234`, a time of RFC 3339, or `now`; `line` says of which device, where several differ; `language` what changes are told in.
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import { languageTags, slotLengths } from "@white-room/core"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Counted, type FileBytes, Id, LibraryStatus, Listed, limit, preferHeader } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { later } from "./Runs.js"

const library = HttpApiSchema.param("library", Id)
/** As it is where it has only `A-Z a-z 0-9 . _ -`, else `~` and its base64url. */
const entityId = Schema.String.pipe(Schema.pattern(/^(?:[A-Za-z0-9._-]+|~[A-Za-z0-9_-]*)$/))
export const entity = HttpApiSchema.param("id", entityId)
const ofEntity = Schema.Struct({ library: Id, id: entityId })
const backup = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(100)))

/** A state of a library, as a person names it. */
export const Moment = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(100))
export const LineId = Schema.String.pipe(Schema.pattern(/^[0-9a-f-]{36}$/))
const line = Schema.optional(LineId)
const at = Schema.optional(Moment)

/** What changed is told in it. Default: English. */
export const Language = Schema.Literal(...languageTags)
const language = Schema.optional(
  Language.annotations({ jsonSchema: { type: "string", enum: languageTags, default: "en" } })
)
const paging = {
  after: Schema.optional(Schema.String.pipe(Schema.maxLength(700))),
  limit
}
const several = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.optional(Schema.Union(item, Schema.Array(item).pipe(Schema.maxItems(1000))))

/** `Prefer: wait=30` waits as long for a library that is being made ready. */
const headers = Schema.Struct(preferHeader)

/** What any of these may be answered in the place of a result. */
export const refused = Schema.Union(
  problemSchema("NotFound"),
  problemSchema("NothingThere"),
  problemSchema("InvalidRequest"),
  problemSchema("Sealed"),
  problemSchema("SeveralDevices"),
  problemSchema("Damaged"),
  problemSchema("BackupNotFound"),
  problemSchema("EntityNotFound"),
  problemSchema("MomentNotFound"),
  problemSchema("ContentReleased"),
  problemSchema("Opening"),
  problemSchema("FilesAway"),
  problemSchema("LibraryFailed"),
  problemSchema("Full")
)
export type Refused = typeof refused.Type

/** Each once in the document, by its name. */
const Song = Output.Song.annotations({ identifier: "Song" })
const SongSummary = Output.SongSummary.annotations({ identifier: "SongSummary" })
const Performance = Output.Performance.annotations({ identifier: "Performance" })
const PerformanceSummary = Output.PerformanceSummary.annotations({ identifier: "PerformanceSummary" })
const Preferences = Output.LibraryPreferences.annotations({ identifier: "Preferences" })
const Version = Output.Version.annotations({ identifier: "Version" })
const Backup = Output.Backup.annotations({ identifier: "Backup" })
const BackupDetail = Output.BackupDetail.annotations({ identifier: "BackupDetail" })
const Difference = Output.Difference.annotations({ identifier: "Difference" })
const Found = Output.Found.annotations({ identifier: "Found" })

const RetentionPreview = Output.RetentionPreview.annotations({ identifier: "RetentionPreview" })

const Timeline = Output.Timeline.annotations({ identifier: "Timeline" })

const number = (least: number, most: number, otherwise: number) =>
  Schema.optional(
    Schema.NumberFromString.pipe(Schema.int(), Schema.between(least, most)).annotations({
      jsonSchema: { type: "integer", minimum: least, maximum: most, default: otherwise }
    })
  )

/** `slots` of a `length` from the one on that `from` is in, by the clock of a `zone`; `was` of a row is what it was at `at`. */
const shownOfTimeline = Schema.Struct({
  line,
  from: at,
  length: Schema.optional(Schema.Literal(...slotLengths)),
  slots: number(1, 1024, 100),
  zone: Schema.optional(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(60))),
  at,
  order: Schema.optional(Schema.Literal("changed", "name")),
  search: Schema.optional(Schema.String.pipe(Schema.maxLength(200))),
  offset: number(0, 100_000_000, 0),
  limit
})

const keep = number(0, 1_000_000, 0)

/** Those of a profile, or these; without any the last 30. */
const rules = Schema.Struct({
  line,
  profile: Schema.optional(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64))),
  ...{ keepLast: keep, keepDaily: keep, keepWeekly: keep, keepMonthly: keep, keepYearly: keep }
})

const file: Schema.Schema<FileBytes> = HttpApiSchema.Uint8Array({ contentType: "application/octet-stream" })

/** `If-None-Match` with the `ETag` that one has: 304 while it is still so. */
const oneHeaders = Schema.Struct({ ...headers.fields, "if-none-match": Schema.optional(Schema.String) })

const notModified = HttpApiSchema.Empty(304)

/** `name`: those whose name has this in it, however it is written. */
const inList = Schema.Struct({
  ...{ at, line, ...paging },
  name: Schema.optional(Schema.String.pipe(Schema.maxLength(200)))
})
const one = Schema.Struct({ at, line })

/** What each kind of entity is asked for: its list, one, and what it was before. */
const entities = <Name extends string, S, SI, A, I>(
  name: Name,
  Summary: Schema.Schema<S, SI>,
  One: Schema.Schema<A, I>
) =>
  HttpApiGroup.make(name)
    .add(
      HttpApiEndpoint.get("list", `/v1/libraries/:library/${name}`)
        .setPath(Schema.Struct({ library: Id }))
        .setUrlParams(inList)
        .setHeaders(headers)
        .addSuccess(Counted(Summary))
        .addError(refused)
    )
    .add(
      HttpApiEndpoint.get("read", `/v1/libraries/:library/${name}/:id`)
        .setPath(ofEntity)
        .setUrlParams(one)
        .setHeaders(oneHeaders)
        .addSuccess(One)
        .addSuccess(notModified)
        .addError(refused)
    )
    .add(
      HttpApiEndpoint.get("history", `/v1/libraries/:library/${name}/:id/history`)
        .setPath(ofEntity)
        .setUrlParams(Schema.Struct({ line, language, ...paging }))
        .setHeaders(headers)
        .addSuccess(Listed(Version))
        .addError(refused)
    )

/** The document of one, as a file. */
const document = (name: "songs" | "performances") =>
  HttpApiEndpoint.get("document", `/v1/libraries/:library/${name}/:id/document`)
    .setPath(ofEntity)
    .setUrlParams(one)
    .setHeaders(oneHeaders)
    .addSuccess(file)
    .addSuccess(notModified)
    .addError(refused)

const songs = entities("songs", SongSummary, Song).add(document("songs"))
const performances = entities("performances", PerformanceSummary, Performance).add(document("performances"))
const preferences = entities("preferences", Preferences, Preferences)

const backups = HttpApiGroup.make("backups")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/backups`
      .setUrlParams(
        Schema.Struct({
          line,
          ...paging,
          since: at,
          until: at,
          tag: at,
          search: at,
          trash: Schema.optional(Schema.BooleanFromString.annotations({ jsonSchema: { type: "boolean" } }))
        })
      )
      .setHeaders(headers)
      .addSuccess(Listed(Backup))
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("read")`/v1/libraries/${library}/backups/${backup}`
      .setUrlParams(Schema.Struct({ line }))
      .setHeaders(headers)
      .addSuccess(BackupDetail)
      .addError(refused)
  )

const whole = HttpApiGroup.make("library")
  .add(
    HttpApiEndpoint.get("status")`/v1/libraries/${library}/status`
      .setUrlParams(Schema.Struct({ line }))
      .setHeaders(headers)
      .addSuccess(LibraryStatus)
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("retention")`/v1/libraries/${library}/retention`
      .setUrlParams(rules)
      .setHeaders(headers)
      .addSuccess(RetentionPreview)
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("diff")`/v1/libraries/${library}/diff`
      .setUrlParams(Schema.Struct({ line, from: Moment, to: at, language }))
      .setHeaders(headers)
      .addSuccess(Difference)
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("find")`/v1/libraries/${library}/find`
      .setUrlParams(
        Schema.Struct({ line, q: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(200)), ...paging })
      )
      .setHeaders(headers)
      .addSuccess(Listed(Found))
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("timeline")`/v1/libraries/${library}/timeline`
      .setUrlParams(shownOfTimeline)
      .setHeaders(headers)
      .addSuccess(Timeline)
      .addError(refused)
  )
  .add(
    HttpApiEndpoint.get("export")`/v1/libraries/${library}/export`
      .setUrlParams(
        Schema.Struct({
          line,
          at,
          format: Schema.optional(Schema.Literal("json", "bundle")),
          for: Schema.optional(Schema.Literal("node", "ios")),
          song: several(Schema.String.pipe(Schema.maxLength(1500)))
        })
      )
      .setHeaders(headers)
      .addSuccess(file)
      .addSuccess(later)
      .addError(Schema.Union(refused, problemSchema("TooMany")))
  )

/** The groups of what can be read of a library. */
export const reads = { whole, songs, performances, preferences, backups }
