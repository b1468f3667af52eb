/** The Promise door, in this thread and in a worker alike. */
import { getEventListeners } from "node:events"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import Sqlite from "better-sqlite3"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import {
  BackupNotFound,
  Closed,
  EntityNotFound,
  InvalidInput,
  isWhiteRoomError,
  type Library,
  LibraryNotFound,
  type OpenLibraryOptions,
  openLibrary,
  VersionConflict
} from "../../src/promise.js"
import { bundle } from "../support/bundle.js"
import { quoted, song, songs, sqlite } from "../support/libraries.js"

let programs: string
let worker: URL
let folder: string
let path: string

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const file = join(programs, "worker.mjs")
  await bundle(new URL("../../src/promise/worker.ts", import.meta.url), file)
  worker = pathToFileURL(file)
})

afterAll(() => rmSync(programs, { recursive: true, force: true }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  path = join(folder, "library.db")
})

const opened: Array<Library> = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((library) => library.close()))
  rmSync(folder, { recursive: true, force: true })
})

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.unreachable(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error
  )

/** Does something when an import is prepared; until it is done, the write lock keeps a worker from going on. */
const beforeWriting = (place: string, body: () => void) => {
  const lock = place === "in a worker" ? new Sqlite(path) : undefined
  lock?.exec("BEGIN IMMEDIATE")
  return ({ done, total, step }: { done: number; total: number; step: string }): void => {
    if (step !== "prepare" || done !== total) return
    queueMicrotask(() => lock?.close())
    body()
  }
}

