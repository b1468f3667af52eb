import { InvalidInput } from "../errors/WhiteRoomError.js"
import { idOfCell, liveTables } from "../model/Entity.js"
import { encodeRecord, type NewObject } from "../model/Record.js"
import type { Sha256 } from "../object/Sha256.js"
import type { Change } from "./Request.js"

/**
 * The record that a change asks for (`null`: the entity is to be gone) and the objects it needs.
 * @throws InvalidInput for a row of another entity, and for a value that SQLite cannot hold
 */
export const encodeChange = (
  { kind, id, row }: Change,
  sha256: Sha256
): { readonly record: Uint8Array | null; readonly objects: ReadonlyArray<NewObject> } => {
  if (row === null) return { record: null, objects: [] }
  const { idColumn } = liveTables[kind]
  if (idOfCell(row.get(idColumn) ?? null) !== id)
    throw new InvalidInput({ field: idColumn, reason: `the row is not that of the ${kind} ${id}` })
  return encodeRecord(kind, row, sha256)
}
