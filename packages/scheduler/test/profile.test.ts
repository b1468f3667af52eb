import { InvalidInput } from "@white-room/core"
import { describe, expect, it } from "vitest"
import { decodeProfile, encodeProfile, isQuiet, Profile, parseProfile, timingOf } from "../src/index.js"

const least = { name: "daily", when: ["daily 18:00"] }

const refusal = (definition: string): string => {
  try {
    parseProfile(definition)
    return "accepted"
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.reason
  }
}

describe("a profile", () => {
  it("is the same after it was stored, and every default is written out", () => {
    const profile = decodeProfile({
      ...least,
      quiet: ["22:00-06:00"],
      keep: { daily: 7 },
      drill: { when: ["@weekly"] }
    })
    expect(parseProfile(encodeProfile(profile))).toEqual(profile)
    expect(JSON.parse(encodeProfile(profile))).toMatchObject({
      catchUp: "once",
      drill: { sample: 20 },
      enabled: true
    })
  })

  it.each([
    ["no object", "[]"],
    ["no JSON", "{"],
    ["nothing", "null"],
    ["no rules", JSON.stringify({ ...least, when: [] })],
    ["a day that never comes", JSON.stringify({ ...least, when: ["0 0 30 2 *"] })],
    ["a field that is not known", JSON.stringify({ ...least, evry: 3 })],
    ["a name with control characters", JSON.stringify({ ...least, name: "a\u0000b" })],
    ["a name that is a path", JSON.stringify({ ...least, name: "../../etc" })],
    ["keeping nothing", JSON.stringify({ ...least, keep: { last: 0, tags: [] } })],
    ["keeping less than nothing", JSON.stringify({ ...least, keep: { last: -1 } })],
    ["keeping within for ever", '{"name":"daily","when":["daily 18:00"],"keep":{"withinDays":1e999}}'],
    [
      "a hook without end",
      '{"name":"daily","when":["daily 18:00"],"hooks":{"before":"x","timeLimit":1e999}}'
    ],
    ["a folder that depends on where one is", JSON.stringify({ ...least, places: ["../stick"] })],
    ["a folder that no system has", JSON.stringify({ ...least, places: [`/${"x".repeat(4096)}`] })],
    ["more rules than anybody means", JSON.stringify({ ...least, when: Array(101).fill("daily 18:00") })],
    ["more tags than anybody means", JSON.stringify({ ...least, tags: Array(101).fill("t") })],
    ["a tag that nobody reads", JSON.stringify({ ...least, tags: ["t".repeat(101)] })],
    ["a description that nobody reads", JSON.stringify({ ...least, description: "d".repeat(1001) })],
    ["an address that is a file", JSON.stringify({ ...least, webhook: "file:///etc/passwd" })],
    ["quiet times without end", JSON.stringify({ ...least, quiet: ["22:00-22:00"] })],
    [
      "quiet times that leave none",
      JSON.stringify({ ...least, quiet: ["0:00-12:00", "weekdays 12:00-0:00", "weekends 11:00-0:00"] })
    ],
    ["several beginnings of one quiet time", JSON.stringify({ ...least, quiet: ["9:00, 10:00-11:00"] })],
    ["a sample of none", JSON.stringify({ ...least, drill: { when: ["daily 1:00"], sample: 0 } })]
  ])("with %s is refused, and why", (_, definition) => {
    const reason = refusal(definition)
    expect(reason).not.toBe("accepted")
    expect(reason.length).toBeGreaterThan(5)
  })

  it("is refused in the words of people, whatever is wrong with whichever field", () => {
    const values = [null, true, 0, -1, 2.5, 1e12, "", "x".repeat(5000), "?", [], [1], ["?"], {}, { x: [] }]
    const within = ["keep", "hooks", "drill"].flatMap((field) =>
      ["last", "withinDays", "tags", "before", "timeLimit", "when", "sample"].flatMap((inner) =>
        values.map((value) => ({ [field]: { [inner]: value } }))
      )
    )
    const fields = Object.keys(Profile.fields).flatMap((field) => values.map((value) => ({ [field]: value })))
    const told = [...fields, ...within].map((wrong) => refusal(JSON.stringify({ ...least, ...wrong })))
    expect(told.filter((reason) => reason !== "accepted").length).toBeGreaterThan(400)
    expect(
      told.filter((reason) => /Expected|actual|unexpected|readonly|at least 1 |\w\.\d/.test(reason))
    ).toEqual([])
    expect(refusal(JSON.stringify({ ...least, when: [] }))).toBe("when: it must have at least one entry")
    expect(refusal(JSON.stringify({ ...least, when: ["someday"] }))).toMatch(
      /^when \(1\): "someday": its days are not known; try `weekdays 18:00`/
    )
  })

  it("may have no zone that is not known here; one that was stored elsewhere goes by UTC", () => {
    const definition = { ...least, zone: "Mars/Olympus" }
    expect(() => decodeProfile(definition)).toThrow(
      "zone: Mars/Olympus is not a time zone that is known here"
    )
    const stored = parseProfile(JSON.stringify(definition))
    expect(timingOf(stored).zone).toBe("UTC")
    expect(parseProfile(encodeProfile(stored))).toEqual(stored)
  })

  it("may be quiet but for one minute", () => {
    const { quiet } = decodeProfile({ ...least, quiet: ["0:00-12:00", "12:01-0:00"] })
    expect(quiet).toHaveLength(2)
  })

  it("is quiet by the day on which the quiet time begins, also past midnight and on days with clock changes", () => {
    const timing = timingOf(
      decodeProfile({ ...least, zone: "Europe/Berlin", quiet: ["fri, sat 22:00-3:00"] })
    )
    const at = (time: string) => isQuiet(timing, Date.parse(time))
    // Saturday to Sunday in March: from 2:00 to 3:00 in no time. In October the hour before 3:00 comes twice.
    expect(
      ["2026-03-28T20:59Z", "2026-03-28T21:00Z", "2026-03-29T00:59Z", "2026-03-29T01:00Z"].map(at)
    ).toEqual([false, true, true, false])
    expect(
      ["2026-10-24T20:00Z", "2026-10-25T01:59Z", "2026-10-25T02:00Z", "2026-10-25T21:00Z"].map(at)
    ).toEqual([true, true, false, false])
  })
})
