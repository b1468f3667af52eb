/** The API as a page to read. */
import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openApi } from "../src/api.js"
import { referencePage } from "../src/http/Reference.js"
import { device, sharedServer } from "./support/server.js"

const count = (text: string, part: RegExp) => text.match(part)?.length ?? 0

describe("/docs", () => {
  const shared = sharedServer({ trustProxy: true })

  it.effect(
    "security 31: shows the whole API to who is signed in, without a script or anything from elsewhere",
    () =>
      Effect.gen(function* () {
        const { server, admin } = shared()
        // Behind a proxy this machine may be anybody.
        expect((yield* server.ask("GET", "/docs")).status).toBe(401)
        const { token } = yield* device(server, admin)
        const { status, text, headers } = yield* server.ask("GET", "/docs", { token })
        expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
        const operations = Object.values(openApi().paths).flatMap((item) => Object.keys(item))
        expect(count(text, /<details>/g)).toBe(operations.length)
        expect(text).not.toMatch(/<script|javascript:|src=|https?:\/\//i)
        // Its style is the one that its policy names, and nothing else is let in.
        const [, style = ""] = /<style>(.*?)<\/style>/s.exec(text) ?? []
        const hash = createHash("sha256").update(style).digest("base64")
        expect(headers.get("content-security-policy")).toContain(
          `default-src 'none'; style-src 'sha256-${hash}'`
        )
        // Each name of a schema leads to where it is described.
        const links = [...text.matchAll(/href="#(schema-[^"]+)"/g)].map(([, name]) => name)
        for (const name of new Set(links)) expect(text).toContain(`id="${name}"`)
        expect(links.length).toBeGreaterThan(operations.length)
        expect(text).toContain("who is admin of the server")
      })
  )

  it("leaves what it shows text", () => {
    const evil = "<img src=x onerror=alert(1)>"
    const operation = { description: evil, parameters: [{ name: evil, in: "query" }], responses: {} }
    const info = { title: evil, description: evil }
    const schemas = { [evil]: { properties: { [evil]: { enum: [evil] } } } }
    const page = referencePage(
      JSON.stringify({ info, paths: { [evil]: { get: operation } }, components: { schemas } })
    )
    expect(page).not.toContain("<img")
    expect(count(page, /&#60;img/g)).toBeGreaterThan(6)
  })
})
