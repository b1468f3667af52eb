/** JSON values as plain data, and the few questions the diff asks of them. */

export type Json = null | boolean | number | string | JsonList | JsonFields
export type JsonList = ReadonlyArray<Json>
export interface JsonFields {
  readonly [name: string]: Json
}

export const isList = (value: Json | undefined): value is JsonList => Array.isArray(value)

export const isFields = (value: Json | undefined): value is JsonFields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const isScalar = (value: Json | undefined): value is null | boolean | number | string =>
  value === null || (value !== undefined && typeof value !== "object")

/** A field of its own: `__proto__` and `toString` are names like any other. */
export const fieldOf = (fields: JsonFields, name: string): Json | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

/** The first of several fields that holds a finite number. */
export const numberField = (fields: JsonFields, names: ReadonlyArray<string>): string | undefined =>
  names.find((name) => typeof fieldOf(fields, name) === "number")

/** A list of distinct texts, such as tags: its order says little. */
export const isWordSet = (list: JsonList): boolean =>
  list.every((item) => typeof item === "string") && new Set(list).size === list.length
