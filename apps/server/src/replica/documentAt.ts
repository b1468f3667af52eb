import {
  decodeRecord,
  type EntityKey,
  liveTables,
  ObjectRef,
  type RestoreSource,
  textOfCell,
  utf8,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { notFound } from "./notFound.js"

/** The document of a song or performance, as its bytes are stored. */
export const documentAt = (
  library: Library,
  key: EntityKey,
  source: RestoreSource,
  at: string
): Effect.Effect<Uint8Array, WhiteRoomError> =>
  Effect.gen(function* () {
    const record = yield* library.history.recordAt(key, source)
    const column = liveTables[key.kind].contentColumn
    if (record === undefined || column === undefined) return yield* notFound(key, at)
    const cell = decodeRecord(key.kind, record).get(column)
    if (cell instanceof ObjectRef) return yield* library.objects.get(cell.hash)
    return cell === undefined || cell === null ? new Uint8Array() : utf8(textOfCell(cell))
  })
