/**
 * A vault: a place that keeps the logs of libraries, cut into segments. What holds:
 *
 * 1. Everything in it is immutable: a push is one put of one file, and needs no lock.
 * 2. A line is what one device writes; nobody else writes into its folder.
 * 3. Names tell what a file is and where it belongs; a reader believes its bytes only.
 */
import { randomUUID } from "node:crypto"
import {
  type BlobMissing,
  type BlobNotHere,
  MalformedData,
  type PlaceRefused,
  type PlaceUnreachable,
  utf8,
  VaultDamaged,
  VaultNotFound,
  VaultSealed,
  VaultTooNew,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import type { BlobInfo, Blobs } from "./blobs/Blobs.js"
import { listBlobs, readSmall } from "./blobs/SmallFiles.js"
import { checkedText } from "./CheckedText.js"
import type { PieceCache } from "./read/PieceCache.js"
import type { Keyring } from "./seal/Keyring.js"
import { type Protection, plainProtection } from "./segment/Protection.js"
import { type ListedSegment, lineFile, lineFileBeside, parseSegmentName } from "./segment/SegmentName.js"

/** So many files are asked for at once, where none of them has to wait for another. */
export const readsAtOnce = 8

/** The version of the layout that this program writes, and the newest it reads. */
export const vaultVersion = 1

const uuid = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))

const VaultFile = Schema.parseJson(
  Schema.Struct({
    format: Schema.Int,
    vault: uuid,
    kind: Schema.Literal("plain", "sealed"),
    /** Of the first key of a sealed vault. */
    fingerprint: Schema.optional(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/)))
  })
)

/** What a vault says of itself to anybody. */
export type VaultFile = typeof VaultFile.Type

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
  readonly protection: Protection
  /** The open keys of a sealed vault. */
  readonly keyring: Keyring | undefined
  /** Where pieces of its segments are kept that were read before; by default nowhere. */
  readonly cache?: PieceCache | undefined
}

/** What a vault says of itself to anybody stands in the file of this name. */
export const vaultFile = "vault.json"

const decoded = <A>(place: string, name: string, result: Effect.Effect<A, unknown>) =>
  Effect.mapError(result, () => new VaultDamaged({ place, detail: `${name} cannot be read` }))

type ReadError = PlaceRefused | PlaceUnreachable | BlobNotHere | VaultDamaged | VaultTooNew

/** What the vault at a place says of itself, whether or not it can be opened. */
export const readVaultFile = (blobs: Blobs): Effect.Effect<VaultFile, ReadError | VaultNotFound> =>
  Effect.gen(function* () {
    const { place } = blobs
    const bytes = yield* readSmall(blobs, vaultFile).pipe(
      Effect.catchTag("BlobMissing", () =>
        Effect.fail(new VaultNotFound({ place, reason: "it has no vault.json" }))
      )
    )
    const text = new TextDecoder().decode(bytes)
    const file = yield* decoded(place, vaultFile, Schema.decodeUnknown(VaultFile)(text))
    if (file.format > vaultVersion)
      return yield* new VaultTooNew({ place, version: file.format, supported: vaultVersion })
    if ((file.kind === "sealed") !== (file.fingerprint !== undefined))
      return yield* new VaultDamaged({ place, detail: `${vaultFile} contradicts itself` })
    return file
  })

/** Writes what a vault says of itself: last, when all else of it is there. Fails with `BlobExists` where one is. */
export const putVaultFile = (blobs: Blobs, file: Omit<VaultFile, "format">) =>
  blobs.put(
    vaultFile,
    sourceOf(utf8(checkedText(vaultFile, JSON.stringify({ format: vaultVersion, ...file }))))
  )

/** A vault that is not sealed, as its `vault.json` said. */
export const openPlain = (blobs: Blobs, id: string): Vault => ({
  blobs,
  id,
  protection: plainProtection(id),
  keyring: undefined
})

/** Opens the vault at a place. A sealed one fails with `VaultSealed`: `openSealed` opens it. */
export const openVault = (blobs: Blobs): Effect.Effect<Vault, ReadError | VaultNotFound | VaultSealed> =>
  Effect.flatMap(readVaultFile(blobs), (file) =>
    file.kind === "sealed"
      ? Effect.fail(new VaultSealed({ place: blobs.place }))
      : Effect.succeed(openPlain(blobs, file.vault))
  )

/** Makes a vault, or opens the one that is there. */
export const makeVault = (blobs: Blobs, id: string = randomUUID()): Effect.Effect<Vault, WhiteRoomError> =>
  openVault(blobs).pipe(
    Effect.catchTag("VaultNotFound", () =>
      putVaultFile(blobs, { vault: id, kind: "plain" }).pipe(
        // Another device was quicker: theirs is the vault.
        Effect.catchTag("BlobExists", () => Effect.void),
        Effect.zipRight(openVault(blobs))
      )
    )
  )

/** Puts a small file as this vault keeps them. */
export const putSmall = (vault: Vault, name: string, text: string) =>
  Effect.suspend(() => vault.blobs.put(name, sourceOf(vault.protection.sealFile(name, utf8(text)))))

