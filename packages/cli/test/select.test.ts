import { AmbiguousName, EntityNotFound } from "@white-room/core"
import { describe, expect, it } from "vitest"
import { editDistance, nearMatches, selectAll, selectOne } from "../src/select/Names.js"

const songs = [
  { id: "1", name: "Night Drive" },
  { id: "2", name: "night drive" },
  { id: "3", name: "Echo" },
  { id: "4", name: "Écho" },
  { id: "Echo", name: "Confusing" },
  { id: "6", name: "Cafe\u0301" }
]
const what = { kind: "song", where: "this library" } as const

describe("selectOne", () => {
  it("takes an id or an exact name, before another spelling", () => {
    expect(selectOne(songs, "3", what).id).toBe("3")
    expect(selectOne(songs, "night drive", what).id).toBe("2")
    expect(selectOne(songs, "Night Drive", what).id).toBe("1")
  })

  it("asks about a word that is the id of one and the name of another, which id: settles", () => {
    expect(() => selectOne(songs, "Echo", what)).toThrow(AmbiguousName)
    expect(() => selectOne(songs, "Echo", what)).toThrow(/3 .*Echo(?:.|\n)*Echo .*Confusing/)
    expect(selectOne(songs, "id:Echo", what).id).toBe("Echo")
    expect(selectOne(songs, "id:3", what).id).toBe("3")
    expect(() => selectOne(songs, "id:nothing", what)).toThrow(EntityNotFound)
  })

  it("finds a name in another case or composition", () => {
    expect(selectOne(songs, "CONFUSING", what).id).toBe("Echo")
    expect(selectOne(songs, "Caf\u00e9", what).id).toBe("6")
  })

  it("refuses a name that fits several, or none", () => {
    expect(() => selectOne(songs, "NIGHT DRIVE", what)).toThrow(AmbiguousName)
    expect(() => selectOne(songs, "", what)).toThrow(EntityNotFound)
  })
})

describe("selectAll", () => {
  it("takes each once, in the order named", () => {
    expect(selectAll(songs, ["3", "1", "Night Drive"], what).map(({ id }) => id)).toEqual(["3", "1"])
  })
})

describe("near matches", () => {
  it("are nearest first: parts of a name, then few edits; others are none", () => {
    expect(nearMatches(songs, "drive").map(({ id }) => id)).toEqual(["1", "2"])
    expect(nearMatches(songs, "Nigth Drive").map(({ id }) => id)).toEqual(["1", "2"])
    expect(nearMatches(songs, "Symphony")).toEqual([])
    expect(nearMatches(songs, "")).toEqual([])
  })

  it("are five at most", () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ id: String(index), name: `Take ${index}` }))
    expect(nearMatches(many, "Take")).toHaveLength(5)
  })
})

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["same", "same", 0],
    ["nihgt", "night", 1]
  ])("of %j and %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
