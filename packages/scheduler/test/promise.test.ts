/** The Promise door, on real time: nothing here waits for a time to pass. */
import { getEventListeners } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { InvalidInput, LibraryNotFound } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store/promise"
import { afterEach, beforeEach, expect, it } from "vitest"
import { here } from "../src/index.js"
import { openScheduler, type Scheduler } from "../src/promise.js"

const song = (revision: number) => ({
  id: "s1",
  name: "Night Drive",
  songDataJSON: JSON.stringify({ revision }),
  determinismSeed: "1"
})

let folder: string
let library: Library
let scheduler: Scheduler

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "white-room-scheduler-"))
  library = await openLibrary(join(folder, "library.db"), { create: true })
  scheduler = await openScheduler(library, { actor: "ada@studio" })
})

afterEach(async () => {
  await scheduler.close()
  await library.close()
  rmSync(folder, { recursive: true, force: true })
})

it("opens by path or by library, and creates nothing", async () => {
  const path = join(folder, "none.db")
  await expect(openScheduler(path)).rejects.toBeInstanceOf(LibraryNotFound)
  expect(scheduler.path).toBe(library.path)
  const other = await openScheduler(library.path)
  expect(await other.profiles()).toMatchObject([{ name: "default" }])
  await other.close()
  await other.close()
})

it("keeps profiles as plain values, and rejects with the error itself", async () => {
  const saved = await scheduler.saveProfile({ name: "evening", when: ["daily 18:00"] })
  expect(saved).toMatchObject({ name: "evening", keep: { last: 30 } })
  expect(await scheduler.editProfile("evening", { keep: { daily: 7 } })).toMatchObject({ keep: { daily: 7 } })
  await expect(scheduler.saveProfile({ name: "x", when: ["whenever"] })).rejects.toBeInstanceOf(InvalidInput)
  const [next] = await scheduler.next(1)
  expect(next).toMatchObject({ profile: "evening", rule: "daily 18:00" })
  expect(next?.at).toBeInstanceOf(Date)
  expect(await scheduler.removeProfile("evening")).toBe(true)
  expect(await scheduler.unreadableProfiles()).toEqual([])
})

it("runs a profile when told, reports each run, and can be aborted before it begins", async () => {
  await library.songs.create(song(1))
  await scheduler.saveProfile({ name: "evening", when: ["daily 18:00"], notify: false })
  const signal = AbortSignal.abort(new Error("not now"))
  await expect(scheduler.runDue({ profile: "evening", force: true, signal })).rejects.toThrow("not now")
  expect(await library.backups.list()).toEqual([])
  const seen: Array<string> = []
  const runs = await scheduler.runDue({
    profile: "evening",
    force: true,
    onRun: ({ run }) => void seen.push(`${run.activity} ${run.outcome}`)
  })
  expect(runs).toMatchObject([{ profile: "evening", run: { outcome: "done" } }])
  expect(seen).toEqual(["backup done"])
  expect(await scheduler.places()).toMatchObject([{ place: here, stale: false }])
})

it("ends work in the middle when it is aborted, and lets go of the lease", async () => {
  await library.songs.create(song(1))
  const controller = new AbortController()
  const hooks = { before: `"${process.execPath}" -e "setInterval(() => {}, 1000)"` }
  await scheduler.saveProfile({ name: "evening", when: ["daily 18:00"], notify: false, hooks })
  const running = scheduler.runDue({ profile: "evening", force: true, signal: controller.signal })
  const started = async (): Promise<void> => {
    if ((await library.schedule.runs()).length === 0) await new Promise(setImmediate).then(started)
  }
  await started()
  controller.abort(new Error("enough"))
  await expect(running).rejects.toThrow("enough")
  expect(await library.backups.list()).toEqual([])
  await scheduler.editProfile("evening", { hooks: undefined })
  expect(await scheduler.runDue({ profile: "evening", force: true })).toMatchObject([
    { run: { outcome: "done" } }
  ])
})

it("auto-save tells its listeners, saves when told and when it is closed", async () => {
  const { autoSave } = scheduler
  const told: Array<string> = []
  const off = autoSave.on("saved", ({ id, timestamp }) => told.push(`${id} ${timestamp instanceof Date}`))
  autoSave.on("failed", ({ id, error }) => told.push(`${id} ${error.message}`))
  autoSave.markDirty("s1", () => song(1))
  expect(autoSave.pending()).toEqual(["s1"])
  await autoSave.saveNow()
  expect(told).toEqual(["s1 true"])
  off()
  autoSave.markDirty("s1", () => song(2))
  expect(autoSave.discardPending()).toEqual(["s1"])
  autoSave.markDirty("s2", () => song(3))
  await expect(autoSave.saveNow("s2")).rejects.toBeInstanceOf(InvalidInput)
  expect(told.slice(1)).toEqual([expect.stringContaining("what was given is song s1")])
  autoSave.discardPending("s2")
  autoSave.markDirty("s1", () => song(4))
  await scheduler.close()
  expect((await library.songs.read("s1")).songDataJSON).toBe('{"revision":4}')
  const actors = (await library.history.versions({ kind: "song", id: "s1" })).map(({ actor }) => actor)
  expect(actors).toEqual(["auto-save", "auto-save"])
  expect(() => autoSave.markDirty("s1", () => song(5))).toThrow("closed")
})

it("the last auto-saves are listed", async () => {
  const { autoSave } = scheduler
  for (const revision of [1, 2, 3]) {
    autoSave.markDirty("s1", () => song(revision))
    await autoSave.saveNow()
  }
  expect(await autoSave.versions("s1", 2)).toMatchObject([{ version: 3 }, { version: 2 }])
})

it("refuses options it does not have, and rejects with errors of ours after it is closed", async () => {
  const loose = (options: object) => options as never
  await expect(scheduler.runDue(loose({ profiles: ["x"] }))).rejects.toMatchObject({
    _tag: "InvalidInput",
    field: "profiles"
  })
  await expect(openScheduler(library, loose({ delay: 1 }))).rejects.toMatchObject({ field: "delay" })
  const { signal } = new AbortController()
  for (let count = 0; count < 12; count++) await scheduler.runDue({ profile: "default", signal })
  expect(getEventListeners(signal, "abort")).toEqual([])
  await Promise.all([scheduler.close(), scheduler.close()])
  await scheduler.close()
  for (const late of [
    () => scheduler.runDue(),
    () => scheduler.profiles(),
    () => scheduler.saveProfile({ name: "x", when: ["daily 18:00"] }),
    () => scheduler.next(),
    () => scheduler.autoSave.saveNow(),
    () => scheduler.autoSave.versions("s1")
  ])
    await expect(late()).rejects.toMatchObject({ _tag: "Closed", recovery: expect.any(String) })
})
