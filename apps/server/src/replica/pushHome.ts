import { randomUUID } from "node:crypto"
import { day, genesis, toHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { scheduleRecords } from "@white-room/store/transfer"
import {
  type KeptUp,
  makeVault,
  type PieceCache,
  push,
  upkeep,
  upkeepDue,
  type Vault,
  vaultRecords
} from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import type { PushedHere } from "./Messages.js"
import { notedBlobs } from "./notedBlobs.js"
import { scheduleMark } from "./scheduleMark.js"

/** How its files are called in the library. */
const name = "server"

/** How often all of its files are read, to find what nobody needs any more. */
const reclaimEvery = 30 * day

/** What the library knows of its files; a library that was never pushed begins a line. */
const knownOf = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const records = vaultRecords(library)
    const known = (yield* records.all).find(({ vaultId }) => vaultId === vault.id)
    if (known !== undefined) return known
    const pushed = { position: 0, chainHash: genesis }
    const entry = {
      name,
      place: vault.blobs.place,
      vaultId: vault.id,
      line: randomUUID(),
      pushed,
      pushedAt: 0
    }
    yield* records.remember(entry)
    return { ...entry, isOwnLine: true }
  })

/**
 * Puts what is new in a library that is written here into its files, as its device would: from there it is cloned, proven, mirrored.
 * Its many small files are merged when it is time, of which `kept` knows; what nobody needs any more goes unless it `mayReclaim` not.
 */
export const pushHome = (
  library: Library,
  shelf: Shelf,
  id: string,
  {
    kept,
    cache,
    mayReclaim,
    schedule: mark
  }: {
    readonly kept: Map<string, KeptUp>
    /** What was read of files before: where another server went on, a line of its own begins with looking at all of them. */
    readonly cache: PieceCache
    readonly mayReclaim: boolean
    readonly schedule: string | undefined
  }
): Effect.Effect<PushedHere, WhiteRoomError> =>
  Effect.gen(function* () {
    const { put, discarded, blobs } = notedBlobs(shelf, id)
    const vault = { ...(yield* makeVault(blobs)), cache }
    const known = yield* knownOf(library, vault)
    // Before the log is read: a run that is known to be done has its backup there.
    const text = yield* scheduleRecords(library).text
    const report = yield* push(library, vault, known)
    const now = yield* Clock.currentTimeMillis
    const { at, files } = kept.get(id) ?? { at: now, files: 0 }
    const since = { at, files: files + report.segments }
    const isDue = upkeepDue(since, now)
    kept.set(id, isDue ? { at: now, files: 0 } : since)
    if (isDue) {
      const reclaim = mayReclaim && Math.abs(now - (known.reclaimedAt ?? 0)) >= reclaimEvery
      yield* Effect.ignore(upkeep(library, vault, { line: report.line }, { reclaim }))
    }
    const { position, line, events } = report
    const [last] = position === 0 ? [] : yield* library.log.read({ after: position - 1, limit: 1 })
    const chainHash = toHex(last?.chainHash ?? genesis)
    const schedule = scheduleMark(text) === mark ? undefined : text
    return { position, events, put, discarded, head: { line, position, chainHash }, schedule }
  })
