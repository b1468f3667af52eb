/** Keys of a sealed vault in the page: a kit is made, saved, tested, and opens the vault; no secret ever stands in the page. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, useBrowser } from "./support/Browser.js"
import { createLibrary, scale, songDocument, songsNow } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { openPage, whiteroom } from "./support/Whiteroom.js"

const evil = "<img src=x onerror=alert(1)>"

describeInBrowser("a sealed vault of this computer", () => {
  const folder = temporaryFolder()
  const open = useBrowser()

  const place = join(folder, "disk")

  beforeAll(async () => {
    await createLibrary(folder, [{ id: "a", name: "Night Drive", document: songDocument(scale(60, 8)) }])
    const passphrase = join(folder, "passphrase.txt")
    mkdirSync(place)
    writeFileSync(passphrase, "correct horse battery staple\n")
    const sealed = ["--seal", "--passphrase-file", passphrase]
    await whiteroom(folder, "vault", "add", "studio", place, ...sealed, "--yes")
    await whiteroom(folder, "backup")
    await whiteroom(folder, "push")
  })

  /** Nothing of a key is in the document, in its fields, or in what the browser keeps. */
  const showsNoSecret = async (page: Page) => {
    const found = await page.evaluate(() =>
      [
        document.documentElement.outerHTML,
        ...Array.from(document.querySelectorAll("input, textarea"), (field) =>
          field instanceof HTMLInputElement && field.type === "file"
            ? `${field.files?.length ?? 0} files`
            : (field as HTMLInputElement).value
        ),
        JSON.stringify({ ...localStorage, ...sessionStorage })
      ].join("\n")
    )
    expect(found).not.toContain("AGE-SECRET-KEY")
    expect(found).not.toContain("1 files")
  }

  it("has a recovery kit made, saved and tested in the page, which opens it elsewhere", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await page.goto(await openPage(folder))
    await page.getByText("only this computer and its passphrase open it").waitFor()
    await page.getByText("Who may open it").click()
    await page.getByText("a passphrase, or a person's own key").waitFor()
    expect(await axeViolations(page)).toEqual([])
    const make = page.getByRole("button", { name: "Make a recovery kit" })
    await make.click()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("Escape")
    await make.click()
    const saving = page.waitForEvent("download")
    await page.getByRole("dialog").getByRole("button", { name: "Make a recovery kit" }).click()
    const saved = await saving
    expect(saved.suggestedFilename()).toBe("recovery-kit-studio.html")
    const kit = join(folder, "kit.html")
    await saved.saveAs(kit)
    await page.getByText("It was saved as recovery-kit-studio.html").waitFor()
    await page.getByText("a recovery kit opens it.").waitFor()
    await page.getByText("recovery kit", { exact: true }).waitFor()
    await showsNoSecret(page)

    const test = page.getByLabel("Test a kit")
    await test.setInputFiles(kit)
    await page.getByText("This kit opens it. Nothing of it was kept.").waitFor()
    await showsNoSecret(page)
    expect(await axeViolations(page)).toEqual([])
    // What is none, and one of another vault, are told from it.
    const other = join(folder, "other.txt")
    writeFileSync(other, "a shopping list")
    await test.setInputFiles(other)
    await page.getByText("That is not a recovery kit").waitFor()
    writeFileSync(other, "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n")
    await test.setInputFiles(other)
    await page
      .getByRole("alert")
      .getByText(/does not open studio|age-keygen|identity/)
      .waitFor()
    await showsNoSecret(page)

    // The key in the file that was saved brings everything back, on a computer that has nothing else.
    const [identity = ""] = /AGE-SECRET-KEY-1[A-Z0-9]+/.exec(readFileSync(kit, "utf8")) ?? []
    const text = join(folder, "kit.txt")
    writeFileSync(text, `${identity}\n`)
    const elsewhere = join(folder, "elsewhere")
    mkdirSync(elsewhere)
    await whiteroom(elsewhere, "clone", place, "--identity", text, "--yes")
    expect([...songsNow(elsewhere).keys()]).toEqual(["Night Drive"])
  })

  it("is told in German too, and keys are called what they are called, as text", async () => {
    const passphrase = join(folder, "other passphrase.txt")
    writeFileSync(passphrase, "eight ordinary words nobody would ever guess\n")
    await whiteroom(folder, "key", "add", "studio", "--label", evil, "--passphrase-file", passphrase)
    const page = await open({ locale: "de-DE", colorScheme: "dark" })
    await page.goto(await openPage(folder))
    await page.getByText("ein Rettungsblatt öffnet ihn").waitFor()
    await page.getByText("Wer ihn öffnen kann").click()
    await page.getByText(evil).waitFor()
    await page.getByRole("button", { name: "Rettungsblatt erstellen" }).click()
    await page.getByText("Es wird als Datei gespeichert").waitFor()
    expect(await page.locator("main img").count()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
  })
})
