/**
 * Clocks that are wrong for a while: whatever they say, nothing expires and nothing is released before its time has
 * really passed; and when they are right again, it does.
 */
import { join } from "node:path"
import * as Vitest from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { expect, it } from "vitest"
import { allBackups } from "../../src/backup/Catalog.js"
import { createBackup } from "../../src/backup/createBackup.js"
import { createLibrary, openLibrary, type RetentionPolicy } from "../../src/index.js"
import { prune } from "../../src/retention/prune.js"
import { forget } from "../../src/retention/Trash.js"
import type { Session } from "../../src/session/Session.js"
import { rounds } from "../support/soak.js"
import { type Seeded, seeded } from "./support/seeded.js"
import {
  damageOf,
  day,
  documentsOf,
  newLibrary,
  save,
  scratchFolder,
  songChange,
  start
} from "./support/world.js"

const hour = day / 24
const year = 365.25 * day
const keepEditsDays = 5

/** A library under a clock that is off by whole years, and what really happened when. */
class Life {
  private real = start
  offset = 0
  private count = 0
  /** When each backup was really forgotten, by number; and when each version was really replaced. */
  private readonly forgottenAt = new Map<number, number>()
  private readonly replacedAt = new Map<string, number>()
  private latest = new Map<string, string>()
  readonly expired: Array<number> = []

  constructor(
    private readonly session: Session,
    private readonly random: Seeded,
    private readonly policy: RetentionPolicy
  ) {}

  pass(milliseconds: number): void {
    this.real += milliseconds
  }

  private get now(): number {
    return this.real + this.offset
  }

  edit(): void {
    const id = `s${this.random.int(3)}`
    const document = `{"version":${++this.count}}`
    save(this.session, this.now, songChange(id, document, id, this.now))
    const before = this.latest.get(id)
    if (before !== undefined) this.replacedAt.set(before, this.real)
    this.latest.set(id, document)
  }

  backup(): void {
    createBackup(this.session, {}, this.now)
  }

  forgetOne(): void {
    const kept = allBackups(this.session.db).filter(({ forgottenAt }) => forgottenAt === undefined)
    if (kept.length < 3) return
    const { number } = this.random.pick(kept.slice(0, -1))
    forget(this.session, [`b${number}`], "test", this.now)
    this.forgottenAt.set(number, this.real)
  }

  /** Prunes; what it let go too early, in words. */
  prune(): ReadonlyArray<string> {
    const { expired, forgotten } = prune(this.session, { policy: this.policy, keepEditsDays }, this.now)
    for (const { number } of forgotten) this.forgottenAt.set(number, this.real)
    this.expired.push(...expired.map(({ number }) => number))
    const early = expired.filter(
      ({ number }) => this.real - (this.forgottenAt.get(number) ?? this.real) < 7 * day
    )
    const kept = new Set(["s0", "s1", "s2"].flatMap((id) => documentsOf(this.session, id)))
    const released = [...this.replacedAt].filter(
      ([document, at]) => this.real - at < keepEditsDays * day && !kept.has(document)
    )
    return [
      ...early.map(
        ({ number }) =>
          `b${number} expired after ${(this.real - (this.forgottenAt.get(number) ?? 0)) / day} days`
      ),
      ...released.map(([document, at]) => `${document} was released after ${(this.real - at) / day} days`)
    ]
  }

  get trash(): number {
    return allBackups(this.session.db).filter(({ forgottenAt }) => forgottenAt !== undefined).length
  }

  /** Versions that were replaced long ago and are still there. */
  get overdue(): number {
    const kept = new Set(["s0", "s1", "s2"].flatMap((id) => documentsOf(this.session, id)))
    return [...this.replacedAt].filter(([document, at]) => this.real - at > 40 * day && kept.has(document))
      .length
  }
}

const policies: ReadonlyArray<RetentionPolicy> = [
  { keepLast: 4 },
  { keepWithin: 3 * day },
  { keepDaily: 3, keepWeekly: 1 }
]

