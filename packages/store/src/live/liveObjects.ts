import { type EntityKey, encodeRecord, equalBytes, isWhiteRoomError, kinds } from "@white-room/core"
import { sha256 } from "../object/Compression.js"
import { hashKey } from "../object/HashKeys.js"
import type { LiveTables } from "./LiveTable.js"

const rowsAtOnce = 50

/**
 * Finds objects in the live rows, where the documents of today are too. All rows are looked at when the first one is
 * asked for, and not again: what another program writes later is not found.
 */
export const liveObjects = (tables: () => LiveTables): ((hash: Uint8Array) => Uint8Array | undefined) => {
  let owners: Map<string, EntityKey> | undefined
  const lookAtAll = (): Map<string, EntityKey> => {
    const found = new Map<string, EntityKey>()
    for (const kind of kinds)
      for (const { id, row } of tables()[kind]?.rows(rowsAtOnce) ?? [])
        for (const { hash } of encodeRecord(kind, row, sha256).objects) found.set(hashKey(hash), { kind, id })
    return found
  }
  return (hash) => {
    try {
      owners ??= lookAtAll()
      const owner = owners.get(hashKey(hash))
      const row = owner && tables()[owner.kind]?.get(owner.id)
      if (owner === undefined || row === undefined) return undefined
      return encodeRecord(owner.kind, row, sha256).objects.find((each) => equalBytes(each.hash, hash))?.bytes
    } catch (error) {
      // Rows that cannot be read help nobody; that they cannot is said where they are asked for.
      if (!isWhiteRoomError(error)) throw error
      return undefined
    }
  }
}
