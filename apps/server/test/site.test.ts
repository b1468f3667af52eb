/** The pages of the console, as any file of theirs is asked for. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { get } from "./support/get.js"
import { type TestServer, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const page = "<!doctype html><title>Console</title><script type=module src=/assets/main-AB12CD34.js></script>"
const script = `console.log(${JSON.stringify("x".repeat(2000))})`

const built = Effect.map(temporaryFolder, (folder) => {
  const site = join(folder, "site")
  mkdirSync(join(site, "assets"), { recursive: true })
  writeFileSync(join(folder, "secret.txt"), "secret")
  writeFileSync(join(site, "index.html"), page)
  writeFileSync(join(site, "assets", "main-AB12CD34.js"), script)
  writeFileSync(join(site, "assets", "main-AB12CD34.js.br"), brotliCompressSync(script))
  writeFileSync(join(site, "assets", "main-AB12CD34.js.gz"), gzipSync(script))
  writeFileSync(join(site, "icon.svg"), "<svg/>")
  symlinkSync(join(folder, "secret.txt"), join(site, "link.txt"))
  return pathToFileURL(`${site}/`)
})

const withSite = Effect.flatMap(built, (site) => testServer({ site }))

describe("the console's pages", () => {
  it.scopedLive("security 29: are served with a policy that lets nothing in from elsewhere, to anybody", () =>
    Effect.gen(function* () {
      const server = yield* withSite
      for (const address of ["/", "/join", "/?x=1", "/libraries/anna/songs/s1"]) {
        const { status, headers, text } = yield* server.ask("GET", address)
        expect([address, status, text]).toEqual([address, 200, page])
        expect(headers.get("content-type")).toBe("text/html; charset=utf-8")
        expect(headers.get("content-security-policy")).toBe(
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
        expect(headers.get("x-content-type-options")).toBe("nosniff")
        expect(headers.get("cache-control")).toBe("no-cache")
      }
      const icon = yield* server.ask("HEAD", "/icon.svg")
      expect([icon.status, icon.headers.get("content-type"), icon.text]).toEqual([200, "image/svg+xml", ""])
    })
  )

  it.scopedLive("come compressed where the browser takes that, once, and are kept by their hash", () =>
    Effect.gen(function* () {
      const server = yield* withSite
      const ask = (headers: Readonly<Record<string, string>>) =>
        get(server.address, "/assets/main-AB12CD34.js", headers)
      const sizes = yield* Effect.forEach(
        ["br", "gzip, deflate", "gzip;q=1.0, br;q=0", "", "identity"],
        (coding) =>
          Effect.map(ask({ "accept-encoding": coding }), ({ headers, body }) => [
            headers["content-encoding"],
            body.length
          ])
      )
      const gzipped = ["gzip", gzipSync(script).length]
      expect(sizes).toEqual([
        ["br", brotliCompressSync(script).length],
        gzipped,
        gzipped,
        [undefined, script.length],
        [undefined, script.length]
      ])
      const first = yield* ask({ "accept-encoding": "br" })
      expect(first.headers["cache-control"]).toBe("public, max-age=31536000, immutable")
      expect(first.headers.vary).toBe("accept-encoding")
      const tag = String(first.headers.etag)
      const again = yield* ask({ "accept-encoding": "br", "if-none-match": `"other", W/${tag}` })
      expect([again.status, again.body.length]).toEqual([304, 0])
      // Other bytes have another tag.
      const plain = yield* ask({ "if-none-match": tag })
      expect([plain.status, plain.body.length]).toEqual([200, script.length])
    })
  )

  it.scopedLive("security 2: no address leads to another file, and none of the API to a page", () =>
    Effect.gen(function* () {
      const server = yield* withSite
      for (const address of [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/link.txt",
        "/assets/main-AB12CD34.js.br",
        "//etc/passwd.txt",
        "/%00.txt",
        "/%E0%A4%A.txt",
        "/v1/nothing",
        "/health/nothing",
        "/v1",
        "/docs/nothing"
      ]) {
        const { status, headers } = yield* get(server.address, address, {})
        expect([address, status, headers["content-type"]]).toEqual([address, 404, "application/problem+json"])
      }
    })
  )

  const said = (server: TestServer, address: string) =>
    Effect.map(server.ask("GET", address), ({ status, text }) => [status, text.includes("<script")])

  it.scopedLive("where none was built, a sentence says so, and the page of links still helps", () =>
    Effect.gen(function* () {
      const server = yield* Effect.flatMap(temporaryFolder, (folder) =>
        testServer({ site: pathToFileURL(`${folder}/none/`) })
      )
      expect((yield* server.ask("GET", "/")).text).toContain("pages were not built here")
      expect((yield* server.ask("GET", "/join")).text).toContain("whiteroom connect LINK")
      expect(yield* said(server, "/join")).toEqual([200, false])
      expect(yield* said(server, "/libraries")).toEqual([404, false])
    })
  )
})
