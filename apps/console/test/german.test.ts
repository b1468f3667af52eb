/** A page in German: what changed, parts, plans and what was done are told in it, and only what went wrong is English. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { createLibrary, documentNow, scale, songDocument, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

const before = songDocument(scale(60, 16))
const after = songDocument(scale(62, 4), 90)

describeInBrowser("a library in German", () => {
  const folder = temporaryFolder()
  const open = useBrowser()

  beforeAll(async () => {
    await createLibrary(folder, [{ id: "alpha", name: "Alpha", document: before }])
    await whiteroom(folder, "backup")
    write(folder, [{ id: "alpha", name: "Alpha Zwei", document: after }])
    await whiteroom(folder, "backup")
  })

  it("is told, brought back in part and undone in German", async () => {
    const page = await open({ locale: "de-DE" })
    const isGerman = async () => {
      expect(await page.evaluate(() => document.documentElement.lang)).toBe("de")
      expect(await page.locator("main [lang]").count()).toBe(0)
      expect(await axeViolations(page)).toEqual([])
    }
    await page.goto(await openPage(folder))
    await page.getByLabel("Lieder suchen, jetzige und frühere").fill("alpha")
    await page.locator("search").getByText("in Name · immer noch").waitFor()
    await page.getByRole("link", { name: "Lieder", exact: true }).click()
    await page.getByRole("link", { name: "Alpha Zwei" }).click()
    const differences = page.getByRole("region", { name: /Was jetzt anders ist/ })
    await differences.getByText("Tempo 120 → 90").waitFor()
    await differences.getByText("Name „Alpha“ → „Alpha Zwei“").waitFor()
    await isGerman()
    // The same from the versions, and in English as soon as that is chosen.
    await page.getByRole("radio", { name: /jetzt/ }).click()
    await page.locator(".words").getByText("Tempo 120 → 90").waitFor()
    await page.getByLabel("Sprache").selectOption("en")
    await page.locator(".words").getByText("tempo 120 → 90").waitFor()
    await page.getByLabel("Language").selectOption("de")
    await page.locator(".words").getByText("Tempo 120 → 90").waitFor()
    await page.getByRole("radio").first().click()

    await page.getByRole("link", { name: "Nur Teile davon" }).click()
    await page.getByText("Teil für Teil wählen").waitFor()
    await page
      .getByRole("group", { name: "Spur Lead" })
      .getByText(/Noten? (?:hinzugefügt|entfernt)/)
      .first()
      .waitFor()
    await page.getByRole("group", { name: "Tempo", exact: true }).getByLabel("wie es war").check()
    await page.getByText("1 wird ersetzt").waitFor()
    await isGerman()
    // The plan is told again in the language that is chosen, and what was ticked stays so.
    await page.getByLabel("Sprache").selectOption("en")
    expect(
      await page.getByRole("group", { name: "tempo", exact: true }).getByLabel("as it was").isChecked()
    ).toBe(true)
    await page.getByLabel("Language").selectOption("de")
    await page.getByRole("group", { name: "Tempo", exact: true }).waitFor()
    await page.getByText("Dasselbe im Terminal").click()
    await page.getByText("--part tempo").waitFor()
    await page.getByRole("button", { name: "Jetzt zurückholen" }).click()
    await page.getByRole("heading", { name: "Es ist zurück" }).waitFor()
    await page.getByText("Tempo: wie es war").waitFor()
    await isGerman()
    expect(JSON.parse(String(documentNow(folder, "alpha"))).session_model.tempo).toBe(120)

    await page.getByRole("link", { name: "Start" }).first().click()
    await page.getByRole("button", { name: /^Rückgängig: @\d+ zurückgeholt$/ }).click()
    await page
      .getByRole("dialog")
      .getByText(/^@\d+ zurückgeholt$/)
      .waitFor()
    await page.getByRole("dialog").getByRole("button", { name: "Rückgängig" }).click()
    await page.getByText("Alles ist, wie es davor war").waitFor()
    expect(documentNow(folder, "alpha")).toBe(after)
    await page.getByRole("button", { name: /: rückgängig gemacht: @\d+ zurückgeholt$/ }).waitFor()
    await isGerman()
  })
})
