/** The first view is small: what index.html names, compressed. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { expect, it } from "vitest"

const dist = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url))

it("is below 60 kB compressed", () => {
  const html = readFileSync(dist("site/index.html"), "utf8")
  const named = [...html.matchAll(/(?:href|src)="\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? "")
  expect(named.some((file) => file.endsWith(".js"))).toBe(true)
  expect(named.some((file) => file.endsWith(".css"))).toBe(true)
  const sizes = ["index.html", ...named].map(
    (file) => gzipSync(readFileSync(dist(`site/${file}`)), { level: 9 }).length
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000)
  // Nothing comes from elsewhere, and nothing runs that is not a file.
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
})
