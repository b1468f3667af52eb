/** What `status` says of a vault in the folder of a sync service. */
import { mkdirSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary } from "./support/library.js"
import { it } from "./support/whiteroom.js"

describe("a vault in the folder of a sync service", () => {
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
