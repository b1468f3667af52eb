import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { Outside } from "./Outside.js"
import type { ProfileState } from "./ProfileState.js"

/** Which folders of profiles can be reached now and are the places that they were. */
export const placesThere = (
  library: Library,
  states: ReadonlyArray<ProfileState>
): Effect.Effect<(folder: string) => boolean, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    const { isThere } = yield* Outside
    const folders = [...new Set(states.flatMap(({ profile }) => profile.places))].filter(isThere)
    const there = yield* Effect.filter(folders, (folder) =>
      Effect.map(library.copies.place(folder), ({ state }) => state === "there")
    )
    return (folder) => there.includes(folder)
  })
