/**
 * Events: facts in the past tense. An entity event carries the whole record after it, so that the state at any
 * position is "the last event of each entity at or before it" and damage to one event never reaches the next
 * (ADR 3). Markers say what happened to the library and its backups; the backup catalogue is their projection.
 */
import { ByteReader, ByteWriter, utf8 } from "../codec/Bytes.js"
import { malformed } from "../errors/malformed.js"
import type { Kind } from "../model/Entity.js"

/** What an event is about; the index is the code in the envelope. */
export const subjects = ["library", "song", "performance", "preferences", "backup"] as const
export type Subject = (typeof subjects)[number]

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
  "OperationUndone"
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

const writeText = (writer: ByteWriter, value: string): ByteWriter => writer.prefixed(utf8(value))
const writeTexts = (writer: ByteWriter, values: ReadonlyArray<string>): ByteWriter => {
  writer.varint(values.length)
  for (const value of values) writeText(writer, value)
  return writer
}
const readTexts = (reader: ByteReader): ReadonlyArray<string> => {
  const count = reader.varint()
  if (count > reader.remaining) throw malformed("event", "a list is longer than the event")
  return Array.from({ length: count }, () => reader.text())
}
const readFlag = (reader: ByteReader): boolean => {
  const value = reader.byte()
  if (value > 1) throw malformed("event", "a flag is neither 0 nor 1")
  return value === 1
}
const decoding = <A>(payload: Uint8Array, read: (reader: ByteReader) => A): A => {
  const reader = new ByteReader(payload, "event")
  const value = read(reader)
  reader.end()
  return value
}

/** The payload of the event. */
export const encodeBackupTaken = (event: BackupTaken): Uint8Array => {
  const writer = new ByteWriter(256)
  writeText(writer, event.backupId)
    .varint(event.number)
    .bytes(event.root)
    .varint(event.position)
    .varint(event.time)
  writeTexts(writeText(writer, event.description), event.tags).byte(event.pinned ? 1 : 0)
  writeText(writer.byte(triggers.indexOf(event.trigger)), event.profile)
  return writeText(writer, event.version)
    .varint(event.songs)
    .varint(event.performances)
    .varint(event.preferences)
    .varint(event.size)
    .varint(event.newBytes)
    .finish()
}

const readTrigger = (reader: ByteReader): Trigger => {
  const trigger = triggers[reader.byte()]
  if (trigger === undefined) throw malformed("event", "unknown trigger")
  return trigger
}

/** The event of a payload. @throws MalformedData */
export const decodeBackupTaken = (payload: Uint8Array): BackupTaken =>
  decoding(payload, (reader) => ({
    backupId: reader.text(),
    number: reader.varint(),
    root: new Uint8Array(reader.bytes(32)),
    position: reader.varint(),
    time: reader.varint(),
    description: reader.text(),
    tags: readTexts(reader),
    pinned: readFlag(reader),
    trigger: readTrigger(reader),
    profile: reader.text(),
    version: reader.text(),
    songs: reader.varint(),
    performances: reader.varint(),
    preferences: reader.varint(),
    size: reader.varint(),
    newBytes: reader.varint()
  }))

/** The payload of the event. */
export const encodeBackupEdited = (event: BackupEdited): Uint8Array =>
  writeTexts(writeText(new ByteWriter(), event.description), event.tags)
    .byte(event.pinned ? 1 : 0)
    .finish()

/** The event of a payload. @throws MalformedData */
export const decodeBackupEdited = (payload: Uint8Array): BackupEdited =>
  decoding(payload, (reader) => ({
    description: reader.text(),
    tags: readTexts(reader),
    pinned: readFlag(reader)
  }))

/** The payload of the event. */
export const encodeBackupRestored = (event: BackupRestored): Uint8Array => {
  const writer = new ByteWriter()
  writeText(writeText(writeText(writer, event.backupId), event.safetyBackupId), event.mode)
  return writer.varint(event.before).varint(event.after).finish()
}

/** The event of a payload. @throws MalformedData */
export const decodeBackupRestored = (payload: Uint8Array): BackupRestored =>
  decoding(payload, (reader) => ({
    backupId: reader.text(),
    safetyBackupId: reader.text(),
    mode: reader.text(),
    before: reader.varint(),
    after: reader.varint()
  }))

/** The payload of the event. */
export const encodeLibraryImported = (event: LibraryImported): Uint8Array =>
  writeText(new ByteWriter(), event.source).varint(event.before).varint(event.after).finish()

/** The event of a payload. @throws MalformedData */
export const decodeLibraryImported = (payload: Uint8Array): LibraryImported =>
  decoding(payload, (reader) => ({
    source: reader.text(),
    before: reader.varint(),
    after: reader.varint()
  }))

/** The payload of the event. */
export const encodeOperationUndone = (event: OperationUndone): Uint8Array =>
  new ByteWriter().varint(event.command).varint(event.before).varint(event.after).finish()

/** The event of a payload. @throws MalformedData */
export const decodeOperationUndone = (payload: Uint8Array): OperationUndone =>
  decoding(payload, (reader) => ({
    command: reader.varint(),
    before: reader.varint(),
    after: reader.varint()
  }))

/** The payload of `BackupForgotten` and `BackupExpired`: why. */
export const encodeReason = (reason: string): Uint8Array => writeText(new ByteWriter(), reason).finish()
/** The reason in a payload. @throws MalformedData */
export const decodeReason = (payload: Uint8Array): string => decoding(payload, (reader) => reader.text())

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
