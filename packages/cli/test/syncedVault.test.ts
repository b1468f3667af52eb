/** Vaults in folders of sync services, simulated: late, in conflict, and somewhere else. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect } from "vitest"
import { syncedVault } from "../src/status/syncedVault.js"
import { smallLibrary } from "./support/library.js"
import { it } from "./support/whiteroom.js"

const now = new Date("2026-11-22T12:00:00Z")
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)

describe("a vault in the folder of a sync service", () => {
  it("counts as there after an hour, unless the service told of a conflict since", ({ whiteroom }) => {
    const place = whiteroom.at("Dropbox", "White Room 0a1b2c3d")
    const put = (name: string, minutes: number) => {
      mkdirSync(dirname(`${place}/${name}`), { recursive: true })
      writeFileSync(`${place}/${name}`, "x")
      utimesSync(`${place}/${name}`, minutesAgo(minutes), minutesAgo(minutes))
    }
    put("library/line/s0-1-2.seg", 70)
    const at = (minutes: number | undefined) =>
      syncedVault(place, minutes === undefined ? undefined : minutesAgo(minutes), now)
    expect(at(undefined)).toEqual({ service: "Dropbox", isThere: false })
    expect(at(59)).toEqual({ service: "Dropbox", isThere: false })
    expect(at(60)).toEqual({ service: "Dropbox", isThere: true })
    put("library/line/s0-1-2 (Anna's conflicted copy).seg", 600)
    expect(at(70)?.isThere).toBe(true)
    put("library/line/s0-1-2 (Anna's conflicted copy).seg", 30)
    expect(at(70)?.isThere).toBe(false)
    expect(syncedVault(whiteroom.at("Dropbox", "gone"), minutesAgo(70), now)?.isThere).toBe(false)
    expect(syncedVault(whiteroom.at("stick", "White Room 0a1b2c3d"), minutesAgo(70), now)).toBeUndefined()
  })

  it("is said in status as what it is: handed over, not proven", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("Dropbox"))
    await whiteroom.run(["backup", "--to", "Dropbox"])
    const { code, stdout } = await whiteroom.run(["status"])
    expect([code, stdout]).toEqual([5, expect.stringMatching(/\nDropbox {6}handed to Dropbox just now\n/)])
    const json = JSON.parse((await whiteroom.run(["status", "--json"])).stdout)
    expect(json.vaults).toMatchObject([{ synced: { service: "Dropbox", isThere: false } }])
  })
})
