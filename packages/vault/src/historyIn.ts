import { type EntityKey, toHex, type WhiteRoomError } from "@white-room/core"
import type { EntityVersion } from "@white-room/store"
import { distinctVersions, external, reasonOf } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { VaultReader } from "./read/VaultReader.js"

const lenient = new TextDecoder()

/**
 * The distinct versions of an entity in a vault, oldest first; empty when it never was. `undefined` where another program
 * made one of them: since when it may have done so only the whole log tells.
 */
export const historyIn = (
  reader: VaultReader,
  key: EntityKey
): Effect.Effect<ReadonlyArray<EntityVersion> | undefined, WhiteRoomError> =>
  Effect.map(reader.history(key), ({ versions, documents }) => {
    if (versions.some(({ command }) => command.actor === external)) return undefined
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
