import { describe, expect, it } from "vitest"
import { readPerformanceFile } from "../../src/song-file/PerformanceFile.js"
import { file, now, options, performance, readPerformance, songRow } from "./fixtures.js"

const nodeObject = {
  id: "perf-1",
  name: "Live at the pier",
  songId: "s-1",
  description: "second take",
  duration: 61.25,
  performanceDataJSON: '{"tracks": []}',
  createdAt: "2026-01-16T09:00:00.000Z",
  updatedAt: "2026-01-17T09:00:00.000Z",
  isFavorite: true,
  tags: ["live", "tour"]
}

const rejection = (content: unknown): string => {
  const read = readPerformanceFile(file(content), "a.json", options)
  return read._tag === "Rejected" ? read.reason : "taken"
}

describe("the forms of performance files", () => {
  it("reads the camelCase form and keeps its own content", () => {
    const { performance: read, warnings } = readPerformance(nodeObject)
    expect(warnings).toEqual([])
    expect(read).toEqual({
      ...nodeObject,
      createdAt: new Date(nodeObject.createdAt),
      updatedAt: new Date(nodeObject.updatedAt)
    })
  })

  it("reads the snake_case form of iOS and names what the model has no place for", () => {
    const { performance: read, warnings } = readPerformance({
      active: true,
      created_at: 790_246_800,
      duration: 60,
      id: "perf-1",
      is_favorite: false,
      name: "p",
      parameters: {},
      performance_data_json: "{}",
      song_id: "s-1",
      tags: ["midi"],
      updated_at: 790_333_200
    })
    expect(read).toEqual({
      id: "perf-1",
      name: "p",
      songId: "s-1",
      duration: 60,
      performanceDataJSON: "{}",
      createdAt: new Date("2026-01-16T09:00:00.000Z"),
      updatedAt: new Date("2026-01-17T09:00:00.000Z"),
      isFavorite: false,
      tags: ["midi"]
    })
    expect(warnings).toEqual([
      '"active" has no place in a performance and was left out',
      '"parameters" has no place in a performance and was left out'
    ])
  })

  it("reads a table row: 0 and 1, tags as text, GRDB times", () => {
    expect(
      performance({
        id: "r",
        name: "r",
        song_id: "s",
        description: null,
        duration: 1,
        performance_data_json: "{}",
        created_at: "2026-01-16 09:00:00.000",
        updated_at: "2026-01-16 09:00:00.000",
        is_favorite: 1,
        tags: '["a","b"]'
      })
    ).toMatchObject({ isFavorite: true, tags: ["a", "b"], createdAt: new Date("2026-01-16T09:00:00.000Z") })
  })

  it("keeps any other object with a name and a song id byte for byte", () => {
    const text = '{ "title":"Loose", "songId":"s" , "notes":[] }\n'
    const read = performance(text)
    expect(read).toMatchObject({
      name: "Loose",
      songId: "s",
      performanceDataJSON: text,
      duration: 0,
      tags: []
    })
    expect(read).toMatchObject({ createdAt: now, updatedAt: now, isFavorite: false })
    expect(performance(text).id).toBe(read.id)
  })
})

describe("what cannot be used", () => {
  it("is left out and named", () => {
    const { performance: read, warnings } = readPerformance({
      ...nodeObject,
      duration: "60",
      isFavorite: "yes",
      tags: ["a", 5, "", "b\ud800"],
      createdAt: true
    })
    expect(read).toMatchObject({ duration: 0, isFavorite: false, tags: ["a", "b\ufffd"], createdAt: now })
    expect(warnings).toEqual([
      "createdAt is not a time and was left out",
      "duration is not a number of zero or more and was left out",
      "isFavorite is not true or false and was left out",
      "tags: items that are not texts were left out"
    ])
  })

  it.each([
    [{ name: "p", performanceDataJSON: "{}" }, "it does not say which song it is of (songId)"],
    [{ name: "p", songId: " ", performanceDataJSON: "{}" }, "it does not say which song it is of (songId)"],
    [{ songId: "s" }, "it has no name or title"],
    [songRow, "it is a song, not a performance"],
    [
      { ...nodeObject, performanceDataJSON: "\ud800" },
      "its performanceDataJSON holds a NUL or half a surrogate pair and could not be kept as it is"
    ],
    ["[1]", "it holds a list, not one JSON object"]
  ])("is rejected with a reason: %j", (content, reason) => {
    expect(rejection(content)).toBe(reason)
  })
})
