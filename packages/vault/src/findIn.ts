import type { FoundVersion, WhiteRoomError } from "@white-room/core"
import { TextRuns } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { VaultReader } from "./read/VaultReader.js"

/**
 * Where a text is in names and metadata through the whole history in a vault, newest first; of the vault the events are read,
 * and no document. `undefined` where imported backups may hold versions from before the log, which only whole trees tell.
 */
export const findIn = (
  reader: VaultReader,
  text: string
): Effect.Effect<ReadonlyArray<FoundVersion> | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    if ((yield* reader.backups).some(({ trigger }) => trigger === "imported")) return undefined
    const runs = new TextRuns(text)
    yield* reader.eachVersion(0, yield* reader.head, (key, { position, record, command }) =>
      runs.event(key, record, position, command.recordedAt)
    )
    return runs.all
  })