/** The content of a small file. Fails with `MalformedData` when it is not what this vault keeps under that name. */
export const openSmallBytes = (
  { protection }: Vault,
  name: string,
  bytes: Uint8Array
): Effect.Effect<Uint8Array, MalformedData> =>
  Effect.try({ try: () => protection.openFile(name, bytes), catch: (error) => error }).pipe(
    Effect.catchAll((error) => (error instanceof MalformedData ? Effect.fail(error) : Effect.die(error)))
  )

/** The same as text. */
export const openSmall = (vault: Vault, name: string, bytes: Uint8Array) =>
  Effect.map(openSmallBytes(vault, name, bytes), (clear) => new TextDecoder().decode(clear))

/** Puts what a line says of its beginning under one of its names. What is there already stays as it is. */
export const putLineStart = (
  vault: Vault,
  name: string,
  start: LineStart
): Effect.Effect<void, WhiteRoomError> =>
  Effect.flatMap(Effect.orDie(Schema.encode(LineFile)(start)), (text) =>
    Effect.catchTag(putSmall(vault, name, checkedText(name, text)), "BlobExists", () => Effect.void)
  )

/** Begins a line of a library, which is named as the vault names it. One that began already stays as it is. */
export const beginLine = (
  vault: Vault,
  library: string,
  line: string,
  start: LineStart
): Effect.Effect<void, WhiteRoomError> => putLineStart(vault, lineFile(library, line), start)

const readStartFile = (vault: Vault, name: string): Effect.Effect<LineStart, ReadError | BlobMissing> =>
  Effect.flatMap(readSmall(vault.blobs, name), (bytes) =>
    decoded(
      vault.blobs.place,
      name,
      Effect.flatMap(openSmall(vault, name, bytes), (text) => Schema.decodeUnknown(LineFile)(text))
    )
  )

/** What a line says of its beginning; of one that is being sealed again, the file beside. */
export const readLineStart = (
  vault: Vault,
  library: string,
  line: string
): Effect.Effect<LineStart, ReadError> => {
  const name = lineFile(library, line)
  const missing = new VaultDamaged({ place: vault.blobs.place, detail: `${name} is missing` })
  const beside =
    vault.keyring === undefined
      ? Effect.fail(missing)
      : Effect.catchTag(
          readStartFile(vault, lineFileBeside(library, line, vault.keyring.generation)),
          "BlobMissing",
          () => Effect.fail(missing)
        )
  return Effect.catchTag(readStartFile(vault, name), "BlobMissing", () => beside)
}

/** Everything whose name begins with a prefix, page by page. */
export const listAll = (
  { blobs }: Vault,
  prefix: string,
  after?: string
): Effect.Effect<ReadonlyArray<BlobInfo>, PlaceRefused | PlaceUnreachable> => listBlobs(blobs, prefix, after)

export type { ListedSegment } from "./segment/SegmentName.js"

/** The segments among listed blobs. */
export const segmentsIn = (blobs: ReadonlyArray<BlobInfo>): ReadonlyArray<ListedSegment> =>
  blobs.flatMap(({ name, bytes, arrivedAt }) => {
    const parsed = parseSegmentName(name)
    return parsed === undefined ? [] : [{ ...parsed, bytes, arrivedAt }]
  })

/** The same without files that have no byte, which are none: sync services and full disks leave such. */
export const filledSegmentsIn = (blobs: ReadonlyArray<BlobInfo>): ReadonlyArray<ListedSegment> =>
  segmentsIn(blobs.filter(({ bytes, isHere }) => bytes > 0 || !isHere))

/** A line as a listing shows it. */
export interface ListedLine {
  /** The library as the vault names it: in a plain one its id. */
  readonly library: string
  readonly line: string
  readonly segments: ReadonlyArray<ListedSegment>
  /** What it says of its beginning, where that was read. */
  readonly start?: LineStart | undefined
}

/** When something came last into a line; 0 when nothing did. */
export const lastArrival = ({ segments }: Pick<ListedLine, "segments">): number =>
  segments.reduce((last, { arrivedAt }) => Math.max(last, arrivedAt), 0)

const folderOf = /^([0-9a-f-]{32,36})\/([0-9a-f-]{36})\//

/** The lines that listed blobs lie in, each with those of its files that are taken for segments. */
export const linesIn = (
  listed: ReadonlyArray<BlobInfo>,
  segmentsOf: typeof segmentsIn = segmentsIn
): ReadonlyArray<ListedLine> => {
  const lines = new Map<string, { library: string; line: string; blobs: Array<BlobInfo> }>()
  for (const blob of listed) {
    const [folder, library, line] = folderOf.exec(blob.name) ?? []
    if (folder === undefined || library === undefined || line === undefined) continue
    const known = lines.get(folder) ?? { library, line, blobs: [] }
    known.blobs.push(blob)
    lines.set(folder, known)
  }
  return Array.from(lines.values(), ({ library, line, blobs }) => ({
    library,
    line,
    segments: segmentsOf(blobs)
  }))
}

/** The lines of a vault, or of one of its libraries, also those that nothing was pushed to. */
export const listLines = (
  vault: Vault,
  library?: string
): Effect.Effect<ReadonlyArray<ListedLine>, PlaceRefused | PlaceUnreachable> =>
  Effect.map(listAll(vault, library === undefined ? "" : `${library}/`), (blobs) => linesIn(blobs))
