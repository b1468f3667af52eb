import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { decodePlan, encodePlan, type Library } from "../../src/index.js"
import { day, dump, failure, freshLibrary, performance, song, songs, sqlite } from "../support/libraries.js"

const document = (tempo: number, density: number) =>
  JSON.stringify({ session_model: { tempo, rhythm: { density } } })
const drive = (tempo: number, density: number, more: object = {}) =>
  song("s0", { name: "Night Drive", songDataJSON: document(tempo, density), ...more })
const key = { kind: "song", id: "s0" } as const

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.imports.entities({
    source: "test",
    songs: songs(3),
    performances: [performance("p", "s0", { tags: ["live"] })]
  })
  yield* library.songs.update(drive(96, 0.3))
  yield* library.backups.take()
  return library
})

/** A dump without the order in which the rows lie. */
const sorted = (dumped: string): ReadonlyArray<string> => dumped.split("\n").sort()

const names = (library: Library) => Effect.map(library.songs.list(), (all) => all.map(({ name }) => name))

describe("restoring as a copy", () => {
  it.scoped("brings the source's beside today's, under new ids and names that say where from", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(drive(120, 0.3))
      const only = [key, { kind: "performance", id: "p" } as const]
      const result = yield* library.backups.restore("b1", { only, asCopy: true })
      expect(result.plan).toMatchObject({ create: 2, update: 0 })
      expect(yield* names(library)).toEqual(["Night Drive", "Night Drive (b1)", "Song s1", "Song s2"])
      const [copy] = yield* library.songs.search("(b1)")
      expect((yield* library.songs.read(copy?.id ?? "")).songDataJSON).toBe(document(96, 0.3))
      expect((yield* library.songs.read("s0")).songDataJSON).toBe(document(120, 0.3))
      const [copied] = yield* library.performances.ofSong(copy?.id ?? "")
      expect(copied).toMatchObject({ name: "Performance p (b1)", tags: ["live"] })
    })
  )

  it.scoped("copies everything without touching anything", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = dump(library)
      const result = yield* library.backups.restore("b1", { asCopy: true, kinds: ["song"] })
      expect(result.songsRestored).toBe(0)
      yield* library.songs.delete("s1")
      expect((yield* library.backups.restore("b1", { asCopy: true, kinds: ["song"] })).plan.create).toBe(1)
      expect(yield* names(library)).toEqual(["Night Drive", "Song s1 (b1)", "Song s2"])
      yield* library.history.undo()
      yield* library.history.undo()
      expect(sorted(dump(library))).toEqual(sorted(before))
    })
  )
})

describe("entities that changed after the source", () => {
  const changed = Effect.gen(function* () {
    const library = yield* filled
    yield* library.songs.update(drive(104, 0.3))
    yield* library.songs.update(drive(104, 0.9))
    yield* library.songs.update(song("s1", { name: "Edited" }))
    return library
  })

  it.scoped("are kept by a whole-library merge, and counted", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const result = yield* library.backups.restore("b1")
      expect(result).toMatchObject({ conflicts: 2, plan: { update: 0, keep: 2 } })
    })
  )

  it.scoped("stay beside the source's with `both`", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const result = yield* library.backups.restore("b1", { onConflict: "both" })
      expect(result.plan).toMatchObject({ create: 2, keep: 2 })
      expect(yield* names(library)).toEqual([
        "Edited",
        "Night Drive",
        "Night Drive (b1)",
        "Song s1 (b1)",
        "Song s2"
      ])
    })
  )

  it.scoped("lose only the change after the source with `combine`; later changes stay", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const result = yield* library.backups.restore("b1", { only: [key], onConflict: "combine" })
      expect(result).toMatchObject({ isSuccess: true, conflicts: 0, plan: { update: 1 } })
      const { songDataJSON } = yield* library.songs.read("s0")
      expect(JSON.parse(songDataJSON)).toEqual({ session_model: { tempo: 96, rhythm: { density: 0.9 } } })
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
    })
  )

  it.scoped("keep today's where both sides changed the same thing, and say so", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(drive(104, 0.3))
      yield* library.songs.update(drive(140, 0.3))
      const result = yield* library.backups.restore("b1", { only: [key], onConflict: "combine" })
      expect(result.conflicts).toBe(1)
      expect((yield* library.songs.read("s0")).songDataJSON).toBe(document(140, 0.3))
    })
  )

  it.scoped("are decided one by one", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const decisions = [
        { ...key, choice: "replace" } as const,
        { kind: "song", id: "s1", choice: "keep" } as const
      ]
      const result = yield* library.backups.restore("b1", { decisions })
      expect(result).toMatchObject({ conflicts: 1, plan: { update: 1, keep: 1 } })
      expect((yield* library.songs.read("s0")).songDataJSON).toBe(document(96, 0.3))
      expect((yield* library.songs.read("s1")).name).toBe("Edited")
    })
  )
})

