import type { BackupInfo } from "@white-room/core"
import type { LibraryStatus } from "@white-room/store"
import { describe, expect, it } from "vitest"
import { assess, type Facts, type PlaceFacts } from "../src/status/assess.js"

const now = new Date("2026-11-22T12:00:00Z")
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

const backup = (age: number): BackupInfo => ({
  backupId: "id",
  number: 31,
  timestamp: hoursAgo(age),
  description: "",
  tags: [],
  pinned: false,
  trigger: "manual",
  profile: "",
  version: "1.0.0",
  position: 10,
  root: "",
  songs: 1,
  performances: 0,
  preferences: 0,
  size: 1,
  newBytes: 1
})

const place = (age: number, changed: number | undefined, more: Partial<PlaceFacts> = {}): PlaceFacts => ({
  path: "/disk/library.db",
  copiedAt: hoursAgo(age),
  backupNumber: 31,
  position: 10,
  bytes: 1,
  present: true,
  sameDisk: false,
  changed,
  ...more
})

const facts = (
  status: Partial<LibraryStatus>,
  places: ReadonlyArray<PlaceFacts> = [place(1, 0)],
  backupIntervalHours = 24
): Facts => ({
  status: {
    path: "/library.db",
    readonly: false,
    songs: 1,
    performances: 0,
    preferences: 0,
    bytes: 1,
    position: 10,
    latestBackup: backup(1),
    backups: 1,
    changedSinceBackup: 0,
    pendingChanges: 0,
    copies: [],
    lastCheck: undefined,
    lastFullCheck: undefined,
    unprotectedTables: [],
    namelessRows: [],
    oldBackups: { waiting: 0, setAside: [] },
    ...status
  },
  places,
  backupIntervalHours,
  now
})

const check = (ok: boolean, position = 10) => ({ level: "full", checkedAt: now, position, ok }) as const

describe("protected", () => {
  it("with a backup and a copy that have everything", () => {
    const found = assess(facts({ lastCheck: check(true) }))
    expect(found).toMatchObject({ protected: true, warnings: [], here: { checked: true, stale: false } })
  })

  it("with changes younger than the backup interval", () => {
    expect(assess(facts({ changedSinceBackup: 3, latestBackup: backup(23) }, [place(23, 3)])).protected).toBe(
      true
    )
  })

  it("with an old backup when nothing changed since", () => {
    expect(assess(facts({ latestBackup: backup(1000) }, [place(1000, 0)])).protected).toBe(true)
  })
})

describe("not protected", () => {
  const texts = (given: Facts) => {
    const found = assess(given)
    expect(found.protected).toBe(false)
    return found.warnings.map(({ text }) => text)
  }

  it("without a backup", () => {
    expect(texts(facts({ latestBackup: undefined }))).toEqual(["There is no backup yet."])
  })

  it("when the newest backup is older than the interval and something changed", () => {
    expect(texts(facts({ changedSinceBackup: 1, latestBackup: backup(25) }))).toEqual([
      "1 change in no backup."
    ])
    expect(assess(facts({ changedSinceBackup: 1, latestBackup: backup(25) }, undefined, 48)).protected).toBe(
      true
    )
  })

  it("without a copy, or with none that is there", () => {
    expect(texts(facts({}, []))).toEqual(["No copy outside this disk: if it is lost, everything is lost."])
    expect(texts(facts({}, [place(1, 0, { present: false })]))).toEqual([
      "No copy can be reached: /disk/library.db."
    ])
  })

  it("when every copy is out of date", () => {
    expect(texts(facts({}, [place(140, 17)]))).toEqual([
      "If this disk is lost, 17 changes would be lost: the newest copy is out of date."
    ])
    expect(texts(facts({}, [place(140, undefined)]))[0]).toContain("what changed since would be lost")
  })

  it("when a check found damage, whichever it was", () => {
    expect(texts(facts({ lastCheck: check(false) }))).toEqual(["The last check found damage."])
    expect(texts(facts({ lastCheck: check(true), lastFullCheck: check(false) }))).toHaveLength(1)
  })
})

describe("warnings that do not change the verdict", () => {
  it("name copies on the library's own disk", () => {
    const found = assess(facts({}, [place(1, 0, { sameDisk: true })]))
    expect(found.protected).toBe(true)
    expect(found.warnings.map(({ text }) => text)).toEqual([
      "The only copies lie on the same disk as the library, and would be lost with it."
    ])
  })

  it("name tables of the app that nobody protects", () => {
    const found = assess(facts({ unprotectedTables: ["mixes"] }))
    expect(found.protected).toBe(true)
    expect(found.warnings[0]?.text).toContain("the tables mixes.")
  })

  it("count rows of the app that have no id", () => {
    const found = assess(facts({ namelessRows: [{ table: "song_data", rows: 1200 }] }))
    expect(found.protected).toBe(true)
    expect(found.warnings[0]?.text).toBe("Not protected, because they have no id: 1,200 rows of song_data.")
  })

  it("name backups of the app's own that cannot be read", () => {
    const setAside = { what: "backup x (May)", reason: "its time cannot be read (there is none)" }
    const found = assess(facts({ oldBackups: { waiting: 0, setAside: [setAside, setAside, setAside] } }))
    expect(found.protected).toBe(true)
    expect(found.warnings[0]?.text).toBe(
      "Not protected, because it cannot be read: the app's own backup x (May) (its time cannot be read (there is none)), and 2 more."
    )
  })
})

describe("checked", () => {
  it("is a backup that a later check has seen", () => {
    expect(assess(facts({ lastCheck: check(true, 9) })).here?.checked).toBe(false)
    expect(assess(facts({ lastCheck: check(true, 11) })).here?.checked).toBe(true)
    expect(assess(facts({ lastCheck: check(true), lastFullCheck: check(false) })).here?.checked).toBe(false)
  })
})
