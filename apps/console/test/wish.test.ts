/** What a person wants back stands in the address, and comes out of it as it went in, whatever ids look like. */
import { describe, expect, it } from "vitest"
import { parseAddress } from "../src/address/Link.js"
import { addressOf, bodyOf, commandOf, plainWish, type Wish, wishIn } from "../src/address/Wish.js"

const hostile = ["plain-1", "a:b c", "../..", "#?&=%00", "<img src=x>", "naïve ✈ 中文", " ", "keep x"]

describe("a wish", () => {
  it("stands in an address whole", () => {
    const wish: Wish = {
      at: "@12",
      mode: "replace",
      only: hostile.map((id) => ({ kind: "song" as const, id })),
      decisions: new Map(hostile.map((id) => [`song:${id}`, "combine" as const])),
      parts: new Map(hostile.map((id) => [`performance:${id}`, new Map([[id, "both" as const]])]))
    }
    const { path, query } = parseAddress(addressOf("anna", wish))
    expect(path).toEqual(["anna", "restore"])
    expect(wishIn(query)).toEqual(wish)
    expect(bodyOf(wish).decisions).toEqual([
      ...hostile.map((id) => ({ kind: "song", id, choice: "combine" })),
      ...hostile.map((id) => ({
        ...{ kind: "performance", id, choice: "keep" },
        parts: [{ name: id, choice: "both" }]
      }))
    ])
  })

  it("is what makes sense of any address", () => {
    const query = new URLSearchParams("mode=burn&only=cat:1&only=song:1&choice=eat song:1&choice=keep song:1")
    for (const part of ["", "[", "7", "[7]", '["song:1",["tempo","eat"],7,["key","replace"]]'])
      query.append("part", part)
    expect(wishIn(query)).toEqual({
      at: "latest",
      mode: "replace",
      only: [{ kind: "song", id: "1" }],
      decisions: new Map([["song:1", "keep"]]),
      parts: new Map([["song:1", new Map([["key", "replace"]])]])
    })
  })

  it("is a command that no shell misreads", () => {
    const wish = { at: "2026-11-24 22:14", mode: "copy", only: [{ kind: "song", id: "it's; rm" }] } as const
    expect(commandOf(plainWish(wish))).toBe(
      "whiteroom restore '2026-11-24 22:14' --song 'it'\\''s; rm' --as-copy"
    )
    const picks = new Map([
      ["track it's", "replace" as const],
      ["tempo", "combine" as const]
    ])
    const inPart = { ...plainWish({ at: "b1", mode: "replace", only: [{ kind: "song", id: "1" }] }) }
    expect(commandOf({ ...inPart, parts: new Map([["song:1", picks]]) })).toBe(
      "whiteroom restore b1 --song 1 --part 'track it'\\''s' --part 'tempo=combine'"
    )
    expect(commandOf({ ...inPart, decisions: new Map([["song:1", "both"]]) })).toBe(
      "whiteroom restore b1 --song 1 --on-conflict both"
    )
  })
})
