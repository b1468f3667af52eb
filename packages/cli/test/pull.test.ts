/** Two computers with one library, on the command line. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite, write } from "./support/library.js"
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

  it("offers the profiles of the other computer, without what they run and whom they call", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const profile = {
      ...{ name: "nightly", when: ["daily 22:00"], keep: { daily: 7 }, places: ["studio"] },
      ...{ hooks: { after: "touch stolen" }, webhook: "https://example.org/secret" }
    }
    write(whiteroom, "profile.json", JSON.stringify(profile))
    expect((await whiteroom.run(["schedule", "import", "profile.json", "-y"])).code).toBe(0)
    await whiteroom.run(["vault", "add", "studio", "stick"])
    expect((await whiteroom.run(["push"])).code).toBe(0)
    const kept = readdirSync(whiteroom.at("stick"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes("profiles-"))
      .map((name) => readFileSync(whiteroom.at("stick", name), "utf8"))
    expect(kept).toEqual([expect.stringContaining("nightly")])
    expect(kept.join()).not.toMatch(/stolen|secret|hooks|webhook/)
    const other = ["-l", whiteroom.at("other.db")]
    const profiles = async () =>
      JSON.parse((await whiteroom.run(["schedule", "list", "--json", ...other])).stdout)
    const cloned = await whiteroom.run(["clone", "stick", "--name", "home", "-y", ...other])
    expect(cloned.stderr).toContain(
      "had 1 profile: nightly. To have it here too: whiteroom schedule import --from home"
    )
    expect(await profiles()).toMatchObject([{ name: "default", stored: false }])
    const asked = await whiteroom.run(["schedule", "import", "--from", "home", ...other])
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain('sends every backup of all songs to the vault "studio"')
    expect((await whiteroom.run(["schedule", "import", "--from", "home", "-y", ...other])).code).toBe(0)
    const [taken] = await profiles()
    expect(taken.profile).toMatchObject({ name: "nightly", when: ["daily 22:00"], keep: { daily: 7 } })
    expect(taken.profile).not.toHaveProperty("hooks")
    expect(taken.profile).not.toHaveProperty("webhook")
    // Nobody else has sent any, and what was sent once is not sent again.
    expect((await whiteroom.run(["schedule", "import", "--from", "studio"])).code).toBe(2)
    const again = ["clone", "stick", "-l", whiteroom.at("third.db")]
    const shown = await whiteroom.inTerminal(again, { answers: ["y"] })
    expect(shown.stdout).toContain("Took over nightly.")
    expect(shown.code).toBe(0)
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
