/** The weekly letter: when it comes, that it comes once, and what it says. */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { day, hour } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { addVault, type DiskOf, push, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import {
  digestLetter,
  digestOf,
  type LibraryWeek,
  Outside,
  OutsideFailed,
  type OutsideService,
  sendDigests
} from "../src/index.js"
import { edit, folderIn, freshLibrary, look, morning, withProfile } from "./support/worlds.js"

const mail = { to: ["ada@example.com"], server: "smtps://mail.example.com", digest: "mondays 8:00" }

/** As if each folder beside the library were a disk of its own. */
const ownDisks =
  ({ path }: Library): DiskOf =>
  (file) =>
    file === path ? 1 : 2

/** An outside that keeps the subjects of letters, or does something else with them. */
const postman = (mailed: OutsideService["mail"]): OutsideService => ({
  command: () => Effect.succeed(""),
  call: () => Effect.void,
  notify: () => Effect.void,
  mail: mailed,
  circumstances: Effect.succeed({ onBattery: false, metered: false })
})

const keeping = (kept: Array<string>): OutsideService =>
  postman((_, { subject, about }) =>
    Effect.gen(function* () {
      const now = new Date(yield* Effect.clockWith((clock) => clock.currentTimeMillis))
      kept.push(`${now.toISOString().slice(0, 13)} ${subject}|${about}`)
      return []
    })
  )

const deliver = (library: Library, outside: OutsideService, holder = "tester") =>
  sendDigests(library, holder).pipe(Effect.provideService(Outside, outside))

describe("a digest", () => {
  it.scoped("comes once a week, whoever looks and however often all begin again", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { mail })
      yield* withProfile(library, { name: "other", when: ["daily 3:00"], mail })
      yield* look(library)
      const kept: Array<string> = []
      for (let hours = 0; hours < 24 * 22; hours += 4) {
        const here = yield* openLibrary(library.path)
        const other = yield* openLibrary(library.path, { actor: "bea@laptop" })
        yield* Effect.all([deliver(here, keeping(kept)), deliver(other, keeping(kept), "another")], {
          concurrency: "unbounded"
        })
        yield* TestClock.adjust("4 hours")
      }
      // The first Monday after the profile came into being, at the first look after eight in Berlin, then every one.
      expect(kept.map((each) => each.slice(0, 13))).toEqual([
        "2026-11-23T09",
        "2026-11-30T09",
        "2026-12-07T09"
      ])
      expect(new Set(kept.map((each) => each.split("|")[1])).size).toBe(3)
      const runs = yield* library.schedule.runs({ activity: "digest" })
      expect(runs.map(({ place, outcome }) => `${place} ${outcome}`)).toEqual(
        Array(3).fill("ada@example.com done")
      )
    })
  )

  it.scoped("comes once after weeks in which nobody looked, and tells them all", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { mail })
      const texts: Array<string> = []
      const outside = postman((_, { text }) =>
        Effect.sync(() => {
          texts.unshift(text)
          return []
        })
      )
      yield* TestClock.adjust("4 days")
      expect(yield* deliver(library, outside)).toMatchObject([{ outcome: "done", to: ["ada@example.com"] }])
      yield* TestClock.adjust("30 days")
      expect(yield* deliver(library, outside)).toHaveLength(1)
      expect(texts[0]).toMatch(/^White Room Backup, 2026-11-24 to 2026-12-24: /)
      expect(yield* deliver(library, outside)).toEqual([])
    })
  )

  it.scoped("that nobody took is sent again after an hour, and is the same letter", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { mail })
      yield* TestClock.adjust("4 days")
      const abouts: Array<string> = []
      const failing = postman((_, { about }) =>
        Effect.zipRight(
          Effect.sync(() => abouts.push(about)),
          Effect.fail(new OutsideFailed("nobody there"))
        )
      )
      expect(yield* deliver(library, failing)).toMatchObject([
        { outcome: "failed", warnings: ["nobody there"] }
      ])
      yield* TestClock.adjust("59 minutes")
      expect(yield* deliver(library, failing)).toEqual([])
      yield* TestClock.adjust("1 minute")
      yield* deliver(library, failing)
      yield* TestClock.adjust("1 hour")
      const kept: Array<string> = []
      yield* deliver(library, keeping(kept))
      expect(new Set([...abouts, kept[0]?.split("|")[1]]).size).toBe(1)
      yield* TestClock.adjust("5 days")
      expect(yield* deliver(library, keeping(kept))).toEqual([])
    })
  )

  it.scoped("that was cut off in the middle may have arrived, so it is not sent again", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { mail })
      yield* TestClock.adjust("4 days")
      const begun = yield* Effect.makeLatch()
      const cutOff = yield* Effect.fork(
        deliver(
          library,
          postman(() => Effect.zipRight(begun.open, Effect.never))
        )
      )
      yield* begun.await
      yield* Fiber.interrupt(cutOff)
      const kept: Array<string> = []
      expect(yield* deliver(library, keeping(kept))).toEqual([])
      yield* TestClock.adjust("7 days")
      expect(yield* deliver(library, keeping(kept))).toHaveLength(1)
    })
  )

  it.scoped(
    "is for each of different readers, and for nobody where it is off or the profile is disabled",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* withProfile(library, { name: "a", mail: { ...mail, to: ["b@x.org", "a@x.org"] } })
        yield* withProfile(library, { name: "b", mail: { ...mail, to: ["a@x.org", "b@x.org"] } })
        yield* withProfile(library, { name: "c", mail: { ...mail, to: ["c@x.org"] } })
        yield* withProfile(library, { name: "d", mail: { ...mail, to: ["d@x.org"], digest: "off" } })
        yield* withProfile(library, { name: "e", enabled: false, mail: { ...mail, to: ["e@x.org"] } })
        yield* TestClock.adjust("4 days")
        const sent = yield* deliver(library, keeping([]))
        expect(sent.map(({ to }) => to)).toEqual([["b@x.org", "a@x.org"], ["c@x.org"]])
      })
  )

  it.scoped("says what was backed up and what was not, where it is, and what went wrong", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const stick = folderIn(library, "Studio SSD")
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every 6 hours"], places: [stick], staleAfterHours: 24 })
      yield* look(library)
      const disk = ownDisks(library)
      const fine = yield* digestOf(library, { zone: "Europe/Berlin", disk })
      expect(fine.subject).toBe("Your songs this week: 1 song, all is well")
      expect(fine.text).toContain("1 backup was taken in this week")
      expect(fine.text).toMatch(
        / {2}this computer: last 2026-11-20 10:00\n {2}Studio SSD: last 2026-11-20 10:00\n/
      )
      yield* withProfile(library, {
        when: ["every 6 hours"],
        places: [stick],
        staleAfterHours: 24,
        hooks: { before: "exit 3" }
      })
      for (let n = 0; n < 3; n++) {
        yield* TestClock.adjust("12 hours")
        yield* edit(library, `edit ${n}`)
        yield* look(library)
      }
      const bad = yield* digestOf(library, { zone: "Europe/Berlin", from: morning, disk })
      expect(bad.subject).toBe("Your songs this week: 3 problems")
      expect(bad.text).toContain('daily: backup failed 3 times: the hook "before" ended with 3.')
      expect(bad.text).toContain("1 change since the newest backup.")
      expect(bad.text).toContain("! Studio SSD: last 2026-11-20 10:00")
    })
  )
})

