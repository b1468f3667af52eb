import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { faultsIn, SavedPlan } from "../../src/index.js"

const faults = <A, I>(schema: Schema.Schema<A, I>, value: unknown): ReadonlyArray<string> => {
  const read = Schema.decodeUnknownEither(schema)(value, { onExcessProperty: "error", errors: "all" })
  return Either.isLeft(read) ? faultsIn(read.left) : []
}

/** What a schema library says, and no person does. */
const parserWords =
  /Expected|actual|unexpected|undefined|readonly|minItems|NonEmpty|Struct|\bint\(|[{}|]|\w\.\d/i

const Named = Schema.Struct({ name: Schema.NonEmptyString })

const schemas: Readonly<Record<string, Schema.Schema.AnyNoContext>> = {
  text: Schema.String,
  short: Schema.String.pipe(Schema.maxLength(3)),
  filled: Schema.NonEmptyString,
  number: Schema.Number,
  whole: Schema.Int.pipe(Schema.between(0, 1_000_000)),
  positive: Schema.Finite.pipe(Schema.positive()),
  least: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)),
  yes: Schema.Boolean,
  literal: Schema.Literal("a", "b"),
  list: Schema.Array(Schema.String).pipe(Schema.maxItems(2)),
  filledList: Schema.NonEmptyArray(Schema.Int),
  object: Named,
  nested: Schema.Struct({ keep: Schema.Struct({ last: Schema.Int.pipe(Schema.between(0, 9)) }) }),
  choice: Schema.Union(Schema.Literal("once", "off"), Schema.Struct({ minutes: Schema.Int })),
  time: Schema.Date,
  bytes: Schema.Uint8ArrayFromBase64,
  json: Schema.parseJson(Named),
  ruled: Schema.String.pipe(Schema.filter(() => "it has no rhythm")),
  plan: SavedPlan
}

const values: ReadonlyArray<unknown> = [
  ...[null, true, 0, -1, 2.5, 1e9, Number.POSITIVE_INFINITY, "", "x", "x".repeat(2000), "{"],
  ...[[], [1], [null, "a"], ["a", "b", "c"], {}, { name: 1 }, { name: "" }, { name: "n", more: 1 }],
  ...[{ keep: { last: 1e9 } }, { keep: [] }, { minutes: "many" }, { format: "white-room-plan-2" }],
  { ...{ format: "white-room-plan-1", libraryId: "l", source: "b1", backupId: "b", position: 1 } },
  { mode: "half", unchanged: 0.5, items: [{ kind: "opus", notes: [1] }], documents: ["?"] }
]

describe("what a schema does not accept", () => {
  it.each(Object.entries(schemas))("is said in words: %s", (_, schema) => {
    const told = values.map((value) => faults(schema, value)).filter((each) => each.length > 0)
    expect(told.length).toBeGreaterThan(5)
    for (const fault of told.flat()) {
      expect(fault).not.toMatch(parserWords)
      expect(fault).toMatch(/\bit (?:must|is|has|cannot)\b/)
      expect(fault.length).toBeLessThan(300)
    }
  })

  it.each<[string, Schema.Schema.AnyNoContext, unknown, ReadonlyArray<string>]>([
    [
      "a number that is too large",
      schemas.nested as never,
      { keep: { last: 10 } },
      ["keep last: it must be a whole number from 0 to 9"]
    ],
    [
      "an empty list",
      Schema.Struct({ when: Schema.NonEmptyArray(Schema.String) }),
      { when: [] },
      ["when: it must have at least one entry"]
    ],
    [
      "an entry of a list",
      schemas.filledList as never,
      [1, "x", 2.5],
      ["(2): it must be a whole number", "(3): it must be a whole number"]
    ],
    [
      "fields that are missing and strange",
      Named,
      { nam: "x" },
      ["nam: it is not known; known are name", "name: it is missing"]
    ],
    ["one of several", schemas.choice as never, "soon", ['it must be "once", "off" or an object']],
    [
      "within one of several",
      schemas.choice as never,
      { minutes: "x" },
      ["minutes: it must be a whole number"]
    ],
    ["a rule of ours", schemas.ruled as never, "x", ["it has no rhythm"]],
    ["no time", schemas.time as never, "soon", ["it must be a time such as 2026-12-24T18:00:00Z"]]
  ])("says of %s what it must be", (_, schema, value, told) => {
    expect([...faults(schema, value)].sort()).toEqual([...told].sort())
  })
})
