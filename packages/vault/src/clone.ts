import {
  genesis,
  InvalidInput,
  incompleteTag,
  type LogHead,
  type OnProgress,
  VaultDamaged,
  VaultNotFound,
  type WhiteRoomError
} from "@white-room/core"
import { type CreateOptions, openLibrary } from "@white-room/store"
import { receive, type Settled, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { untilHere, type WaitOptions } from "./blobs/Waiting.js"
import type { SegmentProblem } from "./FetchedSegment.js"
import { byNewest, type Path, pathsIn, type Stretch } from "./Path.js"
import { endOfPath } from "./PathEnd.js"
import type { PlayOptions } from "./PathSource.js"
import { playPath } from "./Play.js"
import { withStarts } from "./StartedLine.js"
import { takeBeyond } from "./takeBeyond.js"
import { type ListedLine, listLines, type Vault } from "./Vault.js"

/** What is to be brought. */
export interface CloneOptions extends CreateOptions {
  /** Which library, where the vault has several: its id, or the beginning of its name there. */
  readonly library?: string | undefined
  /** Which line; default: the one that was pushed to last. */
  readonly line?: string | undefined
  /** Bring what is whole, though something is damaged; what did not come is deleted in the log, where its history stays. */
  readonly partial?: boolean | undefined
  /** The new library knows the vault by this name; without one it does not know it. */
  readonly name?: string | undefined
  /** Wait for events that a sync service has not brought yet. Without it they are a failure. */
  readonly wait?: WaitOptions | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a clone brought. */
export interface CloneReport extends Settled {
  readonly libraryId: string
  /** The line it goes on from; its first push begins one of its own. */
  readonly line: string
  /** Bytes that were read. */
  readonly bytes: number
  /** What could not be read, in a partial one. */
  readonly problems: ReadonlyArray<SegmentProblem>
}

/** The line that is meant: the one that was pushed to last, of the one library there is. */
export const chooseLine = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { library, line }: Pick<CloneOptions, "library" | "line">
): Effect.Effect<ListedLine, VaultNotFound | InvalidInput> => {
  const named = vault.protection.naming.library
  const meant = lines.filter(
    (each) =>
      each.segments.length > 0 &&
      (library === undefined || each.library.startsWith(library) || each.library === named(library)) &&
      (line === undefined || each.line.startsWith(line))
  )
  const libraries = [...new Set(meant.map((each) => each.library))]
  const [chosen] = meant.toSorted(byNewest)
  if (chosen === undefined)
    return Effect.fail(
      new VaultNotFound({ place: vault.blobs.place, reason: "no such library was pushed there" })
    )
  return libraries.length > 1
    ? Effect.fail(
        new InvalidInput({
          field: "library",
          reason: `several libraries are in this vault; name one: ${libraries.join(", ")}`
        })
      )
    : Effect.succeed(chosen)
}

const accept = (vault: Vault, settled: Settled, partial: boolean): Effect.Effect<void, VaultDamaged> => {
  const [first, ...others] = settled.damaged
  if (first === undefined || partial) return Effect.void
  const more = others.length === 0 ? "" : `, and ${others.length} more`
  return Effect.fail(
    new VaultDamaged({ place: vault.blobs.place, detail: `${first.what}: ${first.reason}${more}` })
  )
}

/** The new library goes on from the line it came from. */
const knowVault = (
  file: string,
  vault: Vault,
  name: string,
  { line, pushed }: { readonly line: string; readonly pushed: LogHead }
) =>
  Effect.scoped(
    Effect.flatMap(openLibrary(file), (library) =>
      vaultRecords(library).rememberOther({
        name,
        place: vault.blobs.place,
        vaultId: vault.id,
        line,
        pushed,
        pushedAt: 0
      })
    )
  )

const bytesOf = (stretches: ReadonlyArray<Stretch>): number =>
  stretches.flatMap(({ segments }) => segments).reduce((sum, { bytes }) => sum + bytes, 0)

/** What comes after events that did not: the songs as they were last, without their history, and a backup of that. */
const takeRest = (vault: Vault, file: string, path: Path, after: number, play: PlayOptions) =>
  Effect.gen(function* () {
    const library = yield* openLibrary(file, { actor: "clone" })
    const taken = yield* takeBeyond(library, vault, [...path.stretches, ...path.beyond], after, play)
    if (taken > 0)
      yield* library.backups.take({ description: `What came after @${after}`, tags: [incompleteTag] })
    return {
      position: (yield* library.log.head).position,
      songs: yield* library.songs.count,
      performances: yield* library.performances.count,
      backups: (yield* library.backups.list()).length
    }
  }).pipe(Effect.scoped)

/**
 * Makes the library at `file` of a vault: log, commands, live rows, catalogue and trees, each backup proven by its root.
 * It is there as a whole or not at all. Fails with `VaultDamaged` when anything is missing, unless `partial`.
 */
export const clone = (
  vault: Vault,
  file: string,
  options: CloneOptions = {}
): Effect.Effect<CloneReport, WhiteRoomError> =>
  Effect.gen(function* () {
    const { partial = false, onProgress, name, wait } = options
    const problems: Array<SegmentProblem> = []
    const choosePath = Effect.gen(function* () {
      const lines = yield* listLines(vault)
      const chosen = yield* chooseLine(vault, lines, options)
      const onGap = (reason: string) =>
        void problems.push({ segment: `line ${chosen.line.slice(0, 8)}`, reason })
      const those = lines.filter(({ library }) => library === chosen.library)
      return yield* pathsIn(
        vault,
        those.length > 1 ? yield* withStarts(vault, those) : those,
        partial ? { isBrief: true, onGap } : {}
      )(chosen)
    })
    const path = yield* wait === undefined ? choosePath : untilHere(vault.blobs, wait, choosePath)
    const play = {
      onProgress,
      onProblem: partial ? (each: SegmentProblem) => void problems.push(each) : undefined
    }
    const end = yield* endOfPath(vault, path, play)
    let head: LogHead = { position: 0, chainHash: genesis }
    let rest: Effect.Effect.Success<ReturnType<typeof takeRest>> | undefined
    const settled = yield* receive(
      file,
      { ...options, libraryId: end.libraryId, tables: end.tables },
      (take) =>
        Effect.zipRight(
          playPath(vault, path, end, take, play),
          take((receiver) => {
            head = receiver.head
          })
        ),
      (found) => accept(vault, found, partial),
      (temporary) =>
        Effect.gen(function* () {
          if (partial && (path.beyond.length > 0 || head.position < end.claimed))
            rest = yield* takeRest(vault, temporary, path, head.position, play)
          if (name !== undefined) yield* knowVault(temporary, vault, name, { line: path.line, pushed: head })
        })
    )
    const beyond = rest === undefined ? 0 : bytesOf(path.beyond)
    const bytes = end.bytes + beyond
    return { ...settled, ...rest, libraryId: end.libraryId, line: path.line, bytes, problems }
  })
