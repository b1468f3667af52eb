/**
 * Bringing in files: whatever they are, they are recognised by what they hold, staged, planned and applied as one import:
 * one plan, one transaction, one step to undo. See `Library.openImport`.
 */

import {
  type BackupEntry,
  bounds,
  entriesOf,
  isWhiteRoomError,
  type Kind,
  kinds,
  nameOfRecord,
  type RestoreCommand,
  type RestoreOptions,
  type RestorePlan,
  recordSize,
  shortened,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { giveUp, patience } from "../capture/Commit.js"
import { privateFolder } from "../file/PrivateFolder.js"
import { unpackedPlan } from "../restore/PlanFrom.js"
import { attempt, attemptSteps } from "../session/Attempt.js"
import { Moved } from "../session/Moved.js"
import { fileIdentity, type Session } from "../session/Session.js"
import {
  countProblems,
  type FileProblem,
  type ForeignBackup,
  type ImportSource,
  joinProblems,
  type Staged,
  type Staging,
  type StatesToImport
} from "../staging/ImportSource.js"
import { stageUnion } from "../staging/Stager.js"
import { commonBase } from "../state/commonBase.js"
import { collectFiles } from "./CollectFiles.js"
import { type ImportResult, importStates, isNew, objectsWith, planImport } from "./ImportStates.js"
import { type ImportOptions, openSources } from "./openSources.js"
import { scratchLibrary } from "./scratchLibrary.js"

/** What of an opened import is wanted, and what happens to conflicts. */
export interface ImportChoice
  extends Pick<RestoreOptions, "only" | "onConflict" | "decisions" | "onProgress"> {
  /** Take the backups into the catalogue. Default true, unless `only` names something. */
  readonly backups?: boolean
  /** Merge the newest state into the library. Default true. */
  readonly merge?: boolean
}

export interface OpenedImport {
  readonly files: number
  /** Files, or things in them, that could not be taken. Of a long list the last says how many more there are. */
  readonly problems: ReadonlyArray<FileProblem>
  /** All that `problems` names and stands for. */
  readonly problemCount: number
  /** What was in files and has no place. */
  readonly warnings: ReadonlyArray<FileProblem>
  /** Songs and such that were given twice, exactly so. */
  readonly doubled: number
  /** Oldest first. */
  readonly backups: ReadonlyArray<ForeignBackup & { readonly isNew: boolean }>
  /** What would be merged. */
  readonly entries: ReadonlyArray<BackupEntry>
  /** What applying would do. */
  readonly plan: (choice?: ImportChoice) => Effect.Effect<RestorePlan, WhiteRoomError>
  /** All or nothing; the same again changes nothing, and by the same `commandId` tells what was done. */
  readonly apply: (choice?: ImportChoice & RestoreCommand) => Effect.Effect<ImportResult, WhiteRoomError>
}

interface Combined {
  readonly staged: ReadonlyArray<Staged>
  readonly states: StatesToImport
}

const byTime = (a: Staged, b: Staged): number => (a.time === b.time ? 0 : a.time - b.time)

/** Of each entity the newest source counts; every backup is its own. */
const combine = (staged: ReadonlyArray<Staged>, label: string, staging: Staging): StatesToImport => {
  const { session, target, now } = staging
  const beside = target === session ? undefined : target
  const nodes = { ...session.nodeStore(new Map()), get: objectsWith(session, beside) }
  const states = staged.toSorted(byTime).flatMap(({ merge }) => (merge === undefined ? [] : [merge]))
  const merge = stageUnion(session, states, nodes, now, target)
  const backups = staged
    .flatMap((each) => each.backups)
    .toSorted((a, b) => a.backup.timestamp.getTime() - b.backup.timestamp.getTime())
  const roots = backups.map(({ root }) => root).toReversed()
  return { source: label, backups, merge, beside, base: commonBase(session, nodes, roots) }
}

function* stageAll(
  sources: ReadonlyArray<ImportSource>,
  label: string,
  staging: Staging
): Generator<void, Combined> {
  const staged: Array<Staged> = []
  for (const source of sources) {
    staged.push(yield* source(staging))
    yield
  }
  return { staged, states: combine(staged, label, staging) }
}

const entriesOfState = (session: Session, { merge, beside }: StatesToImport): ReadonlyArray<BackupEntry> => {
  if (merge === undefined) return []
  const nodes = { ...session.nodeStore(new Map()), get: objectsWith(session, beside) }
  return kinds.flatMap((kind) =>
    [...entriesOf(merge.root, kind, nodes)].map(({ id, record }) => ({
      kind,
      id,
      name: nameOfRecord(kind, record),
      size: recordSize(kind, record)
    }))
  )
}

/** What of the states a choice takes. */
const chosen = (states: StatesToImport, choice: ImportChoice, kind: Kind | undefined): StatesToImport => {
  const wantsBackups = choice.backups ?? (choice.only === undefined && kind === undefined)
  return {
    ...states,
    backups: wantsBackups ? states.backups : [],
    merge: choice.merge === false ? undefined : states.merge
  }
}

const optionsOf = (choice: ImportChoice, kind: Kind | undefined): RestoreOptions => {
  const { backups, merge, ...options } = choice
  return { ...options, ...(kind !== undefined && { kinds: [kind] }) }
}

/** Runs a step on what is staged; stages again when a prune of another process took it away. */
const persisting = <A>(
  session: Session,
  name: string,
  first: Combined,
  again: Effect.Effect<Combined, WhiteRoomError>,
  step: (states: StatesToImport, now: number) => A | Moved
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    let combined = first
    for (let tries = 0; ; tries++) {
      const outcome = yield* attempt(session, name, (now) => {
        const result = step(combined.states, now)
        return result instanceof Moved && tries === patience ? giveUp(session, result) : result
      })
      if (!(outcome instanceof Moved)) return outcome
      combined = yield* again
    }
  })

