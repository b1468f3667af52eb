import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { destinationState } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { ProfileState } from "./ProfileState.js"

/** Which vaults and folders of profiles can be reached now and are what they were. One on a network counts as there. */
export const placesThere = (
  library: Library,
  states: ReadonlyArray<Pick<ProfileState, "profile">>
): Effect.Effect<(destination: string) => boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const all = [...new Set(states.flatMap(({ profile }) => profile.places))]
    const there = yield* Effect.filter(all, (destination) =>
      Effect.map(destinationState(library, destination), ({ state }) => state === "there")
    )
    return (destination) => there.includes(destination)
  })
