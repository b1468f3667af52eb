/**
 * What goes wrong, as the API answers it: `application/problem+json` (RFC 9457), with one name for each thing that can be
 * done about it. Texts are ours: nothing of a request is repeated in them.
 */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Output from "@white-room/core/output"
import * as Schema from "effect/Schema"
import { Device } from "./Model.js"
import type { About } from "./PassingTexts.js"
import { about } from "./ProblemTexts.js"

export type ProblemType = keyof typeof about

const moreFields = {
  /** How the library calls what it failed with: the names are those of `whiteroom --json`. */
  error: Schema.optional(Schema.String),
  /** Others that may have been meant. */
  near: Schema.optional(Schema.Array(Schema.String)),
  /** The devices of the library, the one that pushed last first. */
  devices: Schema.optional(Schema.Array(Device)),
  /** The version that is there; 0 where nothing ever was. */
  version: Schema.optional(Schema.NonNegativeInt),
  /** A restore as it is now. */
  restore: Schema.optional(Output.Restore),
  progress: Schema.optional(
    Schema.Struct({ step: Schema.String, done: Schema.NonNegativeInt, total: Schema.NonNegativeInt })
  )
}

/** What some problems say besides. */
interface Besides extends Schema.Struct.Type<typeof moreFields> {}

/** Besides, and in other words than the usual ones. */
interface More extends Besides {
  readonly detail?: string
  readonly recovery?: string
}

/** What is answered in the place of a result. */
export interface ProblemOf<Type extends ProblemType> extends Besides {
  readonly type: Type
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly recovery: string
}

export type Problem = ProblemOf<ProblemType>

export const problemContent = "application/problem+json"

/** `NotSignedIn` as "Not signed in". */
const titleOf = (type: string): string => type.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

export const problem = <Type extends ProblemType>(type: Type, more: More = {}): ProblemOf<Type> => {
  const { status, detail, recovery }: About = about[type]
  return { type, title: titleOf(type), status, detail, recovery, ...more }
}

/** Any problem, for the document. */
export const AnyProblem = Schema.Struct({
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  detail: Schema.String,
  recovery: Schema.String,
  ...moreFields
}).annotations({ identifier: "Problem" })

/** A problem as an error of an endpoint. */
export const problemSchema = <Type extends ProblemType>(type: Type): Schema.Schema<ProblemOf<Type>> =>
  HttpApiSchema.withEncoding(
    Schema.Struct({
      type: Schema.Literal(type),
      title: Schema.String,
      status: Schema.Int,
      detail: Schema.String,
      recovery: Schema.String,
      ...moreFields
    }).annotations({
      identifier: type,
      description: about[type].detail,
      ...HttpApiSchema.annotations({ status: about[type].status })
    }),
    { kind: "Json", contentType: problemContent }
  )

export const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  typeof value.type === "string" &&
  Object.hasOwn(about, value.type) &&
  "recovery" in value
