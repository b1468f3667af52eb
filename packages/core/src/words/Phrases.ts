/** How something changed, as the last word of a phrase: `track Lead added`. */
interface Verbs {
  /** `track Lead added` */
  readonly added: string
  /** `track Lead removed` */
  readonly removed: string
  /** `3 notes changed` */
  readonly changed: string
  /** `sections reordered` */
  readonly reordered: string
  /** A version that is the first. */
  readonly created: string
  /** A version that is not there any more. */
  readonly deleted: string
  /** Beginnings of a version: `restored, tempo 96 → 104`. */
  readonly restored: string
  /** `undone, tempo 104 → 96` */
  readonly undone: string
  /** `pulled, tempo 96 → 104` */
  readonly pulled: string
  /** `imported, tempo 96 → 104` */
  readonly imported: string
}

/** How values are written. */
interface Values {
  /** A number that JavaScript has written, with the decimal mark of the language. */
  readonly decimal: (number: string) => string
  /** A whole number with its thousands apart. */
  readonly grouped: (amount: number) => string
  /** `"Night Drive"` */
  readonly quoted: (text: string) => string
  /** Plain values in a row: `1, 2, 3`. */
  readonly list: (values: ReadonlyArray<string>) => string
  /** `true`, `false` */
  readonly truth: (value: boolean) => string
  /** What stands for a value that is not there. */
  readonly none: string
  /** Beside two values that look alike. */
  readonly inParts: string
  /** The same, of texts with characters that have no form. */
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
  /** ` in track Lead` */
  readonly in: (thing: string) => string
  /** ` of track Lead` */
  readonly of: (thing: string) => string
  /** ` at bar 9` */
  readonly at: (moment: string) => string
  /** ` (no. 2)` */
  readonly which: (number: number) => string
}

/** Whole phrases. */
interface Sentences {
  /** `permutation on` */
  readonly switched: (place: string, isOn: boolean) => string
  /** `section A renamed B` */
  readonly renamed: (what: string, name: string) => string
  /** `section A length 8 → 16 bars` */
  readonly length: (what: string, before: string, after: string) => string
  /** `note C4 moved from bar 1 to bar 2` */
  readonly moved: (what: string, from: string, to: string) => string
  /** `section A moved from place 1 to 3` */
  readonly movedPlace: (what: string, from: number, to: number) => string
  /** `by` is empty where not all moved alike. */
  readonly movedBy: (what: string, by: string, isLater: boolean) => string
  /** `12 notes transposed up 2 semitones` */
  readonly transposed: (what: string, semitones: string, isUp: boolean) => string
  /** `12 notes changed pitch` */
  readonly changedPitch: (what: string) => string
  /** `note C4 changed to D4` */
  readonly changedTo: (what: string, now: string) => string
  /** `document changed (the earlier one is no longer kept)` */
  readonly gone: (label: string, isEarlier: boolean) => string
  /** `document stored in another form` */
  readonly otherForm: (label: string) => string
  /** `order of sections` */
  readonly orderOf: (things: string) => string
  /** `… and 12 more changes` */
  readonly more: (amount: number) => string
}

/** Documents that are not told in words of music. */
interface Documents {
  /** `text changed (3 lines added)` */
  readonly textChanged: (how: string) => string
  /** `line ends only` */
  readonly lineEnds: string
  /** `document removed, now empty` */
  readonly emptied: (what: "document" | "text") => string
  /** `no longer JSON: text changed (1 line added)` */
  readonly noLongerJson: (change: string) => string
  /** `JSON now: text changed (1 line added)` */
  readonly nowJson: (change: string) => string
  /** `large numbers changed: 1 → 2` */
  readonly largeNumbers: (steps: string) => string
}

/** What a plan says of what it cannot do in full, and why something stays. */
interface Notes {
  /** `tempo: 96 there, 104 here` */
  readonly bothSides: (place: string, there: string, here: string) => string
  /** `sections: in one order there, in another here` */
  readonly bothOrders: (place: string) => string
  /** `tempo changed on both sides; today's stays` */
  readonly bothChanged: (name: string) => string
  /** Why documents are not combined. */
  readonly notJson: string
  /** Why documents are not combined. */
  readonly largeInside: string
  /** Why documents are not combined. */
  readonly notTexts: string
  /** Why documents are not combined. */
  readonly documentsApart: string
  /** Why a song is not combined. */
  readonly cannotCombine: string
  /** Why a song is not combined. */
  readonly noBase: string
  /** `horns is not a part that differs` */
  readonly noPart: (name: string) => string
  /** `tempo cannot stand beside itself; today's stays` */
  readonly notBeside: (name: string) => string
  /** `this library has no column mood; the rest was restored` */
  readonly noColumns: (columns: string) => string
  /** Why something stays as it is. */
  readonly deletedSince: string
  /** Rows of another table of the app; `isMore` where they were not counted to the end. */
  readonly held: (rows: number, isMore: boolean, table: string, rule: string) => string
  /** Between two reasons. */
  readonly and: string
  /** `what its songId refers to is not in the app's table setlist` */
  readonly lacked: (columns: string, table: string) => string
}

/** All that a language has to say. */
export interface Phrases extends Verbs, Values, Names, Whereabouts, Sentences, Documents, Notes {}
