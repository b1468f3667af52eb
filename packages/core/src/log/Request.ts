/** What is asked of a log, and what it answers. */
import type { EntityKey, Row } from "../model/Entity.js"
import type { ExpectedVersion } from "./EntityState.js"

/** One wish: this entity is to have this row (`null`: to be gone). */
export interface Change extends EntityKey {
  readonly row: Row | null
  readonly expected?: ExpectedVersion | undefined
}

export interface AppendRequest {
  readonly changes: ReadonlyArray<Change>
  /** Makes the request idempotent: repeated with the same changes it returns the first receipt. */
  readonly commandId?: string | undefined
  /** Defaults to the actor the log was opened for. */
  readonly actor?: string | undefined
}

/** What an append did. `events` is 0 when every entity was already as wished. */
export interface Receipt {
  readonly commandId: string
  /** Positions of the first and last event written; both 0 when there was none. */
  readonly first: number
  readonly last: number
  readonly events: number
  /** True when this is the receipt of an earlier, equal request. */
  readonly repeated: boolean
}

export interface ReadOptions {
  /** Events after this position. Default 0: from the beginning. */
  readonly after?: number | undefined
  /** At most this many; pages keep memory bounded. Default 1,000. */
  readonly limit?: number | undefined
}
