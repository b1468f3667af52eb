// Libraries that are written here as servers go on with them, one after the other and back: what is in use, what was kept, what was not.
import { pathToFileURL } from "node:url"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { KeptLibrary } from "../src/control/Libraries.js"
import { type Homes, makeHomes } from "../src/replica/Homes.js"
import type { Change } from "../src/replica/Messages.js"
import { programFile } from "./support/programFile.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { type TestBucket, testBucket } from "./support/testBucket.js"

/** A library, and its profiles and runs, as the control database has them. */
const control = () => {
  const library: KeptLibrary = {
    ...{ id: "jonas", name: "Jonas", sealed: 0, folder: "", quota: 1_000_000, used: 0, reserved: 0 },
    ...{ created_at: 1, arrived_at: 0, erase_at: 0, home: "server", maker: "app", group_name: "" },
    ...{ reclaimed_at: 0, head_line: "", head_position: 0, head_hash: "", fence: 1, look_at: 0 },
    schedule_number: 0
  }
  const state = { library, text: "", faults: [] as string[] }
  return state
}

type Control = ReturnType<typeof control>

const serverOn = (bucket: TestBucket, state: Control) =>
  Effect.gen(function* () {
    return yield* makeHomes(
      { data: yield* temporaryFolder, blobs: bucket.place },
      pathToFileURL(programFile("worker")),
      (fault) => state.faults.push(fault),
      () => Effect.sync(() => state.text)
    )
  })

/** Another server becomes the owner. */
const move = (state: Control): void => {
  state.library = { ...state.library, fence: state.library.fence + 1 }
}

/** What `keepHomes` does: into the bucket, and then the control database. */
const push = (homes: Homes, state: Control) =>
  Effect.gen(function* () {
    const { library } = state
    const { head, schedule } = yield* homes.push(library)
    state.library = {
      ...library,
      ...{ head_line: head.line, head_position: head.position, head_hash: head.chainHash },
      schedule_number: library.schedule_number + (schedule === undefined ? 0 : 1)
    }
    if (schedule === undefined) return
    state.text = schedule
    homes.keptSchedule(library, schedule, state.library.schedule_number)
  })

/** Something is done, and waits until it is kept. */
const begin = (homes: Homes, { library }: Control, change: Change) =>
  Effect.gen(function* () {
    const waits = yield* Effect.fork(homes.change(library, change))
    yield* homes.waiting
    return waits
  })

const keep = (homes: Homes, state: Control, change: Change) =>
  Effect.gen(function* () {
    const waits = yield* begin(homes, state, change)
    const changes = homes.changesOf(state.library.id)
    yield* push(homes, state)
    homes.settled(state.library.id, { changes, fence: state.library.fence })
    return yield* Fiber.join(waits)
  })

const profile = (last: number, seen?: string): Change => ({
  ...{ _tag: "Profile", name: "daily", seen },
  wish: { when: ["daily 18:00"], keep: { last } }
})

const take: Change = { _tag: "Take", options: {}, commandId: "take", actor: "Jonas" }

/** How many backups the profile keeps, as a server tells it, and its tag. */
const told = (homes: Homes, { library }: Control) =>
  Effect.map(
    homes.ask({ library, question: { _tag: "Profile", name: "daily" }, waitMs: 0, proven: null }),
    ({ body, tag }) => ({ last: JSON.parse(new TextDecoder().decode(body)).keep.last, tag })
  )

it.scopedLive("a push that waits for the bucket ends before its library is closed", () =>
  Effect.gen(function* () {
    const [bucket, state] = [yield* testBucket, control()]
    const homes = yield* serverOn(bucket, state)
    let closings = 0
    bucket.answer = (method) => {
      // The thread is told before the bucket has answered it.
      if (method === "PUT" && closings++ === 0) Effect.runFork(homes.forget(state.library.id))
      return undefined
    }
    const pushed = yield* homes.push(state.library)
    expect(closings).toBeGreaterThan(0)
    expect(pushed.put).toContainEqual("vault.json")
    expect((yield* homes.push(state.library)).head).toEqual(pushed.head)
    expect(state.faults).toEqual([])
  })
)