describe.each(["in this thread", "in a worker"])("%s", (place) => {
  const open = async (options: OpenLibraryOptions = {}) => {
    const library = await openLibrary(path, {
      actor: "ada@studio",
      ...options,
      ...(place === "in a worker" && { worker })
    })
    opened.push(library)
    return library
  }
  const create = () => open({ create: true })

  it("creates no file unless told to", async () => {
    const error = await failureOf(open())
    expect(error).toBeInstanceOf(LibraryNotFound)
    expect(error).toMatchObject({ _tag: "LibraryNotFound", path })
    expect(existsSync(path)).toBe(false)
    expect((await create()).path).toBe(path)
    expect(existsSync(path)).toBe(true)
  })

  it("opens what is there when told to create", async () => {
    await (await create()).songs.create(song("a"))
    expect(await (await create()).songs.count()).toBe(1)
  })

  it("takes plain strings and gives Dates", async () => {
    const library = await create()
    const createdAt = new Date("2026-01-02T03:04:05.678Z")
    await library.songs.create({ ...song("a"), createdAt, customMetadata: { mood: "blue" } })
    const read = await library.songs.read("a")
    expect(read).toMatchObject({ id: "a", createdAt, customMetadata: { mood: "blue" } })
    expect(read.updatedAt).toBeInstanceOf(Date)
    const backup = await library.backups.take({ description: "before the tour" })
    expect(backup.timestamp).toBeInstanceOf(Date)
    expect(await library.backups.latest()).toMatchObject({ backupId: backup.backupId })
    expect(await library.preferences.current()).toMatchObject({ userId: "default" })
    expect((await library.upkeep.status()).songs).toBe(1)
    expect(await library.songs.documentBytes()).toBe(song("a").songDataJSON.length)
  })

  it("rejects with the errors of the library, their class and fields", async () => {
    const library = await create()
    await library.songs.create(song("a"))
    const taken = await failureOf(library.songs.create(song("a")))
    expect(taken).toBeInstanceOf(VersionConflict)
    expect(taken).toMatchObject({ kind: "song", id: "a", actual: 1, code: 1 })
    expect(String(taken)).toContain("There is a song a already")
    const missing = await failureOf(library.songs.read("nobody"))
    expect(missing).toBeInstanceOf(EntityNotFound)
    if (!isWhiteRoomError(missing)) return expect.unreachable("no error of ours")
    expect(missing.message).toContain("There is no song nobody")
    expect(missing.recovery).toContain("whiteroom song list")
    expect(missing.stack).toContain("notFound")
    expect(await failureOf(library.backups.find("b7"))).toBeInstanceOf(BackupNotFound)
  })

  it("saves, backs up, diffs, restores and undoes", async () => {
    const library = await create()
    await library.songs.upsertAll([song("a"), song("b")])
    await library.backups.take()
    await library.songs.delete("a")
    const { deleted } = await library.history.diff("latest", "now")
    expect(deleted).toEqual([{ kind: "song", id: "a", name: "Song a" }])
    expect(await library.backups.restore("latest")).toMatchObject({ songsRestored: 1 })
    expect(await library.history.versions({ kind: "song", id: "a" })).toHaveLength(3)
    await library.history.undo()
    expect(await library.songs.count()).toBe(1)
    const { saved } = await library.backups.plan("b1")
    expect(await library.backups.apply(saved)).toMatchObject({ songsRestored: 1, isSuccess: true })
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true, damaged: [] })
  })

  it("reports the progress of long calls", async () => {
    const library = await create()
    const steps: Array<string> = []
    const onProgress = ({ done, total, step }: { done: number; total: number; step: string }) =>
      void steps.push(`${step} ${done}/${total}`)
    const receipt = await library.imports.entities({ source: "test", songs: songs(45), onProgress })
    expect(receipt.events).toBe(45)
    expect(steps).toEqual(
      ["prepare", "write"].flatMap((step) => [`${step} 20/45`, `${step} 40/45`, `${step} 45/45`])
    )
  })

  it("does nothing of a call that is aborted before it, or while it is under way", async () => {
    const library = await create()
    const before = await failureOf(
      library.imports.entities({ source: "test", songs: songs(3), signal: AbortSignal.abort() })
    )
    expect(before).toMatchObject({ name: "AbortError" })
    const controller = new AbortController()
    const { signal } = controller
    const onProgress = beforeWriting(place, () => controller.abort())
    const error = await failureOf(
      library.imports.entities({ source: "test", songs: songs(30), signal, onProgress })
    )
    expect(error).toBe(signal.reason)
    expect(error).toMatchObject({ name: "AbortError" })
    expect(await library.songs.count()).toBe(0)
    expect(await library.log.head()).toMatchObject({ position: 0 })
  })

  it("undoes a call whose progress function throws, and rejects with what it threw", async () => {
    const library = await create()
    const mine = new Error("mine")
    const onProgress = beforeWriting(place, () => {
      throw mine
    })
    expect(await failureOf(library.imports.entities({ source: "test", songs: songs(30), onProgress }))).toBe(
      mine
    )
    expect(await library.songs.count()).toBe(0)
  })

  it("ends running calls before it closes, and rejects later ones", async () => {
    const library = await create()
    const saving = library.songs.create(song("a"))
    const closing = library.close()
    expect(await failureOf(library.songs.count())).toMatchObject({ message: `${path} is closed.` })
    await closing
    await library.close()
    expect((await saving).events).toBe(1)
    const again = await open()
    expect(await again.songs.count()).toBe(1)
    await again[Symbol.asyncDispose]()
    expect(await failureOf(again.songs.count())).toMatchObject({ message: `${path} is closed.` })
  })

  it("gives changes as they come: its own, those of another library object and of plain SQL", async () => {
    const library = await create()
    const other = await open({ actor: "bob@home" })
    await library.songs.create(song("a"))
    const changes = library.changes({ since: 0, interval: 1 })
    const next = async () => (await changes.next()).value
    expect(await next()).toMatchObject({ position: 1, type: "SongCreated", id: "a", actor: "ada@studio" })
    const coming = next()
    await other.songs.create(song("b"))
    expect(await coming).toMatchObject({ position: 2, subject: "song", id: "b", actor: "bob@home" })
    sqlite(path, `UPDATE song_data SET name = ${quoted("Night Drive")} WHERE id = 'a'`)
    const foreign = await next()
    expect(foreign).toMatchObject({ position: 3, type: "SongEdited", id: "a", version: 2, actor: "external" })
    expect(foreign?.recordedAt).toBeInstanceOf(Date)
  })

  it("gives only what happens from now on unless told since when, and ends when it is aborted or closed", async () => {
    const library = await create()
    await library.songs.create(song("a"))
    const controller = new AbortController()
    const { signal } = controller
    const changes = library.changes({ signal, interval: 1 })
    const first = changes.next()
    await library.songs.create(song("b"))
    expect((await first).value).toMatchObject({ id: "b" })
    const waiting = failureOf(changes.next())
    controller.abort()
    expect(await waiting).toBe(signal.reason)
    const ending = library.changes({ interval: 1 }).next()
    await library.close()
    expect(await ending).toMatchObject({ done: true })
  })

  it("leaves nothing at a signal, however a call ends", async () => {
    const library = await create()
    const { signal } = new AbortController()
    for (let count = 0; count < 12; count++) await library.backups.take({ description: `${count}`, signal })
    await failureOf(library.backups.restore("b99", { signal }))
    await failureOf(library.backups.restore("b1", { signal, ...JSON.parse('{"songs":["a"]}') }))
    expect(getEventListeners(signal, "abort")).toEqual([])
    const controller = new AbortController()
    const onProgress = beforeWriting(place, () => controller.abort())
    const entities = { source: "test", songs: songs(30), signal: controller.signal, onProgress }
    await failureOf(library.imports.entities(entities))
    expect(getEventListeners(controller.signal, "abort")).toEqual([])
  })

  it("refuses options that a call does not have, and changes nothing", async () => {
    const library = await create()
    await library.songs.create(song("a"))
    await library.backups.take()
    await library.songs.delete("a")
    const { position } = await library.log.head()
    const loose = library as unknown as Record<
      string,
      Record<string, (...args: Array<unknown>) => Promise<unknown>>
    >
    const calls: ReadonlyArray<
      readonly [service: string, call: string, args: Array<unknown>, field: string]
    > = [
      ["backups", "restore", ["b1", { songs: ["a"] }], "songs"],
      ["backups", "restore", ["b1", "merge"], "options"],
      ["backups", "restoreFromBackup", ["b1", { songs: ["a"] }], "songs"],
      ["backups", "plan", ["b1", { dryRun: true }], "dryRun"],
      ["backups", "take", [{ descripton: "x" }], "descripton"],
      ["backups", "edit", ["b1", { pin: true }], "pin"],
      ["backups", "forget", [["b1"], "by hand", { trash: false }], "arguments"],
      ["backups", "find", ["b1", { trash: true }], "arguments"],
      ["backups", "take", [{ signal: "now" }], "signal"],
      ["backups", "take", [{ onProgress: true }], "onProgress"],
      ["songs", "create", [song("b"), { expectedVersion: 1 }], "expectedVersion"],
      ["songs", "list", [{ max: 1 }], "max"],
      ["history", "undo", [{ operation: 1 }], "operation"],
      ["imports", "entities", [{ source: "test", song: [song("b")] }], "song"],
      ["imports", "open", [[path], { merge: true }], "merge"],
      ["exports", "write", ["b1", join(folder, "x.json"), { password: "x" }], "password"],
      ["upkeep", "prune", [{ keepLast: 1 }], "keepLast"],
      ["upkeep", "check", [{ full: true }], "full"]
    ]
    for (const [service, call, args, field] of calls) {
      const error = await failureOf(loose[service]?.[call]?.(...args) ?? Promise.resolve("no call"))
      expect([service, call, error]).toMatchObject([service, call, { _tag: "InvalidInput", field }])
    }
    expect(await failureOf(library.changes({ after: 1 } as object).next())).toBeInstanceOf(InvalidInput)
    expect(await failureOf(openLibrary(path, { readonly: true } as object))).toBeInstanceOf(InvalidInput)
    expect(await library.log.head()).toMatchObject({ position })
    await library.backups.restore("b1", { mode: undefined })
    expect(await Promise.all(["a"].map(library.songs.read))).toMatchObject([{ id: "a" }])
  })

  it("rejects with errors of ours alone: after it is closed, and for what nobody foresaw", async () => {
    const library = await create()
    const nothing = await failureOf(library.songs.create(null as never))
    expect(isWhiteRoomError(nothing)).toBe(true)
    expect(isWhiteRoomError(await failureOf(openLibrary(7 as never)))).toBe(true)
    await library.songs.create(song("a"))
    await Promise.all([library.close(), library.close()])
    await library.close()
    for (const late of [
      () => library.songs.list(),
      () => library.backups.take(),
      () => library.history.undo(),
      () => library.upkeep.status(),
      () => library.imports.open([path]),
      () => library.changes().next()
    ]) {
      const error = await failureOf(late())
      expect(error).toBeInstanceOf(Closed)
      expect(error).toMatchObject({ _tag: "Closed", what: path, recovery: expect.any(String) })
    }
  })

  it("refuses what is no input, and what is no call", async () => {
    const library = await create()
    expect(await failureOf(library.songs.list({ limit: -1 }))).toBeInstanceOf(InvalidInput)
    expect(Object.keys(library.songs)).not.toContain("session")
    expect(Object.keys(library.songs)).not.toContain("table")
  })

  it("opens files to be brought in, says what is in them, plans and applies, and lets go of them", async () => {
    const library = await create()
    const good = join(folder, "night.json")
    const bad = join(folder, "bad.json")
    writeFileSync(good, JSON.stringify({ name: "Night Drive", notes: [1, 2] }))
    writeFileSync(bad, "{")
    const found = await library.imports.open([good, bad])
    expect(found).toMatchObject({ files: 2, entries: [{ kind: "song", name: "Night Drive" }], warnings: [] })
    expect(found.problems).toEqual([{ file: bad, reason: expect.any(String) }])
    expect((await found.plan()).counts).toMatchObject({ create: 1 })
    expect(await library.songs.count()).toBe(0)
    expect(await found.apply()).toMatchObject({ songsRestored: 1, isSuccess: true })
    expect(await library.songs.search("night")).toHaveLength(1)
    await found.close()
    await found.close()
    expect(await failureOf(found.plan())).toMatchObject({ message: "The import is closed." })
  })

  it("opens an encrypted file with the keys it is given", async () => {
    const library = await create()
    await library.songs.create(song("a"))
    const file = join(folder, "all.json.age")
    // Cheap, so that the test is quick.
    const lock = { passphrase: "a b c", workFactor: 4 }
    await library.exports.write("now", file, { lock })
    await library.songs.delete("a")
    await using found = await library.imports.open([file], { keys: { passphrase: "a b c" } })
    expect(found.entries).toMatchObject([{ kind: "song", id: "a" }])
    expect(await found.apply()).toMatchObject({ songsRestored: 1 })
  })

  it("follows the log from a position on", async () => {
    const library = await create()
    await library.songs.create(song("a"))
    await library.songs.create(song("b"))
    const seen: Array<string> = []
    for await (const { position, id } of library.log.follow(1, { interval: 1 })) {
      seen.push(`@${position} ${id}`)
      break
    }
    expect(seen).toEqual(["@2 b"])
  })
})

