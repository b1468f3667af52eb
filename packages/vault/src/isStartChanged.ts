import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { readSmall } from "./blobs/SmallFiles.js"
import { isAsWritten } from "./CheckedText.js"
import { lineFile } from "./segment/SegmentName.js"
import { type ListedLine, openSmallBytes, readLineStart, type Vault } from "./Vault.js"

const no = () => Effect.succeed(false)

/**
 * Whether the file that says where a line begins has other bytes than were written under its name, though it can be read. One that
 * is missing or cannot be read is found by those who need what it says.
 */
export const isStartChanged = (
  vault: Vault,
  { library, line }: Pick<ListedLine, "library" | "line">
): Effect.Effect<boolean, WhiteRoomError> => {
  const name = lineFile(library, line)
  return readLineStart(vault, library, line).pipe(
    Effect.zipRight(readSmall(vault.blobs, name)),
    Effect.flatMap((bytes) => openSmallBytes(vault, name, bytes)),
    Effect.map((bytes) => !isAsWritten(name, bytes)),
    Effect.catchTags({ BlobMissing: no, BlobNotHere: no, MalformedData: no, VaultDamaged: no })
  )
}
