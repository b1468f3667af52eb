import { formatMessage } from "@optique/core/message"
import { describe, expect, it } from "vitest"
import { beginning, coming, end, moment, parseSubset } from "../src/command/Values.js"
import { readSetting } from "../src/preferences/readSetting.js"
import { dataFolder, libraryPath } from "../src/settings/Environment.js"
import { byMonth } from "../src/upkeep/byMonth.js"

const hour = 3_600_000

describe("times", () => {
  const read = (value: ReturnType<typeof moment>, input: string) => {
    const result = value.parse(input)
    return result.success ? result.value.getTime() : formatMessage(result.error)
  }

  it("mean the beginning of a period, its end, or its end so far", () => {
    const [from, until] = [read(beginning(), "yesterday"), read(end(), "yesterday")]
    expect(Number(until) - Number(from)).toBeGreaterThan(22 * hour)
    expect(read(moment(), "yesterday")).toBe(until)
    expect(read(moment(), "today")).toBeLessThanOrEqual(Date.now())
    expect(read(coming(), "tomorrow")).toBe(Number(read(end(), "today")) + 1)
  })

  it("are the same words for every option", () => {
    for (const value of [beginning(), end(), moment()])
      for (const words of [
        "last week",
        "2h",
        "6pm",
        "7d",
        "yesterday 18:00",
        "monday",
        "2026-11-20 14:30",
        "now"
      ])
        expect(read(value, words)).toBeTypeOf("number")
  })

  it("that cannot be meant say what can", () => {
    for (const value of [beginning(), end(), moment(), coming()]) {
      expect(read(value, "soon")).toContain('"soon": it is not a time; write ')
      expect(read(value, "5m")).toContain("write 5min or 5mo")
    }
    expect(read(coming(), "yesterday")).toContain("that is not to come")
  })
})

describe("parts of a check", () => {
  it.each([
    ["1/1", { part: 1, of: 1 }],
    ["3/10", { part: 3, of: 10 }],
    ["5%", { share: 0.05 }],
    ["0.5%", { share: 0.005 }],
    ["100%", { share: 1 }]
  ])("%s", (input, expected) => expect(parseSubset(input)).toEqual(expected))

  it.each(["", "0/3", "4/3", "1/0", "0%", "101%", "5", "%", "-1/2"])("%j is none", (input) =>
    expect(parseSubset(input)).toBeUndefined()
  )
})

describe("settings", () => {
  it.each([
    ["theme=dark", { theme: "dark" }],
    ["language=de=AT", { language: "de=AT" }],
    ["maxBackups=50", { maxBackups: 50 }],
    ["autoSaveEnabled=Off", { autoSaveEnabled: false }],
    ['customPreferences={"a":[1]}', { customPreferences: { a: [1] } }]
  ])("%s", (setting, expected) => expect(readSetting(setting)).toEqual(expected))

  it.each([
    ["maxBackups=many", 'maxBackups: "many" is not a whole number above zero'],
    ["maxBackups=0", "above zero"],
    ["showTooltips=perhaps", 'showTooltips: "perhaps" is neither on nor off'],
    ["customPreferences=[]", "customPreferences: it must be a JSON object"],
    ["customPreferences={", "customPreferences: it must be a JSON object"],
    ["theme", "theme: say KEY=VALUE"],
    ["updatedAt=now", "updatedAt: there is no such preference"]
  ])("refuses %s", (setting, message) => expect(() => readSetting(setting)).toThrow(message))
})

describe("places", () => {
  it("are those of the platform", () => {
    expect(dataFolder({ XDG_DATA_HOME: "/data" }, "linux")).toBe("/data")
    expect(dataFolder({}, "linux")).toMatch(/\/\.local\/share$/)
    expect(dataFolder({}, "darwin")).toMatch(/\/Library\/Application Support$/)
    expect(dataFolder({ APPDATA: "/roaming" }, "win32")).toBe("/roaming")
  })

  it("an option comes before the environment, that before the default", () => {
    const env = { WHITEROOM_LIBRARY: "/b.db", XDG_DATA_HOME: "/data" }
    expect(libraryPath("/a.db", env, { library: "/c.db" })).toBe("/a.db")
    expect(libraryPath(undefined, env, { library: "/c.db" })).toBe("/b.db")
    expect(libraryPath(undefined, { XDG_DATA_HOME: "/data" }, {})).toMatch(/White Room[/\\]library\.db$/)
  })
})

describe("usage by month", () => {
  it("adds up in order of time", () => {
    const backup = (month: number, newBytes: number) => ({
      timestamp: new Date(2026, month, 15, 12),
      newBytes
    })
    expect(byMonth([backup(1, 5), backup(0, 1), backup(1, 6)])).toEqual([
      { month: "2026-01", backups: 1, newBytes: 1 },
      { month: "2026-02", backups: 2, newBytes: 11 }
    ])
  })
})
