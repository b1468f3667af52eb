/**
 * Keys of the sealed vaults of a library on this computer: who may open them, and recovery kits. Of the secrets there is only the
 * kit that is made, in the one answer to who asked for it; where the library is on a server there are none.
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Id, Listed } from "./Model.js"
import { problemSchema } from "./Problem.js"
import { refused } from "./Reads.js"

/** A sealed vault, as far as this computer remembers it: nothing is opened for it. */
export const SealedPlace = Schema.Struct({
  name: Schema.String,
  /** Whether a recovery kit opens it; `null` where that was not looked at. */
  hasKit: Schema.NullOr(Schema.Boolean)
}).annotations({ identifier: "SealedPlace" })
export type SealedPlace = typeof SealedPlace.Encoded

/** Who may open a vault. */
export const VaultKeys = Schema.Struct({
  name: Schema.String,
  /** Of its first key, in groups of four, as it stands in a recovery kit. */
  fingerprint: Schema.String,
  /** How often the keys were changed, and one. */
  generation: Output.Count,
  keys: Schema.Array(
    Schema.Struct({
      slot: Schema.String,
      label: Schema.String,
      /** True: only who has it has it, a device or a kit. False: it lies in the vault, locked with a passphrase or for a recipient. */
      held: Schema.Boolean
    })
  ),
  /** Two devices changed the keys at once. */
  forked: Schema.Boolean
}).annotations({ identifier: "VaultKeys" })
export type VaultKeys = typeof VaultKeys.Encoded

/** A kit that was made; it opens the vault from now on. `html` is a secret. */
export const MadeKit = Schema.Struct({
  slot: Schema.String,
  fileName: Schema.String,
  html: Schema.String
}).annotations({ identifier: "MadeKit" })
export type MadeKit = typeof MadeKit.Encoded

/** The text of the file that was kept. A secret: it is tried, and forgotten. */
const KitText = Schema.Struct({ kit: Schema.String.pipe(Schema.maxLength(200_000)) })

/** The kit opened the vault. */
export const TestedKit = Schema.Struct({ fingerprint: Schema.String }).annotations({
  identifier: "TestedKit"
})
export type TestedKit = typeof TestedKit.Encoded

const library = HttpApiSchema.param("library", Id)
/** The name of a vault: as it is where it has only `A-Z a-z 0-9 . _ -`, else `~` and its base64url. */
const id = HttpApiSchema.param("id", Schema.String.pipe(Schema.maxLength(400)))

const unchanged = Schema.Union(refused, problemSchema("HomeElsewhere"))

export const keys = HttpApiGroup.make("keys")
  .add(
    HttpApiEndpoint.get("list")`/v1/libraries/${library}/keys`
      .addSuccess(Listed(SealedPlace))
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.get("read")`/v1/libraries/${library}/keys/${id}`.addSuccess(VaultKeys).addError(unchanged)
  )
  .add(
    HttpApiEndpoint.post("makeKit")`/v1/libraries/${library}/keys/${id}/kit`
      .addSuccess(MadeKit, { status: 201 })
      .addError(unchanged)
  )
  .add(
    HttpApiEndpoint.post("testKit")`/v1/libraries/${library}/keys/${id}/test`
      .setPayload(KitText)
      .addSuccess(TestedKit)
      .addError(unchanged)
  )
