/** Something is missing: found by what a person remembers of its name, and brought back. */
import { describe, expect } from "vitest"
import { howFar } from "../src/rescue/Missing.js"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { it, jsonLines, type Whiteroom } from "./support/whiteroom.js"

describe("how far a name is from what a person remembers", () => {
  it.each([
    ["night drive", "Night Drive", 0],
    ["drive", "Night Drive", 0],
    ["driv nigh", "Night Drive", 0],
    ["nightdrive", "Night Drive", 0],
    ["strasse", "Lange Straße", 0],
    ["cafe", "Café del Mar", 0],
    ["lodz", "Łódź", 0],
    ["nihgt", "Night Drive", 2],
    ["thre frend", "Three Friends", 1]
  ])("%s is found in %s", (words, name, far) => {
    expect(howFar(words.split(" "), name)).toBeLessThanOrEqual(far)
  })

  it.each([
    ["waltz", "Night Drive"],
    ["night waltz", "Night Drive"],
    ["x", "Night Drive"],
    ["xy", "Night Drive"]
  ])("%s is not %s", (words, name) => {
    expect(howFar(words.split(" "), name)).toBeUndefined()
  })
})

/** Night Drive edited, Echo of one kind renamed, and a song deleted. */
const eventful = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-9", "Harbour Lights")))
  await withLibrary(whiteroom, (library) =>
    library.songs.upsert(song("s-9", "Harbour Lights", '{"tempo":96}'))
  )
  await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-9", "Quay Lights", '{"tempo":104}')))
  await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-8", "Straße im Regen")))
  await withLibrary(whiteroom, (library) => library.songs.delete("s-8"))
}

describe("rescue", () => {
  it("prints what may be meant, how it differs from today and the command that brings it back", async ({
    whiteroom
  }) => {
    await eventful(whiteroom)
    const { code, stdout } = await whiteroom.run(["rescue", "harbor", "--json"])
    expect(code).toBe(0)
    const found = JSON.parse(stdout)
    expect(found).toMatchObject([
      {
        kind: "song",
        id: "s-9",
        name: "Quay Lights",
        formerly: "Harbour Lights",
        deleted: false,
        versions: [{ version: 2 }, { version: 1 }]
      }
    ])
    const [version] = found[0].versions
    expect(version.brings.join(", ")).toContain("104 → 96")
    const [, ...words] = version.restore.split(" ")
    expect((await whiteroom.run([...words, "-y"])).code).toBe(0)
    expect(JSON.parse((await whiteroom.run(["song", "show", "s-9", "--json"])).stdout)).toMatchObject({
      name: "Harbour Lights"
    })
  })

  it("puts what was deleted before what was changed, and says by whom", async ({ whiteroom }) => {
    await eventful(whiteroom)
    const { stdout } = await whiteroom.run(["rescue", "--json"])
    const found = JSON.parse(stdout)
    expect(found[0]).toMatchObject({ name: "Straße im Regen", deleted: true, versions: [{ brings: null }] })
    expect(found.length).toBeGreaterThan(2)
    const words = await whiteroom.run(["rescue", "strasse"])
    expect(words.stdout).toMatch(/ 1 {2}Straße im Regen\n {5}deleted just now by tester@here/)
  })

  it("leads a person from a question to the song, and undo takes it back", async ({ whiteroom }) => {
    await eventful(whiteroom)
    const { stdout, code } = await whiteroom.inTerminal(["rescue"], { answers: ["regn", "y"] })
    expect(stdout).toContain("What is missing?")
    expect(stdout).toContain("as it was before it was deleted")
    expect(stdout).toContain("whiteroom undo takes this restore back")
    expect(code).toBe(0)
    expect((await whiteroom.run(["song", "show", "s-8"])).code).toBe(0)
    await whiteroom.run(["undo", "-y"])
    expect((await whiteroom.run(["song", "show", "s-8"])).code).toBe(10)
  })

  it("takes the end of input and n for none of them, and changes nothing", async ({ whiteroom }) => {
    await eventful(whiteroom)
    const events = async () => (await whiteroom.run(["events", "--json"])).stdout
    const before = await events()
    const none = await whiteroom.inTerminal(["rescue", "lights"], { answers: ["n"] })
    expect(none.stdout).toContain("2 versions of Quay Lights can be brought back")
    expect(none.stdout).toContain("Nothing was changed.")
    expect(await events()).toBe(before)
  })

  it("says that nothing ever had such a name", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["rescue", "zzzz", "--json"])
    expect([code, jsonLines(stderr)[0]?.error]).toEqual([10, "EntityNotFound"])
  })
})

describe("no dead ends", () => {
  it("a name that is not there today says that it was deleted, and what brings it back", async ({
    whiteroom
  }) => {
    await eventful(whiteroom)
    const deleted = await whiteroom.run(["song", "show", "Straße im Regen"])
    expect([deleted.code, deleted.stderr]).toEqual([
      10,
      expect.stringMatching(
        /Straße im Regen was deleted just now: whiteroom undelete 'Straße im Regen' brings it back\./
      )
    ])
    const never = await whiteroom.run(["song", "show", "zzzz"])
    expect(never.stderr).toContain("whiteroom rescue looks through all names of the past, too.")
  })

  it("restore of a song without a source offers its versions", async ({ whiteroom }) => {
    await eventful(whiteroom)
    const told = await whiteroom.run(["restore", "--song", "Quay Lights"])
    expect([told.code, told.stderr]).toEqual([
      2,
      expect.stringContaining("2 versions of Quay Lights can be brought back")
    ])
    expect(told.stderr).toContain("whiteroom restore --song 'Quay Lights' --version N")
    const { code, stdout } = await whiteroom.inTerminal(["restore", "--song", "Quay Lights", "--as-copy"], {
      answers: ["2", "y"]
    })
    expect(code).toBe(0)
    expect(stdout).toContain("as a copy")
    const songs = JSON.parse((await whiteroom.run(["song", "list", "--json"])).stdout)
    expect(songs).toHaveLength(5)
  })

  it("a name that fits several is asked about, and taken by its id", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout } = await whiteroom.inTerminal(["song", "show", "Echo"], { answers: ["2"] })
    expect(stdout).toContain("Echo fits 2 songs:")
    expect([code, stdout]).toEqual([0, expect.stringContaining("s-3")])
    const none = await whiteroom.inTerminal(["song", "show", "Echo"], { answers: ["n"] })
    expect([none.code, none.stdout]).toEqual([2, expect.stringContaining("Nothing was changed.")])
  })

  it("daemon status says with its exit code that nobody runs the profiles", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["schedule", "add", "evening", "--when", "daily 19:00"])
    const status = await whiteroom.run(["daemon", "status"])
    expect([status.code, status.stdout]).toEqual([5, expect.stringContaining("Not installed as a service")])
    expect((await whiteroom.run(["status"])).stdout).toContain(
      "Nothing takes backups by itself yet, although the schedule asks for it."
    )
    await whiteroom.run(["schedule", "run", "evening"])
    expect((await whiteroom.run(["status"])).stdout).not.toContain("Nothing takes backups by itself")
  })
})
