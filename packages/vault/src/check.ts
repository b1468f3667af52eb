import * as path from "node:path"
import { andMore, BoundedList, type OnProgress, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import type { Damage, Library } from "@white-room/store"
import { lookAt, privateFolder, receive, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { checkBoxes } from "./checkBoxes.js"
import { checkDerived } from "./checkDerived.js"
import { checkSmallFiles } from "./checkSmallFiles.js"
import { fetchSegment, type SegmentProblem } from "./FetchedSegment.js"
import { lostWith } from "./lostWith.js"
import { farthestOf, type Path, pathsIn } from "./Path.js"
import { endOfPath } from "./PathEnd.js"
import { playPath } from "./Play.js"
import { openProfiles, profileFiles } from "./Proposals.js"
import { type ListedLine, listAll, listLines, type Vault } from "./Vault.js"

export interface VaultCheckOptions {
  /** `quick`: names, gaps and beginnings of lines. `full`: every byte, played to the end, and every root proven. */
  readonly level?: "quick" | "full" | undefined
  /** A library that pushed there: what it knows of events that are gone is named, and what it sent is looked for. */
  readonly library?: Library | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a check of a vault found. */
export interface VaultCheck {
  readonly ok: boolean
  readonly level: "quick" | "full"
  readonly lines: number
  readonly segments: number
  readonly bytes: number
  readonly damaged: ReadonlyArray<Damage>
}

const damage = (what: string, reason: string): Damage => ({ what, reason, backups: [], entities: [] })

/** A sync service has not brought it, or it is a file that never had any bytes: of it nothing can be said. */
const notHere = "it is not here yet: its bytes are not on this machine"

const lineName = ({ line }: { readonly line: string }): string => `line ${line.slice(0, 8)}`

/** Profiles that are proposed there: none is played, and each is read. */
const checkProfiles = (vault: Vault): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const found: Array<Damage> = []
    for (const file of profileFiles(yield* listAll(vault, "")))
      yield* openProfiles(vault, file).pipe(
        Effect.catchTags({
          MalformedData: ({ reason }) => Effect.sync(() => void found.push(damage(file.name, reason))),
          BlobMissing: () => Effect.void
        })
      )
    return found
  })

/** Plays one line to its end into a library that is thrown away; where it does not come to it, says what is lost. */
const playLine = (
  vault: Vault,
  line: Path,
  { onProgress, library }: VaultCheckOptions
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const folder = yield* privateFolder
    const found: Array<Damage> = []
    const play = {
      onProgress,
      inspect: checkDerived,
      onProblem: ({ segment, reason }: SegmentProblem) =>
        void found.push(damage(segment || lineName(line), reason))
    }
    const played = path.join(folder, "library.db")
    const stretches = [...line.stretches, ...line.beyond]
    const farthest = (of: Path["stretches"]) =>
      Math.max(0, ...of.map(({ until, segments }) => Math.min(until, farthestOf(segments))))
    const what = lineName(line)
    const lostFrom = (reached: number, until: number, made?: string) =>
      lostWith(vault, stretches, { reached, until, what, played: made }, library)
    const opened = yield* Effect.either(endOfPath(vault, line, play))
    if (opened._tag === "Left") {
      if (!(opened.left instanceof VaultDamaged)) return yield* opened.left
      // Nothing of it can be opened: all that it told is lost.
      const { detail } = opened.left
      const lost = yield* lostFrom(0, farthest(stretches))
      const isNamed = lost.some((each) => `${each.what}: ${each.reason}` === detail)
      return isNamed ? lost : [damage(what, detail), ...lost]
    }
    const end = opened.right
    const settled = yield* receive(
      played,
      { libraryId: end.libraryId, tables: end.tables, allowSyncedFolder: true, onProgress },
      (take) => playPath(vault, line, end, take, play),
      () => Effect.void
    )
    const until = Math.max(end.claimed, farthest(line.beyond))
    const lost = yield* lostFrom(settled.position, until, played)
    const isTold = ({ what, reason }: Damage) =>
      found.some((each) => each.what === what && each.reason === reason)
    return [...found, ...settled.damaged, ...lost.filter((each) => !isTold(each))]
  }).pipe(Effect.scoped)

