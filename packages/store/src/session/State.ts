/** What a session remembers of whole states of the library. */
import type { BackupInfo, EntityKey, NewObject, NodeStore } from "@white-room/core"

/** A state of the whole library. Trees are computed only when they are asked for. */
export interface State {
  /** In words, such as `b31` or `@1234 of 2026-11-20 14:30:05`. */
  readonly label: string
  readonly position: number
  readonly backup: BackupInfo | undefined
  /** One path of a tree, or one index lookup. */
  readonly record: (key: EntityKey) => Uint8Array | undefined
  /** The root of the state's tree; the nodes it needs are found by `nodes`. */
  readonly root: () => Uint8Array
  readonly nodes: NodeStore
  /** The log tells the same state, at `position`; imported ones are known by their tree alone. */
  readonly isLogged?: boolean
  /** Of a state from elsewhere: the version of an entity that both sides come from. */
  readonly base?: (key: EntityKey) => Uint8Array | undefined
  /** What the name of a copy ends with. Default: the label. */
  readonly suffix?: string
  /** Of a state from elsewhere, all of which was read: its documents, where the library need not have them yet. */
  readonly content?: (hash: Uint8Array) => Uint8Array
  /** Of a state from elsewhere: what the log remembers as its id. Documents of it may be missing, each for itself. */
  readonly origin?: string
  /** True for a state from elsewhere of which not even the list can be read in full: what it lacks says nothing. */
  readonly isPart?: boolean
}

/** The tree at a position, with every node that is not part of the tree it was computed from. */
export interface Checkpoint {
  readonly root: Uint8Array
  readonly position: number
  readonly chainHash: Uint8Array
  /** The stored tree this was computed from. */
  readonly baseRoot: Uint8Array
  readonly nodes: ReadonlyArray<NewObject>
  readonly changed: number
}
