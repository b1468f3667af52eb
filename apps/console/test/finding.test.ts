/** A person who lost something finds it: a real server, a real library, a real browser. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { createLibrary, document, remove, scale, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, type Server, startServer, whiteroom } from "./support/Whiteroom.js"

describeInBrowser("a song that was lost", () => {
  const folder = temporaryFolder()
  const anna = temporaryFolder()
  const open = useBrowser()
  let server: Server
  let link: string

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(anna, [
      { id: "night-drive", name: "Night Drive", document: document(scale(60, 16)) },
      { id: "low-tide", name: "Low Tide", document: document(scale(48, 8), 90, "Low Tide") }
    ])
    await whiteroom(anna, "backup", "--description", "before the tour", "--tag", "tour")
    write(anna, [{ id: "night-drive", name: "Night Drive", document: document(scale(60, 8), 96) }])
    remove(anna, "low-tide")
    await whiteroom(anna, "backup")
    const id = await connect(server, anna, "Anna")
    await whiteroom(folder, "server", "link", "Mara", "--data", `${folder}/server`)
    link = server.signIn
    expect(id).toMatch(/^anna-/)
  })

  it("is found, seen and heard", async () => {
    const page = await open()
    await signInBy(page, link)
    // What happened lately says it at once.
    await page.getByText("deleted", { exact: true }).first().waitFor()
    await page.getByLabel("Find in songs, now and before").fill("low tide")
    const found = page.locator("search li").filter({ hasText: "Low Tide" })
    await found.first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await found.first().getByRole("link").click()
    await page.getByText("This song is deleted now.").waitFor()
    await page.getByText("16 only then").waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})
