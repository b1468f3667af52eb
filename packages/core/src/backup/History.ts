/** What a library tells of its past, as values. */
import type { JsonPatchOperation } from "../document/JsonPatch.js"
import type { EntityKey } from "../model/Entity.js"

/** One distinct version of an entity. */
export interface EntityVersion {
  /** 1, 2, 3 … as `restore --version` takes it. */
  readonly version: number
  /** Where it stands in the log; 0 where only a backup has it, from before the log. */
  readonly position: number
  /** What a restore of it takes as its source: `@12`, or `b3`. */
  readonly source: string
  /** When it was recorded; for a change of another program, when it was captured. */
  readonly timestamp: Date
  /** A change of another program happened between this and `timestamp`. */
  readonly since?: Date | undefined
  /** Of a version from before the log: the first backup that knows it, and the last that does not. See `betweenBackups`. */
  readonly firstIn?: string | undefined
  readonly notIn?: string | undefined
  readonly actor: string
  readonly deleted: boolean
  readonly name: string
  /** Bytes, document included. */
  readonly size: number
  /** What changed since the version before it, in words. */
  readonly changes: ReadonlyArray<string>
}

/** The actor of versions from before the log: nobody wrote down who it was. */
export const unknownActor = "unknown"

/** When a version from before the log was made, as far as anybody knows; `undefined` for those of the log. */
export const betweenBackups = ({
  firstIn,
  notIn
}: Pick<EntityVersion, "firstIn" | "notIn">): string | undefined => {
  if (firstIn === undefined) return notIn && `after ${notIn}`
  return notIn === undefined ? `before ${firstIn}` : `between ${notIn} and ${firstIn}`
}

export interface NamedEntity extends EntityKey {
  readonly name: string
}

/** A run of versions that hold a text. */
export interface FoundVersion extends NamedEntity {
  /** Columns that hold it. */
  readonly columns: ReadonlyArray<string>
  /** Where its first version stands in the log; 0 where only a backup has it, from before the log. */
  readonly position: number
  /** What a restore of that version takes as its source: `@12`, or `b3`. */
  readonly source: string
  /** Of a run that began before the log: the first backup that knows it, and the last that does not. */
  readonly firstIn?: string | undefined
  readonly notIn?: string | undefined
  readonly since: Date
  /** Absent while it is still so. */
  readonly until?: Date
  readonly untilPosition?: number
}

export interface LibraryDifference {
  /** What was compared, in words. */
  readonly from: string
  readonly to: string
  readonly created: ReadonlyArray<NamedEntity>
  readonly deleted: ReadonlyArray<NamedEntity>
  /**
   * `changes` in words, never empty but where none were wanted. `patch` is RFC 6902 on the entity's JSON; absent where no
   * words were wanted, and when a document is not JSON.
   */
  readonly changed: ReadonlyArray<
    NamedEntity & {
      readonly changes: ReadonlyArray<string>
      readonly patch: ReadonlyArray<JsonPatchOperation> | undefined
    }
  >
}
