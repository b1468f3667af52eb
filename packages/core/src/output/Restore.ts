/** Restores as scripts and clients see them: what is asked for, its plan, and what became of it. */
import * as Schema from "effect/Schema"
import { Count, Kind, optional, Texts, Time } from "./Fields.js"

/** Counts of a plan by what happens to a song, a performance or preferences. */
export const PlanCounts = Schema.Struct({
  create: Count,
  update: Count,
  delete: Count,
  keep: Count,
  unchanged: Count
})

/** Something that a plan does, or leaves. `changes` are words; `notes` say what cannot be taken over in full. */
export const PlanItem = Schema.Struct({
  kind: Kind,
  id: Schema.String,
  name: Schema.String,
  action: Schema.Literal("create", "update", "delete", "keep"),
  conflict: Schema.Boolean,
  /** The id this is a copy of. */
  copyOf: optional(Schema.String),
  changes: Texts,
  notes: Texts,
  /** Where it is there on both sides, and is told of a plan that is looked at: in which parts they differ, and what taking each would change. */
  parts: optional(
    Schema.Array(
      Schema.Struct({
        /** What names it in a choice, the same in every language. */
        name: Schema.String,
        /** What a person calls it in the language that was asked for; absent where that is its name. */
        label: optional(Schema.String),
        words: Texts,
        mayBeBoth: Schema.Boolean
      })
    )
  ),
  /** Where it is a conflict, and is told of a plan that is looked at: what replacing it would change. */
  replacing: optional(Texts)
})

/** What a restore would do: everything that is not unchanged. */
export const RestorePreview = Schema.Struct({
  mode: Schema.Literal("merge", "exact"),
  plan: PlanCounts,
  /** Changed after the source and kept. */
  conflicts: Count,
  items: Schema.Array(PlanItem)
})

const TriggeredChange = Schema.Struct({
  kind: Kind,
  id: Schema.String,
  name: Schema.String,
  /** Columns that are not as they were wished; none where the row came or went. */
  columns: Texts,
  /** The triggers that may have done it. */
  triggers: Texts
})

/** What every operation that follows a plan tells. */
export const restoredFields = {
  songsRestored: Count,
  performancesRestored: Count,
  preferencesRestored: Count,
  errors: Texts,
  isSuccess: Schema.Boolean,
  /** What triggers of the app made of it, or of others meanwhile. */
  triggered: Schema.Array(TriggeredChange),
  plan: PlanCounts,
  /** Changed after the source and kept: exit code 3. */
  conflicts: Count
}

/** What a restore came to. */
export const RestoreOutcome = Schema.Struct({
  ...restoredFields,
  /** Taken before anything was written; absent when there was nothing to write. */
  safetyBackupId: optional(Schema.String)
})

/** A place in a log, as everybody who has that log finds it. */
export const LogPoint = Schema.Struct({ position: Count, chainHash: Schema.String })

/** An entity, and what it is called. */
export const RestoredEntity = Schema.Struct({ kind: Kind, id: Schema.String, name: Schema.String })

const RestoreChoice = Schema.Literal("keep", "replace", "both", "combine")

/** What happens to one entity, and to single parts of it by the names that a preview gives them; `choice` is for the others. */
export const RestoreDecision = Schema.Struct({
  kind: Kind,
  id: Schema.String,
  choice: RestoreChoice,
  parts: optional(Schema.Array(Schema.Struct({ name: Schema.String, choice: RestoreChoice })))
})

/**
 * Where a restore stands. Where the home of the library is the server: `planned`, `applied`, `undone`. Where it is a device:
 * `waiting` until one hears of it, `heard` until its owner agrees, then `applied`, `refused` or `failed`. Either may be
 * `cancelled` before anything was done.
 */
export const RestoreState = Schema.Literal(
  ...(["planned", "waiting", "heard", "applied", "refused", "failed", "cancelled", "undone"] as const)
)

/** A restore, wherever it happens. */
export const Restore = Schema.Struct({
  id: Schema.String,
  library: Schema.String,
  home: Schema.Literal("server", "device"),
  state: RestoreState,
  /** Changes with every change of it: what `If-Match` takes, in quotes. */
  revision: Count,
  /** `copy` adds beside what is there, `replace` puts it in its place. */
  mode: Schema.Literal("copy", "replace"),
  /** The state it comes from: how it was named, the position of the log, its chain hash in hex, when it was so where that is known. */
  source: Schema.String,
  position: Count,
  chainHash: Schema.String,
  savedAt: Schema.NullOr(Time),
  /** How far its sender saw the library, where the home is a device: what changed after that is not replaced. */
  seen: optional(LogPoint),
  /** What is restored; without it everything. */
  only: optional(Schema.Array(RestoredEntity)),
  /** Choices of their own for some of it; of single parts those that are named. */
  decisions: optional(Schema.Array(RestoreDecision)),
  /** Who asked for it. */
  from: Schema.String,
  /** The device it is for, or that has heard of it; none while any may. */
  device: Schema.NullOr(Schema.Struct({ id: Schema.String, name: Schema.String })),
  createdAt: Time,
  changedAt: Time,
  /** When it ends if no device has heard of it until then. */
  expiresAt: optional(Time),
  /** True from the moment a device carries it out: it cannot be cancelled any more. */
  begun: optional(Schema.Boolean),
  /** Why it was refused or failed: a `RestoreReason`, or `Expired`. */
  reason: optional(Schema.String),
  /**
   * What it would do, as the server sees the library: told of one that is read and was not sent to a device yet, which then makes
   * a plan of its own.
   */
  preview: optional(RestorePreview),
  /** What it came to, and what taking it back did. */
  outcome: optional(RestoreOutcome),
  undone: optional(RestoreOutcome)
})

/** Why a device did not carry out a restore. */
export const RestoreReason = Schema.Literal(
  /** Its owner, or its settings, do not want it. */
  "NotWanted",
  /** Its history is not the one that was named. */
  "AnotherHistory",
  /** What was named is not in that state, or its document is no longer kept. */
  "NotKept",
  "Failed"
)
