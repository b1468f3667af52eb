/** What a choice between two versions is made of: the things in which they differ. */
import { Words } from "../words/Words.js"

/** How one part is settled; see `OnConflict`. */
export type PartChoice = "keep" | "replace" | "both" | "combine"

/** One thing in which two versions differ: a track, a section, a field. */
export interface Part {
  /** What a person calls it, and what names it in a choice: `track Lead`, `section Chorus`, `tempo`. */
  readonly name: string
  /** What taking it over would change, one phrase per change. */
  readonly words: ReadonlyArray<string>
  /** Whether both can be had side by side: two tracks, the notes of both. */
  readonly mayBeBoth: boolean
}

/** A version that was rewritten has no parts that a person would go through: beyond so many they are one. */
const mostParts = 100

const rest = "the rest"

/** Gathers parts. Things of one name, such as a tempo that a song keeps in two places, are one part. */
export class PartList {
  private readonly parts = new Map<string, { readonly words: Words; mayBeBoth: boolean }>()

  /** Notes a difference, and gives the name of the part that it belongs to. */
  add(name: string, mayBeBoth: boolean, tell: (words: Words) => void): string {
    const key = this.parts.has(name) || this.parts.size < mostParts ? name : rest
    const part = this.parts.get(key) ?? { words: new Words(), mayBeBoth }
    part.mayBeBoth &&= mayBeBoth
    tell(part.words)
    this.parts.set(key, part)
    return key
  }

  get list(): ReadonlyArray<Part> {
    return Array.from(this.parts, ([name, { words, mayBeBoth }]) => ({ name, words: words.list, mayBeBoth }))
  }
}