describe("a library in this thread", () => {
  it("stops a full check that is aborted, and works on", async () => {
    const library = await openLibrary(path, { create: true })
    opened.push(library)
    await library.songs.upsertAll(songs(1500))
    const controller = new AbortController()
    const { signal } = controller
    const onProgress = () => controller.abort("enough")
    expect(await failureOf(library.upkeep.check({ level: "full", signal, onProgress }))).toBe("enough")
    expect(await library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
  })
})

describe("a library in a worker", () => {
  it("leaves this thread free while it imports", async () => {
    const turnsOf = async (options: OpenLibraryOptions) => {
      const library = await openLibrary(path, { create: true, ...options })
      opened.push(library)
      let turns = 0
      let over = false
      const turn = () => {
        turns++
        if (!over) setImmediate(turn)
      }
      setImmediate(turn)
      await library.imports.entities({ source: "test", songs: songs(1500) })
      over = true
      return turns
    }
    expect(await turnsOf({})).toBeLessThan(5)
    await opened.pop()?.close()
    rmSync(path)
    expect(await turnsOf({ worker })).toBeGreaterThan(50)
  })

  it("says where it looked when its program is not there", async () => {
    const missing = pathToFileURL(join(folder, "worker.mjs"))
    const error = await failureOf(openLibrary(path, { create: true, worker: missing }))
    expect(error).toMatchObject({ _tag: "InvalidInput", field: "worker" })
    expect(String(error)).toContain("worker.mjs")
  })

  it("rejects an argument that no message can carry, and goes on", async () => {
    const library = await openLibrary(path, { create: true, worker })
    opened.push(library)
    const odd: Record<string, string> = { mood: "blue" }
    Object.defineProperty(odd, "mood", { enumerable: true, value: () => "blue" })
    const error = await failureOf(library.songs.create({ ...song("a"), customMetadata: odd }))
    expect(error).toMatchObject({ _tag: "InvalidInput", field: "argument" })
    expect(await library.songs.count()).toBe(0)
  })
})
