/** A restore plan as JSON: to be read, kept, and applied later to the library it was made for. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { kinds } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import { faultsIn } from "../words/faultsIn.js"
import { planOf, type RestorePlan } from "./Plan.js"

/** Under a name of its own, because older TypeScripts do not know the name that the newest gives to its type. */
interface Base64 extends Schema.Schema<Uint8Array, string> {}
const Base64: Base64 = Schema.Uint8ArrayFromBase64

const RecordBytes = Schema.optionalWith(Base64, { exact: true })
const Item = Schema.Struct({
  kind: Schema.Literal(...kinds),
  id: Schema.String,
  name: Schema.String,
  action: Schema.Literal("create", "update", "delete", "keep"),
  conflict: Schema.Boolean,
  before: RecordBytes,
  after: RecordBytes,
  notes: Schema.Array(Schema.String),
  copyOf: Schema.optionalWith(Schema.String, { exact: true })
})

/** `before` and `after` are canonical records in Base64 (`docs/format.md`, "Record"). */
export const SavedPlan = Schema.Struct({
  format: Schema.Literal("white-room-plan-1"),
  libraryId: Schema.String,
  /** What the plan restores from, in words, and by id when it is a backup. */
  source: Schema.String,
  backupId: Schema.String,
  /** Where the log stood when the plan was made. */
  position: Schema.Int,
  mode: Schema.Literal("merge", "exact"),
  unchanged: Schema.Int,
  items: Schema.Array(Item),
  /** Documents that no version of the library has yet, in Base64. */
  documents: Schema.Array(Base64)
})
export type SavedPlan = typeof SavedPlan.Type

/** The plan inside a saved one. */
export const planOfSaved = (saved: SavedPlan, sha256: Sha256): RestorePlan =>
  planOf(
    saved.mode,
    saved.items.map(({ before, after, ...item }) => ({ ...item, before, after })),
    saved.unchanged,
    saved.documents.map((bytes) => ({ hash: sha256(bytes), bytes }))
  )

/** A plan as a value that can be kept. */
export const savedPlan = (
  plan: RestorePlan,
  origin: Omit<SavedPlan, "format" | "mode" | "unchanged" | "items" | "documents">
): SavedPlan => ({
  format: "white-room-plan-1",
  ...origin,
  mode: plan.mode,
  unchanged: plan.counts.unchanged,
  items: plan.items.map(({ before, after, ...item }) => ({
    ...item,
    ...(before && { before }),
    ...(after && { after })
  })),
  documents: plan.objects.map(({ bytes }) => bytes)
})

/** JSON text of a plan. */
export const encodePlan = (plan: SavedPlan): string =>
  JSON.stringify(Schema.encodeSync(SavedPlan)(plan), null, 2)

/** @throws InvalidInput for text that is not a plan of this form */
export const decodePlan = (text: string): SavedPlan => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InvalidInput({ field: "plan", reason: "it is not JSON" })
  }
  const decoded = Schema.decodeUnknownEither(SavedPlan)(value)
  if (Either.isRight(decoded)) return decoded.right
  throw new InvalidInput({ field: "plan", reason: faultsIn(decoded.left)[0] ?? "it is not a plan" })
}
