/** A place outside the library, as it was found. */
export interface CopyPlace {
  readonly name: string
  /** It can be reached. */
  readonly present: boolean
  /** False where nothing was ever sent, and where what was sent is not there any more. */
  readonly holds: boolean
  /** It outlives the disk that the library lies on. */
  readonly isElsewhere: boolean
}

/** Why the loss of the library's disk would be the loss of everything, as far as is known. */
export interface CopyFault {
  readonly why: "none" | "unreachable" | "sameDisk"
  /** The names of the copies that do not help. */
  readonly places: ReadonlyArray<string>
}

/**
 * What is to be said of the copies of a library: nothing where one of them is there and outlives its disk.
 *
 * @example
 * copyFault([{ name: "studio", present: true, holds: true, isElsewhere: false }])?.why // "sameDisk"
 */
export const copyFault = (places: ReadonlyArray<CopyPlace>): CopyFault | undefined => {
  const copies = places.filter(({ holds }) => holds)
  const names = copies.map(({ name }) => name)
  const present = copies.filter((each) => each.present)
  if (copies.length === 0) return { why: "none", places: names }
  if (present.length === 0) return { why: "unreachable", places: names }
  return present.some(({ isElsewhere }) => isElsewhere) ? undefined : { why: "sameDisk", places: names }
}
