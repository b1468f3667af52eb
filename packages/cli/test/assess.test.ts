import type { BackupInfo } from "@white-room/core"
import { decodeProfile } from "@white-room/scheduler"
import type { LibraryStatus } from "@white-room/store"
import { describe, expect, it } from "vitest"
import type { PlaceView, ProfileView, ScheduleView } from "../src/schedule/ScheduleView.js"
import { assess, type Facts } from "../src/status/assess.js"
import type { VaultPlaceFacts } from "../src/status/PlaceWarnings.js"

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

const vault = (age: number, changed: number, more: Partial<VaultPlaceFacts> = {}): VaultPlaceFacts => ({
  name: "studio",
  place: "/media/ssd/White Room 0a1b2c3d",
  position: 10,
  pushedAt: hoursAgo(age),
  present: true,
  sameDisk: false,
  changed,
  ...more
})

const facts = (
  status: Partial<LibraryStatus>,
  vaults: ReadonlyArray<VaultPlaceFacts> = [vault(1, 0)],
  backupIntervalHours = 24,
  schedule: ScheduleView = { profiles: [], unreadable: [] }
): Facts => ({
  status: {
    libraryId: "11111111-1111-4111-8111-111111111111",
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
    limits: [],
    lastCheck: undefined,
    lastFullCheck: undefined,
    unprotectedTables: [],
    namelessRows: [],
    oldBackups: { waiting: 0, setAside: [] },
    ...status
  },
  vaults,
  schedule,
  backupIntervalHours,
  now
})

const withVault = (more: Partial<VaultPlaceFacts>): Facts => facts({}, [vault(1, 0, more)])

const check = (ok: boolean, position = 10) => ({ level: "full", checkedAt: now, position, ok }) as const

describe("protected", () => {
  it("with a backup and a copy that have everything", () => {
    const found = assess(facts({ lastCheck: check(true) }))
    expect(found).toMatchObject({ protected: true, warnings: [], here: { checked: true, stale: false } })
  })

  it("with a vault on another disk, or in a bucket, that has everything", () => {
    expect(assess(withVault({}))).toMatchObject({ protected: true, warnings: [], vaults: [{ stale: false }] })
    expect(assess(withVault({ changed: 2, pushedAt: hoursAgo(23) })).protected).toBe(true)
    expect(assess(withVault({ pushedAt: undefined })).protected).toBe(true)
  })

  it("with changes younger than the backup interval", () => {
    expect(assess(facts({ changedSinceBackup: 3, latestBackup: backup(23) }, [vault(23, 3)])).protected).toBe(
      true
    )
  })

  it("with an old backup when nothing changed since", () => {
    expect(assess(facts({ latestBackup: backup(1000) }, [vault(1000, 0)])).protected).toBe(true)
  })
})

describe("not protected", () => {
  const texts = (given: Facts) => {
    const found = assess(given)
    expect(found.protected).toBe(false)
    return found.warnings.map(({ text }) => text)
  }

  it("with a vault that is away, on the library's own disk, or behind for too long", () => {
    const push = (given: Facts) => assess(given).warnings.map(({ text, command }) => `${text} ${command}`)
    expect(push(withVault({ present: false }))).toEqual(["No copy can be reached: studio. whiteroom push"])
    expect(texts(withVault({ sameDisk: true }))).toEqual([
      "The only copies lie on the same disk as the library, and would be lost with it."
    ])
    expect(texts(withVault({ changed: 2, pushedAt: hoursAgo(25) }))).toEqual([
      "If this disk is lost, 2 changes would be lost: the newest copy is out of date."
    ])
  })

  it("with a vault that a sync service was handed less than an hour ago, but after that", () => {
    const handed = (isThere: boolean) =>
      withVault({ sameDisk: true, synced: { service: "Dropbox", isThere } })
    expect(texts(handed(false))).toEqual([
      "The only copies lie on the same disk as the library, and would be lost with it."
    ])
    expect(assess(handed(true))).toMatchObject({ protected: true, warnings: [] })
  })

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
    expect(assess(facts({}, [])).warnings.map(({ concern }) => concern)).toEqual([{ code: "NoCopy" }])
    expect(texts(facts({}, [vault(1, 0, { present: false })]))).toEqual(["No copy can be reached: studio."])
  })

  it("when the only copy that is up to date lies on the library's own disk", () => {
    expect(texts(facts({}, [vault(1, 0, { sameDisk: true })]))).toEqual([
      "The only copies lie on the same disk as the library, and would be lost with it."
    ])
    expect(texts(facts({}, [vault(140, 17), vault(1, 0, { sameDisk: true })]))).toEqual([
      "If this disk is lost, 17 changes would be lost: the newest copy is out of date."
    ])
  })

  it("when every copy is out of date", () => {
    expect(texts(facts({}, [vault(140, 17)]))).toEqual([
      "If this disk is lost, 17 changes would be lost: the newest copy is out of date."
    ])
  })

  it("when a check found damage, whichever it was", () => {
    expect(texts(facts({ lastCheck: check(false) }))).toEqual(["The last check found damage."])
    expect(texts(facts({ lastCheck: check(true), lastFullCheck: check(false) }))).toHaveLength(1)
  })
})

