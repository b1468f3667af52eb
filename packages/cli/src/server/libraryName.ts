import * as path from "node:path"

/** What files are called that nobody gave a name: by this program, and by the app. */
const usual: ReadonlySet<string> = new Set(["library", "white_room"])

/**
 * What a library of this computer is called where people look at it: by the person whose it is. A file that somebody named says
 * which of several libraries it is.
 */
export const libraryName = (file: string, person: string): string => {
  const { name } = path.parse(file)
  return usual.has(name.toLowerCase()) ? person : name
}
