/** The server while somebody looks: it invites and revokes, it goes and comes back, it tells of restores. */
import type { Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { expireLink } from "./support/expireLink.js"
import { createLibrary, scale, songDocument, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, link, type Server, startServer, whiteroom } from "./support/Whiteroom.js"

describeInBrowser("a server", () => {
  const folder = temporaryFolder()
  const anna = temporaryFolder()
  const open = useBrowser()
  let server: Server
  let library: string

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(anna, [
      { id: "night-drive", name: "Night Drive", document: songDocument(scale(60, 16)) }
    ])
    library = await connect(server, anna, "Anna")
    write(anna, [{ id: "night-drive", name: "Night Drive", document: songDocument(scale(60, 2), 80) }])
    await whiteroom(anna, "push")
  })

  const signedIn = async (name: string): Promise<Page> => {
    const page = await open()
    await signInBy(page, await link(server, name))
    return page
  }

  it("invites people with links that work, and ends their access at once", async () => {
    const admin = await signedIn("Mara")
    await admin.getByRole("link", { name: "Devices" }).click()
    await admin.getByLabel("look at libraries").check()
    await admin.getByLabel("Names, one a line").fill("Tom <b>\n\n Ida \n")
    await admin.getByRole("group", { name: "Which libraries" }).getByLabel("Anna").check()
    await admin.getByRole("button", { name: "Make the links" }).click()
    const sheet = admin.locator(".sheet li")
    await sheet.nth(1).waitFor()
    expect(await sheet.locator("h3").allTextContents()).toEqual(["Tom <b>", "Ida"])
    expect(await admin.getByLabel("Names, one a line").inputValue()).toBe("")
    const invited = await sheet.nth(0).locator("code").textContent()

    // The link is used once, by a button: to open the page uses nothing up.
    const tom = await open()
    await tom.goto(String(invited))
    await tom.reload()
    await signInBy(tom, String(invited))
    await tom.getByText("Where it is kept").waitFor()
    expect(await tom.getByRole("link", { name: "Devices" }).count()).toBe(0)
    const late = await open()
    await late.goto(String(invited))
    await late.getByRole("button", { name: "Sign in here" }).click()
    await late.getByRole("alert").getByText("was used by another device already").waitFor()
    // Another one, which nobody opened until it was too late.
    const expired = await link(server, "Late")
    expireLink(server.folder, "Late")
    await late.goto(expired)
    await late.reload()
    await late.getByRole("button", { name: "Sign in here" }).click()
    await late.getByRole("alert").getByText("has expired").waitFor()

    await admin.reload()
    await admin.getByRole("button", { name: /Revoke: Tom <b>/ }).click()
    await admin.getByRole("dialog").getByRole("button", { name: "Revoke" }).click()
    await admin.getByText("The access of Tom <b> has ended.").waitFor()
    await tom.getByText("Your access was ended while you were looking.").waitFor()
    expect(await tom.getByText("Night Drive").count()).toBe(0)

    const ida = admin.getByRole("button", { name: "Withdraw: Ida" })
    await ida.click()
    await ida.waitFor({ state: "detached" })
  })

  it("takes a song that is sent back, which waits, and is taken back", async () => {
    const page = await signedIn("Teacher")
    await page.goto(`${server.address}/#/${library}/song/night-drive`)
    await page.getByRole("link", { name: "Send back" }).click()
    await page.getByText("Nothing has happened yet.").waitFor()
    await page.getByLabel("In its place, as soon as its owner agrees").check()
    await page.getByLabel("As a copy beside it").check()
    await page.waitForFunction(() => document.querySelector("button.main:not(:disabled)"))
    await page.getByRole("button", { name: "Send back" }).click()
    await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
    // Over all libraries, for who looks after them, and in the library itself.
    await page.getByRole("link", { name: "Devices" }).click()
    const all = page.getByRole("region", { name: "On its way to a computer" })
    await all.getByText("Anna").waitFor()
    await all.getByRole("link", { name: "Night Drive" }).click()
    await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
    await page.goto(`${server.address}/#/${library}`)
    const waiting = page.getByRole("region", { name: "Brought back, and on its way" })
    await waiting.getByRole("link", { name: "Night Drive" }).click()
    await page.getByRole("button", { name: "Take it back" }).click()
    await page.getByRole("heading", { name: "Taken back" }).waitFor()
  })

  it("is heard again by a computer that slept, and by one that had no network", async () => {
    const page = await open({ allowed: /ERR_|Failed to load/ })
    await page.clock.install()
    const streams: Array<string> = []
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === "/v1/events") streams.push(request.method())
    })
    await signInBy(page, await link(server, "Sleeper"))
    await page.getByText("Where it is kept").waitFor()
    const opened = streams.length
    // Its lid is closed for an hour: timers come late, and the stream may have ended unheard.
    const again = page.waitForRequest((request) => new URL(request.url()).pathname === "/v1/events")
    await page.clock.fastForward("01:00:00")
    await again
    expect(streams.length).toBe(opened + 1)
    await page.goto(`${server.address}/#/${library}/songs`)
    await page.getByRole("link", { name: "Night Drive" }).waitFor()
    await page.context().setOffline(true)
    write(anna, [{ id: "meanwhile", name: "Meanwhile", document: songDocument([]) }])
    await whiteroom(anna, "push")
    await page.context().setOffline(false)
    await page.getByRole("link", { name: "Meanwhile" }).waitFor()
    await page.getByText("The server cannot be reached.").first().waitFor({ state: "detached" })
  })

  it("is asked again for what no stream told, as one ended before it happened and the next began after", async () => {
    const page = await open()
    await page.route("**/v1/events", (route) =>
      route.fulfill({ contentType: "text/event-stream", body: "event: ready\ndata: {}\n\n" })
    )
    await signInBy(page, await link(server, "Between"))
    await page.goto(`${server.address}/#/${library}/songs`)
    await page.getByRole("link", { name: "Night Drive" }).waitFor()
    write(anna, [{ id: "between", name: "Between", document: songDocument([]) }])
    await whiteroom(anna, "push")
    await page.getByRole("link", { name: "Between" }).waitFor()
  })

  it("goes and comes back: what was seen stays, and goes on by itself", async () => {
    const page = await open({ allowed: /ERR_|Failed to load/ })
    await signInBy(page, await link(server, "Patient"))
    await page.goto(`${server.address}/#/${library}/songs?name=night`)
    await page.getByRole("link", { name: "Night Drive" }).waitFor()
    await page.getByLabel("Filter by name").fill("night d")
    await server.stop()
    await page.getByText("The server cannot be reached.").first().waitFor()
    expect(await page.getByRole("link", { name: "Night Drive" }).count()).toBe(1)
    server = await startServer(folder, Number(new URL(server.address).port))
    await page.getByText("The server cannot be reached.").first().waitFor({ state: "detached" })
    expect(await page.getByLabel("Filter by name").inputValue()).toBe("night d")
    await page.getByRole("link", { name: "Night Drive" }).click()
    await page.getByText("only then").first().waitFor()
  })
})
