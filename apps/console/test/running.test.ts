/** The person who runs a server: its disk and mirror, groups, a new computer, who leaves, who is erased, who gets letters. */
import { join } from "node:path"
import type { Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { keysOn } from "./support/keysOn.js"
import { createLibrary, scale, songDocument, songsNow } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, link, type Server, startServer, whiteroom } from "./support/Whiteroom.js"

const evil = `<img src=x onerror=alert(1)>"'>`

describeInBrowser("a server of a school", () => {
  const folder = temporaryFolder()
  const anna = temporaryFolder()
  const elsewhere = temporaryFolder()
  const open = useBrowser()
  let server: Server

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(anna, [{ id: "a", name: "Night Drive", document: songDocument(scale(60, 8)) }])
    await connect(server, anna, evil)
    // Invited, and not come yet: nothing was ever sent.
    const data = ["--data", join(folder, "server")]
    for (const name of ["Ben", "Cleo"]) await whiteroom(folder, "server", "invite", name, ...data)
  })

  const told = async (...words: ReadonlyArray<string>): Promise<unknown> =>
    JSON.parse(await whiteroom(folder, "server", ...words, "--data", join(folder, "server"), "--json"))

  const isSound = async (page: Page) => {
    expect(await axeViolations(page)).toEqual([])
    const isTooWide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth
    )
    expect(isTooWide).toBe(false)
    expect(await page.locator("main :is(img, script)").count()).toBe(0)
  }

  it("says first that there is one copy of everything; libraries are put into groups, and go on elsewhere", async () => {
    const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" })
    await signInBy(page, server.signIn)
    // All of it without a mouse.
    const keys = keysOn(page)
    // The first line of the first page.
    await page.getByText("There is one copy of everything here").waitFor()
    await isSound(page)
    await keys.press(page.getByRole("link", { name: "Devices" }))
    await page.getByText(/ of .* are free\./).waitFor()
    await page.getByText("2 of 3 sent nothing for a week").waitFor()
    await isSound(page)
    await keys.press(page.getByRole("button", { name: "Group: Ben" }))
    const dialog = page.getByRole("dialog")
    await isSound(page)
    // The keyboard goes into the dialog, and when that is left back to where it was.
    for (let again = 0; again < 5; again++) {
      await page.keyboard.press("Escape")
      await dialog.waitFor({ state: "detached" })
      expect(await keys.focused()).toBe("Group: Ben")
      await page.keyboard.press("Enter")
      await dialog.waitFor()
    }
    await keys.type(dialog.getByLabel("Group"), "10/b")
    await page.keyboard.press("Enter")
    // What is refused stays as it was typed.
    await dialog.getByRole("alert").waitFor()
    expect(await dialog.getByLabel("Group").inputValue()).toBe("10/b")
    await keys.type(dialog.getByLabel("Group"), "10b")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Group 10b" }).waitFor()
    await keys.press(page.getByRole("button", { name: "Group: Cleo" }))
    await keys.type(dialog.getByLabel("Group"), "10b")
    await keys.press(dialog.getByRole("button", { name: "Move it" }))
    await dialog.waitFor({ state: "detached" })
    await page.getByText("2 of 2 sent nothing for a week").waitFor()

    // A teacher of the group, by a name that is there.
    await keys.type(page.getByLabel("Names, one a line"), "Mara")
    await keys.choose(page.getByLabel("look at libraries"))
    await keys.type(page.getByLabel("Group (a class, a band), if any"), "10b")
    await keys.press(page.getByRole("button", { name: "Make the links" }))
    await page.locator(".sheet li").waitFor()
    const invited = await page.locator(".sheet li code").textContent()
    const mara = await open()
    await signInBy(mara, String(invited))
    await mara.getByRole("link", { name: "Ben" }).waitFor()
    expect(await mara.getByText("There is one copy of everything").count()).toBe(0)

    // A new computer in the place of one that is gone: the line that is shown brings everything there.
    await keys.press(page.getByRole("button", { name: `New computer: ${evil}` }))
    await keys.press(dialog.getByRole("button", { name: "Make the link" }))
    const line = await dialog.locator("code").textContent()
    await isSound(page)
    await page.keyboard.press("Escape")
    const [, computer = ""] = /^whiteroom connect '([^']+)'$/.exec(String(line)) ?? []
    await whiteroom(elsewhere, "connect", computer, "--yes")
    expect([...songsNow(elsewhere).keys()]).toEqual(["Night Drive"])
  })

  it("sends a class away with links that take it home, keeps one after all, and erases another", async () => {
    const page = await open()
    await signInBy(page, await link(server, "Ada"))
    await page.goto(`${server.address}/#/devices`)
    const keys = keysOn(page)
    await keys.press(page.getByRole("button", { name: "Send away all of 10b …" }))
    const dialog = page.getByRole("dialog")
    await dialog.getByText("These 2 take nothing new").waitFor()
    await isSound(page)
    await page.keyboard.press("Escape")
    // Nobody was sent away.
    expect(await page.getByRole("button", { name: /^Keep it after all/ }).count()).toBe(0)
    await keys.press(page.getByRole("button", { name: `Send away: ${evil}` }))
    await keys.press(dialog.getByRole("button", { name: "Send away" }))
    await dialog.getByText("To take it home").waitFor()
    const home = await dialog.locator("code").textContent()
    await isSound(page)
    await keys.press(dialog.getByRole("button", { name: "Close" }))
    // The page is told by the server, and loads nothing again.
    const stay = page.getByRole("button", { name: `Keep it after all: ${evil}` })
    await keys.press(stay)
    await stay.waitFor({ state: "detached" })
    await page.getByRole("button", { name: `Send away: ${evil}` }).waitFor()
    expect(home).toMatch(/^whiteroom connect 'http/)

    await keys.press(page.getByRole("button", { name: "Send away: Ben" }))
    await keys.press(dialog.getByRole("button", { name: "Send away" }))
    await dialog.getByText("To take it home").waitFor()
    await keys.press(dialog.getByRole("button", { name: "Close" }))
    await keys.press(page.getByRole("button", { name: "Erase now: Ben" }))
    await isSound(page)
    const erase = dialog.getByRole("button", { name: "Erase for good" })
    expect(await erase.isDisabled()).toBe(true)
    await keys.type(dialog.getByLabel("The id"), String(await dialog.locator("code").textContent()))
    await keys.press(erase)
    await dialog.getByText("Ben is erased. Nothing of it is left in:").waitFor()
    await isSound(page)
    await keys.press(dialog.getByRole("button", { name: "Close" }))
    await page.getByRole("link", { name: "Ben" }).waitFor({ state: "detached" })
    // What was done last stands first.
    await page.locator(".audit li").first().filter({ hasText: "erased" }).waitFor()
  })

  it("is told who gets letters, of which group, and when it rests; a password is shown to nobody", async () => {
    const page = await open({ locale: "de-DE", viewport: { width: 360, height: 740 } })
    await page.goto(await link(server, "Ida"))
    await page.getByRole("button", { name: "Hier anmelden" }).click()
    await page.getByText("Von allem hier gibt es nur ein Exemplar").waitFor()
    const keys = keysOn(page)
    await keys.press(page.getByRole("link", { name: "Geräte" }))
    await keys.press(page.getByRole("link", { name: "Briefe und Warnungen" }))
    const form = (name: string | RegExp) => page.getByRole("region", { name })
    const mail = form("Per Mail")
    await keys.type(mail.getByLabel("An, mit Kommas dazwischen"), "mara@example.com, tom@example.com")
    await keys.type(mail.getByLabel(/^Mailserver/), "smtps://mail.example.com")
    await keys.type(mail.getByLabel(/^Sein Benutzer/), "mara")
    await keys.press(mail.getByRole("button", { name: "Speichern" }))
    await mail.getByRole("alert").waitFor()
    await keys.type(mail.getByLabel("Sein Passwort"), "correct horse")
    await keys.press(mail.getByRole("button", { name: "Speichern" }))
    await mail.getByText("Gespeichert.").waitFor()
    await form("Der Wochenbrief").getByRole("combobox").first().selectOption({ label: "freitags" })
    await form("Der Wochenbrief").getByLabel("Um").fill("07:30")
    await keys.press(form("Der Wochenbrief").getByRole("button", { name: "Speichern" }))
    await form("Der Wochenbrief").getByText("Gespeichert.").waitFor()
    await keys.type(form(/10b/).getByLabel(/^An;/), "mara@school.example")
    await form(/10b/)
      .getByLabel(/^Ruht bis/)
      .fill("2099-01-07")
    await keys.press(form(/10b/).getByRole("button", { name: "Speichern" }))
    await form(/10b/).getByText("Gespeichert.").waitFor()
    await isSound(page)
    expect(await told("settings")).toMatchObject({
      mail: { to: ["mara@example.com", "tom@example.com"], hasPassword: true },
      digest: "fridays 07:30",
      groups: expect.arrayContaining([
        expect.objectContaining({
          group: "10b",
          to: ["mara@school.example"],
          pausedUntil: "2099-01-06T23:00:00.000Z"
        })
      ])
    })
    await page.reload()
    await mail.getByLabel(/das jetzige bleibt/).waitFor()
    expect(await page.content()).not.toContain("correct horse")
  })
})
