/**
 * Profiles come along in a vault as proposals: `<library>/<line>/profiles-<time>-<body>.json`, of which the newest of a line
 * counts. What a profile runs, and whom it calls, never leaves the device and is never believed: those who take one over
 * say yes to the rest of it.
 */
import { MalformedData, utf8, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type KnownVault, lookAt, sha256, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import type { BlobInfo } from "./blobs/Blobs.js"
import { readSmall } from "./blobs/SmallFiles.js"
import { lineFolder, shortHash } from "./segment/SegmentName.js"
import { listAll, openSmall, readLineStart, type Vault } from "./Vault.js"

/** So many profiles nobody has; of more, none is sent or taken. */
const mostProfiles = 100

/** Read as a small file is: no longer than that. */
const largest = 60 * 1024

/** Commands are of this computer, and addresses may hold secrets. */
const atHome: ReadonlySet<string> = new Set(["hooks", "heartbeat", "webhook", "webhookKey", "mail"])

const Profiles = Schema.parseJson(
  Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })).pipe(
    Schema.maxItems(mostProfiles)
  )
)

type Fields = Readonly<Record<string, unknown>>

const withoutHooks = (profile: Fields): Fields =>
  Object.fromEntries(Object.entries(profile).filter(([name]) => !atHome.has(name)))

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parsed = (definition: string): ReadonlyArray<Fields> => {
  try {
    const value: unknown = JSON.parse(definition)
    return isFields(value) ? [value] : []
  } catch {
    return []
  }
}

const nameOf = /^([0-9a-f-]{32,36})\/([0-9a-f-]{36})\/profiles-(\d{15})-([0-9a-f]{16})\.json$/

/** The body is of the bytes as they are kept, so the content is sealed under the name without it. */
const contentName = (name: string): string => name.slice(0, name.lastIndexOf("-"))

/** Sends the profiles of a library into a line of it, when they are others than were sent last, or the vault lost something. */
export const sendProfiles = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  { line, loss }: { readonly line: string; readonly loss?: string | undefined }
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const profiles = (yield* library.schedule.profiles).flatMap(({ definition }) => parsed(definition))
    const text = JSON.stringify(profiles.map(withoutHooks))
    const bytes = utf8(text)
    if (profiles.length > mostProfiles || bytes.length > largest) return
    // In a line of its own a device begins anew.
    const mark = `${line} ${shortHash(sha256(bytes))}`
    if (
      (known.profiles === mark && loss === undefined) ||
      (known.profiles === undefined && profiles.length === 0)
    )
      return
    const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
    const now = String(Math.max(0, yield* Clock.currentTimeMillis)).padStart(15, "0")
    const name = `${lineFolder(vault.protection.naming.library(libraryId), line)}profiles-${now}`
    const sealed = vault.protection.sealFile(name, bytes)
    yield* vault.blobs
      .put(`${name}-${shortHash(sha256(sealed))}.json`, sourceOf(sealed))
      .pipe(Effect.catchTag("BlobExists", () => Effect.void))
    yield* vaultRecords(library).rememberProfiles(vault.id, mark)
  })

/** The profiles in one file; fails with `MalformedData` when it is not what its name says. */
export const openProfiles = (
  vault: Vault,
  { name }: Pick<BlobInfo, "name">
): Effect.Effect<ReadonlyArray<Fields>, WhiteRoomError> =>
  Effect.gen(function* () {
    const bytes = yield* readSmall(vault.blobs, name)
    const wrong = new MalformedData({ what: name, reason: "it is not what was written there" })
    if (nameOf.exec(name)?.[4] !== shortHash(sha256(bytes))) return yield* wrong
    const text = yield* openSmall(vault, contentName(name), bytes)
    const profiles = yield* Effect.mapError(Schema.decodeUnknown(Profiles)(text), () => wrong)
    return profiles.map(withoutHooks)
  })

/** The files of profiles among those that are listed, the newest first. */
export const profileFiles = (blobs: ReadonlyArray<BlobInfo>): ReadonlyArray<BlobInfo> =>
  blobs
    .filter(({ name }) => nameOf.test(name))
    .toSorted((a, b) => b.arrivedAt - a.arrivedAt || (a.name < b.name ? 1 : -1))

/** The profiles of another device, to be confirmed. None has anything that it would run, or an address that it would call. */
export interface Proposal {
  readonly device: string
  readonly profiles: ReadonlyArray<unknown>
}

/**
 * The profiles that another device of a library sent last; `undefined` when none did. What is damaged is passed over; in a
 * plain vault whoever can write there may have written them.
 */
export const proposedProfiles = (
  library: Library,
  vault: Vault,
  own: string | undefined
): Effect.Effect<Proposal | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const libraryId = yield* lookAt(library, (snapshot) => snapshot.libraryId)
    const found = profileFiles(yield* listAll(vault, `${vault.protection.naming.library(libraryId)}/`))
    for (const file of found) {
      const [, folder = "", line = ""] = nameOf.exec(file.name) ?? []
      if (line === own) continue
      const profiles = yield* openProfiles(vault, file).pipe(
        Effect.catchTags({
          MalformedData: () => Effect.succeed(undefined),
          BlobMissing: () => Effect.succeed(undefined)
        })
      )
      if (profiles === undefined) continue
      const { device } = yield* readLineStart(vault, folder, line)
      return { device, profiles }
    }
    return undefined
  })
