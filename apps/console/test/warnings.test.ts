/** What a library warns of, in the languages of the page. */
import type { Concern } from "@white-room/core/output"
import { describe, expect, it } from "vitest"
import { englishWarning } from "../src/texts/englishWarning.js"
import { germanWarning } from "../src/texts/germanWarning.js"

const say = {
  ago: (time: string) => `[ago ${time}]`,
  at: (time: string) => `[at ${time}]`,
  list: (items: ReadonlyArray<string>) => items.join(" + ")
}

const time = "2026-11-30T10:00:00.000Z"
const place = "studio"

/** One of each: what a library may warn of, and is missing here, does not compile. */
const all: { readonly [C in Concern as C["code"]]: C } = {
  NoLibrary: { code: "NoLibrary" },
  NoBackup: { code: "NoBackup" },
  BackupOld: { code: "BackupOld", changed: 2 },
  NoCopy: { code: "NoCopy" },
  CopiesAway: { code: "CopiesAway", places: [place, "school"] },
  CopiesOnSameDisk: { code: "CopiesOnSameDisk" },
  CopiesOld: { code: "CopiesOld", changed: 3 },
  PlaceEmptied: { code: "PlaceEmptied", place },
  PlaceRolledBack: { code: "PlaceRolledBack", place, at: time },
  NoRecoveryKit: { code: "NoRecoveryKit", place },
  DeviceDiffers: {
    ...{ code: "DeviceDiffers", device: "MacBook", place },
    ...{ songs: 2, performances: 1, preferences: 1 }
  },
  RestoreWaits: { code: "RestoreWaits", from: "Mara", names: ["A", "B"], count: 5, agreed: false },
  RestoreOverwritten: { code: "RestoreOverwritten", source: "b3", names: ["A"], count: 1 },
  ProfileLate: { code: "ProfileLate", profile: "evenings", place, lastGood: null },
  ProfileUnreadable: { code: "ProfileUnreadable", profile: "odd", reason: "it is not JSON" },
  ScheduleLate: { code: "ScheduleLate", since: time },
  ScheduleIdle: { code: "ScheduleIdle" },
  DrillFailed: { code: "DrillFailed", place: "", detail: null },
  Damage: { code: "Damage" },
  DamagedThere: { code: "DamagedThere", what: "a file" },
  NotProven: { code: "NotProven" },
  TablesUnknown: { code: "TablesUnknown", tables: ["mixes"] },
  RowsWithoutId: { code: "RowsWithoutId", table: "song_data", rows: 1 },
  RowsOfApp: {
    ...{ code: "RowsOfApp", table: "song_data", cannot: ["insert", "delete"] },
    ...{ needs: "the collation x", parts: ["index ix"] }
  },
  OldBackupUnreadable: { code: "OldBackupUnreadable", what: "backup x", reason: "no time", more: 2 }
}

describe("a warning of a library", () => {
  it("is a sentence of its own in both languages", () => {
    const english = Object.values(all).map((concern) => englishWarning(concern, say))
    const german = Object.values(all).map((concern) => germanWarning(concern, say))
    for (const text of [...english, ...german]) {
      expect(text).toMatch(/^\S.*\.$/)
      expect(text).not.toMatch(/undefined|\[object|NaN|null/)
    }
    expect(new Set([...english, ...german]).size).toBe(2 * english.length)
  })

  it("names what it is about, and counts it as one says it", () => {
    expect(englishWarning(all.ProfileLate, say)).toBe(
      "The backup “evenings” to studio has not worked for too long: it never did yet."
    )
    expect(englishWarning({ ...all.ProfileLate, profile: "default", place: "", lastGood: time }, say)).toBe(
      `The usual backup has not worked for too long: the last one was [ago ${time}].`
    )
    expect(germanWarning({ code: "CopiesOld", changed: 1 }, say)).toContain("wäre 1 Änderung verloren")
    expect(germanWarning(all.CopiesOld, say)).toContain("wären 3 Änderungen verloren")
    expect(germanWarning(all.DeviceDiffers, say)).toContain("2 Lieder + 1 Aufführung + Einstellungen")
    expect(germanWarning(all.RestoreWaits, say)).toBe(
      "Mara möchte A + B + 3 weitere zurückbringen und wartet auf deine Antwort."
    )
  })
})
