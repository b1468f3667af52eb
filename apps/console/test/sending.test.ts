/** A teacher sends a song back from the page; the daemon of the computer that has the library takes it in. */
import { beforeAll, expect, it } from "vitest"
import { axeViolations, describeInBrowser, signInBy, useBrowser } from "./support/Browser.js"
import { createLibrary, documentNow, scale, songDocument, songsNow, write } from "./support/Songs.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { connect, link, type Server, startDaemon, startServer, whiteroom } from "./support/Whiteroom.js"

const before = songDocument(scale(60, 16))
const broken = songDocument(scale(60, 2), 80)

describeInBrowser("a library of another computer", () => {
  const folder = temporaryFolder()
  const jonas = temporaryFolder()
  const open = useBrowser()
  let server: Server
  let library: string

  beforeAll(async () => {
    server = await startServer(folder)
    await createLibrary(jonas, [{ id: "night-drive", name: "Night Drive", document: before }])
    await whiteroom(jonas, "backup")
    write(jonas, [{ id: "night-drive", name: "Night Drive", document: broken }])
    await whiteroom(jonas, "backup")
    library = await connect(server, jonas, "Jonas")
  })

  it("is sent a song, which comes as its daemon runs, and says so in the page", async () => {
    const page = await open()
    await signInBy(page, await link(server, "Mara"))
    // When its computer takes the next backup nobody here knows, and nobody is told to have it done here.
    await page.getByText("Only the computer that has the library knows that.").waitFor()
    expect(await page.getByText("whiteroom daemon install").count()).toBe(0)
    await page.goto(`${server.address}/#/${library}/song/night-drive`)
    await page.getByRole("link", { name: "Send back" }).click()
    await page.getByText("Nothing has happened yet.").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("button", { name: "Send back" }).click()
    await page.getByRole("heading", { name: "Waiting for the computer" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(songsNow(jonas).size).toBe(1)
    await startDaemon(jonas)
    // The page is told, and not asked again by hand.
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    const copies = [...songsNow(jonas)].filter(([name]) => name !== "Night Drive")
    expect(copies).toEqual([[expect.stringMatching(/^Night Drive \(\w+ \d+ \w+, from Mara\)$/), before]])
    expect(documentNow(jonas, "night-drive")).toBe(broken)
    // Undone where the library is, by the line that the page shows.
    await page.getByText("whiteroom undo").waitFor()
    await whiteroom(jonas, "undo", "--yes")
    expect([...songsNow(jonas).keys()]).toEqual(["Night Drive"])
    // In the list of the library it stands as done.
    await page.getByRole("link", { name: "Home", exact: true }).first().click()
    await page.getByText("Brought back, and on its way").waitFor()
  })

  it("is sent parts of a song, which come when its owner agrees to them, and are undone there", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } })
    await signInBy(page, await link(server, "Ada"))
    await page.goto(`${server.address}/#/${library}/song/night-drive`)
    await page.getByRole("link", { name: "Only parts of it" }).click()
    await page.getByText("1 stays as it is").waitFor()
    await page.getByRole("group", { name: "tempo", exact: true }).getByLabel("as it was").check()
    await page.getByText("1 is replaced").waitFor()
    await page.getByText("See and hear what it will be").click()
    await page.getByText(/notes stay, 0 come, 0 go/).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("button", { name: "Send back" }).click()
    await page.getByText("tempo: as it was").waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await whiteroom(jonas, "inbox")).toContain("replaces parts of yours")
    expect(documentNow(jonas, "night-drive")).toBe(broken)
    await whiteroom(jonas, "inbox", "accept", "--yes")
    await page.getByRole("heading", { name: "It is back" }).waitFor()
    const now = JSON.parse(String(documentNow(jonas, "night-drive"))).session_model
    const { tempo } = JSON.parse(before).session_model
    expect(now).toEqual({ ...JSON.parse(broken).session_model, tempo })
    await whiteroom(jonas, "undo", "--yes")
    expect(documentNow(jonas, "night-drive")).toBe(broken)
  })

  it("has its backups described on that computer alone", async () => {
    const page = await open()
    await signInBy(page, await link(server, "Jo"))
    await page.goto(`${server.address}/#/${library}/backup/b1`)
    await page.getByText("on the computer that has the library").click()
    await page.getByText("whiteroom forget b1").waitFor()
    expect(await page.getByRole("button", { name: "Move to the trash" }).count()).toBe(0)
    expect(await axeViolations(page)).toEqual([])
  })
})
