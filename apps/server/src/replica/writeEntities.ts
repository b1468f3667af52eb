import {
  type EntityKey,
  type ExpectedVersion,
  InvalidInput,
  isWhiteRoomError,
  type WhiteRoomError
} from "@white-room/core"
import type { EntityChange, Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { WrittenAll } from "../api/Writes.js"
import type { Command } from "./Messages.js"

type Expecting = EntityChange & { readonly expected: ExpectedVersion }

const keyOf = (change: EntityChange): EntityKey => {
  if (change.entity === null) return { kind: change.kind, id: change.id }
  return {
    kind: change.kind,
    id: change.kind === "preferences" ? (change.entity.userId ?? "") : change.entity.id
  }
}

/** What reading a body throws, as an Effect. */
const reading = (
  read: () => ReadonlyArray<Expecting>
): Effect.Effect<ReadonlyArray<Expecting>, WhiteRoomError> =>
  Effect.try({
    try: read,
    catch: (error) =>
      isWhiteRoomError(error) ? error : new InvalidInput({ field: "the body", reason: "it cannot be read" })
  })

/**
 * Writes entities as one, and says at which version each is: as they were right after it, so that who asks again by the same
 * command is answered the same, whatever was written since.
 */
export const writeEntities = (
  library: Library,
  read: () => ReadonlyArray<Expecting>,
  command: Command
): Effect.Effect<WrittenAll, WhiteRoomError> =>
  Effect.gen(function* () {
    const changes = yield* reading(read)
    const { last: position } = yield* library.log.change(changes, command)
    const written = yield* Effect.forEach(changes, (change) => {
      const key = keyOf(change)
      // Where nothing had to be written, all of them were as they were expected.
      const version =
        position === 0 && typeof change.expected === "number"
          ? Effect.succeed(change.expected)
          : Effect.map(library.log.state(key, position), (state) => state.version)
      return Effect.map(version, (each) => ({ ...key, version: each }))
    })
    return { position, changes: written }
  })
