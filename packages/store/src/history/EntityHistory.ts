/** The history of one entity: its distinct versions, with what changed in words. */
import {
  decodeRecord,
  diffRecords,
  type EntityKey,
  EntityNotFound,
  type EntityVersion,
  type EventType,
  InvalidInput,
  type LanguageTag,
  nameOfRecord,
  type ObjectRef,
  phrasesOf,
  type RecordCells,
  recordSize,
  unknownActor
} from "@white-room/core"
import { external, lastEventOf, watchedUntil } from "../log/Commands.js"
import { type Version, versionsOf } from "../log/EntityEvents.js"
import type { Place } from "../object/Objects.js"
import type { Session } from "../session/Session.js"
import { beforeLog, namesIn, type OldVersion } from "../state/BeforeLog.js"

const lenient = new TextDecoder()

/** The document behind a reference as text, or `undefined` when it was released or cannot be read. `place`: see `getAlone`. */
export const documentOf =
  (session: Session, place?: Place) =>
  (ref: ObjectRef): string | undefined => {
    try {
      return lenient.decode(session.reader.getAlone(ref.hash, place))
    } catch {
      return undefined
    }
  }

/** What a command did that explains its versions; each is a word of `Phrases`. */
type Reason = "restored" | "undone" | "pulled" | "imported"

/** What the last event of a command says of its versions: a restore, an undo, an import. */
export const reasonOf = (type: EventType | undefined): Reason | undefined => {
  if (type === "BackupRestored") return "restored"
  if (type === "OperationUndone") return "undone"
  if (type === "LineMerged") return "pulled"
  return type === "LibraryImported" ? "imported" : undefined
}

/** A version of an entity as it was logged, or as a backup from before the log has it, and what else is known of it. */
export interface LoggedVersion
  extends Pick<Version, "position" | "record" | "actor" | "recordedAt">,
    Pick<EntityVersion, "firstIn" | "notIn"> {
  /** What else its command did that explains it. */
  readonly reason: Reason | undefined
  /** When another program made it: the time after which. */
  readonly since: number | undefined
}

/** What a restore of a version takes as its source. */
const sourceOf = ({ position, firstIn = "" }: LoggedVersion): string =>
  position > 0 ? `@${position}` : firstIn

/**
 * The distinct versions among those that were logged, oldest first, numbered from 1. A version with the same meaning as the
 * one before it (other key order, other spaces) is folded into it. What changed is told in English unless `language` says otherwise.
 */
export const distinctVersions = (
  kind: EntityKey["kind"],
  logged: Iterable<LoggedVersion>,
  documentOf: (ref: ObjectRef) => string | undefined,
  language?: LanguageTag
): ReadonlyArray<EntityVersion> => {
  const say = phrasesOf(language)
  const versions: Array<EntityVersion> = []
  let before: RecordCells | undefined
  for (const version of logged) {
    const { position, record, actor, recordedAt, reason, since, firstIn, notIn } = version
    const after = record && decodeRecord(kind, record)
    const difference = diffRecords(kind, before, after, documentOf, language)
    const folded = before !== undefined && after !== undefined && difference.words.length === 0
    before = after
    const last = versions.at(-1)
    if (folded) {
      // What a backup from before the log had, the log has now.
      if (last?.position === 0 && position > 0)
        versions[versions.length - 1] = { ...last, position, source: sourceOf(version) }
      continue
    }
    versions.push({
      version: versions.length + 1,
      position,
      timestamp: new Date(recordedAt),
      since: since === undefined ? undefined : new Date(since),
      source: sourceOf(version),
      firstIn,
      notIn,
      actor,
      deleted: record === undefined,
      name: record ? nameOfRecord(kind, record) : (last?.name ?? ""),
      size: record ? recordSize(kind, record) : 0,
      changes: reason === undefined ? difference.words : [say[reason], ...difference.words]
    })
  }
  return versions
}

const loggedOf = (old: OldVersion<Uint8Array>): LoggedVersion => ({
  position: 0,
  record: old.value,
  actor: unknownActor,
  recordedAt: old.time,
  reason: undefined,
  since: old.notIn?.timestamp.getTime(),
  ...namesIn(old)
})

/** Every distinct version of an entity, those that imported backups have from before the log first. @throws EntityNotFound */
export const historyOf = (
  session: Session,
  key: EntityKey,
  language?: LanguageTag
): ReadonlyArray<EntityVersion> => {
  const logged = versionsOf(session.db, key)
  const { versions: old, last } = beforeLog(session, key, logged[0]?.recordedAt)
  if (logged.length + old.length === 0)
    throw new EntityNotFound({ kind: key.kind, name: key.id, where: "this library", near: [] })
  const known = logged.map(
    (version): LoggedVersion => ({
      ...version,
      reason: reasonOf(lastEventOf(session.db, version.command)),
      // Another program made it after the last time that everything noted had been taken over.
      since: version.actor === external ? watchedUntil(session.db, version.command) : undefined
    })
  )
  const [first] = known
  // What was there when the app's database was adopted was made before that, and after the app's last backup.
  if (first?.actor === external && last !== undefined)
    known[0] = { ...first, since: last.timestamp.getTime(), ...namesIn({ firstIn: undefined, notIn: last }) }
  return distinctVersions(key.kind, [...old.map(loggedOf), ...known], documentOf(session), language)
}

/** A version as `historyOf` numbers them, which can be brought back. @throws InvalidInput */
const versionOf = (session: Session, key: EntityKey, version: number): EntityVersion => {
  const versions = historyOf(session, key)
  const found = versions.find((candidate) => candidate.version === version)
  if (found === undefined)
    throw new InvalidInput({ field: "version", reason: `there are versions 1 to ${versions.length}` })
  if (found.deleted)
    throw new InvalidInput({ field: "version", reason: `version ${version} is its deletion` })
  return found
}

/** The state that has a version: a position of the log, or a backup. @throws InvalidInput */
export const sourceOfVersion = (session: Session, key: EntityKey, version: number): string =>
  versionOf(session, key, version).source

/** The position of a version. @throws InvalidInput also where only a backup has it */
export const positionOfVersion = (session: Session, key: EntityKey, version: number): number => {
  const { position, source } = versionOf(session, key, version)
  if (position === 0)
    throw new InvalidInput({
      field: "version",
      reason: `version ${version} is from before the log; backup ${source} has it`
    })
  return position
}
