/** Work that is due and waits, because its profile says so: for the mains, or for a network that costs nothing more. */
import { isAbsolute } from "node:path"
import { isRemote, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { vaultRecords } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Circumstances } from "./Circumstances.js"
import { Outside } from "./Outside.js"
import type { Place } from "./Place.js"
import { isActive, type Profile } from "./Profile.js"
import { loadStates } from "./Profiles.js"
import { placesThere } from "./placesThere.js"
import { planWork } from "./Work.js"

type Wish = Pick<Profile, "onBattery" | "onMetered">

/** Why nothing is sent to a place, or done at all, in words; `undefined` when nothing waits. */
export const heldBack = (
  { onBattery, onMetered }: Wish,
  place: Place,
  circumstances: Circumstances,
  isOnNetwork: (destination: string) => boolean
): string | undefined => {
  if (onBattery === "pause" && circumstances.onBattery) return "it runs on battery"
  const isToNetwork = place._tag !== "Here" && isOnNetwork(place.destination)
  return onMetered === "pause" && circumstances.metered && isToNetwork ? "the network is metered" : undefined
}

/** Whether anything of the circumstances matters to a profile. */
const minds = ({ onBattery, onMetered }: Wish): boolean => onBattery === "pause" || onMetered === "pause"

/** Which places of a library are reached by a network: vaults in buckets and on servers. */
const onNetwork = (library: Library): Effect.Effect<(destination: string) => boolean, WhiteRoomError> =>
  Effect.map(
    vaultRecords(library).all,
    (vaults) => (destination) =>
      !isAbsolute(destination) && vaults.some(({ name, place }) => name === destination && isRemote(place))
  )

/** Says of each place of a profile why it waits now. The platform is asked once, and only when a profile minds. */
export const holding = (
  library: Library
): Effect.Effect<
  (profile: Profile, place: Place) => Effect.Effect<string | undefined, WhiteRoomError>,
  never,
  Outside
> =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const asked = yield* Effect.cached(Effect.all([outside.circumstances, onNetwork(library)]))
    return (profile, place) =>
      minds(profile)
        ? Effect.map(asked, ([circumstances, isOnNetwork]) =>
            heldBack(profile, place, circumstances, isOnNetwork)
          )
        : Effect.succeed(undefined)
  })

/** A profile whose work is due and waits. */
export interface Held {
  readonly profile: string
  /** In words: `it runs on battery`. */
  readonly reason: string
}

/** The profiles of which something is due and waits, each with why. */
export const heldProfiles = (library: Library): Effect.Effect<ReadonlyArray<Held>, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    const states = (yield* loadStates(library)).filter(({ profile }) => minds(profile))
    if (states.length === 0) return []
    const now = yield* Clock.currentTimeMillis
    const isThere = yield* placesThere(library, states)
    const isHeld = yield* holding(library)
    const held = yield* Effect.forEach(states, (state) =>
      Effect.map(
        Effect.forEach(planWork(state, now, isThere), ({ place }) => isHeld(state.profile, place)),
        (reasons) => {
          const reason = reasons.find((each) => each !== undefined)
          return reason === undefined ? [] : [{ profile: state.profile.name, reason }]
        }
      )
    )
    return held.flat()
  })

/** Whether pushes to a vault wait: some profile that sends there says so. */
export const isHeldOff = (
  library: Library,
  { name, place }: { readonly name: string; readonly place: string }
): Effect.Effect<boolean, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const isHeld = yield* holding(library)
    const reasons = yield* Effect.forEach(yield* loadStates(library), ({ profile }) => {
      const destination = profile.places.find((each) => each === name || each === place)
      return destination === undefined || !isActive(profile, now)
        ? Effect.succeed(undefined)
        : isHeld(profile, { _tag: "Vault", destination })
    })
    return reasons.some((reason) => reason !== undefined)
  })