describe("what a digest says of where things are", () => {
  const letter = (library: Library, disk = ownDisks(library)) =>
    digestOf(library, { zone: "Europe/Berlin", disk })

  it.scoped("counts what came there by itself too, and that there is no copy anywhere else", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* library.backups.take()
      const alone = yield* letter(library)
      expect(alone.subject).toBe("Your songs this week: 1 problem")
      expect(alone.text).toContain("No copy outside this disk: if it is lost, everything is lost.")
      expect(alone.text).toMatch(/this computer: last \d{4}/)
      const { vault } = yield* addVault(library, "disk", folderIn(library, "disk"))
      const empty = yield* letter(library)
      expect(empty.subject).toBe("Your songs this week: 2 problems")
      expect(empty.text).toContain("disk: nothing came there yet.")
      expect(empty.text).toContain("No copy outside this disk: if it is lost, everything is lost.")
      const [known] = yield* vaultRecords(library).all
      if (known !== undefined) yield* push(library, vault, known)
      const sent = yield* letter(library)
      expect(sent.subject).toMatch(/all is well$/)
      expect(sent.text).toMatch(/disk: last \d{4}/)
      // On the library's own disk, as these folders are, it would be lost with it.
      const same = yield* digestOf(library, { zone: "Europe/Berlin" })
      expect(same.subject).toBe("Your songs this week: 1 problem")
      expect(same.text).toContain(
        "The only copies lie on the same disk as the library, and would be lost with it."
      )
      expect(same.text).toMatch(/disk: last \d{4}.*; on the disk of the library\n/)
      // A profile that names the folder means the same vault.
      yield* withProfile(library, { places: [folderIn(library, "disk")] })
      expect((yield* letter(library)).text.match(/disk: /g)).toHaveLength(1)
      // What a place has is what is found there.
      const segments = readdirSync(vault.blobs.place, { recursive: true, encoding: "utf8" })
      for (const name of segments.filter((each) => each.endsWith(".seg")))
        rmSync(join(vault.blobs.place, name))
      const emptied = (yield* letter(library)).text
      expect(emptied).toContain("No copy outside this disk: if it is lost, everything is lost.")
      expect(emptied).toContain("What was sent to disk is not there any more.")
      rmSync(vault.blobs.place, { recursive: true })
      const away = (yield* letter(library)).text
      expect(away).toContain("No copy can be reached: disk.")
      expect(away).toMatch(/disk: last \d{4}.*; not there now\n/)
    })
  )
})

