import * as path from "node:path"
import {
  andMore,
  BoundedList,
  type OnProgress,
  type VaultDamaged,
  type WhiteRoomError
} from "@white-room/core"
import type { Damage } from "@white-room/store"
import { privateFolder, receive } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type Path, pathsIn } from "./Path.js"
import { endOfPath, fetchSegment, playPath, type SegmentProblem } from "./Play.js"
import { readPolicy } from "./Policy.js"
import { openProfiles, profileFiles } from "./Proposals.js"
import { checkKeys } from "./seal/checkKeys.js"
import type { Keyring } from "./seal/Keyring.js"
import { type ListedLine, listAll, listLines, type Vault } from "./Vault.js"

export interface VaultCheckOptions {
  /** `quick`: names, gaps and beginnings of lines. `full`: every byte, played to the end, and every root proven. */
  readonly level?: "quick" | "full" | undefined
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

/** Plays one line to its end into a library that is thrown away. */
const playLine = (
  vault: Vault,
  line: Path,
  onProgress: OnProgress | undefined
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const folder = yield* privateFolder
    const found: Array<Damage> = []
    const play = {
      onProgress,
      onProblem: ({ segment, reason }: SegmentProblem) =>
        void found.push(damage(segment || lineName(line), reason))
    }
    const end = yield* endOfPath(vault, line, play)
    const settled = yield* receive(
      path.join(folder, "library.db"),
      { libraryId: end.libraryId, tables: end.tables, allowSyncedFolder: true, onProgress },
      (take) => playPath(vault, line, end, take, play),
      () => Effect.void
    )
    return [...found, ...settled.damaged]
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
  pathTo: ReturnType<typeof pathsIn>,
  line: ListedLine,
  { level = "quick", onProgress }: VaultCheckOptions
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const whole = yield* pathTo(line)
    if (level === "quick") return []
    return [...(yield* playLine(vault, whole, onProgress)), ...(yield* readAside(vault, line, whole))]
  }).pipe(
    Effect.catchTags({
      VaultDamaged: ({ detail }: VaultDamaged) => Effect.succeed([damage(lineName(line), detail)]),
      BlobNotHere: ({ name }) => Effect.succeed([damage(name, notHere)])
    })
  )

/** Every byte of keys and policies. */
const checkSeal = (vault: Vault, keyring: Keyring): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    const faults = yield* checkKeys(vault.blobs, keyring)
    const policy = yield* readPolicy(vault).pipe(
      Effect.as([]),
      Effect.catchTag("VaultDamaged", ({ detail }) => Effect.succeed([damage("policy", detail)])),
      // Named among the keys.
      Effect.catchTag("BlobNotHere", () => Effect.succeed([]))
    )
    return [...faults.map(({ name, reason }) => damage(name, reason)), ...policy]
  })

/** Looks for damage in a vault; changes nothing. What is damaged is named by segment, and by backup and song. */
export const checkVault = (
  vault: Vault,
  options: VaultCheckOptions = {}
): Effect.Effect<VaultCheck, WhiteRoomError> =>
  Effect.gen(function* () {
    const { level = "quick" } = options
    const lines = yield* listLines(vault)
    const damaged = new BoundedList<Damage>((count) => damage("the vault", andMore(count)))
    if (vault.keyring !== undefined && level === "full")
      damaged.addAll(yield* checkSeal(vault, vault.keyring))
    if (level === "full") damaged.addAll(yield* checkProfiles(vault))
    const pathTo = pathsIn(vault, lines)
    for (const line of lines) damaged.addAll(yield* checkLine(vault, pathTo, line, options))
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
