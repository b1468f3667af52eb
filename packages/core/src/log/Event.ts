/**
 * Events: facts in the past tense. An entity event carries the whole record after it, so that the state at any
 * position is "the last event of each entity at or before it" and damage to one event never reaches the next
 * (ADR 3). Markers say what happened to the library and its backups; the backup catalogue is their projection.
 */

import { bytes, count, decode, encode, type Fields, text, type Value } from "../codec/MessagePack.js"
import { malformed } from "../errors/malformed.js"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import type { Kind } from "../model/Entity.js"

/** What an event is about; the index is the code in the envelope. */
export const subjects = ["library", "song", "performance", "preferences", "backup"] as const
export type Subject = (typeof subjects)[number]

/** True for the subjects that are an entity's kind. */
export const isEntity = (subject: Subject): subject is Kind => subject !== "library" && subject !== "backup"

/** Every type of event there is. */
export const eventTypes = [
  "SongCreated",
  "SongEdited",
  "SongDeleted",
  "PerformanceCreated",
  "PerformanceEdited",
  "PerformanceDeleted",
  "PreferencesCreated",
  "PreferencesEdited",
  "PreferencesDeleted",
  "BackupTaken",
  "BackupEdited",
  "BackupForgotten",
  "BackupUndeleted",
  "BackupExpired",
  "BackupRestored",
  "LibraryImported",
  "OperationUndone",
  "LineMerged"
] as const
export type EventType = (typeof eventTypes)[number]

type Verb = "Created" | "Edited" | "Deleted"
const stems = { song: "Song", performance: "Performance", preferences: "Preferences" } as const
/** The event type for what happened to an entity of a kind. */
export const entityEvent = (kind: Kind, verb: Verb): EventType => `${stems[kind]}${verb}`

/** True for the events that say an entity is gone. */
export const isDeletion = (type: EventType): boolean => type.endsWith("Deleted")

/** Why a backup was taken. */
export const triggers = ["manual", "scheduled", "safety", "imported"] as const
export type Trigger = (typeof triggers)[number]

/** Where an imported backup came from, as far as that is known. */
export interface BackupOrigin {
  /** Why it was taken there. */
  readonly trigger?: Exclude<Trigger, "imported"> | undefined
  /** Its number there. */
  readonly number?: number | undefined
  /** The library that it is of. */
  readonly libraryId?: string | undefined
  /** The files that it came out of, as they were named. Empty: this library's own app had kept it. */
  readonly source: string
}

export interface BackupTaken {
  readonly backupId: string
  readonly number: number
  /** SHA-256 of the root object. */
  readonly root: Uint8Array
  /** The checkpoint: the position just before this event. */
  readonly position: number
  /** Epoch milliseconds. */
  readonly time: number
  readonly description: string
  readonly tags: ReadonlyArray<string>
  readonly pinned: boolean
  readonly trigger: Trigger
  /** The empty string when no profile took it. */
  readonly profile: string
  readonly version: string
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** Bytes of all rows in it. */
  readonly size: number
  /** Compressed bytes it added to the library. */
  readonly newBytes: number
  /** Of an imported one. */
  readonly origin?: BackupOrigin | undefined
}

/** The fields that `edit` may change; all three are written every time. */
export interface BackupEdited {
  readonly description: string
  readonly tags: ReadonlyArray<string>
  readonly pinned: boolean
}

export interface BackupRestored {
  readonly backupId: string
  readonly safetyBackupId: string
  readonly mode: string
  /** Positions before the first and after the last event of the restore. */
  readonly before: number
  readonly after: number
}

export interface OperationUndone {
  /** Number of the command that was taken back, as `undo --list` shows it. */
  readonly command: number
  /** Positions before the first and after the last event of the undo. */
  readonly before: number
  readonly after: number
}

export interface LibraryImported {
  readonly source: string
  readonly before: number
  readonly after: number
}

/** More tags than anyone has; a payload with more values than `decode` takes could not be read again. */
const mostTags = 65_535

const tagList = (tags: ReadonlyArray<string>): Value => {
  if (tags.length > mostTags) throw new InvalidInput({ field: "tags", reason: "they are too many" })
  return tags.map(text)
}
const readTags = (fields: Fields): ReadonlyArray<string> =>
  fields.list((tags) => tags.rest((each) => each.text()))

const readTrigger = (fields: Fields): Trigger => {
  const trigger = triggers[fields.count()]
  if (trigger === undefined) throw malformed("event", "unknown trigger")
  return trigger
}

const originFields = ({ trigger, number, libraryId, source }: BackupOrigin): Value => [
  trigger === undefined ? null : count(triggers.indexOf(trigger)),
  number === undefined ? null : count(number),
  libraryId === undefined ? null : text(libraryId),
  text(source)
]

const readOrigin = (fields: Fields): BackupOrigin => {
  const code = fields.maybeCount()
  const trigger = code === undefined ? undefined : triggers[code]
  if (trigger === "imported" || (code !== undefined && trigger === undefined))
    throw malformed("event", "unknown trigger")
  return { trigger, number: fields.maybeCount(), libraryId: fields.maybeText(), source: fields.text() }
}

