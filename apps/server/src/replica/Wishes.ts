/** What is to be written, as the body of a request says: read here, where it holds up nobody who asks for something small. */
import { type ExpectedVersion, InvalidInput, type Kind, parseTime } from "@white-room/core"
import type { EntityChange } from "@white-room/store"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { ChangesWish, PerformanceWish, PreferencesWish, SongWish } from "../api/Writes.js"

/** Documents are text to us; what is left are a few levels of fields. */
const deepest = 64

/** How deep lists and objects lie in each other, told without reading them: a reader of them may run out of its stack. */
const depthOf = (text: string): number => {
  let depth = 0
  let most = 0
  let isText = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) isText = !isText
    else if (isText) index += code === 0x5c ? 1 : 0
    else if (code === 0x5b || code === 0x7b) most = Math.max(most, ++depth)
    else if (code === 0x5d || code === 0x7d) depth--
  }
  return most
}

const refuse = (field: string, reason: string) => new InvalidInput({ field, reason })

/** Of a path only what the document of the API may name: the rest is of whoever wrote it. */
const fieldOf = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const path = (issue?.path ?? []).map(String).filter((step) => /^[A-Za-z0-9]{1,40}$/.test(step))
  return path.length === 0 ? "the body" : path.join(" ")
}

/** A body as the document of the API describes it. @throws InvalidInput */
const decoded = <A, I>(schema: Schema.Schema<A, I>, body: Uint8Array): A => {
  let value: unknown
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)
    if (depthOf(text) > deepest) throw refuse("the body", `it is more than ${deepest} levels deep`)
    value = JSON.parse(text)
  } catch (error) {
    throw error instanceof InvalidInput ? error : refuse("the body", "it is not JSON")
  }
  const found = Schema.decodeUnknownEither(schema, { onExcessProperty: "error" })(value)
  if (Either.isRight(found)) return found.right
  throw refuse(fieldOf(found.left), "it does not have the form that /openapi.json describes")
}

interface Times {
  readonly createdAt?: string | null
  readonly updatedAt?: string | null
}

/** Those that are given, as the library takes them. @throws InvalidInput */
const timesOf = ({ createdAt, updatedAt }: Times) => {
  const timeOf = (field: string, text: string): Date => {
    const time = parseTime(text)
    if (time === undefined) throw refuse(field, "that is no time")
    return time
  }
  return {
    ...(typeof createdAt === "string" && { createdAt: timeOf("createdAt", createdAt) }),
    ...(typeof updatedAt === "string" && { updatedAt: timeOf("updatedAt", updatedAt) })
  }
}

/** @throws InvalidInput */
const checkId = (id: string, named: string | undefined): void => {
  if (named !== undefined && named !== id) throw refuse("id", "the address names another one")
}

const songOf = (
  id: string,
  { id: named, createdAt, updatedAt, ...song }: typeof SongWish.Type
): EntityChange => {
  checkId(id, named)
  return {
    kind: "song",
    entity: { ...song, id, ...timesOf({ createdAt: createdAt ?? null, updatedAt: updatedAt ?? null }) }
  }
}

const performanceOf = (
  id: string,
  { id: named, createdAt, updatedAt, ...performance }: typeof PerformanceWish.Type
): EntityChange => {
  checkId(id, named)
  const times = timesOf({ createdAt: createdAt ?? null, updatedAt: updatedAt ?? null })
  return { kind: "performance", entity: { ...performance, id, ...times } }
}

const preferencesOf = (
  id: string,
  { userId: named, timeZone: _, updatedAt, ...preferences }: typeof PreferencesWish.Type
): EntityChange => {
  checkId(id, named)
  return {
    kind: "preferences",
    entity: { ...preferences, userId: id, ...timesOf({ updatedAt: updatedAt ?? null }) }
  }
}

const entityOf = (kind: Kind, id: string, body: Uint8Array): EntityChange => {
  if (kind === "song") return songOf(id, decoded(SongWish, body))
  if (kind === "performance") return performanceOf(id, decoded(PerformanceWish, body))
  return preferencesOf(id, decoded(PreferencesWish, body))
}

/** What one entity is to be; without a body, gone. @throws InvalidInput */
export const wishOf = (kind: Kind, id: string, body: Uint8Array | undefined): EntityChange =>
  body === undefined ? { kind, id, entity: null } : entityOf(kind, id, body)

type Change = (typeof ChangesWish.Type)["changes"][number]

const changeOf = (change: Change): EntityChange => {
  const { kind, id } = change
  if (change.value === null) return { kind, id, entity: null }
  if (change.kind === "song") return songOf(id, change.value)
  if (change.kind === "performance") return performanceOf(id, change.value)
  return preferencesOf(id, change.value)
}

/** What several are to be, each at the version that was seen. @throws InvalidInput */
export const wishesOf = (
  body: Uint8Array
): ReadonlyArray<EntityChange & { readonly expected: ExpectedVersion }> =>
  decoded(ChangesWish, body).changes.map((change) => ({
    ...changeOf(change),
    expected: change.version === 0 ? "NoEntity" : change.version
  }))
