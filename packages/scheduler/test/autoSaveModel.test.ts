/**
 * Random marks, saves, discards, failures and slow saves against a simple model: nothing lost, nothing twice at once,
 * the order kept.
 */
import { expect, it } from "@effect/vitest"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FastCheck from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { AutoSave, type AutoSaveEvent, type AutoSaveService } from "../src/index.js"
import { diskFull, revisionOf, song, withSaves } from "./support/saves.js"
import { rounds } from "./support/soak.js"
import { freshLibrary } from "./support/worlds.js"

type Step =
  | { readonly do: "mark"; readonly id: string }
  | { readonly do: "wait"; readonly time: number }
  | { readonly do: "save" | "discard"; readonly id: string | undefined }
  | { readonly do: "break"; readonly broken: boolean }
  | { readonly do: "slow"; readonly time: number }

const ids = ["a", "b", "c"]
const some = FastCheck.constantFrom(...ids, undefined)
const step: FastCheck.Arbitrary<Step> = FastCheck.oneof(
  {
    weight: 8,
    arbitrary: FastCheck.record({
      do: FastCheck.constant("mark" as const),
      id: FastCheck.constantFrom(...ids)
    })
  },
  {
    weight: 6,
    arbitrary: FastCheck.record({
      do: FastCheck.constant("wait" as const),
      time: FastCheck.integer({ min: 1, max: 1500 })
    })
  },
  {
    weight: 2,
    arbitrary: FastCheck.record({ do: FastCheck.constantFrom("save" as const, "discard" as const), id: some })
  }
)
/** Steps that make trouble: disks that are full, saves that take longer than the changes. */
const trouble: FastCheck.Arbitrary<Step> = FastCheck.oneof(
  FastCheck.record({ do: FastCheck.constant("break" as const), broken: FastCheck.boolean() }),
  FastCheck.record({ do: FastCheck.constant("slow" as const), time: FastCheck.constantFrom(0, 700, 5000) })
)

const stepsWith = (weight: number) =>
  FastCheck.array(FastCheck.oneof({ weight: 9, arbitrary: step }, { weight, arbitrary: trouble }), {
    minLength: 30,
    maxLength: 80,
    size: "max"
  })

const debounce = 2000

/** What the app did and what it was told: the model, and the checks that hold at every moment. */
class World {
  now = 0
  broken = false
  slow = 0
  /** A save failed or was slow: then the debounce time promises nothing. */
  troubled = false
  revision = 0
  /** Changes that were neither saved nor discarded. */
  readonly unsaved = new Map<string, ReadonlyArray<{ readonly revision: number; readonly at: number }>>()
  readonly running = new Map<string, number>()
  readonly saved = new Map<string, ReadonlyArray<number>>()

  mark(id: string): number {
    const revision = ++this.revision
    this.unsaved.set(id, [...(this.unsaved.get(id) ?? []), { revision, at: this.now }])
    return revision
  }

  began(id: string, revision: number): void {
    expect(this.running.has(id), "two saves of one song at once").toBe(false)
    this.running.set(id, revision)
  }

  ended(id: string, good: boolean): void {
    const revision = this.running.get(id) ?? expect.unreachable("a save ended that never began")
    this.running.delete(id)
    if (!good) return
    const before = this.saved.get(id) ?? []
    expect(before.at(-1) ?? 0, "an older state was saved over a newer one").toBeLessThan(revision)
    this.saved.set(id, [...before, revision])
    const left = (this.unsaved.get(id) ?? []).filter((change) => change.revision > revision)
    this.unsaved.set(id, left)
  }

  checkAge(): void {
    if (this.troubled) return
    for (const changes of this.unsaved.values())
      for (const { at } of changes) expect(this.now - at).toBeLessThan(debounce)
  }
}

const act = (world: World, autoSave: AutoSaveService, prefix: string, wish: Step) => {
  switch (wish.do) {
    case "mark": {
      const marked = song(prefix + wish.id, world.mark(wish.id))
      return autoSave.markDirty(marked.id, () => marked)
    }
    case "wait":
      world.now += wish.time
      return TestClock.adjust(wish.time)
    case "save":
      return Effect.asVoid(Effect.fork(autoSave.saveNow(wish.id && prefix + wish.id)))
    case "discard":
      for (const id of wish.id === undefined ? ids : [wish.id]) world.unsaved.delete(id)
      return Effect.asVoid(autoSave.discardPending(wish.id && prefix + wish.id))
    case "break":
      world.broken = wish.broken
      world.troubled ||= wish.broken
      return Effect.void
    case "slow":
      world.slow = wish.time
      world.troubled ||= wish.time > 0
      return Effect.void
  }
}

const seconds = (world: World, time: number) => {
  world.now += time * 1000
  return TestClock.adjust(time * 1000)
}

/** Plays the steps with songs of their own in the one library. `closes`: the app closes before everything settled. */
const play = (opened: Library, prefix: string, steps: ReadonlyArray<Step>, closes: boolean) =>
  Effect.gen(function* () {
    const world = new World()
    const library = withSaves(opened, (tried) =>
      Effect.gen(function* () {
        const id = tried.id.slice(prefix.length)
        world.began(id, revisionOf(tried))
        if (world.slow > 0) yield* Effect.sleep(world.slow)
        if (!world.broken) return
        world.ended(id, false)
        yield* diskFull(opened)
      })
    )
    const onEvent = (event: AutoSaveEvent) =>
      Effect.sync(() => event._tag === "Saved" && world.ended(event.id.slice(prefix.length), true))
    const scope = yield* Scope.make()
    const autoSave = yield* Scope.extend(
      AutoSave.make(library, { debounce, onEvent: (e) => Effect.asVoid(onEvent(e)) }),
      scope
    )
    for (const wish of steps) {
      yield* act(world, autoSave, prefix, wish)
      world.checkAge()
    }
    Object.assign(world, { broken: false, slow: 0 })
    if (!closes) yield* seconds(world, 400)
    const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
    yield* seconds(world, 100)
    yield* Fiber.join(closing)
    expect(yield* autoSave.pending).toEqual([])
    for (const id of ids) {
      expect(world.unsaved.get(id) ?? []).toEqual([])
      const inLibrary = yield* Effect.option(opened.songs.read(prefix + id))
      const last = world.saved.get(id)?.at(-1)
      expect(inLibrary._tag === "Some" ? revisionOf(inLibrary.value) : undefined).toBe(last)
    }
  })

const holds = (weight: number, closes: boolean, numRuns: number) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    const runtime = yield* Effect.runtime<never>()
    let run = 0
    yield* Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(stepsWith(weight), (steps) =>
          Effect.runPromise(Effect.provide(play(library, `${++run}-`, steps, closes), runtime))
        ),
        { numRuns, seed: 20261122 }
      )
    )
  })

it.scoped("without trouble no change stays unsaved for the debounce time", () =>
  holds(0, false, rounds(3, 80))
)

it.scoped("through full disks and slow saves nothing is lost, doubled or put out of order", () =>
  holds(2, false, rounds(5, 150))
)

it.scoped("closing at any moment saves everything that was marked", () => holds(2, true, rounds(5, 150)))