/** The payload of the event. @throws InvalidInput for too many tags */
export const encodeBackupTaken = (event: BackupTaken): Uint8Array =>
  encode([
    text(event.backupId),
    count(event.number),
    bytes(event.root),
    count(event.position),
    count(event.time),
    text(event.description),
    tagList(event.tags),
    event.pinned,
    count(triggers.indexOf(event.trigger)),
    text(event.profile),
    text(event.version),
    count(event.songs),
    count(event.performances),
    count(event.preferences),
    count(event.size),
    count(event.newBytes),
    ...(event.origin === undefined ? [] : [originFields(event.origin)])
  ])

const readTaken = (fields: Fields): BackupTaken => ({
  backupId: fields.text(),
  number: fields.count(),
  root: new Uint8Array(fields.hash()),
  position: fields.count(),
  time: fields.time(),
  description: fields.text(),
  tags: readTags(fields),
  pinned: fields.flag(),
  trigger: readTrigger(fields),
  profile: fields.text(),
  version: fields.text(),
  songs: fields.count(),
  performances: fields.count(),
  preferences: fields.count(),
  size: fields.count(),
  newBytes: fields.count()
})

/** The event of a payload. @throws MalformedData */
export const decodeBackupTaken = (payload: Uint8Array): BackupTaken =>
  decode(payload, "event", (fields) => {
    const taken = readTaken(fields)
    // Whatever was not imported is from here.
    return taken.trigger === "imported" && fields.left > 0
      ? { ...taken, origin: fields.list(readOrigin) }
      : taken
  })

/** The payload of the event. @throws InvalidInput for too many tags */
export const encodeBackupEdited = (event: BackupEdited): Uint8Array =>
  encode([text(event.description), tagList(event.tags), event.pinned])

/** The event of a payload. @throws MalformedData */
export const decodeBackupEdited = (payload: Uint8Array): BackupEdited =>
  decode(payload, "event", (fields) => ({
    description: fields.text(),
    tags: readTags(fields),
    pinned: fields.flag()
  }))

/** The payload of the event. */
export const encodeBackupRestored = (event: BackupRestored): Uint8Array =>
  encode([
    text(event.backupId),
    text(event.safetyBackupId),
    text(event.mode),
    count(event.before),
    count(event.after)
  ])

/** The event of a payload. @throws MalformedData */
export const decodeBackupRestored = (payload: Uint8Array): BackupRestored =>
  decode(payload, "event", (fields) => ({
    backupId: fields.text(),
    safetyBackupId: fields.text(),
    mode: fields.text(),
    before: fields.count(),
    after: fields.count()
  }))

/** The payload of the event. */
export const encodeLibraryImported = (event: LibraryImported): Uint8Array =>
  encode([text(event.source), count(event.before), count(event.after)])

/** The event of a payload. @throws MalformedData */
export const decodeLibraryImported = (payload: Uint8Array): LibraryImported =>
  decode(payload, "event", (fields) => ({
    source: fields.text(),
    before: fields.count(),
    after: fields.count()
  }))

/** The payload of the event. */
export const encodeOperationUndone = (event: OperationUndone): Uint8Array =>
  encode([count(event.command), count(event.before), count(event.after)])

/** The event of a payload. @throws MalformedData */
export const decodeOperationUndone = (payload: Uint8Array): OperationUndone =>
  decode(payload, "event", (fields) => ({
    command: fields.count(),
    before: fields.count(),
    after: fields.count()
  }))

/** The payload of `BackupForgotten` and `BackupExpired`: why. */
export const encodeReason = (reason: string): Uint8Array => encode([text(reason)])
/** The reason in a payload. @throws MalformedData */
export const decodeReason = (payload: Uint8Array): string =>
  decode(payload, "event", (fields) => fields.text())

/** The payload of events that carry nothing. */
export const noPayload: Uint8Array = new Uint8Array(0)

/** One step from a schema version to the next: payload in, payload out. */
export type Upcaster = (payload: Uint8Array) => Uint8Array
/** `chain[type][n]` turns version n + 1 into n + 2. */
export type UpcasterChain = Readonly<Partial<Record<EventType, ReadonlyArray<Upcaster>>>>

/** Empty while every type is at version 1; a new version appends its step here and its golden bytes to the tests. */
export const upcasters: UpcasterChain = {}

/** The newest version a type has: the one that is written. */
export const newestSchema = (type: EventType, chain: UpcasterChain = upcasters): number =>
  (chain[type]?.length ?? 0) + 1

/** Brings a payload of any version ever written to today's. @throws MalformedData for a version of the future. */
export const upcast = (
  type: EventType,
  schema: number,
  payload: Uint8Array,
  chain: UpcasterChain = upcasters
): Uint8Array => {
  const newest = newestSchema(type, chain)
  if (!Number.isInteger(schema) || schema < 1 || schema > newest)
    throw malformed("event", `${type} version ${schema} is unknown`)
  return (chain[type] ?? []).slice(schema - 1).reduce((bytes, step) => step(bytes), payload)
}
