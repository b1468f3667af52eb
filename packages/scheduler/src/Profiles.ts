/** The profiles of a library, as they are stored and with the runs they had. */
import { isAbsolute } from "node:path"
import { InvalidInput, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { folderRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"
import {
  decodeProfile,
  encodeProfile,
  type Profile,
  type ProfileInput,
  parseProfile,
  profileOfPreferences
} from "./Profile.js"
import type { ProfileState } from "./ProfileState.js"

/** The profile that the preferences ask for counts while the library has no profile of its own. */
const profileByPreferences = (library: Library) =>
  Effect.map(library.preferences.current, (preferences) => ({
    profile: profileOfPreferences(preferences),
    changedAt: preferences.updatedAt.getTime()
  }))

/** A profile that cannot be read, by a newer or a mistaken hand, must not stop the others. */
export interface Unreadable {
  readonly name: string
  readonly reason: string
}

interface Read {
  readonly profiles: ReadonlyArray<{ readonly profile: Profile; readonly changedAt: number }>
  readonly unreadable: ReadonlyArray<Unreadable>
}

const readProfiles = (library: Library): Effect.Effect<Read, WhiteRoomError> =>
  Effect.gen(function* () {
    const stored = yield* library.schedule.profiles
    if (stored.length === 0) return { profiles: [yield* profileByPreferences(library)], unreadable: [] }
    const unreadable: Array<Unreadable> = []
    const profiles = stored.flatMap(({ name, definition, changedAt }) => {
      try {
        return [{ profile: parseProfile(definition), changedAt: changedAt.getTime() }]
      } catch (error) {
        unreadable.push({ name, reason: error instanceof InvalidInput ? error.reason : String(error) })
        return []
      }
    })
    return { profiles, unreadable }
  })

/** Every profile with its runs. The one that the preferences ask for is there while no other is stored. */
export const loadStates = (library: Library): Effect.Effect<ReadonlyArray<ProfileState>, WhiteRoomError> =>
  Effect.flatMap(readProfiles(library), ({ profiles }) =>
    Effect.forEach(profiles, ({ profile, changedAt }) =>
      Effect.map(
        library.schedule.recentRuns(profile.name),
        (runs): ProfileState => ({ profile, changedAt, runs })
      )
    )
  )

/** The stored profiles that this program cannot read, and why. */
export const unreadableProfiles = (
  library: Library
): Effect.Effect<ReadonlyArray<Unreadable>, WhiteRoomError> =>
  Effect.map(readProfiles(library), ({ unreadable }) => unreadable)

/** @throws InvalidInput when there is no profile of that name; it names those there are */
export const findState = (library: Library, name: string): Effect.Effect<ProfileState, WhiteRoomError> =>
  Effect.flatMap(loadStates(library), (states) => {
    const found = states.find(({ profile }) => profile.name === name)
    if (found !== undefined) return Effect.succeed(found)
    const known = states.map(({ profile }) => profile.name).join(", ")
    return Effect.fail(
      new InvalidInput({ field: `profile ${name}`, reason: `there is none; known: ${known}` })
    )
  })

/** What `read` gives; what it throws is the error. */
const attempt = (read: () => Profile): Effect.Effect<Profile, InvalidInput> =>
  Effect.try({
    try: read,
    catch: (error) =>
      error instanceof InvalidInput ? error : new InvalidInput({ field: "profile", reason: String(error) })
  })

/**
 * Adds or replaces a profile, and gives it with its defaults. The first one that is stored takes the place of the one by
 * the preferences. Fails with `InvalidInput` as `decodeProfile` does.
 */
export const saveProfile = (library: Library, input: ProfileInput): Effect.Effect<Profile, WhiteRoomError> =>
  Effect.tap(
    attempt(() => decodeProfile(input)),
    (profile) =>
      Effect.zipRight(
        library.schedule.saveProfile({ name: profile.name, definition: encodeProfile(profile) }),
        // As they are now: an empty mount point is not taken for one of them later.
        Effect.forEach(profile.places.filter(isAbsolute), folderRecords(library).remember, { discard: true })
      )
  )

/** A profile with some fields changed; `undefined` takes a field back to its default. @throws InvalidInput */
export const changeProfile = (profile: Profile, changes: Readonly<Record<string, unknown>>): Profile => {
  const before: Readonly<Record<string, unknown>> = JSON.parse(encodeProfile(profile))
  const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)
  return decodeProfile(Object.fromEntries(merged))
}

/** Changes some fields of a stored profile, as `changeProfile` does. */
export const editProfile = (
  library: Library,
  name: string,
  changes: Readonly<Record<string, unknown>>
): Effect.Effect<Profile, WhiteRoomError> =>
  Effect.gen(function* () {
    const { profile } = yield* findState(library, name)
    const edited = yield* attempt(() => changeProfile(profile, changes))
    yield* saveProfile(library, edited)
    if (edited.name !== name) yield* library.schedule.removeProfile(name)
    return edited
  })
