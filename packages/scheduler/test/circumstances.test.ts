/** On battery and on metered networks: what the platforms say of it, and what waits then. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  asUsual,
  drawsFromBattery,
  isDischarging,
  isMeteredByNmcli,
  isMeteredOnWindows,
  onBatteryIn
} from "../src/Circumstances.js"
import { heldBack } from "../src/Held.js"
import {
  type Circumstances,
  heldProfiles,
  here,
  isHeldOff,
  Outside,
  type OutsideService,
  placeOf,
  runDue
} from "../src/index.js"
import { edit, folderIn, freshLibrary, temporaryFolder, withProfile } from "./support/worlds.js"

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>

const mains = (online: string) => ({ AC: { type: "Mains", online } })
const battery = (status: string) => ({ BAT0: { type: "Battery", status, capacity: "80" } })

describe("what Linux tells", () => {
  it.scoped.each<[string, Supplies, boolean]>([
    ["a laptop that is unplugged", { ...mains("0"), ...battery("Discharging") }, true],
    ["a laptop that is charged", { ...mains("1"), ...battery("Charging") }, false],
    ["one that is plugged in and full", { ...mains("1"), ...battery("Not charging") }, false],
    ["one that draws more than its charger gives", { ...mains("1"), ...battery("Discharging") }, false],
    ["one that is charged by USB", { ...battery("Charging"), usb: { type: "USB", online: "1" } }, false],
    ["one with an empty port", { ...battery("Discharging"), usb: { type: "USB", online: "0" } }, true],
    ["a computer without a battery", mains("1"), false],
    ["a mouse", { mouse: { type: "Battery", status: "Discharging", scope: "Device" } }, false],
    [
      "an unplugged laptop with a mouse",
      { ...battery("Discharging"), mouse: { type: "Battery", status: "Full", scope: "Device" } },
      true
    ],
    ["nothing that makes sense", { BAT0: { type: "\0\0" }, odd: {} }, false],
    ["nothing", {}, false]
  ])("of %s", ([, supplies, expected]) =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "power_supply")
      mkdirSync(folder)
      for (const [name, values] of Object.entries(supplies)) {
        mkdirSync(join(folder, name))
        for (const [field, value] of Object.entries(values))
          writeFileSync(join(folder, name, field), `${value}\n`)
      }
      expect(onBatteryIn(folder)).toBe(expected)
      expect(onBatteryIn(`${folder}-gone`)).toBe(false)
    })
  )

  it("of networks, by nmcli: only of devices that are connected", () => {
    const wifi = (metered: string, state = "100 (connected)") =>
      `GENERAL.STATE:${state}\nGENERAL.METERED:${metered}\n`
    const loopback = "GENERAL.STATE:100 (connected (externally))\nGENERAL.METERED:yes\n"
    expect(isMeteredByNmcli(`${wifi("yes")}\n${loopback}`)).toBe(true)
    expect(isMeteredByNmcli(`${loopback}\n${wifi("yes (guessed)")}`)).toBe(true)
    for (const text of [
      wifi("no"),
      wifi("no (guessed)"),
      wifi("unknown"),
      wifi("yes", "30 (disconnected)"),
      loopback,
      "",
      "Error: NetworkManager is not running."
    ])
      expect(isMeteredByNmcli(text)).toBe(false)
  })
})

it("is what macOS and Windows print", () => {
  expect(
    drawsFromBattery("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t80%; discharging;\n")
  ).toBe(true)
  expect(drawsFromBattery("Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t80%; charging;\n")).toBe(
    false
  )
  expect(drawsFromBattery("")).toBe(false)
  expect([" 1\r\n", "2\r\n1\r\n", "4", "5"].map(isDischarging)).toEqual([true, true, true, true])
  expect(["2\r\n", "6", "11", "", "Get-CimInstance : not recognized"].map(isDischarging)).toEqual(
    Array(5).fill(false)
  )
  expect(["Fixed\r\n", "Variable", "Unrestricted\r\n", "Unknown", ""].map(isMeteredOnWindows)).toEqual([
    true,
    true,
    false,
    false,
    false
  ])
})

const outsideIn = (now: { circumstances: Circumstances; asked: number }): OutsideService => ({
  command: () => Effect.succeed(""),
  call: () => Effect.void,
  mail: () => Effect.succeed([]),
  notify: () => Effect.void,
  circumstances: Effect.sync(() => {
    now.asked++
    return now.circumstances
  })
})

describe("work that minds", () => {
  it.scoped("waits on battery, says why, and is caught up once when the mains are back", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const stick = folderIn(library, "stick")
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every hour"], places: [stick], onBattery: "pause" })
      yield* withProfile(library, { name: "other", when: ["every hour"] })
      const now = { circumstances: { ...asUsual, onBattery: true }, asked: 0 }
      const outside = Effect.provideService(Outside, outsideIn(now))
      const look = Effect.map(outside(runDue(library)), (reports) =>
        "heldBy" in reports
          ? []
          : reports.map(({ profile, run }) => `${profile} ${run.activity} ${run.outcome}`)
      )
      const hours: Array<ReadonlyArray<string>> = []
      for (let n = 0; n < 5; n++) {
        yield* edit(library, `edit ${n}`)
        hours.push(yield* look)
        yield* TestClock.adjust("1 hour")
      }
      expect(hours).toEqual(Array(5).fill(["other backup done"]))
      expect(yield* outside(heldProfiles(library))).toEqual([
        { profile: "daily", reason: "it runs on battery" }
      ])
      expect(yield* outside(isHeldOff(library, { name: "stick", place: stick }))).toBe(true)
      expect(yield* library.schedule.runs({ profile: "daily" })).toEqual([])
      now.circumstances = asUsual
      expect(yield* look).toEqual(["daily backup skipped", "daily copy done", "other backup skipped"])
      expect(yield* outside(heldProfiles(library))).toEqual([])
      expect(yield* outside(isHeldOff(library, { name: "stick", place: stick }))).toBe(false)
    })
  )

  it.scoped(
    "is done on battery by whoever asks for it, and by profiles that do not mind; then nobody asks the platform",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* edit(library, "first")
        yield* withProfile(library, { when: ["every hour"], onBattery: "pause" })
        const now = { circumstances: { onBattery: true, metered: true }, asked: 0 }
        const outside = Effect.provideService(Outside, outsideIn(now))
        expect(yield* outside(runDue(library, { profile: "daily", force: true }))).toMatchObject([
          { run: { outcome: "done" } }
        ])
        expect(now.asked).toBe(0)
        yield* withProfile(library, { when: ["every hour"] })
        yield* TestClock.adjust("1 hour")
        expect(yield* outside(runDue(library))).toHaveLength(1)
        expect(now.asked).toBe(0)
      })
  )

  it("waits on a metered network only for what goes over it", () => {
    const isOnNetwork = (destination: string) => destination === "school"
    const circumstances = { onBattery: false, metered: true }
    const pausing = { onBattery: "run", onMetered: "pause" } as const
    expect(heldBack(pausing, placeOf("school"), circumstances, isOnNetwork)).toBe("the network is metered")
    expect(heldBack(pausing, placeOf("/media/stick"), circumstances, isOnNetwork)).toBeUndefined()
    expect(heldBack(pausing, here, circumstances, isOnNetwork)).toBeUndefined()
    expect(heldBack(pausing, placeOf("school"), asUsual, isOnNetwork)).toBeUndefined()
    expect(
      heldBack({ ...pausing, onMetered: "run" }, placeOf("school"), circumstances, isOnNetwork)
    ).toBeUndefined()
  })
})
