/** Where a profile's backups are: in the library itself, and in the vaults that get them. */
import { basename } from "node:path"

/** A vault, as a profile names it: by its name, or by the folder that it lies in. */
export interface Elsewhere {
  readonly _tag: "Vault"
  readonly destination: string
}

/** The library itself, where every backup is taken. */
export const here = { _tag: "Here" } as const

export type Place = typeof here | Elsewhere

/** The place as runs on record and messages to other programs have it: as the profile names it, and for the library no text. */
export const storedPlace = (place: Place): string => (place._tag === "Here" ? "" : place.destination)

const vault = (destination: string): Elsewhere => ({ _tag: "Vault", destination })

/** The place in what `storedPlace` gave. */
export const placeOf = (stored: string): Place => (stored === "" ? here : vault(stored))

/** Every place of a profile: the library, then its vaults. */
export const placesOf = ({ places }: { readonly places: ReadonlyArray<string> }): ReadonlyArray<Place> => [
  here,
  ...places.map(vault)
]

/** A place within a sentence, after a preposition: ` to /media/disk`; nothing for the library. */
export const inPlace = (preposition: string, place: Place): string =>
  place._tag === "Here" ? "" : ` ${preposition} ${place.destination}`

/** The place as a person calls it. */
export const placeInWords = (place: Place): string =>
  place._tag === "Here" ? "the library itself" : basename(place.destination) || place.destination

/** A library as a person calls it: its file, without what follows the dot. */
export const nameOfLibrary = (path: string): string => basename(path).replace(/\.[^.]+$/, "")
