/** Fields that profiles are made of, each with bounds: what a profile says goes into every backup, and into what is shown. */
import { InvalidInput } from "@white-room/core"
import * as Schema from "effect/Schema"

export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
export const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: () => A) =>
  Schema.optionalWith(schema, { default: value, exact: true })

/** For rules that no JSON Schema can say: there they are left out. */
export const unsaid = { jsonSchema: {} }

/** Of lists no more is meant, and of texts in them. */
export const most = 100
export const brief = Schema.String.pipe(Schema.maxLength(100))

/** A text that `read` accepts; its error is the schema's. */
export const readBy = (read: (text: string) => unknown) =>
  Schema.String.pipe(
    Schema.filter((text) => {
      try {
        read(text)
        return undefined
      } catch (error) {
        return error instanceof InvalidInput ? `${error.field}: ${error.reason}` : String(error)
      }
    }, unsaid)
  )

/** Longer paths are none on any system. */
const longestPath = 4096

export const isPath = (path: string): boolean =>
  path.length <= longestPath && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes("\0")

export const WholePath = Schema.String.pipe(
  Schema.filter((file) => (isPath(file) ? undefined : "it must be the whole path of a file"), unsaid)
)

/** JSON can write numbers that are infinite here. */
export const Amount = Schema.Finite.pipe(Schema.positive())
