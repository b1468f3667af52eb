import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  type BackupInfo,
  backupStatistics,
  evolveBackup,
  parseBackupReference,
  resolveBackup
} from "../../src/backup/Backup.js"
import { emptyRestoreResult } from "../../src/backup/Backups.js"
import { utf8 } from "../../src/codec/Bytes.js"
import { BackupNotFound, MalformedData } from "../../src/errors/WhiteRoomError.js"
import {
  type BackupTaken,
  type EventType,
  encodeBackupEdited,
  encodeBackupTaken,
  encodeReason,
  noPayload
} from "../../src/log/Event.js"
import { taken } from "../log/markers.js"

const info: BackupInfo = {
  backupId: "id",
  number: 31,
  timestamp: new Date(1_795_184_200_000),
  description: "Über",
  tags: ["tour", ""],
  pinned: true,
  trigger: "scheduled",
  profile: "nightly",
  version: "1.0.0",
  position: 1234,
  root: "aa".repeat(32),
  songs: 300,
  performances: 42,
  preferences: 1,
  size: 1_000_000,
  newBytes: 0
}

const event = (type: EventType, payload: Uint8Array = noPayload, recordedAt = 5) => ({
  type,
  payload,
  recordedAt
})

describe("the catalogue", () => {
  const of = (...events: ReadonlyArray<ReturnType<typeof event>>) =>
    events.reduce<BackupInfo | undefined>(evolveBackup, undefined)
  const take = event("BackupTaken", encodeBackupTaken(taken))
  const forget = event("BackupForgotten", encodeReason("by hand"), 1_795_000_000_000)

  it("knows a backup that was taken", () => {
    expect(of(take)).toEqual(info)
  })

  it("knows what was edited: description, tags and pin, and nothing else", () => {
    const edit = { description: "new", tags: [], pinned: false }
    expect(of(take, event("BackupEdited", encodeBackupEdited(edit)))).toEqual({ ...info, ...edit })
  })

  it("knows since when a backup is in the trash, and that it is out of it again", () => {
    expect(of(take, forget)).toEqual({ ...info, forgottenAt: new Date(1_795_000_000_000) })
    expect(of(take, forget, event("BackupUndeleted"))).toEqual(info)
  })

  it("knows no backup that expired, or that was never taken", () => {
    expect(of(take, forget, event("BackupExpired", encodeReason("after 7 days")))).toBeUndefined()
    expect(of(forget)).toBeUndefined()
    expect(
      of(event("BackupEdited", encodeBackupEdited({ description: "", tags: [], pinned: false })))
    ).toBeUndefined()
  })

  it("is left as it is by events that say nothing about it", () => {
    for (const type of ["SongCreated", "BackupRestored", "LibraryImported"] as const)
      expect(of(take, event(type, utf8("any")))).toEqual(info)
  })

  it("refuses payloads that are none", () => {
    for (const type of ["BackupTaken", "BackupEdited", "BackupForgotten"] as const)
      expect(() => of(take, event(type, Uint8Array.of(255)))).toThrow(MalformedData)
  })
})

describe("a reference to a backup", () => {
  it.each([
    ["b31", { _tag: "Number", number: 31 }],
    ["B31", { _tag: "Number", number: 31 }],
    ["b007", { _tag: "Number", number: 7 }],
    ["latest", { _tag: "Latest", back: 0 }],
    ["Latest~2", { _tag: "Latest", back: 2 }],
    ["latest~", { _tag: "Id", id: "latest~" }],
    ["b", { _tag: "Id", id: "b" }],
    ["b-1", { _tag: "Id", id: "b-1" }],
    ["b9999999999999999", { _tag: "Id", id: "b9999999999999999" }],
    ["31", { _tag: "Id", id: "31" }],
    ["", { _tag: "Id", id: "" }]
  ])("%j is %j", (reference, parsed) => {
    expect(parseBackupReference(reference)).toEqual(parsed)
  })
})

