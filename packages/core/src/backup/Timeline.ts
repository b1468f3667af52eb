/** Which songs changed when: what a timeline shows of a library, as values. */
import type { EntityKey } from "../model/Entity.js"

/** What is shown of a timeline: some of its rows, in some slots of time. */
export interface TimelineOptions {
  /**
   * Where slots of time begin, oldest first, and where the last ends, in milliseconds since 1970. At most 1,025; none: no
   * cells are told.
   */
  readonly edges?: ReadonlyArray<number> | undefined
  /** The moment that `was` is of, in milliseconds since 1970. */
  readonly at?: number | undefined
  /** `changed`, which is the default: what was changed last is first. */
  readonly order?: "changed" | "name" | undefined
  /** Only those whose name has it, whatever its case and accents. */
  readonly search?: string | undefined
  /** How many rows come before those that are told; 0 otherwise. */
  readonly offset?: number | undefined
  /** How many rows are told at most: 1 to 1,000; 100 otherwise. */
  readonly limit?: number | undefined
}

/** Changes of one song or performance in one slot. */
export interface TimelineCell {
  readonly slot: number
  /** Never 0; 1,000 stands for that many or more. */
  readonly count: number
  /** Of the last of them. */
  readonly position: number
  /** The last of them is its deletion. */
  readonly deleted: boolean
}

/** A song or a performance, also one that is deleted now. */
export interface TimelineRow extends EntityKey {
  /** The one that it has, or had last. */
  readonly name: string
  readonly deleted: boolean
  /** Of its last change. */
  readonly position: number
  /** By their slots; those without changes are left out. */
  readonly cells: ReadonlyArray<TimelineCell>
  /** What it was at the moment that was asked for; `undefined` where it was not there, or no moment was asked for. */
  readonly was: { readonly name: string; readonly position: number } | undefined
}

/** What else happened in a slot. */
export interface TimelineMark {
  readonly slot: number
  readonly what: "backup" | "restore" | "undo" | "import" | "pull"
  readonly count: number
  /** Of the last of them: when it was recorded, where it stands, and for a backup that is in the catalogue its number. */
  readonly time: Date
  readonly position: number
  readonly backup: number | undefined
}

export interface Timeline {
  /** How far the log goes that all of this is of. */
  readonly position: number
  /** When the first and the last command were recorded; `undefined` while there is none. */
  readonly first: Date | undefined
  readonly last: Date | undefined
  /** How many rows there are in all. */
  readonly count: number
  /** The position that `was` is of. */
  readonly at: number | undefined
  /** How many events there are in each slot, of whatever kind. */
  readonly events: ReadonlyArray<number>
  readonly marks: ReadonlyArray<TimelineMark>
  readonly rows: ReadonlyArray<TimelineRow>
}
