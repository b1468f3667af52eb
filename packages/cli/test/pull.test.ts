/** Two computers with one library, on the command line. */
import { mkdirSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const rows = (file: string): string =>
  sqlite(file, "SELECT name, composer, song_data_json FROM song_data ORDER BY name, id")

/** A library that was pushed to a stick, and cloned from there to `other.db`. */
const twoComputers = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  mkdirSync(whiteroom.at("stick"))
  await whiteroom.run(["vault", "add", "studio", "stick"])
  await whiteroom.run(["push"])
  const other = whiteroom.at("other.db")
  expect(await whiteroom.run(["clone", "stick", "-l", other])).toMatchObject({ code: 0 })
  const there = (...words: ReadonlyArray<string>) => whiteroom.run([...words, "-l", other])
  return { other, there }
}

describe("pull", () => {
  it("shows what the other computer did, asks for a yes, and goes on from there", async ({ whiteroom }) => {
    const { other, there } = await twoComputers(whiteroom)
    sqlite(other, "UPDATE song_data SET name = 'Night Drive II' WHERE id = 's-1'")
    sqlite(other, "DELETE FROM song_data WHERE id = 's-2'")
    await there("push")
    const before = rows(whiteroom.library)
    expect((await whiteroom.run(["vault", "show", "studio"])).stdout).toMatch(
      / and this library differ: 2 songs\. whiteroom pull brings them together\.\n$/
    )
    const shown = await whiteroom.run(["pull", "--dry-run"])
    expect(shown.stdout).toMatch(/^Pull from .+ \(studio, .+, 2 events\): this library goes on where /)
    expect(shown.stdout).toContain("replace        1  Night Drive II")
    expect(shown.stdout).toMatch(/delete {9}1 {2}/)
    const asked = await whiteroom.run(["pull"])
    expect(asked.code).not.toBe(0)
    expect(asked.stderr).toContain("must be confirmed")
    expect(rows(whiteroom.library)).toBe(before)
    const done = await whiteroom.run(["pull", "studio", "-y"])
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("0 added, 1 replaced, 1 deleted") })
    expect(rows(whiteroom.library)).toBe(rows(other))
    expect(await whiteroom.run(["pull"])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Nothing new from other devices in studio.")
    })
    expect((await whiteroom.run(["vault", "show", "studio"])).stdout).not.toContain("differ")
  })

  it("is what status asks for, once a push has seen that another computer went on", async ({ whiteroom }) => {
    const { other, there } = await twoComputers(whiteroom)
    const differing = async () => {
      const { vaults, warnings } = JSON.parse((await whiteroom.run(["status", "--json"])).stdout)
      return { devices: vaults[0].differing, warnings: warnings.join("\n") }
    }
    sqlite(other, "UPDATE song_data SET name = 'Night Drive II' WHERE id = 's-1'")
    sqlite(other, "DELETE FROM song_data WHERE id = 's-2'")
    await there("push")
    expect(await differing()).toMatchObject({ devices: [] })
    await whiteroom.run(["push"])
    const { devices, warnings } = await differing()
    expect(devices).toMatchObject([{ songs: 2, performances: 0, preferences: 0 }])
    expect(warnings).toContain("and this library differ: 2 songs (in studio).")
    expect((await whiteroom.run(["status"])).stdout).toContain("whiteroom pull studio")
    await whiteroom.run(["pull", "-y"])
    expect(await differing()).toMatchObject({ devices: [], warnings: expect.not.stringContaining("differ") })
  })

  it("keeps both of what both changed, until somebody decides, and undo takes it back", async ({
    whiteroom
  }) => {
    const { other, there } = await twoComputers(whiteroom)
    sqlite(other, "UPDATE song_data SET composer = 'there' WHERE id = 's-1'")
    await there("push")
    sqlite(whiteroom.library, "UPDATE song_data SET composer = 'here' WHERE id = 's-1'")
    await whiteroom.run(["push"])
    const before = rows(whiteroom.library)
    const kept = await whiteroom.run(["pull", "-y", "--on-conflict", "keep", "--dry-run", "--json"])
    expect(summaryOf(kept)).toMatchObject({ way: "merge", conflicts: 1 })
    const merged = await whiteroom.run(["pull", "-y", "--json"])
    expect(summaryOf(merged)).toMatchObject({ way: "merge", conflicts: 0, plan: { create: 1 } })
    const composers =
      "SELECT group_concat(composer) FROM (SELECT composer FROM song_data WHERE name LIKE 'Night Drive%' ORDER BY 1)"
    expect(sqlite(whiteroom.library, composers).trim()).toBe("here,there")
    expect(await whiteroom.run(["undo", "--list"])).toMatchObject({
      stdout: expect.stringContaining("pull from ")
    })
    expect(await whiteroom.run(["undo", "-y"])).toMatchObject({ code: 0 })
    expect(rows(whiteroom.library)).toBe(before)
    // What was taken back can be pulled again.
    expect(await whiteroom.run(["pull", "-y"])).toMatchObject({ code: 0 })
    await whiteroom.run(["push"])
    expect(await there("pull", "-y")).toMatchObject({ code: 0 })
    expect(rows(other)).toBe(rows(whiteroom.library))
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
    expect((await whiteroom.run(["check", "--from", "studio", "--full"])).code).toBe(0)
  })
})
