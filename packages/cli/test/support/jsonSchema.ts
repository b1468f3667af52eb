/** Checks a value against the JSON Schemas we publish: the keywords that occur in them, and an error for any other. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

type Json = Readonly<Record<string, unknown>>

const folder = new URL("../../dist/schemas/", import.meta.url)

export const schemaNames = (): ReadonlyArray<string> =>
  readdirSync(fileURLToPath(folder)).map((name) => name.replace(/\.json$/, ""))

const readSchema = (name: string): Json => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"))

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const typeFits = (type: unknown, value: unknown): boolean => {
  switch (type) {
    case "object":
      return isObject(value)
    case "array":
      return Array.isArray(value)
    case "integer":
      return Number.isInteger(value)
    case "null":
      return value === null
    default:
      return typeof value === type
  }
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Where and how a value does not fit; empty when it does. Fields that the schema does not know do not fit either. */
const faults = (root: Json, schema: Json, value: unknown, at: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const fault = (text: string) => found.push(`${at}: ${text}`)
  const below = (part: unknown, item: unknown, name: string) => {
    if (isObject(part)) found.push(...faults(root, part, item, `${at}/${name}`))
  }
  for (const [keyword, rule] of Object.entries(schema)) {
    switch (keyword) {
      case "$schema":
      case "$defs":
      case "$id":
      case "title":
      case "description":
        break
      case "$ref": {
        const target = isObject(root.$defs) ? root.$defs[String(rule).replace("#/$defs/", "")] : undefined
        if (isObject(target)) found.push(...faults(root, target, value, at))
        else fault(`no definition ${String(rule)}`)
        break
      }
      case "type":
        if (!typeFits(rule, value)) fault(`${JSON.stringify(value)} is no ${String(rule)}`)
        break
      case "enum":
        if (!Array.isArray(rule) || !rule.includes(value))
          fault(`${JSON.stringify(value)} is none of ${JSON.stringify(rule)}`)
        break
      case "format":
        if (rule !== "date-time" || typeof value !== "string" || !rfc3339.test(value))
          fault(`${String(value)} is not a time`)
        break
      case "minimum":
        if (typeof value !== "number" || value < Number(rule))
          fault(`${String(value)} is below ${String(rule)}`)
        break
      case "maximum":
        if (typeof value !== "number" || value > Number(rule))
          fault(`${String(value)} is above ${String(rule)}`)
        break
      case "exclusiveMinimum":
        if (typeof value !== "number" || value <= Number(rule))
          fault(`${String(value)} is not above ${String(rule)}`)
        break
      case "minLength":
      case "minItems":
        if (!(typeof value === "string" || Array.isArray(value)) || value.length < Number(rule))
          fault(`${JSON.stringify(value)} is too short`)
        break
      case "maxLength":
      case "maxItems":
        if (!(typeof value === "string" || Array.isArray(value)) || value.length > Number(rule))
          fault(`${JSON.stringify(value)} is too long`)
        break
      case "required":
        if (Array.isArray(rule) && isObject(value))
          for (const name of rule) if (!(String(name) in value)) fault(`${String(name)} is missing`)
        break
      case "properties":
        if (isObject(rule) && isObject(value))
          for (const name of Object.keys(rule)) if (name in value) below(rule[name], value[name], name)
        break
      case "additionalProperties":
        break
      case "items":
        if (Array.isArray(value))
          for (const [index, item] of value.entries()) below(rule, item, String(index))
        break
      case "anyOf":
        if (
          !Array.isArray(rule) ||
          !rule.some((option) => isObject(option) && faults(root, option, value, at).length === 0)
        )
          fault(`${JSON.stringify(value)} fits none of the alternatives`)
        break
      default:
        fault(`the test does not know the keyword ${keyword}`)
    }
  }
  if (isObject(value) && isObject(schema.properties)) {
    const { properties, additionalProperties: others } = schema
    for (const [name, item] of Object.entries(value))
      if (!(name in properties)) {
        if (isObject(others)) below(others, item, name)
        else fault(`${name} is not in the schema`)
      }
  }
  return found
}

/** What is wrong with a value by the published schema of this name. */
export const schemaFaults = (name: string, value: unknown): ReadonlyArray<string> => {
  const schema = readSchema(name)
  return faults(schema, schema, value, name)
}
