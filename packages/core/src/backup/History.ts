/** What a library tells of its past, as values. */
import type { JsonPatchOperation } from "../document/JsonPatch.js"
import type { EntityKey } from "../model/Entity.js"

/** One distinct version of an entity. */
export interface EntityVersion {
  /** 1, 2, 3 … as `restore --version` takes it. */
  readonly version: number
  readonly position: number
  /** When it was recorded; for a change of another program, when it was captured. */
  readonly timestamp: Date
  /** A change of another program happened between this and `timestamp`. */
  readonly since?: Date | undefined
  readonly actor: string
  readonly deleted: boolean
  readonly name: string
  /** Bytes, document included. */
  readonly size: number
  /** What changed since the version before it, in words. */
  readonly changes: ReadonlyArray<string>
}

export interface NamedEntity extends EntityKey {
  readonly name: string
}

/** A run of versions that hold a text. */
export interface FoundVersion extends NamedEntity {
  /** Columns that hold it. */
  readonly columns: ReadonlyArray<string>
  readonly position: number
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
