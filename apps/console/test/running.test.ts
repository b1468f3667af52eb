/** The person who runs a server: its disk and mirror, groups, a new computer, who leaves, who is erased, who gets letters. */
import { join } from "node:path"
import type { Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
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
    // The first line of the first page.
    await page.getByText("There is one copy of everything here").waitFor()
    await isSound(page)
    await page.getByRole("link", { name: "Devices" }).click()
    await page.getByText(/ of .* are free\./).waitFor()
    await page.getByText("2 of 3 sent nothing for a week").waitFor()
    await isSound(page)
    await page.getByRole("button", { name: "Group: Ben" }).click()
    const dialog = page.getByRole("dialog")
    await isSound(page)
    await dialog.getByLabel("Group").fill("10/b")
    await page.keyboard.press("Enter")
    // What is refused stays as it was typed.
    await dialog.getByRole("alert").waitFor()
    expect(await dialog.getByLabel("Group").inputValue()).toBe("10/b")
    await dialog.getByLabel("Group").fill("10b")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Group 10b" }).waitFor()
    await page.getByRole("button", { name: "Group: Cleo" }).click()
    await dialog.getByLabel("Group").fill("10b")
    await dialog.getByRole("button", { name: "Move it" }).click()
    await dialog.waitFor({ state: "detached" })
    await page.getByText("2 of 2 sent nothing for a week").waitFor()

    // A teacher of the group, by a name that is there.
    await page.getByLabel("Names, one a line").fill("Mara")
    await page.getByLabel("look at libraries").check()
    await page.getByLabel("Group (a class, a band), if any").fill("10b")
    await page.getByRole("button", { name: "Make the links" }).click()
    await page.locator(".sheet li").waitFor()
    const invited = await page.locator(".sheet li code").textContent()
    const mara = await open()
    await signInBy(mara, String(invited))
    await mara.getByRole("link", { name: "Ben" }).waitFor()
    expect(await mara.getByText("There is one copy of everything").count()).toBe(0)

    // A new computer in the place of one that is gone: the line that is shown brings everything there.
    await page.getByRole("button", { name: `New computer: ${evil}` }).click()
    await dialog.getByRole("button", { name: "Make the link" }).click()
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
    await page.getByRole("button", { name: "Send away all of 10b …" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByText("These 2 take nothing new").waitFor()
    await isSound(page)
    await page.keyboard.press("Escape")
    // Nobody was sent away.
    expect(await page.getByRole("button", { name: /^Keep it after all/ }).count()).toBe(0)
    await page.getByRole("button", { name: `Send away: ${evil}` }).click()
    await dialog.getByRole("button", { name: "Send away" }).click()
    await dialog.getByText("To take it home").waitFor()
    const home = await dialog.locator("code").textContent()
    await isSound(page)
    await dialog.getByRole("button", { name: "Close" }).click()
    // The page is told by the server, and loads nothing again.
    const stay = page.getByRole("button", { name: `Keep it after all: ${evil}` })
    await stay.click()
    await stay.waitFor({ state: "detached" })
    await page.getByRole("button", { name: `Send away: ${evil}` }).waitFor()
    expect(home).toMatch(/^whiteroom connect 'http/)

    await page.getByRole("button", { name: "Send away: Ben" }).click()
    await dialog.getByRole("button", { name: "Send away" }).click()
    await dialog.getByText("To take it home").waitFor()
    await dialog.getByRole("button", { name: "Close" }).click()
    await page.getByRole("button", { name: "Erase now: Ben" }).click()
    await isSound(page)
    const erase = dialog.getByRole("button", { name: "Erase for good" })
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByLabel("The id").fill(String(await dialog.locator("code").textContent()))
    await erase.click()
    await dialog.getByText("Ben is erased. Nothing of it is left in:").waitFor()
    await isSound(page)
    await dialog.getByRole("button", { name: "Close" }).click()
    await page.getByRole("link", { name: "Ben" }).waitFor({ state: "detached" })
    // What was done last stands first.
    await page.locator(".audit li").first().filter({ hasText: "erased" }).waitFor()
  })

  it("is told who gets letters, of which group, and when it rests; a password is shown to nobody", async () => {
    const page = await open({ locale: "de-DE", viewport: { width: 360, height: 740 } })
    await page.goto(await link(server, "Ida"))
    await page.getByRole("button", { name: "Hier anmelden" }).click()
    await page.getByText("Von allem hier gibt es nur ein Exemplar").waitFor()
    await page.getByRole("link", { name: "Geräte" }).click()
    await page.getByRole("link", { name: "Briefe und Warnungen" }).click()
    const form = (name: string | RegExp) => page.getByRole("region", { name })
    const mail = form("Per Mail")
    await mail.getByLabel("An, mit Kommas dazwischen").fill("mara@example.com, tom@example.com")
    await mail.getByLabel(/^Mailserver/).fill("smtps://mail.example.com")
    await mail.getByLabel(/^Sein Benutzer/).fill("mara")
    await mail.getByRole("button", { name: "Speichern" }).click()
    await mail.getByRole("alert").waitFor()
    await mail.getByLabel("Sein Passwort").fill("correct horse")
    await mail.getByRole("button", { name: "Speichern" }).click()
    await mail.getByText("Gespeichert.").waitFor()
    await form("Der Wochenbrief").getByRole("combobox").first().selectOption({ label: "freitags" })
    await form("Der Wochenbrief").getByLabel("Um").fill("07:30")
    await form("Der Wochenbrief").getByRole("button", { name: "Speichern" }).click()
    await form("Der Wochenbrief").getByText("Gespeichert.").waitFor()
    await form(/10b/).getByLabel(/^An;/).fill("mara@school.example")
    await form(/10b/)
      .getByLabel(/^Ruht bis/)
      .fill("2099-01-07")
    await form(/10b/).getByRole("button", { name: "Speichern" }).click()
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
