/** Requests made from the document of the API alone: as it wants them, and as nobody should send them. */
import { createHash } from "node:crypto"
import type { Seeded } from "./seeded.js"

/** As much of a schema as the document uses. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly anyOf?: ReadonlyArray<Schema>
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly required?: ReadonlyArray<string>
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface Described {
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, unknown>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Operation {
  /** `GET /v1/me`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly described: Described
}

/** What the document describes, one after the other. */
export const operationsOf = ({ paths }: Document): ReadonlyArray<Operation> =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({
      ...{ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, described }
    }))
  )

/** Values that were seen, by the name of the field or parameter that they stood in. */
export type Seen = Map<string, Array<string | number>>

export const note = (seen: Seen, name: string, value: string | number): void => {
  const known = seen.get(name) ?? []
  seen.set(name, [...known.filter((each) => each !== value), value].slice(-24))
}

/** The thing that an address is about: what follows it is done with the same one. */
export const thingIn = (path: string): string => /^(?:\/[^/?]+){5}/.exec(path)?.[0] ?? path

/** By which name the ids of a list's things are remembered: `songs/id`. */
export const idsOf = (path: string): string => `${path.split("/{id}")[0]?.split("/").at(-1)}/id`

export interface Made {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer | undefined
}

const strange = [
  ...[
    "",
    " ",
    "\u0000",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "a/b",
    "~",
    "~!",
    "~AA",
    "-1",
    "0",
    "1e309",
    "NaN",
    "null"
  ],
  ...[
    "now",
    "b1",
    "b0",
    "b999999999999999999999",
    "@1",
    "@0",
    "@-1",
    "@99999999999999999999",
    "latest",
    "latest~2",
    "latest~9999"
  ],
  ...[
    "2026-11-20T14:30:00Z",
    "0000-00-00",
    "+275760-09-13T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    "9".repeat(40)
  ],
  ...[
    "Europe/Berlin",
    "Nowhere/Else",
    "<img src=x onerror=alert(1)>",
    "naïve ✈ 中文",
    "\ud800",
    "\u202e\u2066",
    "e\u0301"
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "' OR 1=1 --",
    "%",
    "_",
    "*",
    '"',
    "\\",
    "\r\nx: y",
    "x".repeat(600),
    "é".repeat(1200)
  ]
]

const strangeValues: ReadonlyArray<unknown> = [
  ...[null, true, false, 0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, [], {}, [[]], [null], { a: 1 }],
  ...strange
]

