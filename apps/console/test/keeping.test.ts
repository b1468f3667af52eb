/** Backups taken, described, thrown away and brought back in the page; what takes them by itself, added, run and paused. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { createLibrary, scale, songDocument, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

const evil = `<img src=x onerror=alert(1)>"'>`

describeInBrowser("the backups of this computer", () => {
  const folder = temporaryFolder()
  const open = useBrowser()
  let start: string

  const listed = async (...words: ReadonlyArray<string>) =>
    JSON.parse(await whiteroom(folder, ...words, "--json"))

  beforeAll(async () => {
    await createLibrary(folder, [{ id: "a", name: "Night Drive", document: songDocument(scale(60, 8)) }])
    start = await openPage(folder)
  })

  it("are taken, described, thrown away and brought back; a schedule is added, run and paused", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await page.goto(start)
    await page.getByRole("button", { name: "Take a backup" }).click()
    const dialog = page.getByRole("dialog")
    // A dialog is left by Escape, and keeps what was typed.
    await dialog.getByLabel("What it is, in your words").fill("before the tour")
    await page.keyboard.press("Escape")
    await dialog.waitFor({ state: "hidden" })
    await page.getByRole("button", { name: "Take a backup" }).click()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByLabel("Tags, between commas").fill("tour, live, tour")
    await page.keyboard.press("Enter")
    await page.getByText("Backup b1 was taken.").waitFor()
    expect(await listed("list")).toMatchObject([
      { number: 1, description: "before the tour", tags: ["tour", "live"], pinned: false, trigger: "manual" }
    ])

    await page.getByRole("link", { name: /^b1/ }).click()
    await page.getByText("Describe it").click()
    await page.getByLabel("What it is, in your words").fill("after the tour")
    await page.getByLabel("Keep it whatever the rules say").check()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Saved.").waitFor()
    expect(await listed("list")).toMatchObject([{ description: "after the tour", pinned: true }])
    await page.getByRole("button", { name: "Move to the trash" }).click()
    await page.getByText("It rests there for seven days at least").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("Escape")
    expect(await listed("list")).toHaveLength(1)
    await page.getByRole("button", { name: "Move to the trash" }).click()
    await dialog.getByRole("button", { name: "Move to the trash" }).click()
    await page.getByText(/^It has been in the trash since/).waitFor()
    expect(await listed("list")).toEqual([])
    await page.getByRole("link", { name: "Home", exact: true }).click()
    await page.getByRole("button", { name: "Trash" }).click()
    await page.getByRole("link", { name: /^b1/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("link", { name: /^b1/ }).click()
    await page.getByRole("button", { name: "Take it out of the trash" }).click()
    await page.getByText("It is out of the trash.").waitFor()
    expect(await listed("list")).toMatchObject([{ number: 1 }])

    await page.getByRole("link", { name: "Home", exact: true }).click()
    // What rules would do, before anybody lives by them.
    await whiteroom(folder, "edit", "b1", "--no-pin")
    write(folder, [{ id: "a", name: "Night Drive", document: songDocument(scale(60, 9)) }])
    await whiteroom(folder, "backup", "--description", evil)
    await page.getByRole("button", { name: "What stays" }).click()
    await page.getByText("All 2 stay.").waitFor()
    await page.getByLabel("the last", { exact: true }).fill("1")
    await page.getByText("1 stays, 1 goes to the trash.").waitFor()
    const goes = page.locator("li.goes")
    expect(await goes.textContent()).toContain("b1")
    expect(await goes.textContent()).toContain("outside last 1")
    await page.getByText("newest backup").waitFor()
    await page.getByText(evil).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByText("To do it, in a terminal").click()
    await page.getByText("whiteroom prune --keep-last 1").waitFor()
    expect(await listed("list")).toHaveLength(2)

    await page.getByText("Add a schedule").first().click()
    await page.getByLabel("What to call it").fill("evenings")
    await page.getByLabel("Monday to Friday").check()
    await page.getByLabel("At", { exact: true }).fill("19:30")
    await page.getByRole("button", { name: "Add a schedule" }).click()
    await page.getByText("Monday to Friday at 19:30: here.").waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await listed("schedule", "list")).toMatchObject([
      { name: "evenings", stored: true, profile: { when: ["weekdays 19:30"], keep: { last: 30 } } }
    ])
    await page.getByRole("button", { name: "Run now: evenings" }).click()
    await page.getByText(/^here: /).waitFor()
    await page.getByRole("button", { name: "Pause: evenings" }).click()
    await page.getByText("It is paused.").waitFor()
    expect(await listed("schedule", "list")).toMatchObject([{ profile: { enabled: false } }])
    await page.getByRole("button", { name: "Go on: evenings" }).click()
    await page.getByText(/^Next: /).waitFor()
    // What the library says no to is said, and what was typed stays.
    await page.getByLabel("What to call it").fill("evenings")
    await page.getByRole("button", { name: "Add a schedule" }).click()
    await page.getByText("There is a profile evenings already.").waitFor()
    expect(await page.getByLabel("What to call it").inputValue()).toBe("evenings")
  })
})
