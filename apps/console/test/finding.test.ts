/**
 * A person who lost something finds it, and hears what it was: the notes of that version, from the bar that was chosen, and no
 * others.
 */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { fingersOn } from "./support/fingersOn.js"
import { createLibrary, remove, scale, songDocument, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, link, type Server, startServer, whiteroom } from "./support/Whiteroom.js"

interface Heard {
  readonly frequencies: Array<number>
}

const frequencyOf = (pitch: number): number => Math.round(440 * 2 ** ((pitch - 69) / 12))

/** A bar of a lead, and two of a bass, which are heard in a second each: what sounds is waited for. */
const quick = (pitch: number): string => songDocument(scale(pitch, 4, 0.25), 240, "Fifth", scale(36, 8, 0.25))

describeInBrowser("a song that was lost", () => {
  const folder = temporaryFolder()
  const anna = temporaryFolder()
  const open = useBrowser()
  let server: Server
  let library: string

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(anna, [
      { id: "night-drive", name: "Night Drive", document: songDocument(scale(60, 16)) },
      // One bar of a lead that will go up a fifth; a bass that stays.
      { id: "fifth", name: "Fifth", document: quick(60) },
      { id: "low-tide", name: "Low Tide", document: songDocument(scale(48, 8), 90, "Low Tide") }
    ])
    await whiteroom(anna, "backup", "--description", "before the tour", "--tag", "tour")
    write(anna, [{ id: "night-drive", name: "Night Drive", document: songDocument(scale(60, 8), 96) }])
    write(anna, [{ id: "fifth", name: "Fifth", document: quick(67) }])
    remove(anna, "low-tide")
    await whiteroom(anna, "backup")
    library = await connect(server, anna, "Anna")
  })

  it("is found, seen and heard", async () => {
    const page = await open()
    await signInBy(page, server.signIn)
    // What happened lately says it at once.
    await page.getByText("deleted", { exact: true }).first().waitFor()
    await page.getByLabel("Find in songs, now and before").fill("low tide")
    const found = page.locator("search li").filter({ hasText: "Low Tide" })
    await found.first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await found.first().getByRole("link").click()
    await page.getByText("It is deleted now.").waitFor()
    // Nothing is there that it could be compared with.
    await page.getByText(/^Bar 1 of \d+: 16 notes\.$/).waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  it("is looked at with fingers: dragged, pulled nearer, and tapped where one listens from", async () => {
    const page = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    await signInBy(page, await link(server, "Phone"))
    await page.goto(`${server.address}/#/${library}/song/night-drive`)
    const roll = page.getByRole("slider", { name: "Notes" })
    await page.getByText(/^Bar 1 of 5/).waitFor({ state: "attached" })
    await roll.scrollIntoViewIfNeeded()
    const box = await roll.boundingBox()
    if (box === null) throw new Error("no notes")
    const at = (x: number) => [box.x + x * box.width, box.y + 100] as const
    const fingers = await fingersOn(page)
    // All five bars are in sight.
    await fingers.tap(at(0.9))
    await page.getByText("from bar 5").waitFor()
    // Twice as near, from the left edge on: two and a half of them are.
    await fingers.draw([at(0.01), at(0.4)], [at(0.01), at(0.8)])
    await fingers.tap(at(0.9))
    await page.getByText("from bar 3").waitFor()
    // Dragged by half of what is in sight. What was dragged was no tap.
    await fingers.draw([at(0.8)], [at(0.3)])
    await page.getByText("from bar 3").waitFor()
    await fingers.tap(at(0.9))
    await page.getByText("from bar 4").waitFor()
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1)
  })

  it("is heard as it was, and as it is", async () => {
    const page = await open()
    await page.addInitScript(() => {
      const heard: Array<number> = []
      Object.assign(globalThis, { heard: { frequencies: heard } })
      const start = OscillatorNode.prototype.start
      OscillatorNode.prototype.start = function (when) {
        heard.push(Math.round(this.frequency.value))
        start.call(this, when)
      }
    })
    await signInBy(page, await link(server, "Listener"))
    await page.goto(`${server.address}/#/${library}/song/fifth`)
    await page.getByText("8 notes the same, 4 only then, 4 only now").waitFor()
    const listen = async (name: string) => {
      await page.evaluate(() => {
        ;(globalThis as unknown as { heard: Heard }).heard.frequencies.length = 0
      })
      await page.getByRole("button", { name }).click()
      await page.getByText(/^Playing, bar/).waitFor()
      await page.getByText(/^from bar/).waitFor()
      return page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard.frequencies)
    }
    const bass = scale(36, 8).map(({ midi }) => frequencyOf(midi))
    const sorted = (all: ReadonlyArray<number>) => all.toSorted((a, b) => a - b)
    expect(sorted(await listen("Listen to then"))).toEqual(
      sorted([...bass, ...scale(60, 4).map(({ midi }) => frequencyOf(midi))])
    )
    expect(sorted(await listen("Listen to now"))).toEqual(
      sorted([...bass, ...scale(67, 4).map(({ midi }) => frequencyOf(midi))])
    )
    // From the second bar on: the bass alone.
    await page.getByRole("slider", { name: "Notes" }).press("ArrowRight")
    await page.getByText("from bar 2").waitFor()
    expect(sorted(await listen("Listen to then"))).toEqual(sorted(bass.slice(4)))
  })
})