it.scopedLive("profiles are with who goes on, also where another one wrote meanwhile and changed none", () =>
  Effect.gen(function* () {
    const [bucket, state] = [yield* testBucket, control()]
    const one = yield* serverOn(bucket, state)
    const other = yield* serverOn(bucket, state)
    yield* keep(one, state, profile(7))
    move(state)
    expect((yield* told(other, state)).last).toBe(7)
    yield* keep(other, state, take)
    const number = state.library.schedule_number
    // What it had is put aside, and what it knew of its profiles with it.
    move(state)
    expect((yield* told(one, state)).last).toBe(7)
    yield* push(one, state)
    expect([state.library.schedule_number, state.faults]).toEqual([number, []])
  })
)

it.scopedLive(
  "a file that is let go of takes no profile along that is nowhere else, and comes back with those that were kept",
  () =>
    Effect.gen(function* () {
      const [bucket, state] = [yield* testBucket, control()]
      const homes = yield* serverOn(bucket, state)
      yield* keep(homes, state, profile(7))
      expect(yield* homes.drop(state.library)).toBe(true)
      const { last, tag } = yield* told(homes, state)
      expect(last).toBe(7)
      const waits = yield* begin(homes, state, profile(8, tag))
      expect(yield* homes.drop(state.library)).toBe(false)
      yield* push(homes, state)
      homes.settled(state.library.id)
      yield* Fiber.await(waits)
      // As a server that has just started, and one whose file was lost.
      const other = yield* serverOn(bucket, state)
      for (let n = 0; n < 2; n++) {
        expect((yield* told(other, state)).last).toBe(8)
        expect(yield* other.drop(state.library)).toBe(true)
      }
      expect(state.faults).toEqual([])
    })
)

it.scopedLive("what another server wrote of a library becomes one file, and is read as one", () =>
  Effect.gen(function* () {
    const [bucket, state] = [yield* testBucket, control()]
    const one = yield* serverOn(bucket, state)
    const other = yield* serverOn(bucket, state)
    const takes = (homes: Homes, names: ReadonlyArray<string>) =>
      Effect.forEach(names, (commandId) => keep(homes, state, { ...take, commandId }))
    yield* takes(one, ["a", "b", "c"])
    move(state)
    yield* takes(other, ["d", "e"])
    const library = { ...state.library, used: 0 }
    // What came within the last minute stays as it is.
    expect((yield* other.keepUp(library, false)).put).toEqual([])
    for (const [key, { bytes, at }] of bucket.objects) bucket.objects.set(key, { bytes, at: at - 61_000 })
    expect((yield* other.keepUp(library, false)).put).toHaveLength(1)
    const read = new Set<string>()
    bucket.answer = (method, key) => {
      if (method === "GET" && key.endsWith(".seg")) read.add(key)
      return undefined
    }
    const third = yield* serverOn(bucket, state)
    const { body } = yield* third.ask({
      library,
      question: { _tag: "Backups", limit: 10 },
      waitMs: 0,
      proven: null
    })
    expect(JSON.parse(new TextDecoder().decode(body)).items).toHaveLength(5)
    expect(read.size).toBe(3)
    expect(state.faults).toEqual([])
  })
)

it.scopedLive("what is done while the control database says that something was kept, stays", () =>
  Effect.gen(function* () {
    const [bucket, state] = [yield* testBucket, control()]
    const homes = yield* serverOn(bucket, state)
    const { library } = state
    const first = yield* begin(homes, state, profile(7))
    const { schedule = "" } = yield* homes.push(library)
    const { tag } = yield* told(homes, state)
    const second = yield* begin(homes, state, profile(8, tag))
    // It is there, and the server does not know yet.
    state.text = schedule
    state.library = { ...library, schedule_number: 1 }
    expect((yield* told(homes, state)).last).toBe(8)
    yield* push(homes, state)
    homes.settled(library.id, { changes: homes.changesOf(library.id), fence: library.fence })
    for (const waits of [first, second]) yield* Fiber.join(waits)
    expect(JSON.parse(JSON.parse(state.text).profiles[0].definition).keep.last).toBe(8)
  })
)

it.scopedLive("what was done while there was another owner is not acknowledged by the next one's push", () =>
  Effect.gen(function* () {
    const [bucket, state] = [yield* testBucket, control()]
    const homes = yield* serverOn(bucket, state)
    const waits = yield* begin(homes, state, profile(7))
    move(state)
    const { library } = state
    yield* push(homes, state)
    homes.settled(library.id, { changes: homes.changesOf(library.id), fence: library.fence })
    expect(yield* Effect.flip(Fiber.join(waits))).toMatchObject({ type: "NotKeptYet" })
  })
)
