import type { WhiteRoomError } from "@white-room/core"
import { openPlace } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { type Shelf, trashMs } from "../library/Shelf.js"
import { type Mirror, makeMirror } from "../mirror/Mirror.js"

/** The mirror of a data folder at a place; `onChange` is told when it begins to fail, and when it works again. */
export const mirrorFor = (
  data: string,
  shelf: Shelf,
  place: string,
  onChange: (fault: string | undefined) => void
): Effect.Effect<Mirror, WhiteRoomError> =>
  Effect.map(openPlace(place), (mirror) => makeMirror({ data, shelf, mirror, onChange, graceMs: trashMs }))
