/** What the values of a call may be, for a program without a compiler: it is told which of them is wrong, and nothing is done. */
import { InvalidInput, shortened } from "@white-room/core"

/** A value by itself. */
export interface Plain {
  readonly words: string
  readonly is: (value: unknown) => boolean
}

/** Named values; of an `exact` one there are no others. */
export interface Shape {
  readonly fields: Fields
  readonly exact?: boolean
}

/** A list of values of one kind. */
export interface Each {
  readonly each: Value
}

/** One that need not be given. */
export interface Optional {
  readonly optional: Value
}

/** One whose kind depends on what is given. */
interface Chosen {
  readonly choose: (given: unknown) => Value
}

export type Value = Plain | Shape | Each | Optional | Chosen
export type Fields = Readonly<Record<string, Value>>

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const text: Plain = { words: "a text", is: (value) => typeof value === "string" }
export const number: Plain = { words: "a number", is: (value) => typeof value === "number" }
export const flag: Plain = { words: "true or false", is: (value) => typeof value === "boolean" }
export const time: Plain = { words: "a Date", is: (value) => value instanceof Date }
export const bytes: Plain = { words: "bytes", is: (value) => value instanceof Uint8Array }
export const thing: Plain = { words: "an object", is: isObject }
/** One of some texts. */
export const among = (...texts: ReadonlyArray<string>): Plain => ({
  words: texts.join(", ").replace(/, ([^,]*)$/, " or $1"),
  is: (value) => texts.some((each) => each === value)
})
/** A backup, a position or `now`; or a moment. */
export const state: Plain = {
  words: "a text, or { at } with a Date",
  is: (value) => text.is(value) || (isObject(value) && time.is(value.at))
}
export const each = (value: Value): Each => ({ each: value })
export const maybe = (value: Value): Optional => ({ optional: value })
export const shape = (fields: Fields, exact = false): Shape => ({ fields, exact })

const wrong = (field: string, words: string): InvalidInput =>
  new InvalidInput({ field: shortened(field), reason: `it must be ${words}` })

/** What is in an argument is known by its own name: `createdAt`, `[3].createdAt`. */
const within = (path: string, name: string): string => {
  const inner = path.replace(/^argument \d+ of [A-Za-z.]+/, "")
  return inner === "" ? name : `${inner}.${name}`
}

const checkFields = (path: string, { fields, exact }: Shape, given: unknown): void => {
  if (!isObject(given)) throw wrong(path, "an object")
  for (const [name, value] of Object.entries(fields)) checkValue(within(path, name), value, given[name])
  if (exact !== true) return
  const unknown = Object.keys(given).find((name) => given[name] !== undefined && !Object.hasOwn(fields, name))
  if (unknown !== undefined)
    throw new InvalidInput({
      field: shortened(within(path, unknown)),
      reason: `there is no such field, and it would be lost; there are ${Object.keys(fields).join(", ")}`
    })
}

/** @throws InvalidInput naming what is wrong by its path, such as `[3].createdAt` */
export const checkValue = (path: string, value: Value, given: unknown): void => {
  if ("optional" in value) {
    if (given !== undefined) checkValue(path, value.optional, given)
  } else if ("choose" in value) checkValue(path, value.choose(given), given)
  else if ("fields" in value) checkFields(path, value, given)
  else if ("each" in value) {
    if (!Array.isArray(given)) throw wrong(path, "a list")
    for (const [index, item] of given.entries()) checkValue(`${path}[${index}]`, value.each, item)
  } else if (!value.is(given)) throw wrong(path, value.words)
}
