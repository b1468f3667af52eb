// Runs where npm has installed the packed tarballs: `whiteroom open` shows a library with the pages that came in its own tarball.
import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { readdirSync } from "node:fs"
import { createInterface } from "node:readline"

const cli = "node_modules/@white-room/cli/dist"
const whiteroom = (...args) => [`${cli}/whiteroom.mjs`, "--library", "opened.db", ...args]

assert.equal(spawnSync(process.execPath, whiteroom("init")).status, 0)
assert.equal(spawnSync(process.execPath, whiteroom("backup")).status, 0)

const child = spawn(process.execPath, whiteroom("open", "--no-browser", "--json"), {
  stdio: ["ignore", "pipe", "inherit"]
})

/** The line with which it says where it listens. */
const listening = async () => {
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line)
    if (said.event === "listening") return said
  }
  throw new Error("it ended before it listened")
}

try {
  const { address, link } = await listening()
  const get = (path, headers = {}) => fetch(address + path, { headers })

  const page = await get("/")
  assert.equal(page.status, 200)
  assert.match(page.headers.get("content-security-policy"), /default-src 'none'/)
  const html = await page.text()
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  assert.ok(named.length >= 2, "the page names its script and its style")
  // Those that are loaded later, too.
  const files = readdirSync(`${cli}/site/assets`).filter((name) => !/\.(?:br|gz)$/.test(name))
  for (const path of new Set([...named, ...files.map((name) => `/assets/${name}`)])) {
    const asset = await get(path)
    assert.equal(asset.status, 200, path)
    assert.match(asset.headers.get("content-type"), /javascript|css/, path)
    assert.ok((await asset.text()).length > 0, path)
  }

  assert.equal((await get("/v1/me")).status, 401)
  const signedIn = await fetch(`${address}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({ code: new URL(link).hash.slice(1), secret: randomBytes(32).toString("base64url") })
  })
  assert.equal(signedIn.status, 200, await signedIn.clone().text())
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ")
  const { items } = await (await get("/v1/libraries", { cookie })).json()
  assert.equal(items.length, 1)
  const status = await (await get(`/v1/libraries/${items[0].id}/status`, { cookie })).json()
  assert.equal(status.here.number, 1)
  console.log(`${files.length} files of pages, and the library behind them.`)
} finally {
  child.kill("SIGTERM")
}
