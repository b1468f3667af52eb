// Makes docs/pictures: the pages as a musician sees them, on the songs of the demonstration, in Chromium.
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import Database from "better-sqlite3"
import { chromium } from "playwright-core"
import { makeEvenings } from "./evenings.mjs"

const root = fileURLToPath(new URL("../..", import.meta.url))
const pictures = path.join(root, "docs/pictures")
const folder = mkdtempSync(path.join(tmpdir(), "white-room-pictures-"))
const library = path.join(folder, "library.db")
const program = path.join(root, "packages/cli/dist/whiteroom.mjs")
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  XDG_CONFIG_HOME: path.join(folder, "config"),
  XDG_DATA_HOME: path.join(folder, "data"),
  XDG_CACHE_HOME: path.join(folder, "cache"),
  WHITEROOM_KEYRING: "file",
  NO_COLOR: "1"
}
const data = path.join(folder, "server")
const id = "performance-night-bus"

const whiteroomOn = (file, ...args) =>
  execFileSync(process.execPath, [program, "-l", file, ...args], { env, cwd: root, encoding: "utf8" })

const whiteroom = (...args) => whiteroomOn(library, ...args)

/** What the app does to its own tables. */
const app = (sql, ...values) => {
  const database = new Database(library, { fileMustExist: true })
  database.prepare(sql).run(...values)
  database.close()
}

const documentNow = () => {
  const database = new Database(library, { readonly: true })
  const row = database
    .prepare("SELECT performance_data_json AS document FROM performance_data WHERE id = ?")
    .get(id)
  database.close()
  return JSON.parse(row.document)
}

/** An evening of work on a performance, and what it broke. */
const work = () => {
  whiteroom("init")
  whiteroom("song", "import", "tooling/demo/songs")
  whiteroom("performance", "import", "tooling/demo/performances")
  whiteroom("backup", "--description", "before the tour", "--tag", "tour", "--pin")
  const save = "UPDATE performance_data SET performance_data_json = ?, updated_at = ? WHERE id = ?"
  const document = documentNow()
  const [lead] = document.tracks
  const steps = [
    () => lead.notes.splice(8, 3),
    () => {
      for (const note of lead.notes.slice(10, 24)) note.midi += 2
    },
    () => {
      for (const note of lead.notes.slice(2, 6)) note.duration *= 1.6
    }
  ]
  for (const [index, step] of steps.entries()) {
    step()
    app(save, JSON.stringify(document), new Date().toISOString(), id)
    whiteroom("backup", "--description", `take ${index + 1}`)
  }
  app("DELETE FROM song_data WHERE name = 'First Frost'")
  app(
    "UPDATE song_data SET name = 'Two Bicycles (ruined)', song_data_json = '{}' WHERE name = 'Two Bicycles'"
  )
  whiteroom("backup", "--skip-if-unchanged")
}

const startServer = async () => {
  const child = spawn(
    process.execPath,
    [program, "server", "start", "--json", "--listen", "127.0.0.1:0", "--data", data],
    { env, stdio: ["ignore", "pipe", "inherit"] }
  )
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line)
    if (said.event !== "listening") continue
    child.stdout.resume()
    return { child, ...said }
  }
  throw new Error("the server ended before it listened")
}

/** The library on this computer, as `whiteroom open` shows it. */
const openLibrary = async () => {
  const child = spawn(process.execPath, [program, "-l", library, "open", "--json", "--no-browser"], {
    env,
    stdio: ["ignore", "pipe", "inherit"]
  })
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line)
    if (said.event !== "listening") continue
    child.stdout.resume()
    return { child, ...said }
  }
  throw new Error("it ended before it listened")
}

/** Part of a performance comes back: chosen, and what it will be. */
const takeParts = async (browser, { link: key }) => {
  const context = await browser.newContext({ viewport: { width: 1120, height: 1060 }, locale: "en-GB" })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  await page.goto(key)
  await page.getByText("Where it is kept").waitFor()
  await page.getByRole("link", { name: "Songs", exact: true }).click()
  await page.getByLabel("Filter by name").fill("live at")
  await page
    .getByRole("link", { name: /^Live at/ })
    .first()
    .click()
  await page.getByRole("radio").first().click()
  await page.getByRole("link", { name: "Only parts of it" }).click()
  await page.getByRole("group", { name: "track lead" }).getByLabel("as it was").check()
  await page.getByText("1 is replaced").waitFor()
  await page.getByText("See and hear what it will be").click()
  await page.locator("canvas").waitFor()
  await page.evaluate(() => scrollTo({ top: 0 }))
  await page.screenshot({ path: path.join(pictures, "parts.png"), caret: "hide", animations: "disabled" })
  await context.close()
  console.log("docs/pictures/parts.png")
}

const link = (name) => JSON.parse(whiteroom("server", "link", name, "--data", data, "--json")).link

/** Connects a library with the server; gives where its pages are. */
const connect = (file, name) => {
  const invited = JSON.parse(whiteroom("server", "invite", name, "--data", data, "--json"))
  whiteroomOn(file, "connect", invited.link, "--yes")
  return invited.libraries[0]
}

const take = async (browser, { address, place, months, at }) => {
  const shots = [
    {
      ...{ name: "timeline", path: `${months}/timeline?at=${at}`, said: "Back to now" },
      ...{ width: 1120, height: 900 }
    },
    { name: "home", path: place, said: "Deleted in the last", width: 1120, height: 760 },
    { name: "home-dark", path: place, said: "All songs", width: 390, height: 844, colorScheme: "dark" },
    { name: "song", path: `${place}/performance/${id}?at=@44`, said: "only then", width: 1120, height: 900 },
    { name: "backup", path: `${place}/backup/b1`, said: "What is in it", width: 1120, height: 760 },
    {
      name: "restore",
      path: `${place}/restore?at=b1&only=performance:${id}`,
      said: "Nothing has happened yet.",
      width: 1120,
      height: 620
    },
    { name: "devices", path: "devices", said: "What was done", width: 1120, height: 900 }
  ]
  for (const { name, path: at, said, width, height, colorScheme = "light" } of shots) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: "en-GB" })
    context.setDefaultTimeout(120_000)
    const page = await context.newPage()
    await page.goto(link("Mara"))
    await page.getByRole("button", { name: "Sign in here" }).click()
    await page.waitForURL((url) => url.pathname === "/")
    await page.goto(`${address}/#/${at}`)
    await page.getByText(said).first().waitFor()
    await page.waitForFunction(() => document.querySelector(".waiting") === null)
    await page.screenshot({ path: path.join(pictures, `${name}.png`), caret: "hide", animations: "disabled" })
    await context.close()
    console.log(`docs/pictures/${name}.png`)
  }
}

let server
let opened
let browser
try {
  mkdirSync(pictures, { recursive: true })
  work()
  server = await startServer()
  const place = connect(library, "Anna")
  const until = new Date().setHours(20, 0, 0, 0)
  const other = path.join(folder, "months.db")
  await makeEvenings(other, until)
  const months = connect(other, "Ben")
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"]
  })
  const at = new Date(until - 40 * 86_400_000).toISOString()
  await take(browser, { address: server.address, place, months, at })
  opened = await openLibrary()
  await takeParts(browser, opened)
} finally {
  await browser?.close()
  server?.child.kill("SIGTERM")
  opened?.child.kill("SIGTERM")
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
