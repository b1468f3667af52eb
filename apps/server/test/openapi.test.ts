import { describe, expect, it } from "@effect/vitest"
import { Validator } from "@seriousme/openapi-schema-validator"
import { openApi } from "../src/api.js"
import { scopes } from "../src/http/Scopes.js"

describe("the document of the API", () => {
  it("is valid OpenAPI 3.1", async () => {
    const document = openApi()
    expect(document.openapi).toBe("3.1.0")
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true })
  })

  it("says which routes need no access, as the table of scopes does", () => {
    const open = Object.entries(openApi().paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security }]) => security.length === 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`)
    )
    const byHand = ["GET /openapi.json", "GET /*"]
    expect([...open, ...byHand].sort()).toEqual(
      Object.keys(scopes)
        .filter((route) => scopes[route] === "open")
        .sort()
    )
  })

  it("says of every error that it is a problem", () => {
    for (const [path, item] of Object.entries(openApi().paths))
      for (const [method, { responses }] of Object.entries(item))
        for (const [status, answer] of Object.entries(responses))
          if (Number(status) >= 400)
            expect([path, method, status, ...Object.keys(answer.content ?? {})]).toEqual([
              path,
              method,
              status,
              "application/problem+json"
            ])
  })

  // Published with the package. A change here is a change for those who use it: fields may be added, nothing may go.
  it("is the one that is published", async () => {
    await expect(`${JSON.stringify(openApi(), null, 2)}\n`).toMatchFileSnapshot("../openapi.json")
  })
})