it("whatever a clock says, nothing goes before its time", { timeout: 3_600_000 }, async () => {
  const folder = scratchFolder()
  for (let seed = 1; seed <= rounds(2, 40); seed++) {
    await new Promise(setImmediate)
    const random = seeded(seed)
    const session = newLibrary(join(folder, `${seed}.db`))
    const life = new Life(session, random, random.pick(policies))
    const history: Array<string> = []
    for (let step = 0; step < 60; step++) {
      life.pass((1 + random.int(20)) * hour)
      if (random.chance(0.15)) life.offset = random.pick([0, 0, 9.5, -55, 3, -2, 90]) * year
      const act = random.pick(["edit", "edit", "backup", "forgetOne", "prune", "prune"] as const)
      history.push(`${act} at ${life.offset / year}`)
      const wrong = act === "prune" ? life.prune() : void life[act]()
      if (wrong !== undefined) expect(wrong, `seed ${seed}: ${history.join(", ")}`).toEqual([])
    }
    // Right again: with everyday work, what is due goes in the end.
    life.offset = 0
    for (let n = 0; n < 60; n++) {
      life.pass(day)
      life.edit()
      if (n % 5 === 0) life.backup()
      expect(life.prune(), `seed ${seed}, day ${n} of the right time`).toEqual([])
    }
    expect(damageOf(session, start)).toEqual([])
    expect(life.overdue, `seed ${seed}: versions`).toBe(0)
    expect(life.expired.length, `seed ${seed}: backups`).toBeGreaterThan(0)
    expect(life.trash, `seed ${seed}: trash`).toBeLessThan(5)
    session.close()
  }
})

for (const [name, time] of [
  ["2036", Date.parse("2036-02-07T06:28:16Z")],
  ["1971", Date.parse("1971-01-01T00:00:00Z")]
] as const)
  Vitest.it.scoped(
    `a clock that says ${name} for a while expires nothing, and the trash is emptied afterwards`,
    () =>
      Effect.gen(function* () {
        const path = join(scratchFolder(), "library.db")
        yield* TestClock.setTime(start)
        yield* createLibrary(path)
        const library = yield* openLibrary(path)
        const edit = (n: number) =>
          library.songs.upsert({ id: "s", name: "S", songDataJSON: `{"n":${n}}`, determinismSeed: "1" })
        const everything = { policy: { keepWithin: day, keepDaily: 1 }, keepEditsDays: 30 } as const
        for (let n = 0; n < 6; n++) {
          yield* TestClock.adjust(hour)
          yield* edit(n)
          yield* library.backups.take()
        }
        yield* library.backups.forget(["b1"])
        const nothing = (label: string) =>
          Effect.map(library.upkeep.prune(everything), (report) => {
            expect(report.expired, label).toEqual([])
            expect(report.forgotten, label).toEqual([])
            expect(report.objectsRemoved, label).toBe(0)
          })
        yield* library.upkeep.prune(everything)
        yield* nothing("before")
        yield* TestClock.setTime(time)
        yield* nothing("at once")
        yield* edit(100)
        yield* TestClock.adjust(25 * hour)
        yield* nothing("a day later")
        yield* library.backups.take()
        yield* nothing("after a backup")
        yield* library.backups.forget(["b2"])
        yield* TestClock.adjust(25 * hour)
        yield* nothing("and another day")
        yield* TestClock.setTime(start + 3 * day)
        yield* nothing("back")
        yield* edit(101)
        yield* TestClock.adjust(25 * hour)
        yield* nothing("a day after it is right again")
        for (let n = 0; n < 12; n++) {
          yield* TestClock.adjust(day)
          yield* edit(200 + n)
        }
        // The trash takes two looks at least a day apart.
        const seen = yield* library.upkeep.prune({ policy: { keepLast: 100 } })
        expect(seen.paused).toBe(false)
        expect(seen.expired).toEqual([])
        yield* TestClock.adjust(day)
        const { expired } = yield* library.upkeep.prune({ policy: { keepLast: 100 } })
        expect(expired.map(({ number }) => number)).toEqual([1, 2])
        expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
      })
  )
