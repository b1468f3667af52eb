/**
 * Debian's Chromium, one for all files of a process; it ends with that. Whatever a page complains about (a policy that was violated, an exception, an
 * error in its console) fails the test that opened it.
 */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest"
import { stopAll } from "./Whiteroom.js"

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place))

/** `describe` for tests that need a browser; without one they are skipped, and their name says why. What they start ends. */
export const describeInBrowser = (name: string, body: () => void): void => {
  if (executablePath === undefined)
    describe.skip(`${name} (no Chromium is installed here: apt install chromium, or set CHROMIUM)`, body)
  else
    describe(name, () => {
      // Before those of the body: what is registered first ends last, when no page looks any more.
      afterAll(stopAll)
      body()
    })
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

let launched: Promise<Browser> | undefined

/** The browser, started by whichever file asks first. */
const started = (): Promise<Browser> => {
  launched ??= chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
  })
  return launched
}

/** Opens pages. */
export const useBrowser = () => {
  let browser: Browser | undefined
  const complaints: Array<string> = []
  beforeAll(async () => {
    browser = await started()
  })
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()))
    expect(complaints.splice(0)).toEqual([])
  })
  return async (options: BrowserContextOptions & { readonly allowed?: RegExp } = {}): Promise<Page> => {
    if (browser === undefined) throw new Error("asked for before it was started")
    const { allowed, ...rest } = options
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      viewport: { width: 1200, height: 900 },
      ...rest
    })
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    const complain = (text: string) => {
      if (allowed?.test(text) !== true) complaints.push(text)
    }
    page.on("pageerror", (error) => complain(`exception: ${error.message}`))
    page.on("console", (message) => {
      // Answers of the API with a status that says no are told to the page, which shows them.
      if (/\/(?:v1|health)\//.test(message.location().url) && message.text().startsWith("Failed to load"))
        return
      if (message.type() === "error" || message.type() === "warning") complain(message.text())
    })
    page.on("dialog", (dialog) => {
      complain(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)
      )
    })
    return page
  }
}

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string
    readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary: string }>
  }>
}

/**
 * What axe finds wrong with a page as it is now; it comes in from outside the page's policy. Style sheets and recordings are not read
 * before: its rules for how a phone is held and for sound that plays by itself want that, and nothing here has either.
 */
export const axeViolations = async (page: Page): Promise<ReadonlyArray<string>> => {
  // A document that was looked at before has it already.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe)
  const results = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<AxeResults> }
    }
    return checker.run({ resultTypes: ["violations"], preload: false })
  })
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`)
  )
}

/** Signs the browser in by a link, as a person does. */
export const signInBy = async (page: Page, link: string): Promise<void> => {
  await page.goto(link)
  await page.getByRole("button", { name: "Sign in here" }).click()
  await page.waitForURL((url) => url.pathname === "/")
}
