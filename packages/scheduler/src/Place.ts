/** Where a profile's backups are: in the library itself, and in the folders that get copies. */

/** A folder, by its whole path. */
export interface Folder {
  readonly _tag: "Folder"
  readonly path: string
}

/** The library itself, where every backup is taken. */
export const here = { _tag: "Here" } as const

export type Place = typeof here | Folder

/** The place as runs on record and messages to other programs have it: the folder's path, and for the library no text. */
export const storedPlace = (place: Place): string => (place._tag === "Here" ? "" : place.path)

/** The place in what `storedPlace` gave. */
export const placeOf = (stored: string): Place => (stored === "" ? here : { _tag: "Folder", path: stored })

/** Every place of a profile: the library, then its folders. */
export const placesOf = ({ places }: { readonly places: ReadonlyArray<string> }): ReadonlyArray<Place> => [
  here,
  ...places.map((path): Folder => ({ _tag: "Folder", path }))
]

/** A place within a sentence, after a preposition: ` to /media/disk`; nothing for the library. */
export const inPlace = (preposition: string, place: Place): string =>
  place._tag === "Here" ? "" : ` ${preposition} ${place.path}`