describe("the letter of many libraries", () => {
  const week = (fields: Partial<LibraryWeek> = {}): LibraryWeek => ({
    name: "Anna",
    host: "school-pc-4",
    songs: 62,
    backups: 12,
    newBytes: 2_500_000,
    newest: { number: 31, time: new Date(morning - hour) },
    changed: 0,
    places: [{ name: "this computer", last: new Date(morning - hour), proven: undefined, late: false }],
    problems: [],
    ...fields
  })
  const options = { from: new Date(morning - 7 * day), until: new Date(morning), zone: "Europe/Berlin" }

  it("tells those first that have problems, and how many there are", () => {
    const late = { name: "server", last: undefined, proven: undefined, late: true }
    const { subject, text } = digestLetter(
      [week(), week({ name: "Ben", places: [late], newest: undefined })],
      options
    )
    expect(subject).toBe("Your songs this week: 2 problems in 2 libraries")
    expect(text.indexOf("Ben (school-pc-4)")).toBeLessThan(text.indexOf("Anna (school-pc-4)"))
    expect(text).toContain("Nothing yet: there is no backup.")
    expect(text).toContain("! server: nothing yet")
    expect(digestLetter([week(), week()], options).subject).toBe(
      "Your songs this week: 124 songs in 2 libraries, all is well"
    )
  })

  it("has no line that a name wrote", () => {
    const hostile = "Anna\n\nWhat went wrong\n  Call +49 900 1234"
    const { text, subject } = digestLetter(
      [week({ name: hostile, host: hostile, places: [{ name: hostile, late: false }], problems: [hostile] })],
      options
    )
    expect(text.split("\n").filter((line) => /^\s*Call/.test(line))).toEqual([])
    expect(text.split("\n").filter((line) => line === "What went wrong")).toHaveLength(1)
    expect(subject).not.toContain("\n")
  })
})
