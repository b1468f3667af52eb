/** What is asked of a library. */
import type {
  EntityKey,
  Kind,
  LanguageTag,
  PlanningOptions,
  RetentionPolicy,
  SlotLength,
  TimelineOptions
} from "@white-room/core"

/** Where a list goes on. */
export interface Cursor {
  /** The state that its first page was of. */
  readonly reference: string
  readonly offset: number
}

interface Paging {
  readonly from?: Cursor | undefined
  readonly limit: number
}

/** What is asked of a library. `at` is as the API takes it. */
export type Question =
  | { readonly _tag: "Status" }
  | ({
      readonly _tag: "Entities"
      readonly kind: Kind
      readonly at?: string | undefined
      /** In their names, however it is written. */
      readonly name?: string | undefined
    } & Paging)
  | {
      readonly _tag: "Entity" | "Document"
      readonly kind: Kind
      readonly id: string
      readonly at?: string | undefined
    }
  | ({
      readonly _tag: "History"
      readonly kind: Kind
      readonly id: string
      readonly language?: LanguageTag | undefined
    } & Paging)
  | ({
      readonly _tag: "Backups"
      readonly since?: string | undefined
      readonly until?: string | undefined
      readonly tag?: string | undefined
      readonly search?: string | undefined
      readonly trash?: boolean | undefined
    } & Paging)
  | { readonly _tag: "Backup"; readonly backup: string }
  | { readonly _tag: "Profiles" }
  | { readonly _tag: "Profile"; readonly name: string }
  | { readonly _tag: "Runs"; readonly limit: number }
  /** What can be taken back. */
  | { readonly _tag: "Operations"; readonly limit: number }
  /** What happened after a position. */
  | { readonly _tag: "Log"; readonly after: number; readonly limit: number }
  /** What rules would do: those of a profile, or these. */
  | {
      readonly _tag: "Retention"
      readonly profile?: string | undefined
      readonly rules: Omit<RetentionPolicy, "keepTags" | "keepWithin" | "imported">
    }
  | {
      readonly _tag: "Difference"
      readonly from: string
      readonly to: string
      readonly language?: LanguageTag | undefined
    }
  /** Of the times `at` and `from`, as the API takes them; without `from` no cells are told. */
  | ({
      readonly _tag: "Timeline"
      readonly from?: string | undefined
      readonly length: SlotLength
      readonly slots: number
      readonly zone: string
      readonly time?: string | undefined
    } & Omit<TimelineOptions, "edges" | "at">)
  | ({ readonly _tag: "Find"; readonly text: string } & Paging)
  | {
      readonly _tag: "Export"
      readonly at?: string | undefined
      readonly format: "json" | "bundle"
      readonly family: "node" | "ios"
      readonly songs: ReadonlyArray<string>
    }
  /** What a restore that is sent comes from: by `at`, or by the position and chain hash of the log. */
  | {
      readonly _tag: "Origin"
      readonly at?: string | undefined
      readonly point?: { readonly position: number; readonly chainHash: string } | undefined
      readonly only: ReadonlyArray<EntityKey>
      /** Also what it would do, as far as the library is known here. */
      readonly preview?: Pick<PlanningOptions, "asCopy" | "decisions" | "language"> | undefined
    }
