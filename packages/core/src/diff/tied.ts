/** Fields that only mean something together: changed on both sides, they are one thing. */
export const tied: ReadonlyArray<ReadonlyArray<string>> = [
  ["structure", "section_types"],
  ["numerator", "denominator"]
]
