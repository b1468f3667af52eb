/** What a choice between two versions is made of: the things in which they differ. */
import { english } from "../words/english.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Phrases } from "../words/Phrases.js"
import type { InLanguage } from "../words/Place.js"
import { Words } from "../words/Words.js"

/** How one part is settled; see `OnConflict`. */
export type PartChoice = "keep" | "replace" | "both" | "combine"

/** One thing in which two versions differ: a track, a section, a field. */
export interface Part {
  /** What names it in a choice, the same in every language: `track Lead`, `section Chorus`, `tempo`. */
  readonly name: string
  /** What a person calls it in the language of the words; absent where that is its name. */
  readonly label?: string
  /** What taking it over would change, one phrase per change. */
  readonly words: ReadonlyArray<string>
  /** Whether both can be had side by side: two tracks, the notes of both. */
  readonly mayBeBoth: boolean
}

/** A version that was rewritten has no parts that a person would go through: beyond so many they are one. */
const mostParts = 100

const rest: InLanguage = (say) => say.name("the rest")

/** Gathers parts, told in English unless somebody says otherwise. Things of one name, such as a tempo that a song keeps in two places, are one part. */
export class PartList {
  private readonly parts = new Map<
    string,
    { readonly words: Words; readonly label: string; mayBeBoth: boolean }
  >()
  private readonly say: Phrases

  constructor(language?: LanguageTag) {
    this.say = phrasesOf(language)
  }

  /** Notes a difference, and gives the name of the part that it belongs to. */
  add(called: InLanguage, mayBeBoth: boolean, tell: (words: Words) => void): string {
    const name = called(english)
    const isOne = this.parts.has(name) || this.parts.size < mostParts
    const key = isOne ? name : rest(english)
    const part = this.parts.get(key) ?? {
      ...{ words: new Words(this.say), mayBeBoth },
      label: this.say === english ? key : (isOne ? called : rest)(this.say)
    }
    part.mayBeBoth &&= mayBeBoth
    tell(part.words)
    this.parts.set(key, part)
    return key
  }

  get list(): ReadonlyArray<Part> {
    return Array.from(this.parts, ([name, { words, label, mayBeBoth }]) => ({
      name,
      ...(label !== name && { label }),
      words: words.list,
      mayBeBoth
    }))
  }
}