describe("warnings that do not change the verdict", () => {
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

  it("name what of its tables only the app can write", () => {
    const limit = { table: "song_data", needs: "the collation loc\u001b[2K", parts: ["index ix"] }
    const found = assess(facts({ limits: [{ ...limit, cannot: ["insert", "delete"] }] }))
    expect(found.protected).toBe(true)
    const [{ text } = { text: "" }] = found.warnings
    expect(text).toContain("Rows of song_data are protected, but cannot be added or deleted here")
    expect(text).toContain("index ix")
    expect(text).not.toContain("\u001b")
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

describe("backups that come by themselves", () => {
  const profile = decodeProfile({ name: "daily", when: ["daily 18:00"] })
  const run = (outcome: "done" | "failed") => ({
    ...{ number: 1, profile: "daily", activity: "backup", place: "", outcome },
    ...{ dueAt: hoursAgo(50), startedAt: hoursAgo(50) }
  })
  const view = (more: Partial<ProfileView>, place: Partial<PlaceView> = {}): ProfileView => ({
    ...{ state: { profile, changedAt: 0, runs: [] }, profile, stored: true },
    ...{ next: undefined, work: undefined, late: 0, held: undefined },
    places: [
      {
        ...{ place: "", there: true, lastGood: undefined, lastRun: undefined, stale: false },
        ...{ lastDrill: undefined, lastProof: undefined },
        ...place
      }
    ],
    ...more
  })
  const judge = (...profiles: ReadonlyArray<ProfileView>) =>
    assess(facts({}, undefined, 24, { profiles, unreadable: [{ name: "odd", reason: "x" }] }))
  const texts = (...profiles: ReadonlyArray<ProfileView>) =>
    judge(...profiles).warnings.map(({ text }) => text)
  const odd = "The profile odd cannot be read and is not run: x."

  it("are a warning and no protection when a place had none for too long", () => {
    const late = view({}, { stale: true, lastGood: run("done") })
    expect(judge(late).protected).toBe(false)
    expect(texts(late)).toEqual(["No good run of daily for too long: the last was 2 days ago.", odd])
    expect(texts(view({}, { stale: true, place: "/disk" }))).toEqual([
      "No good run of daily in /disk for too long: there was none yet.",
      odd
    ])
  })

  it("are a warning when the last drill could not restore", () => {
    const failed = view({}, { lastDrill: { ...run("failed"), detail: "Echo differs" } })
    expect(judge(failed).protected).toBe(false)
    expect(texts(failed)[0]).toBe("The last drill could not restore everything from here: Echo differs.")
  })

  it("are a warning only when one is due and nobody runs it", () => {
    expect(texts(view({ late: 9 * 60_000 }))).toEqual([odd])
    expect(judge(view({ late: 3 * 3_600_000 })).protected).toBe(true)
    expect(texts(view({ late: 3 * 3_600_000 }))[0]).toMatch(
      /^A backup is due since .*nothing seems to take them by itself/
    )
  })

  it("are nobody's wish as long as only the preferences ask for them and nothing ever ran", () => {
    const unwanted = view({ stored: false, late: 100 * 3_600_000 }, { stale: true })
    expect(judge(unwanted).protected).toBe(true)
    expect(texts(unwanted)).toEqual([odd])
  })
})
