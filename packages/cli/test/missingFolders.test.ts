/** A folder that is named and missing may be a disk that is away: no command makes one, but of the usual place. */
import { existsSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary } from "./support/library.js"
import { it } from "./support/whiteroom.js"

/** Each makes something in a folder `away/disk`, which is not there. */
const commands: ReadonlyArray<readonly string[]> = [
  ["init", "-l", "away/disk/new.db"],
  ["clone", "copies", "-l", "away/disk/new.db"],
  ["adopt", "old.db", "--into", "away/disk/new.db"],
  ["setup", "-l", "away/disk/new.db", "--yes"],
  ["song", "export", "--all", "--to", "away/disk/songs"],
  ["export", "now", "away/disk/songs.json"],
  ["export", "now", "away/disk/songs", "--format", "files"],
  ["export", "now", "away/disk/songs.whiteroom", "--format", "bundle"],
  ["backup", "--to", "away/disk"],
  ["vault", "add", "stick", "away/disk"],
  ["server", "start", "--data", "away/disk/server"]
]

describe("a missing folder", () => {
  it("is made by no command that would write into it", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["backup", "--to", "copies"])
    for (const words of commands) {
      const { code, stderr } = await whiteroom.run([...words])
      expect([words.join(" "), code === 0, existsSync(whiteroom.at("away"))]).toEqual([
        words.join(" "),
        false,
        false
      ])
      expect(stderr).toMatch(/no folder|no such file or folder|cannot be reached/)
    }
  })

  it("is said with what makes it, to be pasted", async ({ whiteroom }) => {
    const { code, stderr } = await whiteroom.run(["init", "-l", whiteroom.at("a way", "new.db")])
    expect(code).toBe(10)
    expect(stderr).toContain("and none was made: its disk may be away. Nothing was changed.\n")
    expect(stderr).toContain("make the folder: `mkdir -p ~/'a way'`.")
  })

  it("is made where it is the usual place", async ({ whiteroom }) => {
    const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
    expect((await whiteroom.run(["init"], { env })).code).toBe(0)
  })
})
