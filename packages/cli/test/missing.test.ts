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