const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`

export const makeRequests = (document: Document, { int, pick, chance, next }: Seeded, seen: Seen) => {
  const hex = (length: number) => Array.from({ length }, () => int(16).toString(16)).join("")
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  const known = (name: string): string | number | undefined => {
    const all = seen.get(name)
    return all === undefined || !chance(0.8) ? undefined : pick(all)
  }

  const text = ({ pattern, minLength = 0, maxLength = 40, format }: Schema): string => {
    if (pattern?.includes("{64}") === true) return hex(64)
    if (pattern?.includes("{43}") === true) return Buffer.from(hex(64), "hex").toString("base64url")
    if (pattern?.includes("{36}") === true) return uuid()
    if (pattern !== undefined) return `x${hex(6)}`
    if (format === "date-time") return new Date(int(2 ** 31) * 1000).toISOString()
    const made = chance(0.5) ? pick(strange) : `Some ${hex(4)}`
    return made.padEnd(minLength, "x").slice(0, maxLength)
  }

  const number = ({ type, minimum = -5, maximum = minimum + 60 }: Schema): number => {
    if (chance(0.2)) return minimum
    const made = minimum + next() * (Math.min(maximum, minimum + 2000) - minimum)
    return type === "integer" ? Math.round(made) : made
  }

  /** A value that the document allows, as far as it says. */
  const valueFor = (schema: Schema, name: string): unknown => {
    const { $ref, anyOf, type, items = {}, required = [], properties = {}, minItems = 0, ...rest } = schema
    if ($ref !== undefined)
      return valueFor({ ...document.components.schemas[$ref.split("/").at(-1) ?? ""], ...rest }, name)
    if (schema.enum !== undefined) return pick(schema.enum)
    if (anyOf !== undefined) return valueFor(pick(anyOf), name)
    if (type === "boolean") return chance(0.5)
    if (type === "null") return null
    if (type === "array") return Array.from({ length: minItems + int(4) }, () => valueFor(items, name))
    if (type === "object")
      return Object.fromEntries(
        Object.entries(properties).flatMap(([key, value]) =>
          required.includes(key) || chance(0.4) ? [[key, valueFor(value, key)]] : []
        )
      )
    const found = known(name)
    if (type === "integer" || type === "number") return typeof found === "number" ? found : number(schema)
    return found === undefined ? text(schema) : String(found)
  }

  /** The same with something wrong in it, somewhere. */
  const spoilt = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || chance(0.3)) return pick(strangeValues)
    const entries = Object.entries(value)
    if (entries.length === 0 || chance(0.2)) return { ...value, [pick(strange)]: pick(strangeValues) }
    const [name, old] = pick(entries)
    if (Array.isArray(value)) return value.map((each, at) => (String(at) === name ? spoilt(each) : each))
    return chance(0.2)
      ? Object.fromEntries(entries.filter(([each]) => each !== name))
      : { ...value, [name]: spoilt(old) }
  }

  /** Bytes with something wrong in them. */
  const broken = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes)
    const kind = int(6)
    if (kind === 0) return copy.subarray(0, int(copy.length + 1))
    if (kind === 1) return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), copy])
    if (kind === 2) return Buffer.from(Array.from({ length: int(300) }, () => int(256)))
    if (kind === 3) return Buffer.from(deep(pick([10, 1000, 30_000])))
    if (kind === 4) return Buffer.concat([copy, Buffer.alloc(pick([1, 70_000]), 0x20)])
    for (let times = 1 + int(4); times > 0 && copy.length > 0; times--) copy[int(copy.length)] = int(256)
    return copy
  }

  const bodyOf = ({ described }: Operation, isGood: boolean): readonly [Buffer, string] | undefined => {
    const [[type = "", { schema = {} } = {}] = []] = Object.entries(described.requestBody?.content ?? {})
    if (type === "")
      return isGood || chance(0.8) ? undefined : [broken(Buffer.from("{}")), "application/json"]
    if (type !== "application/json") {
      const files = seen.get("file") ?? []
      const bytes = files.length > 0 ? Buffer.from(String(pick(files)), "base64") : Buffer.from("{}")
      return [isGood || chance(0.5) ? bytes : broken(bytes), type]
    }
    const value = valueFor(schema, "")
    const json = JSON.stringify(isGood || chance(0.5) ? value : spoilt(value)) ?? ""
    const bytes = Buffer.from(json)
    if (isGood || chance(0.7)) return [bytes, type]
    return [broken(bytes), pick([type, type, "text/plain", "application/xml", "multipart/form-data", "x"])]
  }

  const headerOf = (
    { name, schema }: Parameter,
    body: Buffer | undefined,
    isGood: boolean,
    path: string
  ): string => {
    if (!isGood && chance(0.3)) return pick(strange)
    if (name === "content-digest")
      return `sha-256=:${createHash("sha256")
        .update(body ?? "")
        .digest("base64")}:`
    if (name === "if-none-match") return chance(0.7) ? "*" : `"${int(4)}"`
    if (name === "idempotency-key") return chance(0.9) ? uuid() : String(known(name) ?? uuid())
    if (name === "prefer") return pick(["wait=0", "wait=1", "wait=5", "respond-async"])
    if (name === "accept") return pick(["application/json", "text/event-stream", "*/*"])
    if (name === "range") return pick(["bytes=0-1", "bytes=-3", "bytes=1-", "bytes=9-1", "bytes=0-0,2-3"])
    const ofIt = name === "if-match" ? known(`if-match ${thingIn(path)}`) : undefined
    return String(ofIt ?? known(name) ?? valueFor(schema, name))
  }

  /** A request for an operation: mostly as the document wants it, or with something wrong. */
  const make = (operation: Operation, isGood: boolean): Made => {
    const { path, described, method } = operation
    const wrong = (share: number) => !isGood && chance(share)
    const parameters = described.parameters ?? []
    const made = bodyOf(operation, isGood)
    const whole = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((each) => each.in === "path" && each.name === name)?.schema ?? {}
      const ofItsKind = name === "id" ? known(idsOf(path)) : undefined
      const value = wrong(0.25) ? pick(strange) : String(ofItsKind ?? valueFor(schema, name))
      if (wrong(0.1)) return pick(["%", "%zz", "%ff%fe", "%00", "%2e%2e", "..", ".", "//", "%c0%ae"])
      return name === "name" ? value.split("/").map(encode).join("/") : encode(value)
    })
    const query = parameters
      .filter((each) => each.in === "query" && (each.required === true || chance(0.35)))
      .flatMap(({ name, schema }) => {
        const value = wrong(0.3) ? pick(strangeValues) : valueFor(schema, name)
        const all = Array.isArray(value) ? value : [value]
        return all.map((each) => `${encode(name)}=${encode(String(each))}`)
      })
    if (wrong(0.2)) query.push(`${encode(pick(strange))}=${encode(pick(strange))}`, ...query.slice(0, 1))
    const [body, type] = made ?? []
    const headers: Record<string, string> = {}
    for (const each of parameters)
      if (each.in === "header" && !wrong(0.1) && (each.required === true || chance(0.7)))
        headers[each.name] = clean(headerOf(each, body, isGood, whole))
    if (type !== undefined) headers["content-type"] = type
    if (wrong(0.03)) headers["content-encoding"] = "gzip"
    if (wrong(0.03)) headers.host = "elsewhere.example"
    if (wrong(0.03)) headers.origin = "https://elsewhere.example"
    if (body !== undefined) headers["content-length"] = String(body.length)
    else if (method !== "GET" && method !== "HEAD") headers["content-length"] = "0"
    return { path: query.length > 0 ? `${whole}?${query.join("&")}` : whole, headers, body }
  }
  return make
}

/** As a part of an address; what is no text at all as a mark. */
const encode = (value: string): string => encodeURIComponent(value.replace(/[\ud800-\udfff]/gu, "\ufffd"))

/** What a header can carry; what it cannot, Node would not send. */
const clean = (value: string): string => value.replace(/[^\t\x20-\x7e]/g, "?")
