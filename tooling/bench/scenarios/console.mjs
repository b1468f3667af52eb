// The console in a browser: the first view of a large library, frames of the timeline while one moves through it, and a piano
// roll of many notes.
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import Database from "better-sqlite3"
import { chromium } from "playwright-core"
import { median } from "../stats.mjs"
import { runProgram } from "../Workers.mjs"

const here = (name) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const program = here("packages/cli/dist/whiteroom.mjs")
const makeLibrary = here("apps/console/test/support/largeLibrary.mjs")
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
const notes = 5000
const roll = "song-roll"

/** A song whose versions differ in every tenth of its notes. */
const addRoll = (file) => {
  const document = (step) =>
    JSON.stringify({
      name: "Roll",
      session_model: {
        tempo: 120,
        tracks: [
          {
            name: "Lead",
            channel: 0,
            notes: Array.from({ length: notes }, (_, index) => ({
              midi: 40 + ((index * 7) % 48) + (index % 10 === 0 ? step : 0),
              time: index / 16,
              duration: 0.2,
              velocity: 0.8
            }))
          }
        ]
      }
    })
  const database = new Database(file)
  database
    .prepare(
      `INSERT INTO song_data (id, name, created_at, updated_at, song_data_json, determinism_seed)
       VALUES (?, 'Roll', '2026-02-02T10:00:00.000Z', '2026-02-02T10:00:00.000Z', ?, '1')`
    )
    .run(roll, document(0))
  const edit = () =>
    database.prepare("UPDATE song_data SET song_data_json = ? WHERE id = ?").run(document(1), roll)
  return { edit, close: () => database.close() }
}

const openPage = async (file, folder) => {
  const child = spawn(process.execPath, [program, "-l", file, "open", "--json", "--no-browser"], {
    env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    stdio: ["ignore", "pipe", "inherit"]
  })
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line)
    if (said.event !== "listening") continue
    child.stdout.resume()
    return { child, link: said.link }
  }
  throw new Error("the page ended before it could be opened")
}

/** Milliseconds until a text is there, of a page that is loaded. */
const load = async (page, text, act) => {
  const from = performance.now()
  await act()
  await page.getByText(text).first().waitFor()
  return performance.now() - from
}

/** Milliseconds between frames while something moves in each of them. */
const framesWhile = (page, move) =>
  page.evaluate(
    ([name, count]) =>
      new Promise((resolve) => {
        const lanes = document.querySelector(".lanes")
        const box = lanes.getBoundingClientRect()
        const place = {
          clientX: box.left + box.width * 0.7,
          clientY: box.top + 100,
          bubbles: true,
          cancelable: true
        }
        const wheel = (more) => lanes.dispatchEvent(new WheelEvent("wheel", { ...place, ...more }))
        const moves = {
          pan: (frame) => wheel({ deltaX: frame % 120 < 60 ? 12 : -12 }),
          zoom: (frame) => wheel({ deltaY: frame % 120 < 60 ? -20 : 20, ctrlKey: true }),
          scroll: () => {
            lanes.scrollTop += 24
          }
        }
        const lengths = []
        let before
        const next = (now) => {
          if (before !== undefined) lengths.push(now - before)
          before = now
          if (lengths.length === count) return resolve(lengths)
          moves[name](lengths.length)
          requestAnimationFrame(next)
        }
        requestAnimationFrame(next)
      }),
    [move, 240]
  )

/** Milliseconds that it takes to draw all notes of a roll, until the picture is there. */
const drawRoll = (page, runs) =>
  page.evaluate(async (count) => {
    const canvas = document.querySelector(".roll canvas")
    const getContext = HTMLCanvasElement.prototype.getContext
    let drawn
    // A picture begins by asking for its context, and is complete when the code that asked has ended.
    HTMLCanvasElement.prototype.getContext = function (...args) {
      const context = getContext.apply(this, args)
      const tell = drawn
      drawn = undefined
      if (tell !== undefined) {
        const from = performance.now()
        queueMicrotask(() => {
          context.getImageData(0, 0, 1, 1)
          tell(performance.now() - from)
        })
      }
      return context
    }
    const draw = (key) =>
      new Promise((resolve) => {
        drawn = resolve
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
      })
    for (let turn = 0; turn < 12; turn++) await draw("-")
    const times = []
    for (let run = 0; run < count; run++) times.push(await draw(run % 2 === 0 ? "ArrowRight" : "ArrowLeft"))
    return times
  }, runs)

export const looking = async ({ report, size, runs, path: inFolder, cli }) => {
  const executablePath = process.env.CHROMIUM ?? places.find(existsSync)
  const what = `the console, ${size} songs of three years`
  if (executablePath === undefined || !cli.exists()) {
    report.absent(what, "no Chromium is installed here, or the CLI is not built")
    return
  }
  const file = inFolder("console.db")
  await runProgram(process.execPath, [makeLibrary, file, String(size), String(Date.now() - 86_400_000)])
  const song = addRoll(file)
  const folder = inFolder("console")
  mkdirSync(folder, { recursive: true })
  let server
  let browser
  try {
    server = await openPage(file, folder)
    const args = ["--no-sandbox", "--disable-dev-shm-usage"]
    browser = await chromium.launch({ executablePath, args })
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, locale: "en-GB" })
    await page.goto(server.link)
    await page.getByText("Where it is kept").waitFor()
    const first = []
    for (let run = 0; run < runs; run++) first.push(await load(page, "Where it is kept", () => page.reload()))
    const { firstView } = JSON.parse(readFileSync(here("apps/console/dist/site.json"), "utf8"))
    report.limit(`${what}, first view, compressed`, "bytes", firstView, 60_000)
    report.limit(`${what}, first view`, "ms", median(first), 1000)
    report.reported(`${what}, list`, "ms", [
      await load(page, "Song 00002", () => page.getByRole("link", { name: "Songs", exact: true }).click())
    ])
    const timeline = await load(page, "changes in what is shown", () =>
      page.getByRole("link", { name: "Timeline" }).click()
    )
    report.reported(`${what}, timeline, first`, "ms", [timeline])
    for (const move of ["pan", "zoom", "scroll"]) {
      const frames = await framesWhile(page, move)
      report.limit(`${what}, timeline, frame while it is moved: ${move}`, "ms", median(frames), 1000 / 59)
      const dropped = frames.filter((length) => length > 25).length
      report.reported(`${what}, timeline, ${move}: late frames of ${frames.length}`, "frames", [dropped])
    }
    const { origin } = new URL(server.link)
    const [library] = new URL(page.url()).hash.slice(2).split("/")
    await page.goto(`${origin}/#/${library}/song/${roll}`)
    // What was seen is a version of its own.
    await page.getByText("first version").first().waitFor()
    song.edit()
    await page.getByText("only then").first().waitFor()
    report.limit(`piano roll of ${notes} notes, two versions`, "ms", median(await drawRoll(page, 21)), 50)
  } finally {
    await browser?.close()
    server?.child.kill("SIGTERM")
    song.close()
  }
}
