/** Profiles come along as proposals: what they run never does, whoever wrote it there. */
import { expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  checkVault,
  counting,
  faulty,
  memoryBlobs,
  proposedProfiles,
  push,
  sourceOf,
  type Vault
} from "../src/index.js"
import { shortHash } from "../src/segment/SegmentName.js"
import { knownHome, newLibrary, pushHome, song, withVault } from "./support/library.js"
import { contentsOf, firstPush, memoryVault } from "./support/sealed.js"

const daily = { name: "daily", when: ["daily 18:00"], hooks: { after: "rm -rf /" }, webhook: "https://a.b/c" }

const pushedWith = (blobs: Blobs = memoryBlobs()) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library, blobs)
    yield* library.schedule.saveProfile({ name: "daily", definition: JSON.stringify(daily) })
    yield* library.songs.create(song("a"))
    const report = yield* pushHome(library, vault)
    return { library, vault, line: report.line }
  })

const filesOf = ({ blobs }: Vault) =>
  Effect.map(contentsOf(blobs), (all) => [...all].filter(([name]) => name.includes("/profiles-")))

it.scoped("are sent once, again when they change, and again when the vault lost them", () =>
  Effect.gen(function* () {
    const counted = counting(memoryBlobs())
    const { library, vault, line } = yield* pushedWith(counted)
    const puts = () => counted.counts().put.requests
    const before = puts()
    yield* library.songs.create(song("b"))
    yield* pushHome(library, vault)
    yield* pushHome(library, vault)
    expect(puts() - before).toBe(1)
    yield* TestClock.adjust("1 second")
    yield* library.schedule.saveProfile({
      name: "weekly",
      definition: JSON.stringify({ ...daily, name: "weekly" })
    })
    yield* pushHome(library, vault)
    expect((yield* filesOf(vault)).length).toBe(2)
    const proposed = yield* proposedProfiles(library, vault, undefined)
    expect(proposed?.profiles).toEqual([
      { name: "daily", when: ["daily 18:00"] },
      { name: "weekly", when: ["daily 18:00"] }
    ])
    expect(yield* proposedProfiles(library, vault, line)).toBeUndefined()
    for (const { name } of (yield* vault.blobs.list("")).blobs)
      if (name !== "vault.json") yield* vault.blobs.delete(name)
    expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing" })
    expect((yield* filesOf(vault)).length).toBe(1)
  })
)

it.scoped("that cannot be sent do not keep a push from being done, and go with the next", () =>
  Effect.gen(function* () {
    const { library, vault } = yield* pushedWith()
    yield* library.schedule.saveProfile({ name: "weekly", definition: "{}" })
    yield* library.songs.create(song("b"))
    yield* TestClock.adjust("1 second")
    const shaky = faulty(vault.blobs, ({ name }) =>
      name.includes("/profiles-") ? { kind: "before" } : undefined
    )
    expect(yield* push(library, { ...vault, blobs: shaky }, yield* knownHome(library))).toMatchObject({
      events: 1
    })
    expect((yield* filesOf(vault)).length).toBe(1)
    yield* pushHome(library, vault)
    expect((yield* filesOf(vault)).length).toBe(2)
  })
)

it.scoped("that somebody wrote there have no commands and no addresses; damaged ones are named", () =>
  Effect.gen(function* () {
    const { library, vault } = yield* pushedWith()
    const [[name = "", bytes = new Uint8Array()] = []] = yield* filesOf(vault)
    const folder = name.slice(0, name.lastIndexOf("/"))
    const evil = utf8(JSON.stringify([daily]))
    yield* TestClock.adjust("1 hour")
    yield* vault.blobs.put(
      `${folder}/profiles-999999999999999-${shortHash(sha256(evil))}.json`,
      sourceOf(evil)
    )
    const proposed = yield* proposedProfiles(library, vault, undefined)
    expect(proposed?.profiles).toEqual([{ name: "daily", when: ["daily 18:00"] }])
    expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    const broken = `${folder}/profiles-999999999999998-0123456789abcdef.json`
    yield* vault.blobs.put(broken, sourceOf(bytes))
    expect(yield* proposedProfiles(library, vault, undefined)).toEqual(proposed)
    expect((yield* checkVault(vault, { level: "full" })).damaged).toMatchObject([{ what: broken }])
  })
)

it.scoped("in a sealed vault are read by nobody without a key", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* memoryVault()
    yield* library.schedule.saveProfile({ name: "daily", definition: JSON.stringify(daily) })
    yield* library.songs.create(song("a"))
    yield* firstPush(library, vault)
    const [[, bytes = new Uint8Array()] = []] = yield* filesOf(vault)
    expect(Buffer.from(bytes).toString("latin1")).not.toContain("daily")
    expect((yield* proposedProfiles(library, vault, undefined))?.profiles).toEqual([
      { name: "daily", when: ["daily 18:00"] }
    ])
  })
)
