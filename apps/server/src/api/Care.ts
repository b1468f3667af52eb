/** What the admin of a server looks at first, and what only that person does: sending libraries away, and erasing them. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, LibraryInfo } from "./Model.js"
import { problemSchema } from "./Problem.js"

/** What waiting makes worse, from the moment it is found; a loss is on record for 30 days. */
const Alert = Schema.Struct({
  kind: Schema.Literal("disk", "mirror", "damage", "loss", "audit"),
  /** `null`: the server itself. */
  library: Schema.NullOr(Id),
  since: Output.Time,
  detail: Schema.String
}).annotations({ identifier: "Alert" })

/** How the server itself is. */
const Overview = Schema.Struct({
  disk: Schema.Struct({
    free: Output.Count,
    /** With less than that free nothing new is taken. */
    needed: Output.Count,
    size: Output.Count,
    isFull: Schema.Boolean,
    /** When that will be, should the disk fill as in the last 30 days; `null` where it does not, or within no year. */
    fullAt: Schema.NullOr(Output.Time)
  }),
  /** `null`: the server has none, and is lost with its disk. */
  mirror: Schema.NullOr(
    Schema.Struct({ place: Schema.String, failingSince: Schema.NullOr(Output.Time), waiting: Output.Count })
  ),
  alerts: Schema.Array(Alert)
}).annotations({ identifier: "Overview" })

/** A library that was sent away: until `eraseAt` it can be taken home by the link, and kept after all. */
const SentAway = Schema.Struct({
  library: LibraryInfo,
  /** Whoever has it reads the library, and nothing else, until then. Told once, here. */
  link: Schema.String,
  eraseAt: Output.Time
}).annotations({ identifier: "SentAway" })

const ErasedLibrary = Schema.Struct({
  id: Id,
  /** What the receipt in the audit log says; `null` where not everything could be reached yet: the server goes on. */
  places: Schema.NullOr(Schema.Array(Schema.Struct({ place: Schema.String, files: Output.Count })))
}).annotations({ identifier: "ErasedLibrary" })

/** The id of the library once more: there is no way back. */
const Confirmation = Schema.Struct({ id: Schema.String.pipe(Schema.maxLength(100)) })

const library = HttpApiSchema.param("library", Id)

const NotThere = problemSchema("NotFound")

export const care = HttpApiGroup.make("care")
  .add(HttpApiEndpoint.get("overview", "/v1/overview").addSuccess(Overview))
  .add(HttpApiEndpoint.post("leave")`/v1/libraries/${library}/leave`.addSuccess(SentAway).addError(NotThere))
  .add(
    HttpApiEndpoint.post("erase")`/v1/libraries/${library}/erase`
      .setPayload(Confirmation)
      .addSuccess(ErasedLibrary)
      .addError(Schema.Union(NotThere, problemSchema("InvalidRequest")))
  )
