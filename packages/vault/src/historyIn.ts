import { type EntityKey, toHex, type WhiteRoomError } from "@white-room/core"
import type { EntityVersion } from "@white-room/store"
import { distinctVersions, external, reasonOf } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { VaultReader } from "./read/VaultReader.js"

const lenient = new TextDecoder()

/**
 * The distinct versions of an entity in a vault, oldest first; empty when it never was. `undefined` where another program
 * made one of them: since when it may have done so only the whole log tells; and where imported backups may know it from before
 * the log.
 */
export const historyIn = (
  reader: VaultReader,
  key: EntityKey
): Effect.Effect<ReadonlyArray<EntityVersion> | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const { versions, documents } = yield* reader.history(key)
    if (versions.some(({ command }) => command.actor === external)) return undefined
    // What came with an import may be in the backups that came with it; those are found by whole trees.
    if (versions[0]?.ended === "LibraryImported") {
      const backups = yield* reader.backups
      if (backups.some(({ trigger }) => trigger === "imported")) return undefined
    }
    const logged = versions.map(({ position, record, command: { actor, recordedAt }, ended }) => ({
      position,
      record,
      actor,
      recordedAt,
      reason: reasonOf(ended),
      since: undefined
    }))
    return distinctVersions(key.kind, logged, ({ hash }) => lenient.decode(documents.get(toHex(hash))))
  })
