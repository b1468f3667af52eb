/** Conflicts solved in the page: by song and by part, with what it will be to see and to hear, and undone. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { createLibrary, documentNow, scale, songDocument, songsNow, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

const before = songDocument(scale(60, 16))
/** Another lead, and another tempo. */
const after = songDocument(scale(62, 4), 90)
const song = (id: string, document: string) => ({ id, name: id, document })

interface Stored {
  readonly session_model: {
    readonly tempo: number
    readonly tracks: ReadonlyArray<{ readonly name: string }>
  }
}

describeInBrowser("three songs that changed after a backup", () => {
  const folder = temporaryFolder()
  const open = useBrowser()

  const stored = (id: string): Stored => JSON.parse(String(documentNow(folder, id)))

  beforeAll(async () => {
    await createLibrary(
      folder,
      ["Alpha", "Beta", "Gamma"].map((id) => song(id, before))
    )
    await whiteroom(folder, "backup")
    write(
      folder,
      ["Alpha", "Beta", "Gamma"].map((id) => song(id, after))
    )
    await whiteroom(folder, "backup")
  })

  it("are kept, there twice, and brought back in part; and that is undone", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await page.goto(await openPage(folder))
    await page.getByRole("link", { name: /^b1/ }).click()
    await page.getByRole("link", { name: "Bring this back" }).click()
    await page.getByText("3 stay as they are").waitFor()
    const choices = (id: string) => page.getByRole("group", { name: `What to do with ${id}` })
    await choices("Beta").getByLabel("Have both").check()
    await page.getByText("1 comes back").waitFor()
    await choices("Gamma").getByLabel("Choose part by part").check()
    const lead = page.getByRole("group", { name: "track Lead" })
    await lead
      .getByText("16 notes")
      .or(lead.getByText(/notes? added/))
      .first()
      .waitFor()
    await lead.getByLabel("as it was").check()
    await page.getByText("1 is replaced").waitFor()
    await page.getByText("See and hear what it will be").click()
    await page.getByText(/8 notes stay, 16 come, 4 go/).waitFor()
    await page.getByRole("button", { name: "Listen to what it will be" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    const isTooWide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth
    )
    expect(isTooWide).toBe(false)
    // What was chosen stands in the address: a page that is loaded again has it.
    await page.reload()
    await page.getByText("1 comes back, 1 is replaced").waitFor()
    await page.getByRole("button", { name: "Bring it back now" }).click()
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect([...songsNow(folder).keys()].toSorted()).toEqual(["Alpha", "Beta", "Beta (b1)", "Gamma"])
    expect(documentNow(folder, "Alpha")).toBe(after)
    const { tempo, tracks } = stored("Gamma").session_model
    expect([tempo, tracks[0]]).toEqual([90, JSON.parse(before).session_model.tracks[0]])

    await page.getByRole("button", { name: "Undo" }).click()
    await page.getByRole("heading", { name: "Undone" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect([...songsNow(folder).values()]).toEqual([after, after, after])
  })

  it("come back in part from the page of a song, by keys alone", async () => {
    const page = await open()
    await page.goto(await openPage(folder))
    await page.getByRole("link", { name: "Songs", exact: true }).click()
    await page.getByRole("link", { name: "Alpha" }).click()
    await page.getByRole("link", { name: "Only parts of it" }).focus()
    await page.keyboard.press("Enter")
    await page.getByText("1 stays as it is").waitFor()
    const tempo = page.getByRole("group", { name: "tempo", exact: true })
    await tempo.getByLabel("as it is now").focus()
    await page.keyboard.press("ArrowDown")
    await page.getByText("1 is replaced").waitFor()
    await page.getByText("The same in a terminal").click()
    await page.getByText("--song Alpha --part tempo").waitFor()
    await page.getByRole("button", { name: "Bring it back now" }).focus()
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    expect(stored("Alpha").session_model.tempo).toBe(120)
    expect(stored("Alpha").session_model.tracks).toEqual(JSON.parse(after).session_model.tracks)
  })
})
