/** A library on this computer, in the page that `whiteroom open` shows: what was broken comes back, and that is undone. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { createLibrary, documentNow, remove, scale, songDocument, songsNow, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

const before = songDocument(scale(60, 16))
const broken = songDocument(scale(60, 2), 80)

describeInBrowser("a library on this computer", () => {
  const folder = temporaryFolder()
  const open = useBrowser()
  let link: string

  beforeAll(async () => {
    await createLibrary(folder, [
      { id: "night-drive", name: "Night Drive", document: before },
      { id: "low-tide", name: "Low Tide", document: before },
      { id: "first", name: "First", document: before }
    ])
    await whiteroom(folder, "backup", "--description", "before the tour")
    write(folder, [
      { id: "night-drive", name: "Night Drive", document: broken },
      { id: "first", name: "First", document: songDocument(scale(60, 16), 90) }
    ])
    remove(folder, "low-tide")
    await whiteroom(folder, "backup")
    link = await openPage(folder)
  })

  it("has a song that was lost found, heard, brought back, and that undone", async () => {
    const page = await open()
    await page.goto(link)
    await page.getByText("Where it is kept").waitFor()
    // The key is used up, and no longer in the address.
    expect(page.url()).not.toContain(link.split("#")[1] ?? "")

    await page.getByLabel("Find in songs, now and before").fill("low t")
    await page.locator("search").getByRole("link", { name: "Low Tide" }).click()
    await page.getByText("It is deleted now.").waitFor()
    await page.getByRole("button", { name: "Listen" }).click()
    await page.getByText(/^Playing, bar/).waitFor()
    await page.getByRole("link", { name: "Bring this back" }).click()
    // Nothing has happened yet: one can leave it, and is where one was.
    await page.getByRole("link", { name: "Cancel" }).click()
    await page.getByRole("link", { name: "Bring this back" }).click()
    await page.getByText("1 comes back").waitFor()
    expect(songsNow(folder).has("Low Tide")).toBe(false)
    await page.getByRole("button", { name: "Bring it back now" }).click()
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    expect(documentNow(folder, "low-tide")).toBe(before)

    await page.getByRole("button", { name: "Undo" }).click()
    await page.getByRole("heading", { name: "Undone" }).waitFor()
    expect(songsNow(folder).has("Low Tide")).toBe(false)

    // One that was only broken: both sides of it, before anything happens.
    await page.getByRole("link", { name: "Songs", exact: true }).click()
    await page.getByRole("link", { name: "Night Drive" }).click()
    await page.getByRole("link", { name: "Bring this back" }).click()
    await page.getByText("1 is replaced").waitFor()
    await page.getByText("See and hear both").click()
    await page.getByText("14 only then").waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(documentNow(folder, "night-drive")).toBe(broken)
  })

  it("takes back what was done in a terminal, when that is agreed to", async () => {
    await whiteroom(folder, "restore", "b1", "--song", "night-drive", "--yes")
    expect(documentNow(folder, "night-drive")).toBe(before)
    const page = await open({ viewport: { width: 360, height: 740 } })
    await page.goto(await openPage(folder))
    const undo = page.getByRole("button", { name: "Undo: restore of b1", exact: true })
    await undo.click()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("Escape")
    await undo.click()
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click()
    await page.getByText("Everything is as it was before").waitFor()
    expect(documentNow(folder, "night-drive")).toBe(broken)
  })
})
