import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import {
  addVault,
  isSealed,
  keepKey,
  keepPushed,
  keyFile,
  listSlots,
  openHere,
  type PushEvent,
  readKeyFile,
  removeSlot,
  rotate,
  settleKey
} from "../../src/index.js"
import { newLibrary, song } from "../support/library.js"
import { cheap, contentsOf, memoryVault, placeWith } from "../support/sealed.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

const words = { passphrase: "correct horse" }

const fails = <A, R>(effect: Effect.Effect<A, WhiteRoomError, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

describe("what this machine keeps of a sealed vault", () => {
  it.scoped("is one key, made once, that opens it without a passphrase", () =>
    Effect.gen(function* () {
      const settings = yield* temporaryFolder
      const { blobs } = yield* memoryVault()
      expect(yield* fails(openHere(blobs, { settings }))).toBe("VaultSealed")
      yield* keepKey(yield* openHere(blobs, { settings, keys: words }), settings, "laptop")
      const again = yield* keepKey(yield* openHere(blobs, { settings }), settings, "laptop")
      if (!isSealed(again)) throw new Error("it is sealed")
      expect((yield* listSlots(again)).slots.map(({ label }) => label)).toEqual([
        expect.any(String),
        "laptop"
      ])
      for (const name of fs.readdirSync(path.join(settings, "keys")))
        expect(fs.statSync(path.join(settings, "keys", name)).mode & 0o077).toBe(0)
    })
  )

  it.scoped("security 20: tells a plain vault in its place, and keys that were set back", () =>
    Effect.gen(function* () {
      const settings = yield* temporaryFolder
      const { blobs, id } = yield* memoryVault()
      const kept = yield* keepKey(yield* openHere(blobs, { keys: words }), settings, "laptop")
      const before = [...(yield* contentsOf(blobs))]
      if (isSealed(kept)) yield* rotate(kept)
      yield* openHere(blobs, { settings })
      expect(yield* fails(openHere(yield* placeWith(before), { settings }))).toBe("VaultReplaced")
      const plain = JSON.stringify({ format: 1, vault: id, kind: "plain" })
      const exchanged = yield* placeWith([["vault.json", new TextEncoder().encode(plain)]])
      expect(yield* fails(openHere(exchanged, { settings }))).toBe("VaultReplaced")
      expect(yield* fails(openHere(exchanged, { settings, keys: words }))).toBe("VaultReplaced")
      // The key alone tells it too.
      fs.rmSync(path.join(settings, "keys", `${id}.json`))
      expect(yield* fails(openHere(exchanged, { settings }))).toBe("VaultReplaced")
    })
  )

  it.scoped("goes when its key is removed from the vault, and not with another one", () =>
    Effect.gen(function* () {
      const settings = yield* temporaryFolder
      const { blobs, id } = yield* memoryVault()
      const kept = yield* keepKey(yield* openHere(blobs, { keys: words }), settings, "laptop")
      if (!isSealed(kept)) throw new Error("it is sealed")
      const other = yield* keepKey(kept, yield* temporaryFolder, "desktop")
      if (!isSealed(other)) throw new Error("it is sealed")
      const slotOf = (label: string) =>
        other.keyring.slots.find((each) => each.label === label)?.slot ?? "none"
      expect(yield* settleKey(yield* removeSlot(other, slotOf("desktop")), settings)).toBe(true)
      expect(yield* settleKey(yield* removeSlot(other, slotOf("laptop")), settings)).toBe(false)
      expect(yield* readKeyFile(keyFile(settings, id))).toBeUndefined()
      expect(yield* fails(openHere(blobs, { settings }))).toBe("VaultSealed")
    })
  )

  it.scoped("is replaced whole: what a killed process left is not taken for it", () =>
    Effect.gen(function* () {
      const settings = yield* temporaryFolder
      const { blobs, id } = yield* memoryVault()
      fs.mkdirSync(path.join(settings, "keys"))
      fs.writeFileSync(`${keyFile(settings, id)}.${process.pid}.new`, "half")
      yield* keepKey(yield* openHere(blobs, { keys: words }), settings, "laptop")
      expect(fs.readdirSync(path.join(settings, "keys")).sort()).toEqual([`${id}.json`, `${id}.key`])
    })
  )
})

it.scoped("what keeps a library pushed opens a sealed vault by itself", () =>
  Effect.gen(function* () {
    const [settings, folder, library] = [yield* temporaryFolder, yield* temporaryFolder, yield* newLibrary]
    const seal = { ...cheap("correct horse"), label: "passphrase" }
    const { vault } = yield* addVault(library, "usb", folder, { settings, seal })
    expect(isSealed(vault)).toBe(true)
    yield* library.songs.create(song("a"))
    const pushed = yield* Effect.async<PushEvent>((resume) => {
      const onEvent = (event: PushEvent) => Effect.sync(() => resume(Effect.succeed(event)))
      const fiber = Effect.runFork(keepPushed(library.path, { settings, onEvent }))
      return Fiber.interrupt(fiber)
    })
    expect(pushed).toMatchObject({ _tag: "Pushed", vault: "usb", report: { events: 1 } })
  })
)
