/** How something changed, as the last word of a phrase: `track Lead added`. */
interface Verbs {
  readonly added: string
  readonly removed: string
  readonly changed: string
  readonly reordered: string
  readonly created: string
  readonly deleted: string
  /** Beginnings of a version: `restored, tempo 96 → 104`. */
  readonly restored: string
  readonly undone: string
  readonly pulled: string
  readonly imported: string
}

/** How values are written. */
interface Values {
  /** A number that JavaScript has written, with the decimal mark of the language. */
  readonly decimal: (number: string) => string
  /** A whole number with its thousands apart. */
  readonly grouped: (amount: number) => string
  readonly quoted: (text: string) => string
  /** Plain values in a row: `1, 2, 3`. */
  readonly list: (values: ReadonlyArray<string>) => string
  readonly truth: (value: boolean) => string
  /** What stands for a value that is not there. */
  readonly none: string
  /** Beside two values that look alike. */
  readonly inParts: string
  readonly inSigns: string
}

/** What things are called. */
interface Names {
  /** A field that is called so in English; one that is not known stays as it is. */
  readonly name: (english: string) => string
  /** A noun as it stands after such a number: `note`, `notes`. One that is not known stays as it is. */
  readonly noun: (amount: number, noun: string) => string
  /** A number with its noun: `1 note`, `1,204 notes`. */
  readonly count: (amount: number, noun: string) => string
  /** A length in bars, as it is written. */
  readonly bars: (amount: string) => string
  /** Between a thing and a field of it, and between a field and what it is in. */
  readonly joint: string
}

/** Where something is or was: each ends a phrase, or goes on with it, and begins with a space. */
interface Whereabouts {
  readonly in: (thing: string) => string
  readonly of: (thing: string) => string
  readonly at: (moment: string) => string
  readonly which: (number: number) => string
}

/** Whole phrases. */
interface Sentences {
  readonly switched: (place: string, isOn: boolean) => string
  readonly renamed: (what: string, name: string) => string
  readonly length: (what: string, before: string, after: string) => string
  readonly moved: (what: string, from: string, to: string) => string
  readonly movedPlace: (what: string, from: number, to: number) => string
  /** `by` is empty where not all moved alike. */
  readonly movedBy: (what: string, by: string, isLater: boolean) => string
  readonly transposed: (what: string, semitones: string, isUp: boolean) => string
  readonly changedPitch: (what: string) => string
  readonly changedTo: (what: string, now: string) => string
  readonly gone: (label: string, isEarlier: boolean) => string
  readonly otherForm: (label: string) => string
  readonly orderOf: (things: string) => string
  readonly more: (amount: number) => string
}

/** Documents that are not told in words of music. */
interface Documents {
  readonly textChanged: (how: string) => string
  readonly lineEnds: string
  readonly emptied: (what: "document" | "text") => string
  readonly noLongerJson: (change: string) => string
  readonly nowJson: (change: string) => string
  readonly largeNumbers: (steps: string) => string
}

/** What a plan says of what it cannot do in full, and why something stays. */
interface Notes {
  readonly bothSides: (place: string, there: string, here: string) => string
  readonly bothOrders: (place: string) => string
  readonly bothChanged: (name: string) => string
  readonly notJson: string
  readonly largeInside: string
  readonly notTexts: string
  readonly documentsApart: string
  readonly cannotCombine: string
  readonly noBase: string
  readonly noPart: (name: string) => string
  readonly notBeside: (name: string) => string
  readonly noColumns: (columns: string) => string
  readonly deletedSince: string
  /** Rows of another table of the app; `isMore` where they were not counted to the end. */
  readonly held: (rows: number, isMore: boolean, table: string, rule: string) => string
  /** Between two reasons. */
  readonly and: string
  readonly lacked: (columns: string, table: string) => string
}

/** All that a language has to say. */
export interface Phrases extends Verbs, Values, Names, Whereabouts, Sentences, Documents, Notes {}