describe("parts of a song", () => {
  const track = (name: string, ...pitches: ReadonlyArray<number>) => ({
    ...{ name, instrument: "flute" },
    notes: pitches.map((midi, time) => ({ midi, time }))
  })
  const content = (tempo: number, ...tracks: ReadonlyArray<object>) => JSON.stringify({ tempo, tracks })
  const then = content(96, track("Lead", 60, 62), track("Bass", 36))
  const today = content(120, track("Lead", 61), track("Pad", 48))

  /** A song that changed twice after b1, with its name. */
  const changed = Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.create(song("s0", { name: "Night Drive", songDataJSON: then, composer: "Mara" }))
    yield* library.backups.take()
    const between = content(120, track("Lead", 60, 62), track("Bass", 36))
    yield* library.songs.update(song("s0", { name: "Night Drive", songDataJSON: between, composer: "Mara" }))
    yield* library.songs.update(song("s0", { name: "Day Drive", songDataJSON: today, composer: "Jonas" }))
    return library
  })
  const read = (library: Library) => library.songs.read("s0")

  it.scoped("come back one by one, the others stay as they are, and it is undone", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const parts = [
        { name: "track Lead", choice: "replace" },
        { name: "composer", choice: "replace" },
        { name: "tempo", choice: "combine" }
      ] as const
      const decisions = [{ ...key, choice: "keep", parts } as const]
      const planned = yield* library.backups.plan("b1", { only: [key], decisions })
      expect(planned.items).toMatchObject([{ action: "update", conflict: false, notes: [] }])
      const result = yield* library.backups.apply(decodePlan(encodePlan(planned.saved)))
      expect(result).toMatchObject({ isSuccess: true, conflicts: 0, plan: { update: 1 } })
      const back = yield* read(library)
      expect(JSON.parse(back.songDataJSON)).toEqual(
        JSON.parse(content(96, track("Lead", 60, 62), track("Pad", 48)))
      )
      expect([back.name, back.composer]).toEqual(["Day Drive", "Mara"])
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
      yield* library.history.undo()
      expect((yield* read(library)).songDataJSON).toBe(today)
    })
  )

  it.scoped("are all of the source when all are replaced, byte for byte, and none of it when none is", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const plan = (choice: "keep" | "replace") =>
        library.backups.plan("b1", {
          decisions: [{ ...key, choice, parts: [{ name: "tempo", choice }] }]
        })
      expect((yield* plan("keep")).items).toMatchObject([{ action: "keep", conflict: false }])
      const { saved, items } = yield* plan("replace")
      const whole = yield* library.backups.plan("b1", { only: [key] })
      expect(items[0]?.after).toEqual(whole.items[0]?.after)
      yield* library.backups.apply(saved)
      expect((yield* read(library)).songDataJSON).toBe(then)
    })
  )

  it.scoped("stand side by side, and what cannot be is said", () =>
    Effect.gen(function* () {
      const library = yield* changed
      const parts = [
        { name: "track Lead", choice: "both" },
        { name: "tempo", choice: "both" },
        { name: "track Organ", choice: "replace" }
      ] as const
      const result = yield* library.backups.restore("b1", {
        only: [key],
        decisions: [{ ...key, choice: "keep", parts }]
      })
      expect(result).toMatchObject({ conflicts: 1, plan: { update: 1 } })
      const { tempo, tracks } = JSON.parse((yield* read(library)).songDataJSON)
      expect(tempo).toBe(120)
      expect(tracks.map(({ name }: { readonly name: string }) => name)).toEqual(["Lead", "Lead (b1)", "Pad"])
      const { items } = yield* library.backups.plan("b1", {
        only: [key],
        decisions: [{ ...key, choice: "keep", parts }]
      })
      expect(items[0]?.notes).toEqual([
        "tempo cannot stand beside itself; today's stays",
        "track Organ is not a part that differs"
      ])
    })
  )

  it.scoped("keep today's where both sides changed the part that is combined, and say so", () =>
    Effect.gen(function* () {
      const library = yield* changed
      yield* library.songs.update(
        song("s0", { name: "Day Drive", songDataJSON: content(140), composer: "Jonas" })
      )
      const parts = [{ name: "tempo", choice: "combine" }] as const
      const decisions = [{ ...key, choice: "keep", parts } as const]
      const { items } = yield* library.backups.plan("b1", { only: [key], decisions })
      expect(items).toMatchObject([{ action: "keep", conflict: true, notes: ["tempo: 96 there, 140 here"] }])
    })
  )
})

