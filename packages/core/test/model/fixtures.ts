import type { PerformanceInput } from "../../src/model/Performance.js"
import type { SongInput } from "../../src/model/Song.js"

export const now = new Date("2026-11-20T14:30:00.000Z")

export const song: SongInput = {
  id: "song-1",
  name: "Night Drive",
  composer: "Ada",
  description: "at 3 a.m.",
  genre: "ambient",
  duration: 182.5,
  key: "F# minor",
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-02-03T04:05:06.789Z"),
  songDataJSON: '{ "tempo" : 120.0 }\n',
  determinismSeed: "42",
  customMetadata: { mood: "calm", ключ: "значение" }
}

export const performance: Required<PerformanceInput> = {
  id: "performance-1",
  name: "Live",
  songId: "song-1",
  description: "first take",
  duration: 61,
  performanceDataJSON: '{"events":[]}',
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-02-03T04:05:06.789Z"),
  isFavorite: true,
  tags: ["tour", "take 1"]
}
