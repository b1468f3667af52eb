/** What is on this computer alone is copied from the page: to a first place, to those there are, and past one that cannot be reached. */
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { keysOn } from "./support/keysOn.js"
import { createLibrary, scale, songDocument, songsNow, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

describeInBrowser("a library that is on this computer alone", () => {
  const folder = temporaryFolder()
  const elsewhere = temporaryFolder()
  const open = useBrowser()
  // What a sync service keeps of the person whose home folder this is.
  const place = join(folder, "Dropbox")

  const song = (notes: number) => ({ id: "a", name: "Night Drive", document: songDocument(scale(60, notes)) })

  beforeAll(async () => {
    await createLibrary(folder, [song(8)])
  })

  const vaults = async () => JSON.parse(await whiteroom(folder, "vault", "list", "--json"))

  it("is copied with a button, first to a place that is found, then to all it has, and past one that is away", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await page.goto(await openPage(folder))
    await page.getByRole("heading", { name: "Not safe yet" }).waitFor()
    // Nothing that is typed is needed: what a terminal would want is there for those who look for it.
    expect(await page.getByText("whiteroom backup --to DIR").isVisible()).toBe(false)
    // It is looked for while one looks: what is plugged in is there.
    await page.getByText("Plug in another disk, or a stick").waitFor()
    mkdirSync(place)
    const first = page.getByRole("button", { name: "Copy to Dropbox" })
    await first.focus()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("Enter")
    await page.getByText("everything is there.").waitFor()
    expect(await axeViolations(page)).toEqual([])
    const [vault] = await vaults()
    expect(vault).toMatchObject({ place: expect.stringContaining(place) })
    // A backup was taken, and all of it is there: on a computer that has nothing it comes back.
    expect(JSON.parse(await whiteroom(folder, "list", "--json"))).toHaveLength(1)
    await whiteroom(elsewhere, "clone", String(vault.place), "--yes")
    expect([...songsNow(elsewhere).values()]).toEqual([song(8).document])

    write(folder, [song(9)])
    await page.reload()
    await keysOn(page).press(page.getByRole("button", { name: "Copy now" }))
    await page.getByText("everything is there.").waitFor()
    expect(JSON.parse(await whiteroom(folder, "list", "--json"))).toHaveLength(2)
    await whiteroom(elsewhere, "pull", "--yes")
    expect([...songsNow(elsewhere).values()]).toEqual([song(9).document])

    // The place is away: it says so, and what is here is unharmed.
    write(folder, [song(10)])
    renameSync(place, `${place} away`)
    await page.getByRole("button", { name: "Copy now" }).click()
    const failed = page.locator(".copying [role=status] [lang=en]")
    await failed.waitFor()
    expect(await failed.textContent()).toMatch(/cannot be reached|is not there|away|missing|gone/)
    expect(existsSync(place)).toBe(false)
    renameSync(`${place} away`, place)
    await page.getByRole("button", { name: "Copy now" }).click()
    await page.getByText("everything is there.").waitFor()
    await whiteroom(elsewhere, "pull", "--yes")
    expect([...songsNow(elsewhere).values()]).toEqual([song(10).document])
    expect(readdirSync(place)).toHaveLength(1)
  })

  it("shows how far it is, in German too, and takes no other folder than one that it offered", async () => {
    const page = await open({ locale: "de-DE", colorScheme: "dark" })
    // As it is told of a large library: of four events one is there.
    const told = { detail: null, recovery: null }
    const copies = [
      { name: "Dropbox", state: "running", done: 1, total: 4, ...told },
      { name: "<b>Studio</b>", state: "waiting", done: 0, total: 0, ...told }
    ]
    let isRunning = true
    await page.route("**/copies", (route) =>
      route.request().method() === "GET" && isRunning
        ? route.fulfill({ json: { isRunning, copies, vaults: ["Dropbox"], offered: [] } })
        : route.continue()
    )
    await page.goto(await openPage(folder))
    await page.getByText("Es wird kopiert.").waitFor()
    // What the library warns of is said in the language of the reader.
    await page.getByText("Die einzigen Kopien liegen auf derselben Platte").waitFor()
    expect(await page.locator(".verdict [lang=en]").count()).toBe(0)
    const bars = page.getByRole("progressbar")
    expect(await bars.evaluateAll((all) => all.map((bar) => (bar as HTMLProgressElement).position))).toEqual([
      0.25, -1
    ])
    await page.getByRole("progressbar", { name: "<b>Studio</b>" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    isRunning = false
    await page.getByRole("button", { name: "Jetzt kopieren" }).waitFor()
    const refused = await page.evaluate(async (named) => {
      const { items } = await (await fetch("/v1/libraries")).json()
      const response = await fetch(`/v1/libraries/${items[0].id}/copies`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ place: named })
      })
      return [response.status, (await response.json()).detail]
    }, elsewhere)
    expect(refused).toEqual([409, "That place is not there any more. Nothing was changed."])
    expect(await vaults()).toHaveLength(1)
  })
})
