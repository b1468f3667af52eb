import { readdirSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { adopt, openLibrary } from "../../src/promise.js"
import { scratchFolder } from "../reliability/support/world.js"
import { asApp, makeAppDatabase } from "../support/appDatabase.js"

it("an app's database is adopted with Promises, and refused with the same errors", async () => {
  const path = makeAppDatabase(join(scratchFolder(), "white_room.db"))
  const steps: Array<string> = []
  expect(await adopt(path, { onProgress: ({ step }) => steps.push(step) })).toMatchObject({
    songs: 3,
    backups: 2
  })
  expect(new Set(steps)).toEqual(new Set(["old backups", "adopt"]))
  await using library = await openLibrary(path)
  expect(await library.backups.find("backup-one")).toMatchObject({ number: 1 })
  await expect(adopt(join(path, "..", "none.db"))).rejects.toMatchObject({ _tag: "LibraryNotFound" })
})

it("adopting into a new file can be aborted while it copies, and leaves nothing behind", async () => {
  const path = makeAppDatabase(join(scratchFolder(), "white_room.db"))
  asApp(path, (app) => app.exec("CREATE TABLE markers AS SELECT zeroblob(3000000)"))
  const abort = new AbortController()
  const onProgress = () => abort.abort()
  const into = join(path, "..", "new.db")
  await expect(adopt(path, { into, signal: abort.signal, onProgress })).rejects.toMatchObject({
    name: "AbortError"
  })
  await new Promise(setImmediate)
  expect(readdirSync(join(path, ".."))).toEqual(["white_room.db"])
  expect(await adopt(path, { into })).toMatchObject({ path: into, songs: 3 })
})
