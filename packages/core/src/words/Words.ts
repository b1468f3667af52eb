import { english } from "./english.js"
import type { Phrases } from "./Phrases.js"

/** Phrases beyond this are counted, not told. */
const maxWords = 20

/** Collects what changed, one phrase per change, in one language; a long story is cut and says how much is missing. */
export class Words {
  private readonly phrases = new Set<string>()
  private missing = 0

  constructor(readonly say: Phrases = english) {}

  /** A phrase that was said is not said again (a song may keep its key in two places); one too many is not made. */
  add(phrase: (say: Phrases) => string): void {
    if (this.phrases.size < maxWords) this.phrases.add(phrase(this.say))
    else this.missing++
  }

  /** Takes over what another collection told and what it left out. */
  addAll(other: Words): void {
    for (const phrase of other.phrases) this.add(() => phrase)
    this.missing += other.missing
  }

  get isEmpty(): boolean {
    return this.phrases.size === 0
  }

  get list(): ReadonlyArray<string> {
    return this.missing === 0 ? [...this.phrases] : [...this.phrases, this.say.more(this.missing)]
  }
}
