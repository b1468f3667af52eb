// The doors with Promises from CommonJS, in plain JavaScript, also with the library in a worker: for an app that has any
// `effect` or none.
const assert = require("node:assert/strict")
const { rmSync } = require("node:fs")
const { isWhiteRoomError } = require("@white-room/core")
const { openScheduler } = require("@white-room/scheduler/promise")
const { BackupManager, SongDataRepository } = require("@white-room/store/phase5")
const { EntityNotFound, openLibrary: open } = require("@white-room/store/promise")

const song = { id: "s1", name: "Night Drive", songDataJSON: '{"tempo":96}', determinismSeed: "7" }
const file = "promised.db"

const promise = async (worker) => {
  const library = await open(file, { worker, create: true })
  try {
    const steps = []
    const songs = Array.from({ length: 500 }, (_, index) => ({ ...song, id: `s${index}` }))
    await library.imports.entities({ source: "test", songs, onProgress: ({ step }) => steps.push(step) })
    assert.ok(steps.includes("write"))
    await assert.rejects(library.songs.read("nobody"), EntityNotFound)
    const signal = AbortSignal.abort()
    await assert.rejects(library.upkeep.check({ level: "full", signal }), { name: "AbortError" })
    const { value } = await library.changes({ since: 0 }).next()
    assert.equal(value.type, "SongCreated")
    assert.ok(value.recordedAt instanceof Date)
    return (await library.upkeep.check({ level: "full" })).ok
  } finally {
    await library.close()
  }
}

const phase5 = async () => {
  const songs = new SongDataRepository(file)
  const manager = new BackupManager(file)
  const backup = await manager.createBackup("before the tour")
  await songs.delete("s1")
  const { isSuccess } = await manager.restoreFromBackup(backup.id)
  const back = await songs.read("s1")
  await manager.destroy()
  return isSuccess && back.name
}

const scheduled = async () => {
  const scheduler = await openScheduler(file)
  try {
    await scheduler.saveProfile({ name: "evening", when: ["weekdays 18:00"], notify: false })
    const [{ run }] = await scheduler.runDue({ profile: "evening", force: true })
    scheduler.autoSave.markDirty("s1", () => ({ ...song, name: "Day Drive" }))
    await scheduler.autoSave.saveNow()
    const [newest] = await scheduler.autoSave.versions("s1")
    return `${run.outcome}, ${newest.name} by ${newest.actor}`
  } finally {
    await scheduler.close()
  }
}

const main = async () => {
  rmSync(file, { force: true })
  assert.equal(await promise(false), true)
  assert.equal(await promise(true), true)
  assert.equal(await phase5(), "Night Drive")
  assert.equal(await scheduled(), "done, Day Drive by auto-save")
  const missing = await open("missing.db").catch((error) => error)
  assert.ok(isWhiteRoomError(missing))
  console.log("Every door with Promises opens.")
}

main()
