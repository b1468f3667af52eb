import { randomUUID } from "node:crypto"
import { genesis, hour, toHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { scheduleRecords } from "@white-room/store/transfer"
import {
  type KeptUp,
  makeVault,
  openPlain,
  type PieceCache,
  push,
  upkeepDue,
  type Vault,
  vaultRecords
} from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import { homeName } from "./homeName.js"
import type { PushedHere } from "./Messages.js"
import { notedBlobs } from "./notedBlobs.js"
import { scheduleMark } from "./scheduleMark.js"

/** What a thread knows of the files of the libraries that are written in it, by their ids. */
export interface KnownHere {
  /** When they were kept up last, and how many came since. */
  readonly keptUp: Map<string, KeptUp>
  /** Those of which the last push succeeded: their vaults, what they take up, and when what is there was looked at last. */
  readonly left: Map<string, { readonly vault: string; readonly bytes: number; readonly lookedAt: number }>
  /** What was read of files before: where another server went on, a line of its own begins with looking at all of them. */
  readonly cache: PieceCache
}

/** How often small files are merged, however few they are. */
const upkeepEvery = 6 * hour

/** Those that another server left as well, when who waits for libraries that moved with this one has been served. */
const settling = 10_000

/** As long as this nobody is asked what is there: nobody but the owner of a library writes into its line. */
const lookEvery = hour

/** What the library knows of its files; a library that was never pushed begins a line. */
const knownOf = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const records = vaultRecords(library)
    const known = (yield* records.all).find(({ vaultId }) => vaultId === vault.id)
    if (known !== undefined) return known
    const pushed = { position: 0, chainHash: genesis }
    const entry = {
      name: homeName,
      place: vault.blobs.place,
      vaultId: vault.id,
      line: randomUUID(),
      pushed,
      pushedAt: 0
    }
    yield* records.remember(entry)
    return { ...entry, isOwnLine: true }
  })

/** The vault as this thread left it; nothing when it is to be looked at again, or is not the one that this library knows. */
const leftHere = (library: Library, id: string, { left }: KnownHere, now: number) =>
  Effect.map(vaultRecords(library).all, (records) => {
    const before = left.get(id)
    // Until this push has succeeded, too.
    left.delete(id)
    const known = records.find(({ vaultId }) => vaultId === before?.vault)
    const isRecent = before !== undefined && Math.abs(now - before.lookedAt) < lookEvery
    return known !== undefined && isRecent ? { ...before, known } : undefined
  })

/**
 * Puts what is new in a library that is written here into its files, as its device would: from there it is cloned, proven, mirrored.
 * That is one request for each new file, while it is as this thread left it. Tells when its many small files are to be merged.
 */
export const pushHome = (
  library: Library,
  shelf: Shelf,
  id: string,
  here: KnownHere,
  { schedule: mark }: { readonly schedule: string | undefined }
): Effect.Effect<PushedHere, WhiteRoomError> =>
  Effect.gen(function* () {
    const { put, bytes: added, blobs } = notedBlobs(shelf, id)
    const now = yield* Clock.currentTimeMillis
    const asLeft = yield* leftHere(library, id, here, now)
    const opened = asLeft === undefined ? yield* makeVault(blobs) : openPlain(blobs, asLeft.known.vaultId)
    const vault = { ...opened, cache: here.cache }
    const known = asLeft?.known ?? (yield* knownOf(library, vault))
    // Before the log is read: a run that is known to be done has its backup there.
    const text = yield* scheduleRecords(library).text
    const report = yield* push(library, vault, known, { isAsLeft: asLeft !== undefined })
    const { at, files } = here.keptUp.get(id) ?? { at: now, files: 0 }
    const hasMoved = report.began === "copy"
    const since = { at: hasMoved ? now + settling - upkeepEvery : at, files: files + report.segments }
    const isUpkeepDue = upkeepDue(since, now, upkeepEvery)
    here.keptUp.set(id, isUpkeepDue ? { at: now, files: 0 } : since)
    const { position, line, events } = report
    const [last] = position === 0 ? [] : yield* library.log.read({ after: position - 1, limit: 1 })
    const chainHash = toHex(last?.chainHash ?? genesis)
    const schedule = scheduleMark(text) === mark ? undefined : text
    const bytes = asLeft === undefined ? yield* shelf.measure(id) : asLeft.bytes + added()
    here.left.set(id, { vault: vault.id, bytes, lookedAt: asLeft?.lookedAt ?? now })
    return { position, events, put, bytes, head: { line, position, chainHash }, schedule, isUpkeepDue }
  })
