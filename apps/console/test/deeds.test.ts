/** What was done, and why backups stay, in the languages of the page. */
import { decideRetention, localParts, type RetentionItem } from "@white-room/core"
import { describe, expect, it } from "vitest"
import { englishDeeds } from "../src/texts/englishDeeds.js"
import { germanDeeds } from "../src/texts/germanDeeds.js"
import { lossText } from "../src/texts/lossText.js"
import { reasonText } from "../src/texts/reasonText.js"

const day = 86_400_000

const backup = (number: number, time: number, rest: Partial<RetentionItem> = {}): RetentionItem => ({
  ...{ id: `b${number}`, number, position: number, time },
  ...{ trigger: "manual", pinned: false, tags: [], ...rest }
})

describe("why backups stay or go", () => {
  const now = Date.UTC(2026, 10, 30, 12)
  const items = [
    backup(1, now - 900 * day, { trigger: "imported" }),
    backup(2, now - 800 * day, { trigger: "safety" }),
    backup(3, now - 700 * day, { pinned: true }),
    backup(4, now - 60 * day, { tags: ["tour, live"] }),
    ...[5, 6, 7, 8].map((number) => backup(number, now - (9 - number) * day)),
    backup(9, now - day / 2, { trigger: "safety" })
  ]
  const policy = {
    ...{ keepLast: 2, keepHourly: 1, keepDaily: 2, keepWeekly: 1, keepMonthly: 1, keepYearly: 1 },
    ...{ keepWithin: 2 * day, keepTags: ["tour, live"] }
  }
  const reasonsOf = (rules: typeof policy | { readonly keepLast: number }, latestKnownTime = now) => {
    const result = decideRetention(items, rules, { now, latestKnownTime, localParts })
    return result._tag === "Decided" ? result.decisions.flatMap(({ reasons }) => reasons) : []
  }
  // With a clock that jumped, too.
  const all = new Set([
    ...reasonsOf(policy),
    ...reasonsOf({ keepLast: 1 }),
    ...reasonsOf(policy, now + 90 * day)
  ])

  it("is told in English as the library tells it, and in German", () => {
    expect(all.size).toBeGreaterThan(12)
    for (const reason of all) {
      expect(reasonText(reason, englishDeeds)).toBe(reason)
      const told = reasonText(reason, germanDeeds)
      expect([reason, told]).toEqual([reason, expect.any(String)])
      expect(told).not.toMatch(/\b(?:last|daily|until|outside|within|newest|kept|undo)\b/)
    }
  })

  it.each([
    ["last 30", "letzte 30"],
    ["daily 2026-11-30", "täglich 2026-11-30"],
    ["hourly 2026-11-30 18:00", "stündlich 2026-11-30 18:00"],
    ["weekly 2026-W49", "wöchentlich 2026-W49"],
    ["monthly (time uncertain)", "monatlich (Zeit ungewiss)"],
    ["within 1 day", "innerhalb von 1 Tag"],
    [
      "outside last 30, daily 7, within 36 hours",
      "nicht unter: letzte 30, täglich 7, innerhalb von 36 Stunden"
    ],
    ["tag daily 7", "Schlagwort daily 7"],
    ["a reason of tomorrow", undefined],
    ["outside last 30, a rule of tomorrow", undefined]
  ])("%s is %s", (reason, told) => {
    expect(reasonText(reason, germanDeeds)).toBe(told)
  })
})

describe("what was done", () => {
  const plain = { undone: 0, more: 0 }
  it.each([
    [{ ...plain, what: "restore", of: "b31" }, "restore of b31", "b31 zurückgeholt"],
    [
      { ...plain, what: "restore", of: "Low Tide", notIn: "b1", firstIn: "b2" },
      "restore of Low Tide as it was between b1 and b2",
      "Low Tide zurückgeholt, wie es zwischen b1 und b2 war"
    ],
    [{ ...plain, what: "import", of: "songs.json" }, "import of songs.json", "songs.json übernommen"],
    [
      { undone: 0, more: 2, what: "delete", of: "Low Tide", kind: "song" },
      "delete song Low Tide and 2 more",
      "Lied Low Tide und 2 weitere gelöscht"
    ],
    [
      { undone: 1, more: 0, what: "forget", of: "b3" },
      "undo of forget b3",
      "rückgängig gemacht: b3 in den Papierkorb gelegt"
    ],
    [{ ...plain, what: "pull", of: "Studio" }, "pull from Studio", "von Studio geholt"],
    [{ ...plain, what: "undo", of: "7" }, "undo of operation 7", "Vorgang 7 rückgängig gemacht"]
  ] as const)("%j is told in both languages", (deed, english, german) => {
    expect([englishDeeds.deed(deed), germanDeeds.deed(deed)]).toEqual([english, german])
  })

  it("has a German word for each action and field, and none is English", () => {
    for (const list of ["auditActions", "fields"] as const)
      for (const [name, english] of Object.entries(englishDeeds[list])) {
        const german = new Map<string, string>(Object.entries(germanDeeds[list])).get(name) ?? ""
        expect(german).not.toBe("")
        if (!["name", "genre"].includes(name)) expect(german.toLowerCase()).not.toBe(english)
      }
  })

  it("tells losses that a server noted", () => {
    const noted = "12 of 40 songs and other things were deleted, 3 of 9 backups were forgotten"
    expect(lossText(noted, englishDeeds)).toBe(noted)
    expect(lossText(noted, germanDeeds)).toBe(
      "12 von 40 Liedern und anderem wurden gelöscht, 3 von 9 Sicherungen wurden weggeworfen"
    )
    expect(lossText("20 of its files were put into the trash within a day", germanDeeds)).toContain(
      "20 ihrer"
    )
    expect(lossText("something else", germanDeeds)).toBe(undefined)
  })
})