/** What is on no path, because another file has the same events: read to the last byte all the same. */
const readAside = (
  vault: Vault,
  { segments }: ListedLine,
  { stretches }: Path
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const played = new Set(stretches.flatMap((stretch) => stretch.segments.map(({ name }) => name)))
    const found: Array<Damage> = []
    for (const listed of segments) {
      if (played.has(listed.name)) continue
      const read = fetchSegment(vault, listed).pipe(
        Effect.catchTag("VaultDamaged", ({ detail }) =>
          Effect.sync(() => void found.push(damage(listed.name, `${detail}; another file has its events`)))
        ),
        // A merge took its place since it was listed.
        Effect.catchTag("BlobMissing", () => Effect.void)
      )
      yield* read
    }
    return found
  })

const checkLine = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  pathTo: ReturnType<typeof pathsIn>,
  line: ListedLine,
  options: VaultCheckOptions
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    if (options.level !== "full") return yield* Effect.as(pathTo(line), [])
    const found: Array<Damage> = []
    const path = yield* pathTo(line).pipe(
      // What is there before a gap, and after it, is looked at all the same.
      Effect.catchTag("VaultDamaged", ({ detail }) => {
        found.push(damage(lineName(line), detail))
        return pathsIn(vault, lines, { isBrief: true, onGap: () => undefined })(line)
      })
    )
    return [...found, ...(yield* playLine(vault, path, options)), ...(yield* readAside(vault, line, path))]
  }).pipe(
    Effect.catchTags({
      VaultDamaged: ({ detail }: VaultDamaged) => Effect.succeed([damage(lineName(line), detail)]),
      BlobNotHere: ({ name }) => Effect.succeed([damage(name, notHere)])
    })
  )

/** What a library sent to the end of its own line and is not there any more: the vault was rolled back. */
const checkSent = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  library: Library
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const known = (yield* vaultRecords(library).all).find(({ vaultId }) => vaultId === vault.id)
    if (known === undefined || !known.isOwnLine || known.pushed.position === 0) return []
    const { line, pushed } = known
    const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
    const folder = vault.protection.naming.library(libraryId)
    const listed = lines.find((each) => each.line === line && each.library === folder)
    const reached = farthestOf(listed?.segments ?? [])
    if (reached >= pushed.position) return []
    const until = pushed.position
    const stretches = [{ line, segments: listed?.segments ?? [], until, head: undefined }]
    const lost = yield* lostWith(vault, stretches, { reached, until, what: lineName({ line }) }, library)
    return lost.map((each) => ({
      ...each,
      reason: "this library sent them, and they are not there any more: it was rolled back or emptied"
    }))
  })

/** Looks for damage in a vault; changes nothing. What is damaged is named by segment, and by backup and song. */
export const checkVault = (
  vault: Vault,
  options: VaultCheckOptions = {}
): Effect.Effect<VaultCheck, WhiteRoomError> =>
  Effect.gen(function* () {
    const { level = "quick", library } = options
    const lines = yield* listLines(vault)
    const damaged = new BoundedList<Damage>((count) => damage("the vault", andMore(count)))
    if (level === "full") {
      for (const { name, reason } of yield* checkSmallFiles(vault, lines, library))
        damaged.add(damage(name, reason))
      damaged.addAll(yield* checkProfiles(vault))
    }
    for (const { name, reason } of level === "full" ? yield* checkBoxes(vault) : [])
      damaged.add(damage(name, reason))
    const pathTo = pathsIn(vault, lines)
    for (const line of lines) damaged.addAll(yield* checkLine(vault, lines, pathTo, line, options))
    if (library !== undefined) damaged.addAll(yield* checkSent(vault, lines, library))
    const segments = lines.flatMap((line) => line.segments)
    return {
      ok: damaged.isEmpty,
      level,
      lines: lines.length,
      segments: segments.length,
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      damaged: damaged.items
    }
  })
