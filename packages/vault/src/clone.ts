import {
  genesis,
  InvalidInput,
  type LogHead,
  type OnProgress,
  VaultDamaged,
  VaultNotFound,
  type WhiteRoomError
} from "@white-room/core"
import { type CreateOptions, openLibrary } from "@white-room/store"
import { receive, type Settled, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { pathsIn } from "./Path.js"
import { endOfPath, playPath, type SegmentProblem } from "./Play.js"
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

const lastArrival = ({ segments }: ListedLine): number =>
  segments.reduce((last, { arrivedAt }) => Math.max(last, arrivedAt), 0)

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
  const [chosen] = meant.toSorted((a, b) => lastArrival(b) - lastArrival(a))
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
    const { partial = false, onProgress, name } = options
    const lines = yield* listLines(vault)
    const chosen = yield* chooseLine(vault, lines, options)
    const path = yield* pathsIn(vault, lines)(chosen)
    const problems: Array<SegmentProblem> = []
    const play = {
      onProgress,
      onProblem: partial ? (each: SegmentProblem) => void problems.push(each) : undefined
    }
    const end = yield* endOfPath(vault, path, play)
    let head: LogHead = { position: 0, chainHash: genesis }
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
      (found) => accept(vault, found, partial)
    )
    if (name !== undefined) yield* knowVault(file, vault, name, { line: chosen.line, pushed: head })
    return { ...settled, libraryId: end.libraryId, line: chosen.line, bytes: end.bytes, problems }
  })
