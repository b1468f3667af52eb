/** The timeline, and many songs of three years (10,000 in the soak): which changed when, the library as it was, and the way back from there. */
import type { BrowserContextOptions, Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { fingersOn } from "./support/fingersOn.js"
import { createLargeLibrary, documentNow, remove, songDocument, write } from "./support/Songs.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage } from "./support/Whiteroom.js"

const songs = rounds(2000, 10_000)

/** What was saved while others looked may be there too. */
const all = new RegExp(`^${songs / 10}\\d$`)

/** The number of a song, as its name has it. */
const numbered = (number: number) => String(number).padStart(5, "0")

describeInBrowser(`a library of ${songs} songs`, () => {
  const folder = temporaryFolder()
  const open = useBrowser()
  let link: string
  let signedIn: BrowserContextOptions["storageState"]

  beforeAll(async () => {
    await createLargeLibrary(folder, songs, Date.now() - 86_400_000)
    link = await openPage(folder)
  })

  /** The page that the link opened: it opens once, and what it gave is kept. */
  const looking = async (place: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await open({ ...options, ...(signedIn !== undefined && { storageState: signedIn }) })
    await page.goto(signedIn === undefined ? link : new URL(link).origin)
    await page.getByText("Where it is kept").waitFor()
    signedIn ??= await page.context().storageState()
    await page.getByRole("link", { name: place, exact: true }).click()
    return page
  }
  const lanes = (page: Page) => page.getByRole("region", { name: "Songs, and when they were changed" })
  const row = (page: Page, name: string) => lanes(page).locator("li").filter({ hasText: name })
  const moment = (page: Page) => page.getByRole("slider", { name: "Moment" })

  it("is listed, a part at a time, and filtered", async () => {
    const page = await looking("Songs")
    const asked: Array<URL> = []
    page.on("request", (request) => asked.push(new URL(request.url())))
    await page.getByText(all).waitFor()
    expect(await page.locator(".rows li").count()).toBeLessThanOrEqual(200)
    await page.getByLabel("Filter by name").fill(numbered(songs - 1))
    await page.getByText(new RegExp(`^1 of ${songs / 10}\\d$`)).waitFor()
    await page.getByRole("link", { name: `Song ${numbered(songs - 1)}` }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByLabel("Filter by name").fill("")
    await page.getByText(all).waitFor()
    await page.getByRole("button", { name: /^Show more/ }).click()
    await page.locator(".rows li").nth(599).waitFor()
    expect(await page.locator(".rows li").count()).toBe(600)
    // However many there are, as many are asked for as are shown.
    for (const { searchParams } of asked.filter(({ pathname }) => pathname.endsWith("/songs")))
      expect(Number(searchParams.get("limit"))).toBeLessThanOrEqual(600)
  })

  it("has a timeline: what changed last is first, and any of them is there", async () => {
    const page = await looking("Timeline")
    await row(page, "Night Drive").waitFor()
    expect(await row(page, "Night Drive").getAttribute("aria-setsize")).toMatch(all)
    expect(Number(await row(page, "Night Drive").getAttribute("aria-posinset"))).toBeLessThanOrEqual(4)
    // Edited on every evening but the first, on which it came, and renamed once.
    await row(page, "Night Drive").getByText("41 changes in what is shown").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByLabel("Order").selectOption("name")
    await row(page, "Song 00002").waitFor()
    await lanes(page).press("End")
    await row(page, `Song ${numbered(songs - 1)}`).waitFor()
    // However many there are, what is in sight is in the page.
    expect(await lanes(page).locator("li").count()).toBeLessThanOrEqual(60)
    await page.getByLabel("Filter by name").fill("song 0124")
    await page.getByText(new RegExp(`^10 of ${songs / 10}\\d$`)).waitFor()
    await row(page, "Song 01242").waitFor()
    await page.waitForURL(/name=song/)
    await page.reload()
    await row(page, "Song 01242").waitFor()
    expect(await page.getByLabel("Order").inputValue()).toBe("name")
  })

  it("asks for what is in sight, however one moves", async () => {
    const page = await looking("Timeline")
    await row(page, "Night Drive").getByText("41 changes").waitFor()
    const asked: Array<URL> = []
    page.on("request", (request) => asked.push(new URL(request.url())))
    const frames = await page.evaluate(
      () =>
        new Promise<{ readonly frames: number; readonly rows: number }>((resolve) => {
          const element = document.querySelector<HTMLElement>(".lanes")
          const box = element?.getBoundingClientRect()
          let frames = 0
          let rows = 0
          const next = () => {
            if (element === null || box === undefined || frames === 120)
              return resolve({ frames, rows: Math.max(rows, element?.querySelectorAll("li").length ?? 0) })
            frames++
            rows = Math.max(rows, element.querySelectorAll("li").length)
            const place = { clientX: box.left + 700, clientY: box.top + 100, bubbles: true, cancelable: true }
            // Nearer and nearer, sideways, and down.
            const zoom = { deltaY: frames < 60 ? -30 : 30, ctrlKey: true }
            element.dispatchEvent(
              new WheelEvent("wheel", { ...place, ...(frames % 2 ? zoom : { deltaX: 9 }) })
            )
            element.scrollTop += 40
            requestAnimationFrame(next)
          }
          next()
        })
    )
    expect(frames.frames).toBe(120)
    expect(frames.rows).toBeLessThanOrEqual(60)
    // 120 frames, 4,800 pixels of rows, seven lengths of slots: each answer is as small as what is in sight.
    expect(asked.length).toBeLessThanOrEqual(120)
    for (const { searchParams } of asked) {
      expect(Number(searchParams.get("limit"))).toBeLessThanOrEqual(50)
      expect(Number(searchParams.get("slots") ?? 0)).toBeLessThanOrEqual(1024)
    }
    // The wheel scrolls where it is not meant for time, and the bar that scrolls is not a moment.
    const held = await page.evaluate(() => {
      const element = document.querySelector<HTMLElement>(".lanes")
      const { right = 0, top = 0 } = element?.getBoundingClientRect() ?? {}
      const wheel = (more: object) =>
        element?.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...more }))
      for (const type of ["pointerdown", "pointerup"])
        element?.dispatchEvent(
          new PointerEvent(type, { clientX: right + 1, clientY: top + 9, bubbles: true })
        )
      return [
        { deltaY: 30, deltaX: 2 },
        { deltaY: 2, deltaX: 30 },
        { deltaY: 3, ctrlKey: true }
      ].map((more) => wheel(more) === false)
    })
    expect(held).toEqual([false, true, true])
    await page.getByText("As it is now").waitFor()
    // Nearest: minutes.
    for (let turn = 0; turn < 40; turn++) await page.getByRole("button", { name: "Zoom in" }).click()
    await page.getByRole("button", { name: "Show all of it" }).click()
    await lanes(page).press("Home")
    await row(page, "Night Drive").getByText("41 changes").waitFor()
  })

  it("is moved and pulled nearer with fingers, on a phone", async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
    const page = await looking("Timeline", phone)
    await row(page, "Night Drive").getByText("41 changes in what is shown").waitFor()
    await lanes(page).scrollIntoViewIfNeeded()
    const fingers = await fingersOn(page)
    const box = await lanes(page).boundingBox()
    if (box === null) throw new Error("no lanes")
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y] as const
    const changes = async () => {
      const text = await row(page, "Night Drive")
        .getByText(/changes? in what is shown/)
        .textContent()
      return Number.parseInt(String(text).replace("no ", "0 "), 10)
    }
    const settled = (wanted: (count: number) => boolean) =>
      expect.poll(async () => wanted(await changes()), { timeout: 20_000 }).toBe(true)
    // Two fingers, one above the other too, pull time nearer; the page itself stays as large as it is.
    await fingers.draw([at(0.8, 80), at(0.9, 80)], [at(0.4, 80), at(0.95, 80)])
    await settled((count) => count < 41)
    const near = await changes()
    await fingers.draw([at(0.6, 80), at(0.6, 110)], [at(0.6, 40), at(0.6, 200)])
    await settled((count) => count < near)
    expect(await page.evaluate(() => [visualViewport?.scale, scrollY])).toEqual([
      1,
      await page.evaluate(() => scrollY)
    ])
    // And away again, with what is beside it.
    await fingers.draw([at(0.05, 80), at(0.95, 80)], [at(0.45, 80), at(0.55, 80)])
    await fingers.draw([at(0.05, 80), at(0.95, 80)], [at(0.45, 80), at(0.55, 80)])
    await settled((count) => count === 41)
    // Nothing of that was a moment, and nothing scrolled: a finger that goes up does.
    await page.getByText("As it is now").waitFor()
    expect(await lanes(page).evaluate(({ scrollTop }) => scrollTop)).toBe(0)
    await fingers.draw([at(0.5, 220)], [at(0.5, 60)])
    await expect.poll(() => lanes(page).evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(50)
    await page.getByText("As it is now").waitFor()
    // Nearer, then sideways: other evenings are in sight.
    await lanes(page).evaluate((element) => element.scrollTo({ top: 0 }))
    await fingers.draw([at(0.45, 80), at(0.55, 80)], [at(0.1, 80), at(0.9, 80)])
    await settled((count) => count > 0 && count < 41)
    await fingers.draw([at(0.1, 80)], [at(0.95, 80)])
    await page.getByText("As it is now").waitFor()
    await fingers.tap(at(0.5, 45))
    await page.getByText(/^As it was: /).waitFor()
    // The line is dragged by the axis.
    const axis = await moment(page).boundingBox()
    if (axis === null) throw new Error("no axis")
    const said = await moment(page).getAttribute("aria-valuetext")
    await fingers.draw([[axis.x + 200, axis.y + 30]], [[axis.x + 60, axis.y + 30]])
    await expect.poll(() => moment(page).getAttribute("aria-valuetext")).not.toBe(said)
  })

  it("is seen as it was, and a song comes back from there, with keys alone", async () => {
    const page = await looking("Timeline")
    await row(page, "Day Drive").waitFor()
    await page.getByRole("button", { name: "To the backup or restore before" }).press("Enter")
    await page.getByText("backup b5", { exact: false }).waitFor()
    // Then it had its first name.
    await row(page, "Song 00001").waitFor()
    await page.getByText("as now").first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await moment(page).press("Home")
    await page.getByText("was not there").first().waitFor()
    await moment(page).press("Escape")
    await page.getByText("As it is now").waitFor()
    expect(await page.getByText("was not there").count()).toBe(0)
    await moment(page).press("PageDown")
    await page.getByText(/^As it was: /).waitFor()
    await page.getByRole("button", { name: "To the next backup or restore" }).press("Enter")
    await page.getByText(/ · import/).waitFor()
    await page.getByRole("button", { name: "Back to now" }).press("Enter")
    await page.getByRole("button", { name: "To the backup or restore before" }).press("Enter")
    await page.getByText("backup b5", { exact: false }).waitFor()

    await page.getByRole("link", { name: "Bring back: Song 00001" }).press("Enter")
    await page.getByText("1 is replaced").waitFor()
    await page.getByRole("button", { name: "Bring it back now" }).press("Enter")
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    expect(documentNow(folder, "song-1")).toContain('"Song 00001"')
    await page.getByRole("link", { name: "Timeline" }).click()
    await row(page, "Song 00001").waitFor()
    // The restore is a mark of its own.
    await page.getByRole("button", { name: "To the backup or restore before" }).press("Enter")
    await page
      .getByText(/restore|backup b6/)
      .first()
      .waitFor()
  })

  it("shows what the app saves and deletes while one looks", async () => {
    const page = await looking("Timeline", { colorScheme: "dark" })
    await row(page, "Night Drive").waitFor()
    write(folder, [{ id: "fresh", name: "Fresh", document: songDocument([]) }])
    await row(page, "Fresh").waitFor()
    await page.getByText(`${songs + 1}`, { exact: true }).waitFor()
    remove(folder, "fresh")
    await row(page, "Fresh").getByText("deleted now").waitFor()
    // A click beside its name looks at the moment: in the middle there was no such song.
    await lanes(page).click({ position: { x: 700, y: 20 } })
    await row(page, "Fresh").getByText("was not there").waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})