describe("of the backups b1, b2 (safety), b3, b4 (in the trash), b5 (imported), b6 (safety)", () => {
  const backup = (number: number, change: Partial<BackupInfo> = {}): BackupInfo => ({
    ...info,
    backupId: `id-${number}`,
    number,
    trigger: "manual",
    ...change
  })
  const backups = [
    backup(1),
    backup(2, { trigger: "safety" }),
    backup(3),
    backup(4, { forgottenAt: new Date(0) }),
    backup(5, { trigger: "imported" }),
    backup(6, { trigger: "safety" })
  ]
  const numberOf = (reference: string) => resolveBackup(backups, reference).number

  it.each([
    ["b1", 1],
    ["b2", 2],
    ["b4", 4],
    ["id-6", 6],
    ["id-4", 4],
    ["latest", 3],
    ["latest~0", 3],
    ["latest~1", 1]
  ])("%s is b%d", (reference, number) => {
    expect(numberOf(reference)).toBe(number)
  })

  it.each([
    ["latest~2", ["b6", "b5", "b3"]],
    ["b4294967296", ["b6", "b5", "b3"]],
    ["b0", ["b1", "b2", "b3"]],
    ["ID-1", ["b6", "b5", "b3"]],
    ["", ["b6", "b5", "b3"]]
  ])("there is no %j; near are %j", (reference, near) => {
    expect(() => numberOf(reference)).toThrow(new BackupNotFound({ backup: reference, near }))
  })

  it("imported ones are the latest only where there is no other", () => {
    const imported = [backup(1, { trigger: "imported" }), backup(2, { trigger: "imported" })]
    expect(resolveBackup(imported, "latest").number).toBe(2)
    expect(resolveBackup([backup(3), ...imported], "latest").number).toBe(3)
  })

  it("of imported ones the latest is the newest state, whatever came first, and no safety backup of another library", () => {
    const imported = (number: number, day: number, trigger?: "manual" | "safety") =>
      backup(number, {
        trigger: "imported",
        timestamp: new Date(Date.UTC(2026, 3, day)),
        origin: { trigger, source: "studio.whiteroom" }
      })
    const all = [imported(1, 20, "manual"), imported(2, 21, "safety"), imported(3, 5), imported(4, 6)]
    expect(resolveBackup(all, "latest").number).toBe(1)
    expect(resolveBackup(all, "latest~1").number).toBe(4)
    expect(resolveBackup(all, "latest~2").number).toBe(3)
    expect(resolveBackup(all, "b2").number).toBe(2)
  })

  it("and of none, there is no latest", () => {
    expect(() => resolveBackup([], "latest")).toThrow("There is no backup latest. Nothing was changed.")
  })
})

describe("statistics", () => {
  const kept = (number: number, size: number, time: string) => ({ number, size, timestamp: new Date(time) })

  it("count and add up; oldest and newest go by number, not by the clock", () => {
    const backups = [
      kept(3, 100, "2020-01-01T00:00:00Z"),
      kept(1, 101, "2026-01-01T00:00:00Z"),
      kept(2, 100, "2036-01-01T00:00:00Z")
    ]
    expect(backupStatistics(backups, { rawBytes: 150, storedBytes: 40 })).toEqual({
      totalBackups: 3,
      totalSize: 301,
      averageSize: 100,
      oldestBackup: new Date("2026-01-01T00:00:00Z"),
      newestBackup: new Date("2020-01-01T00:00:00Z"),
      storedBytes: 40,
      dedupRatio: 2.01,
      compressionRatio: 3.75
    })
  })

  it("of nothing are zeros and ratios of one, not divisions by zero", () => {
    expect(backupStatistics([], { rawBytes: 0, storedBytes: 0 })).toEqual({
      totalBackups: 0,
      totalSize: 0,
      averageSize: 0,
      storedBytes: 0,
      dedupRatio: 1,
      compressionRatio: 1
    })
  })

  it("are finite for any sizes", () => {
    const sizes = FastCheck.array(FastCheck.nat(), { maxLength: 5 })
    FastCheck.assert(
      FastCheck.property(sizes, FastCheck.nat(), FastCheck.nat(), (all, rawBytes, storedBytes) => {
        const backups = all.map((size, number) => kept(number, size, "2026-01-01T00:00:00Z"))
        const statistics = backupStatistics(backups, { rawBytes, storedBytes })
        for (const value of Object.values(statistics))
          if (typeof value === "number") expect(value).toBeGreaterThanOrEqual(0)
        expect(statistics.dedupRatio).toBeLessThan(Number.POSITIVE_INFINITY)
      })
    )
  })
})

it("a restore of nothing restored nothing and is a success, as in Phase 5", () => {
  expect(emptyRestoreResult("b1")).toEqual({
    songsRestored: 0,
    performancesRestored: 0,
    preferencesRestored: 0,
    errors: [],
    isSuccess: true,
    triggered: [],
    plan: { create: 0, update: 0, delete: 0, keep: 0, unchanged: 0 },
    done: { create: 0, update: 0, delete: 0, copies: 0 },
    conflicts: 0,
    backupId: "b1",
    source: "b1"
  })
})

it("what a backup says of itself survives its event", () => {
  const origin = {
    trigger: "scheduled",
    number: 12,
    libraryId: "studio",
    source: "studio.whiteroom"
  } as const
  const event: BackupTaken = { ...taken, tags: ["a", "b"], trigger: "imported", origin }
  expect(
    evolveBackup(undefined, { type: "BackupTaken", payload: encodeBackupTaken(event), recordedAt: 0 })
  ).toEqual({
    ...info,
    tags: ["a", "b"],
    trigger: "imported",
    origin
  })
})
