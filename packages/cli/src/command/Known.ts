/**
 * Names that can be completed. They are learned before the words are looked at, and only where a shell asks for a completion:
 * the grammar is made once, when the program is loaded, and asks here.
 */
export type NameKind = "songs" | "performances" | "backups" | "profiles" | "vaults"

export type Names = Readonly<Record<NameKind, ReadonlyArray<string>>>

export const noNames: Names = { songs: [], performances: [], backups: [], profiles: [], vaults: [] }

let known = noNames
let write = (name: string): string => name

/** `writing`: how the shell wants a name that it puts in as it is. */
export const learn = (names: Names, writing: (name: string) => string): void => {
  known = names
  write = writing
}

/** Of more nobody chooses by pressing a key. */
const mostOffered = 200

/** Those that begin with what was typed, whatever the case. */
export const beginningWith = (kind: NameKind, prefix: string): ReadonlyArray<string> => {
  const typed = prefix.toLocaleLowerCase()
  return known[kind]
    .filter((name) => name.toLocaleLowerCase().startsWith(typed))
    .slice(0, mostOffered)
    .map(write)
}