/** The one fault of a single file, when it has a name of its own: the person who gave that file is to know it. */
const onlyFault = (paths: ReadonlyArray<string>, problems: ReadonlyArray<FileProblem>, sources: number) => {
  const [problem] = problems
  return paths.length === 1 && problems.length === 1 && sources === 0 ? problem?.error : undefined
}

/** What an import is called: of many files the first, and how many more there are, in words of no language. */
const labelOf = (paths: ReadonlyArray<string>): string =>
  paths.length > 3 ? `${paths[0]} (+${paths.length - 1})` : paths.join(", ")

/** @see Library.openImport */
export const openImport = (
  session: Session,
  paths: ReadonlyArray<string>,
  options: ImportOptions = {}
): Effect.Effect<OpenedImport, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    const { dryRun = false, kind, named, onProgress } = options
    if (!dryRun) yield* attempt(session, "openImport", () => session.requireWritable())
    const folder = yield* privateFolder
    const label = shortened(named ?? labelOf(paths), bounds.shownReason)
    const found = collectFiles(paths, fileIdentity(session.path), label)
    const opened = yield* openSources(found.files, folder, options)
    const problems = [...found.problems, ...opened.problems]
    const fault = onlyFault(paths, problems, opened.sources.length)
    if (isWhiteRoomError(fault)) return yield* Effect.fail(fault)
    const target = dryRun ? yield* scratchLibrary(folder, session.options) : session
    const stage = attemptSteps(session, "stageImport", (now) =>
      stageAll(opened.sources, label, {
        session,
        target,
        now,
        onProgress
      })
    )
    const combined = yield* stage
    const { staged, states } = combined
    const listed = yield* attempt(session, "listImport", () => ({
      backups: states.backups.map(({ backup }) => ({ ...backup, isNew: isNew(session, backup) })),
      entries: entriesOfState(session, states)
    }))
    const run = <A>(name: string, step: (states: StatesToImport, now: number) => A | Moved) =>
      persisting(session, name, combined, stage, step)
    const allProblems = joinProblems(label, [problems, ...staged.map((each) => each.problems)])
    return {
      files: found.files.length,
      problems: allProblems,
      problemCount: countProblems(allProblems),
      warnings: joinProblems(
        label,
        staged.map((each) => each.warnings)
      ),
      doubled: staged.reduce((sum, { doubled }) => sum + doubled, 0),
      ...listed,
      plan: (choice = {}) =>
        run("planImport", (current, now) => {
          const planned = planImport(session, chosen(current, choice, kind), optionsOf(choice, kind), now)
          return planned instanceof Moved ? planned : unpackedPlan(planned.plan)
        }),
      apply: ({ commandId, actor, request, ...choice } = {}) =>
        run("import", (current, now) => {
          const command = { commandId, actor, request }
          return importStates(session, chosen(current, choice, kind), optionsOf(choice, kind), now, command)
        })
    }
  })
