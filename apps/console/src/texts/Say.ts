/** How a language is given times and lists, ready to be put into a sentence. */
export interface Say {
  /** `3 hours ago`. */
  readonly ago: (time: string) => string
  /** `Tue 24 Nov, 22:14`. */
  readonly at: (time: string) => string
  /** `here, School and Studio`. */
  readonly list: (items: ReadonlyArray<string>) => string
}
