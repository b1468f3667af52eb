/**
 * A vault: a place that keeps the logs of libraries, cut into segments. What holds:
 *
 * 1. Everything in it is immutable: a push is one put of one file, and needs no lock.
 * 2. A line is what one device writes; nobody else writes into its folder.
 * 3. Names tell what a file is and where it belongs; a reader believes its bytes only.
 */
import { randomUUID } from "node:crypto"
import {
  type BlobNotHere,
  type PlaceRefused,
  type PlaceUnreachable,
  VaultDamaged,
  VaultNotFound,
  VaultTooNew,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import type { BlobInfo, Blobs } from "./blobs/Blobs.js"
import { lineFile, parseSegmentName, type SegmentName } from "./segment/SegmentName.js"

/** The version of the layout that this program writes, and the newest it reads. */
export const vaultVersion = 1

const uuid = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))

const VaultFile = Schema.parseJson(
  Schema.Struct({ format: Schema.Int, vault: uuid, kind: Schema.Literal("plain", "sealed") })
)

const LineFile = Schema.parseJson(
  Schema.Struct({
    device: Schema.String.pipe(Schema.maxLength(300)),
    parent: Schema.NullOr(
      Schema.Struct({
        line: uuid,
        position: Schema.Int.pipe(Schema.nonNegative()),
        head: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))
      })
    )
  })
)

/** What a line says of itself when it begins. */
export type LineStart = typeof LineFile.Type

/** An open vault. */
export interface Vault {
  readonly blobs: Blobs
  readonly id: string
}

/** A file of a place that is small enough to be read as a whole. */
const smallFile = 64 * 1024

const vaultFile = "vault.json"

const decoded = <A>(vault: Blobs, name: string, result: Effect.Effect<A, unknown>) =>
  Effect.mapError(result, () => new VaultDamaged({ place: vault.place, detail: `${name} cannot be read` }))

const readSmall = (blobs: Blobs, name: string) =>
  Effect.map(blobs.get(name, { offset: 0, length: smallFile }), (bytes) => new TextDecoder().decode(bytes))

type ReadError = PlaceRefused | PlaceUnreachable | BlobNotHere | VaultDamaged | VaultTooNew

/** Opens the vault at a place. */
export const openVault = (blobs: Blobs): Effect.Effect<Vault, ReadError | VaultNotFound> =>
  Effect.gen(function* () {
    const text = yield* readSmall(blobs, vaultFile).pipe(
      Effect.catchTag("BlobMissing", () =>
        Effect.fail(new VaultNotFound({ place: blobs.place, reason: "it has no vault.json" }))
      )
    )
    const file = yield* decoded(blobs, vaultFile, Schema.decodeUnknown(VaultFile)(text))
    const { place } = blobs
    if (file.format > vaultVersion || file.kind === "sealed")
      return yield* new VaultTooNew({ place, version: file.format, supported: vaultVersion })
    return { blobs, id: file.vault }
  })

/** Puts a small text; fails with `BlobExists` when another one has its name. */
const putText = (blobs: Blobs, name: string, text: string) =>
  blobs.put(name, sourceOf(new TextEncoder().encode(text)))

/** Makes a vault, or opens the one that is there. */
export const makeVault = (blobs: Blobs, id: string = randomUUID()): Effect.Effect<Vault, WhiteRoomError> =>
  openVault(blobs).pipe(
    Effect.catchTag("VaultNotFound", () => {
      const text = `${JSON.stringify({ format: vaultVersion, vault: id, kind: "plain" })}\n`
      return putText(blobs, vaultFile, text).pipe(
        // Another device was quicker: theirs is the vault.
        Effect.catchTag("BlobExists", () => Effect.void),
        Effect.zipRight(openVault(blobs))
      )
    })
  )

/** Begins a line. One that began already stays as it is. */
export const beginLine = (
  vault: Vault,
  library: string,
  line: string,
  start: LineStart
): Effect.Effect<void, WhiteRoomError> =>
  Effect.flatMap(Effect.orDie(Schema.encode(LineFile)(start)), (text) =>
    Effect.catchTag(putText(vault.blobs, lineFile(library, line), text), "BlobExists", () => Effect.void)
  )

/** What a line says of its beginning. */
export const readLineStart = (
  { blobs }: Vault,
  library: string,
  line: string
): Effect.Effect<LineStart, ReadError> => {
  const name = lineFile(library, line)
  return readSmall(blobs, name).pipe(
    Effect.catchTag("BlobMissing", () =>
      Effect.fail(new VaultDamaged({ place: blobs.place, detail: `${name} is missing` }))
    ),
    Effect.flatMap((text) => decoded(blobs, name, Schema.decodeUnknown(LineFile)(text)))
  )
}

/** Everything whose name begins with a prefix, page by page. */
export const listAll = (
  { blobs }: Vault,
  prefix: string,
  after?: string
): Effect.Effect<ReadonlyArray<BlobInfo>, PlaceRefused | PlaceUnreachable> =>
  Effect.gen(function* () {
    const all: Array<BlobInfo> = []
    for (let last = after; ; last = all.at(-1)?.name) {
      const page = yield* blobs.list(prefix, last)
      all.push(...page.blobs)
      if (page.isLast || page.blobs.length === 0) return all
    }
  })

/** A segment as a listing shows it. */
export interface ListedSegment extends SegmentName {
  readonly bytes: number
  readonly arrivedAt: number
}

/** The segments among listed blobs. */
export const segmentsIn = (blobs: ReadonlyArray<BlobInfo>): ReadonlyArray<ListedSegment> =>
  blobs.flatMap(({ name, bytes, arrivedAt }) => {
    const parsed = parseSegmentName(name)
    return parsed === undefined ? [] : [{ ...parsed, bytes, arrivedAt }]
  })

/** A line as a listing shows it. */
export interface ListedLine {
  readonly library: string
  readonly line: string
  readonly segments: ReadonlyArray<ListedSegment>
}

const folderOf = /^([0-9a-f-]{36})\/([0-9a-f-]{36})\//

/** The lines of a vault, or of one of its libraries, also those that nothing was pushed to. */
export const listLines = (
  vault: Vault,
  library?: string
): Effect.Effect<ReadonlyArray<ListedLine>, PlaceRefused | PlaceUnreachable> =>
  Effect.map(listAll(vault, library === undefined ? "" : `${library}/`), (blobs) => {
    const lines = new Map<string, { library: string; line: string; blobs: Array<BlobInfo> }>()
    for (const blob of blobs) {
      const [folder, of, line] = folderOf.exec(blob.name) ?? []
      if (folder === undefined || of === undefined || line === undefined) continue
      const known = lines.get(folder) ?? { library: of, line, blobs: [] }
      known.blobs.push(blob)
      lines.set(folder, known)
    }
    return Array.from(lines.values(), (each) => ({
      library: each.library,
      line: each.line,
      segments: segmentsIn(each.blobs)
    }))
  })
