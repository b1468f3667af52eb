import {
  type EntityKey,
  EntityNotFound,
  type ExpectedVersion,
  InvalidInput,
  keyString,
  type PerformanceInput,
  type Receipt,
  type SongInput,
  type UserPreferencesInput,
  type WriteOptions
} from "@white-room/core"
import { requireTable } from "../live/LiveTable.js"
import type { Session } from "../session/Session.js"
import { appendWish, type KnownChange } from "../write/Append.js"
import { makePerformances, makeSongs, preferencesChange } from "./EntityServices.js"

/** What one entity is to be from now on, or that it is to be gone; `expected` is the version that the caller has seen. */
export type EntityChange = (
  | { readonly kind: "song"; readonly entity: SongInput }
  | { readonly kind: "performance"; readonly entity: PerformanceInput }
  | { readonly kind: "preferences"; readonly entity: UserPreferencesInput }
  | (EntityKey & { readonly entity: null })
) & { readonly expected?: ExpectedVersion | undefined }

const keyOf = (change: EntityChange): EntityKey => {
  if (change.entity === null) return { kind: change.kind, id: change.id }
  if (change.kind === "preferences") return { kind: change.kind, id: change.entity.userId ?? "default" }
  return { kind: change.kind, id: change.entity.id }
}

/** @throws EntityNotFound for the deletion of what is not there */
const writeOf = (session: Session, change: EntityChange, now: number): ReadonlyArray<KnownChange> => {
  if (change.entity === null) {
    const { kind, id } = change
    if (!requireTable(session.tables, kind).has(id))
      throw new EntityNotFound({ kind, name: id, where: "this library", near: [] })
    return [{ kind, id, row: null }]
  }
  if (change.kind === "song") return makeSongs(session).changesOf([change.entity], now)
  if (change.kind === "performance") return makePerformances(session).changesOf([change.entity], now)
  return [preferencesChange(session, change.entity, now)]
}

/**
 * Songs, performances and preferences changed together, in one transaction. Each of them once: two wishes for one entity
 * contradict each other, or the first was not meant. @throws InvalidInput | VersionConflict | EntityNotFound | CommandReused
 */
export const changeEntities = (
  session: Session,
  changes: ReadonlyArray<EntityChange>,
  options: Omit<WriteOptions, "expected">,
  now: number
): Receipt => {
  const keys = new Set(changes.map(keyOf).map(({ kind, id }) => keyString(kind, id)))
  if (keys.size < changes.length)
    throw new InvalidInput({ field: "changes", reason: "one of the entities is named twice" })
  const writes = (): ReadonlyArray<KnownChange> =>
    changes.flatMap((change) =>
      writeOf(session, change, now).map((write) => ({
        ...write,
        ...(change.expected !== undefined && { expected: change.expected })
      }))
    )
  return appendWish(session, ["change", changes], options, writes, now)
}