describe("a plan", () => {
  it.scoped("is a value that can be saved and applied later", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = dump(library)
      yield* library.songs.update(drive(104, 0.3))
      yield* library.songs.delete("s2")
      const planned = yield* library.backups.plan("b1", { mode: "exact" })
      const result = yield* library.backups.apply(decodePlan(encodePlan(planned.saved)))
      expect(result.plan).toEqual(planned.counts)
      expect(dump(library)).toBe(before)
      expect((yield* library.history.undo()).operation.what).toBe("restore")
    })
  )

  it.scoped("is outdated when one of its entities changed, unless it may plan that again", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = dump(library)
      yield* library.songs.update(drive(104, 0.3))
      const { saved } = yield* library.backups.plan("b1", { mode: "exact" })
      sqlite(library.path, "UPDATE song_data SET name = 'Moved on' WHERE id = 's0'")
      const error = yield* Effect.flip(library.backups.apply(saved))
      expect(error).toMatchObject({ _tag: "PlanOutdated", code: 15 })
      expect((yield* library.songs.read("s0")).name).toBe("Moved on")
      yield* library.songs.create(song("unrelated"))
      yield* library.backups.apply(saved, { replan: true })
      yield* library.songs.delete("unrelated")
      expect(dump(library)).toBe(before)
    })
  )

  it.scoped("that carries a combination brings its documents with it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(drive(104, 0.3))
      yield* library.songs.update(drive(104, 0.9))
      const { saved } = yield* library.backups.plan("b1", { only: [key], onConflict: "combine" })
      yield* library.backups.apply(decodePlan(encodePlan(saved)))
      expect(JSON.parse((yield* library.songs.read("s0")).songDataJSON)).toEqual({
        session_model: { tempo: 96, rhythm: { density: 0.9 } }
      })
    })
  )

  it.scoped("from a hostile or foreign file is refused", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.delete("s1")
      const { saved } = yield* library.backups.plan("b1")
      const tampered = { ...saved, items: saved.items.map((item) => ({ ...item, id: "another" })) }
      expect(yield* failure(library.backups.apply(tampered, { replan: true }))).toBe("InvalidInput")
      expect(yield* failure(library.backups.apply({ ...saved, libraryId: "another" }))).toBe("InvalidInput")
      const broken = {
        ...saved,
        items: saved.items.map((item) => ({ ...item, after: new Uint8Array([9, 9]) }))
      }
      expect(yield* failure(library.backups.apply(broken))).toBe("MalformedData")
      expect(
        yield* failure(Effect.try({ try: () => decodePlan("{}"), catch: (error) => error as never }))
      ).toBe("InvalidInput")
      expect(yield* library.songs.count).toBe(2)
    })
  )
})

describe("moments", () => {
  it.scoped("that no backup holds are served from the log", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const states: Array<string> = []
      const positions: Array<number> = []
      for (const tempo of [100, 101, 102]) {
        yield* TestClock.adjust(day)
        yield* library.songs.update(drive(tempo, 0.3))
        if (tempo === 101) yield* library.songs.delete("s2")
        states.push(dump(library))
        positions.push((yield* library.log.head).position)
      }
      for (const [index, position] of positions.entries()) {
        yield* library.backups.restore(`@${position}`, { mode: "exact" })
        expect(dump(library)).toBe(states[index])
      }
    })
  )

  it.scoped("whose documents were released name the nearest that exist", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(drive(1, 0))
      yield* TestClock.adjust(200 * day)
      yield* library.songs.update(drive(2, 0))
      yield* TestClock.adjust(200 * day)
      yield* library.songs.update(drive(3, 0))
      yield* library.backups.take()
      yield* library.upkeep.prune()
      const error = yield* Effect.flip(library.backups.restore("@1", { only: [key] }))
      expect(error).toMatchObject({ _tag: "MomentNotFound" })
      expect(error.message).toContain("@2 of")
      expect((yield* library.songs.read("s0")).songDataJSON).toBe(document(3, 0))
    })
  )
})

describe("preferences", () => {
  it.scoped("are restored alone, and field by field", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.preferences.upsert({ theme: "dark", language: "de", maxBackups: 50 })
      yield* library.backups.take()
      yield* library.preferences.upsert({ theme: "light", language: "fr", maxBackups: 10 })
      const only = [{ kind: "preferences", id: "default" } as const]
      yield* library.backups.restore("b1", { only, preferenceColumns: ["theme", "max_backups"] })
      expect(yield* library.preferences.current).toMatchObject({
        theme: "dark",
        language: "fr",
        maxBackups: 50
      })
      yield* library.backups.restore("b1", { only })
      expect(yield* library.preferences.current).toMatchObject({
        theme: "dark",
        language: "de",
        maxBackups: 50
      })
    })
  )
})
