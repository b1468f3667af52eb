import { describe, expect, it } from "vitest"
import { parseDuration, parseMoment, parseSubset } from "../src/command/Values.js"
import { readSetting } from "../src/preferences/readSetting.js"
import { dataFolder, libraryPath } from "../src/settings/Environment.js"
import { byMonth } from "../src/upkeep/byMonth.js"

const hour = 3_600_000

describe("durations", () => {
  it.each([
    ["12h", 12 * hour],
    ["30d", 720 * hour],
    ["2w", 336 * hour],
    ["1y6m", (365 + 180) * 24 * hour]
  ])("%s", (input, milliseconds) => expect(parseDuration(input)).toBe(milliseconds))

  it.each(["", "12", "d", "1.5d", "-1d", "1d ", "9999999d"])("%j is none", (input) =>
    expect(parseDuration(input)).toBeUndefined()
  )
})

describe("moments", () => {
  const now = new Date(2026, 10, 22, 14, 30)

  it.each([
    ["2026-11-20", new Date(2026, 10, 20)],
    ["2026-11-20 18:05", new Date(2026, 10, 20, 18, 5)],
    ["2026-11-20T18:05:09", new Date(2026, 10, 20, 18, 5, 9)],
    ["2026-11-20T18:05:09.250Z", new Date(Date.UTC(2026, 10, 20, 18, 5, 9, 250))],
    ["2026-11-20T18:05+02:00", new Date(Date.UTC(2026, 10, 20, 16, 5))],
    ["today", new Date(2026, 10, 22)],
    ["Yesterday 18:00", new Date(2026, 10, 21, 18)],
    ["2h", new Date(2026, 10, 22, 12, 30)]
  ])("%s", (input, expected) => expect(parseMoment(input, now)).toEqual(expected))

  it("a day as an end is its last millisecond", () => {
    expect(parseMoment("2026-11-20", now, true)).toEqual(new Date(2026, 10, 20, 23, 59, 59, 999))
    expect(parseMoment("yesterday", now, true)).toEqual(new Date(2026, 10, 21, 23, 59, 59, 999))
    expect(parseMoment("2026-11-20 18:05", now, true)).toEqual(new Date(2026, 10, 20, 18, 5))
  })

  it.each([
    "",
    "soon",
    "2026-13-01",
    "2026-02-30",
    "2026-11-20 25:00",
    "yesterday 24:00",
    "20.11.2026",
    "2026"
  ])("%j is none", (input) => expect(parseMoment(input, now)).toBeUndefined())
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
