/** Queries that only Phase 5 has: the newest, and those of some days, whatever form of time an app wrote. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { InvalidInput } from "@white-room/core"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  type Library,
  openLibrary,
  type Performance,
  PerformanceDataRepository,
  type Song,
  SongDataRepository
} from "../../src/phase5.js"
import { sqlite } from "../support/libraries.js"

let folder: string
let library: Library

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  library = await openLibrary(join(folder, "library.db"), { create: true })
})

afterEach(async () => {
  await library.close()
  rmSync(folder, { recursive: true, force: true })
})

const at = (time: string) => ({ createdAt: new Date(time), updatedAt: new Date(time) })

const song = (id: string, time: string, more: Partial<Song> = {}): Song => ({
  id,
  name: `Song ${id}`,
  songDataJSON: "{}",
  determinismSeed: "seed",
  ...at(time),
  ...more
})

const performance = (id: string, time: string, more: Partial<Performance> = {}): Performance => ({
  id,
  name: `Performance ${id}`,
  songId: "s",
  duration: 60,
  performanceDataJSON: "{}",
  isFavorite: false,
  tags: [],
  ...at(time),
  ...more
})

const ids = (found: ReadonlyArray<{ readonly id: string }>) => found.map(({ id }) => id)

describe("songs", () => {
  it("come newest first, by creation and by change", async () => {
    const songs = new SongDataRepository(library)
    await songs.create(song("1", "2026-03-01T10:00:00Z"))
    await songs.create(song("2", "2026-03-03T10:00:00Z"))
    await songs.create(song("3", "2026-03-02T10:00:00Z"))
    await songs.update(song("1", "2026-03-01T10:00:00Z", { updatedAt: new Date("2026-04-01T00:00:00Z") }))
    expect(ids(await songs.getRecentlyCreated())).toEqual(["2", "3", "1"])
    expect(ids(await songs.getRecentlyUpdated())).toEqual(["1", "2", "3"])
    expect(ids(await songs.getRecentlyCreated(2))).toEqual(["2", "3"])
    expect(await songs.getRecentlyUpdated(0)).toEqual([])
    await expect(songs.getRecentlyCreated(-1)).rejects.toThrow(InvalidInput)
    await expect(songs.getRecentlyUpdated(Number.POSITIVE_INFINITY)).rejects.toThrow(InvalidInput)
  })

  it("come newest first when two apps wrote the same day in two forms of time", async () => {
    const songs = new SongDataRepository(library)
    await songs.create(song("iso", "2026-03-01T01:00:00Z"))
    await songs.create(song("later", "2026-03-01T23:00:00Z"))
    sqlite(
      library.path,
      `INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
       VALUES('grdb', 'G', '2026-03-01 22:00:00.000', '2026-03-01 22:00:00.000', '{}', 's')`
    )
    expect(ids(await songs.getRecentlyCreated(2))).toEqual(["later", "grdb"])
    expect(ids(await songs.getRecentlyUpdated(3))).toEqual(["later", "grdb", "iso"])
  })

  it("are found by when they were created, both ends included, oldest first", async () => {
    const songs = new SongDataRepository(library)
    await songs.create(song("1", "2026-03-01T10:00:00Z"))
    await songs.create(song("2", "2026-03-03T10:00:00Z"))
    await songs.create(song("3", "2026-03-02T10:00:00Z"))
    const between = (from: string, to: string) => songs.getByDateRange(new Date(from), new Date(to))
    expect(ids(await between("2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z"))).toEqual(["3", "2"])
    expect(ids(await between("2026-03-02T10:00:00.001Z", "2026-03-03T09:59:59.999Z"))).toEqual([])
    const always = await songs.getByDateRange(new Date(-8.64e15), new Date(8.64e15))
    expect(ids(always)).toEqual(["1", "3", "2"])
    await expect(between("2026-03-02", "nonsense")).rejects.toThrow(InvalidInput)
  })
})

it("performances are found by song, as favourites and by time", async () => {
  const performances = new PerformanceDataRepository(library)
  await performances.create(performance("p1", "2026-03-01T10:00:00Z", { name: "b", isFavorite: true }))
  await performances.create(performance("p2", "2026-03-02T10:00:00Z", { name: "a", songId: "other" }))
  await performances.create(performance("p3", "2026-03-03T10:00:00Z", { name: "A" }))
  expect(ids(await performances.getBySongId("s"))).toEqual(["p3", "p1"])
  expect(await performances.getBySongId("S")).toEqual([])
  expect(ids(await performances.getFavorites())).toEqual(["p1"])
  expect(ids(await performances.getRecentlyCreated(2))).toEqual(["p3", "p2"])
  expect(ids(await performances.getRecentlyUpdated(1))).toEqual(["p3"])
  const days = await performances.getByDateRange(new Date("2026-03-01"), new Date("2026-03-02T12:00:00Z"))
  expect(ids(days)).toEqual(["p1", "p2"])
})
