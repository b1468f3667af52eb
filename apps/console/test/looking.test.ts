/** Every page, with names that want to be more than text: nothing runs, nothing is out of reach of keys or screen readers. */
import { basename } from "node:path"
import type { Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { createLibrary, remove, scale, songDocument, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, link, type Server, startServer, whiteroom } from "./support/Whiteroom.js"

const evil = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`
const reversed = "\u202edekcatta\u202c"

const endless = "long".repeat(1250)

/** A track, a section and a field of hostile names: parts are told by them. */
const named = (notes: number): string => {
  const document = JSON.parse(songDocument(scale(60, notes), 120, evil))
  document.session_model.tracks[0].name = evil
  document.session_model.tracks[1].name = reversed
  document.session_model.form.sections[0].name = endless
  document.session_model.form.sections[0].bars = notes
  document[evil] = `${notes}\n${endless}`
  return JSON.stringify(document)
}

const hostile = [
  { id: evil, name: evil, document: songDocument(scale(60, 8), 120, evil) },
  { id: "../..", name: reversed, document: '{"<b>":"</textarea><script>alert(3)</script>"}' },
  { id: "a b?c#d%00", name: "", document: "not JSON at all" },
  { id: "__proto__", name: "x".repeat(300), document: "{}" },
  { id: "~naïve ✈ 中文", name: "naïve ✈ 中文", document: songDocument([]) },
  { id: "endless", name: endless, document: "{}" },
  { id: "lines", name: `first\nsecond${reversed}`, document: named(8) }
]

describeInBrowser("every page", () => {
  const folder = temporaryFolder()
  const anna = temporaryFolder()
  const open = useBrowser()
  let server: Server
  let library: string

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(anna, hostile)
    await whiteroom(anna, "backup", "--description", evil, "--tag", "<b>tag</b>", "--pin")
    write(
      anna,
      hostile.map((song) => ({
        ...song,
        name: `${song.name}2`,
        document: song.id === "lines" ? named(4) : songDocument(scale(62, 4), 90)
      }))
    )
    remove(anna, "../..")
    await whiteroom(anna, "backup")
    library = await connect(server, anna, evil)
  })

  const at = (page: Page, path: string) => page.goto(`${server.address}/#/${library}${path}`)

  const inParts = encodeURIComponent('["song:lines"]')

  /** The places of the page, and a text that says it is there. */
  const places: ReadonlyArray<readonly [string, string, RegExp | string]> = [
    ["home", "", "Where it is kept"],
    ["songs", "/songs", "Filter by name"],
    ["the timeline", "/timeline", "As it is now"],
    ["the timeline of then", "/timeline?at=2026-01-01T00:00:00Z", "Back to now"],
    ["a backup", "/backup/b1", "What is in it"],
    ["a song", `/song/${encodeURIComponent(evil)}`, "only then"],
    ["a song that is not JSON", `/song/${encodeURIComponent("a b?c#d%00")}?at=@3`, "Versions"],
    ["a deleted song", `/song/${encodeURIComponent("../..")}`, "It is deleted now."],
    ["a song that never was", "/song/nowhere", "Try again"],
    ["a restore", `/restore?at=b1&only=${encodeURIComponent(`song:${evil}`)}`, "Nothing has happened yet."],
    ["a song without end", "/song/endless", "Versions"],
    ["a restore of parts", `/restore?at=b1&mode=replace&only=song:lines&part=${inParts}`, "part by part"]
  ]

  const check = async (page: Page, looked = places) => {
    await signInBy(page, await link(server, "Mara"))
    for (const [name, path, said] of looked) {
      await at(page, path)
      await page.getByText(said).first().waitFor()
      expect(await axeViolations(page), name).toEqual([])
      const isTooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth
      )
      expect(isTooWide, `${name} is wider than its window`).toBe(false)
      expect(await page.locator("main img, main script, main b b").count(), name).toBe(0)
    }
    await page.goto(`${server.address}/#/devices`)
    await page.getByText("Who has access").waitFor()
    await page.getByText("enrolled").first().waitFor()
    expect(await axeViolations(page), "devices").toEqual([])
  }

  it("is sound in the light, on a wide screen", async () => {
    await check(await open({ colorScheme: "light" }))
  })

  it("is sound in the dark, on a phone, without motion", async () => {
    await check(
      await open({ colorScheme: "dark", viewport: { width: 360, height: 640 }, reducedMotion: "reduce" }),
      places.filter(
        ([name]) =>
          name.startsWith("a restore") ||
          ["home", "songs", "the timeline", "a backup", "a song", "a song without end"].includes(name)
      )
    )
  })

  it("security 29: shows names as the text that they are, in every view", async () => {
    const page = await open()
    await signInBy(page, await link(server, evil))
    /** Nothing that a name says became a part of the page. */
    const isText = async (name: string) => {
      await page.waitForFunction(() => document.querySelector(".waiting") === null)
      const made = await page.locator("main :is(img, script, b b, textarea + script)").count()
      expect([name, made]).toEqual([name, 0])
      expect([name, await page.title()]).toEqual([name, "White Room Backup"])
    }
    const home = async () => {
      await page.goto(`${server.address}/#/devices`)
      await at(page, "")
      await page.getByText("Where it is kept").waitFor()
    }
    const views: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
      ["home", home],
      [
        "what is found",
        async () => {
          await page.getByLabel("Find in songs, now and before").fill("onerror")
          await page.locator("search li").first().waitFor()
        }
      ],
      [
        "the calendar of backups",
        async () => {
          await home()
          await page.getByRole("button", { name: "Calendar" }).click()
          await page.locator(".month button:not(:disabled)").first().click()
          await page.getByText(evil).first().waitFor()
        }
      ],
      [
        "songs that have a name",
        async () => {
          await at(page, `/songs?name=${encodeURIComponent("onerror")}&at=b1`)
          await page.getByRole("link", { name: evil }).waitFor()
        }
      ],
      [
        "the timeline of what has a name",
        async () => {
          await at(page, `/timeline?name=${encodeURIComponent("onerror")}`)
          await page.getByRole("link", { name: evil }).first().waitFor()
        }
      ],
      [
        "a restore that is on its way",
        async () => {
          await at(page, `/restore?at=b1&mode=copy&only=${encodeURIComponent(`song:${evil}`)}`)
          await page.getByRole("button", { name: "Send back" }).click()
          await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
        }
      ],
      [
        "home, with a restore on its way",
        async () => {
          await home()
          await page.getByRole("region", { name: "Brought back, and on its way" }).waitFor()
        }
      ],
      [
        "who has access",
        async () => {
          await page.goto(`${server.address}/#/devices`)
          await page.getByText(evil).first().waitFor()
          await page.getByLabel("Names, one a line").fill(`${evil}\n${reversed}`)
          await page.getByLabel("look at libraries").check()
          await page.getByRole("group", { name: "Which libraries" }).getByRole("checkbox").first().check()
          await page.getByRole("button", { name: "Make the links" }).click()
          await page.locator(".sheet li").nth(1).waitFor()
        }
      ],
      [
        "whose access is to be ended",
        async () => {
          await page.locator("button[aria-label^='Revoke']").first().click()
          await page.getByRole("dialog").waitFor()
          expect(await axeViolations(page)).toEqual([])
          await page.keyboard.press("Escape")
        }
      ],
      [
        "a restore of parts, sent and waiting",
        async () => {
          await at(page, `/restore?at=b1&mode=replace&only=song:lines&part=${inParts}`)
          await page.getByRole("button", { name: "All as they were" }).click()
          await page.getByText("1 is replaced").waitFor()
          await page.getByText("See and hear what it will be").click()
          await page.locator("canvas").waitFor()
          expect(await axeViolations(page)).toEqual([])
          await page.getByRole("button", { name: "Send back" }).click()
          await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
          await page.locator("li .tag").getByText("track <img src=x").first().waitFor()
          const inbox = JSON.parse(await whiteroom(anna, "inbox", "--json"))
          expect(inbox.map(({ mode }: { readonly mode: string }) => mode)).toContain("replace")
          await page.getByRole("button", { name: "Take it back" }).click()
          await page.getByRole("heading", { name: "Taken back" }).waitFor()
        }
      ],
      [
        "a song without end, sent and waiting",
        async () => {
          await at(page, "/restore?at=b1&mode=copy&only=song:endless")
          await page.getByRole("button", { name: "Send back" }).click()
          await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
          expect(JSON.parse(await whiteroom(anna, "inbox", "--json"))).toHaveLength(2)
        }
      ],
      [
        "what rules would let go",
        () => at(page, "").then(() => page.getByRole("button", { name: "What stays" }).click())
      ],
      ["libraries", () => page.goto(`${server.address}/#/`)]
    ]
    for (const [name, show] of views) {
      await show()
      await isText(name)
    }
  })

  it("speaks German to those who do", async () => {
    const page = await open({ locale: "de-DE" })
    await page.goto(await link(server, "Jonas"))
    await page.getByRole("button", { name: "Hier anmelden" }).click()
    await page.getByText("Wo sie aufbewahrt ist").waitFor()
    expect(await page.getByText(/ago|Backup/).count()).toBe(0)
    await page.getByLabel("Sprache").selectOption("en")
    await page.getByText("Where it is kept").waitFor()
    await page.reload()
    await page.getByText("Where it is kept").waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en")
  })

  it("is reached with keys alone, from finding to listening", async () => {
    const page = await open()
    await signInBy(page, await link(server, "Keys"))
    await page.getByLabel("Find in songs, now and before").waitFor()
    const press = async (key: string, until: () => Promise<boolean>) => {
      for (let turn = 0; turn < 60; turn++) {
        if (await until()) return
        await page.keyboard.press(key)
      }
      throw new Error(`not reached with ${key}`)
    }
    const focused = (selector: string) => () =>
      page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)
    await press("Tab", focused("#search"))
    await page.keyboard.type("onerror")
    await page.locator("search li a").first().waitFor()
    await press("Tab", focused("search li a"))
    await page.keyboard.press("Enter")
    await page.getByRole("radiogroup").waitFor()
    await press("Tab", focused("[role=radio]"))
    await page.keyboard.press("ArrowRight")
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-checked") === "true")
    await page.keyboard.press("ArrowLeft")
    await press("Tab", focused("canvas"))
    await page.keyboard.press("ArrowRight")
    await page.getByText("from bar 2").waitFor()
    await press("Shift+Tab", focused(".listen .then"))
    await page.keyboard.press("Enter")
    await page.getByText(/^Playing, bar/).waitFor()
    await press("Tab", focused(".listen button:last-of-type"))
    await page.keyboard.press("Enter")
    await page.getByText("from bar 2").waitFor()
  })

  it("is nowhere for those who are not signed in", async () => {
    const page = await open()
    await at(page, "/songs")
    await page.getByText("Open the link that you were sent").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.goto(`${server.address}/join`)
    await page.getByText("There is no code in this address.").waitFor()
    await page.goto(`${server.address}/join#AAAA-BBBB-CCCC`)
    await page.reload()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("button", { name: "Sign in here" }).click()
    await page.getByRole("alert").waitFor()
    expect(basename(new URL(page.url()).pathname)).toBe("join")
  })
})
