/** What was, what changed, and taking it back: versions, past states, differences, undo. */
import {
  type BackupEntry,
  type EntityKey,
  type EntityVersion,
  type FoundVersion,
  type Kind,
  type LibraryDifference,
  type Performance,
  type RestorePlan,
  type RestoreResult,
  type RestoreSource,
  type Song,
  type Timeline,
  type TimelineOptions,
  toHex,
  type UserPreferences
} from "@white-room/core"
import type { DiffOptions } from "../history/Difference.js"
import { differenceBetween } from "../history/differenceBetween.js"
import { historyOf, positionOfVersion, sourceOfVersion } from "../history/EntityHistory.js"
import { entityAt } from "../history/entityAt.js"
import { findText } from "../history/findText.js"
import { makeTimeline } from "../history/makeTimeline.js"
import { type StaleReturn, staleReturns } from "../history/staleReturns.js"
import { mending } from "../mend/MendObjects.js"
import { sha256 } from "../object/Compression.js"
import { type Operation, operations } from "../restore/Operations.js"
import { plannedUndo, type UndoOptions, undo } from "../restore/Undo.js"
import { attempt, attemptAlone, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { resolveState } from "../state/States.js"
import { entriesIn } from "./entriesIn.js"

export interface History {
  /**
   * The distinct versions of an entity, oldest first, deleted ones included, those too that adopted and imported backups
   * have from before its first event: of these `firstIn` and `notIn` name the backups between which they were made. The
   * numbers count what is known: bringing in older backups counts theirs first. What changed is told in English unless `options`
   * say otherwise.
   */
  readonly versions: (
    key: EntityKey,
    options?: Pick<DiffOptions, "language">
  ) => Result<ReadonlyArray<EntityVersion>>
  /** Where version n of an entity stands in the log. Fails with `InvalidInput` for one that only a backup has. */
  readonly positionOf: (key: EntityKey, version: number) => Result<number>
  /** What has version n of an entity, as a source for a restore: `@12`, or `b3` where it is from before the log. */
  readonly sourceOf: (key: EntityKey, version: number) => Result<string>
  /** The row of an entity as it was, as the model's JSON object; `undefined` when there was none. */
  readonly entityAt: (
    key: EntityKey,
    source: RestoreSource
  ) => Result<Song | Performance | UserPreferences | undefined>
  /** The record of an entity as it was; reads no documents. */
  readonly recordAt: (key: EntityKey, source: RestoreSource) => Result<Uint8Array | undefined>
  /** What a source holds, by kind (default: all) and name. Reads no documents. */
  readonly entries: (
    source: RestoreSource,
    kinds?: ReadonlyArray<Kind>
  ) => Result<{ readonly source: string; readonly entries: ReadonlyArray<BackupEntry> }>
  /**
   * The SHA-256 of entities' rows in a source, by the order of the keys; `undefined` for those it lacks. Equal hashes,
   * equal rows: every column, every byte of the documents. Reads no documents.
   */
  readonly rowHashes: (
    source: RestoreSource,
    keys: ReadonlyArray<EntityKey>
  ) => Result<ReadonlyArray<string | undefined>>
  /** What changed from one state to another: backups, positions, moments, or `now`. */
  readonly diff: (from: RestoreSource, to: RestoreSource, options?: DiffOptions) => Result<LibraryDifference>
  /** In names and metadata, through the whole history. */
  readonly find: (text: string) => Result<ReadonlyArray<FoundVersion>>
  /**
   * Which songs and performances changed when, deleted ones included. The first time it reads the last event of each, then
   * what was written since and what is shown. Outside of transactions.
   */
  readonly timeline: (options?: TimelineOptions) => Result<Timeline>
  /** Songs that an open app put back to what they were before the newest restore. */
  readonly staleReturns: Result<StaleReturn | undefined>
  /** What can be taken back, newest first. */
  readonly operations: (limit?: number) => Result<ReadonlyArray<Operation>>
  /** What `undo` would do; changes nothing. */
  readonly planUndo: (
    options?: Pick<UndoOptions, "command" | "onConflict">
  ) => Result<{ readonly operation: Operation; readonly plan: RestorePlan }>
  /**
   * Takes an operation of ours back, in one transaction; later edits stay unless told otherwise. Can itself be undone. With a
   * `commandId` it is done once: asked for again it says what it did then.
   */
  readonly undo: (options?: UndoOptions) => Result<RestoreResult & { readonly operation: Operation }>
}

const rowHashes = (session: Session, source: RestoreSource, keys: ReadonlyArray<EntityKey>) =>
  session.db.snapshot(() => {
    const { record } = resolveState(session, source)
    return keys.map((key) => {
      const found = record(key)
      return found && toHex(sha256(found))
    })
  })

export const makeHistory = (session: Session): History => {
  const run = <A>(name: string, body: (now: number) => A) =>
    attempt(session, `history.${name}`, (now) => mending(session, now, () => body(now)))
  const timeline = makeTimeline(session)
  return {
    versions: (key, { language } = {}) => run("versions", () => historyOf(session, key, language)),
    positionOf: (key, version) => run("positionOf", () => positionOfVersion(session, key, version)),
    sourceOf: (key, version) => run("sourceOf", () => sourceOfVersion(session, key, version)),
    entityAt: (key, source) => run("entityAt", () => entityAt(session, key, source)),
    recordAt: (key, source) => run("recordAt", () => resolveState(session, source).record(key)),
    entries: (source, kinds) => run("entries", () => entriesIn(session, source, kinds)),
    rowHashes: (source, keys) => run("rowHashes", () => rowHashes(session, source, keys)),
    diff: (from, to, options = {}) =>
      run("diff", (now) => differenceBetween(session, from, to, options, now)),
    find: (text) => run("find", () => findText(session, text)),
    timeline: (options = {}) => attemptAlone(session, "history.timeline", () => timeline(options)),
    staleReturns: run("staleReturns", () => staleReturns(session)),
    operations: (limit) => run("operations", () => operations(session, limit)),
    planUndo: (options = {}) => run("planUndo", (now) => plannedUndo(session, options, now)),
    undo: (options = {}) => run("undo", (now) => undo(session, options, now))
  }
}
