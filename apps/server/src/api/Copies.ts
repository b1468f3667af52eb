/**
 * Copies of the library on this computer at its places: how far each is, and a new one now. Where a library is on a server, its device copies
 * it.
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

/** What is copied to one place, or was since the program began. */
const Copy = Schema.Struct({
  /** The vault, by its name. */
  name: Schema.String,
  state: Schema.Literal("waiting", "running", "done", "failed"),
  /** Events that are there, of all that are to be. */
  done: Output.Count,
  total: Output.Count,
  /** Why it failed, and what helps. */
  detail: Schema.NullOr(Schema.String),
  recovery: Schema.NullOr(Schema.String)
}).annotations({ identifier: "Copy" })
export type Copy = typeof Copy.Encoded

export const Copies = Schema.Struct({
  isRunning: Schema.Boolean,
  copies: Schema.Array(Copy),
  /** Vaults that the library has: there it is copied to. */
  vaults: Output.Texts,
  /** Other disks and folders of sync services in which there is none yet. */
  offered: Schema.Array(Schema.Struct({ place: Schema.String, label: Schema.String }))
}).annotations({ identifier: "Copies" })
export type Copies = typeof Copies.Encoded

/** `place`: one that is offered, in which a first vault is made. Without it to all vaults that there are. */
const CopyWish = Schema.Struct({ place: Schema.optional(Schema.String.pipe(Schema.maxLength(4096))) })

const library = HttpApiSchema.param("library", Id)

const unchanged = Schema.Union(refused, problemSchema("HomeElsewhere"))

/** `begin` takes a backup where something changed, and sends it on; it answers at once, and `read` tells how far it is. */
export const copies = HttpApiGroup.make("copies")
  .add(HttpApiEndpoint.get("read")`/v1/libraries/${library}/copies`.addSuccess(Copies).addError(unchanged))
  .add(
    HttpApiEndpoint.post("begin")`/v1/libraries/${library}/copies`
      .setPayload(CopyWish)
      .addSuccess(Copies, { status: 202 })
      .addError(unchanged)
  )
