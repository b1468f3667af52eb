/** Pages of the log that are read as one row are what they are row by row, or are left to be read so. */
import { join } from "node:path"
import { expect, it } from "vitest"
import { readEvents } from "../../src/log/EventTable.js"
import { packedEvents } from "../../src/log/packedEvents.js"
import { Database } from "../../src/sqlite/Database.js"
import { buildWorld } from "../reliability/support/flips.js"
import { asApp, copyOf, scratchFolder } from "../reliability/support/world.js"

const reading = <A>(path: string, read: (db: Database) => A): A => {
  const db = Database.open(path, { readonly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

it("are the same events, page by page; the last one, which is not full, is left", () => {
  const path = join(scratchFolder(), "world.db")
  buildWorld(path)
  reading(path, (db) => {
    const all = readEvents(db, 0, 1000)
    expect(all.length).toBeGreaterThan(30)
    for (const limit of [1, 7, all.length]) expect(packedEvents(db, 0, limit)).toEqual(all.slice(0, limit))
    expect(packedEvents(db, 5, 7)).toEqual(all.slice(5, 12))
    expect(packedEvents(db, 5, all.length)).toBeUndefined()
  })
})

it("are left where a value is of another class, a command is missing, or bytes are not what they must be", () => {
  const folder = scratchFolder()
  const [world, path] = [join(folder, "world.db"), join(folder, "changed.db")]
  buildWorld(world)
  for (const change of [
    "UPDATE event_log SET payload = CAST(payload AS TEXT) WHERE position = 3",
    "UPDATE event_log SET payload = 12 WHERE position = 3",
    "UPDATE event_log SET chain_hash = CAST(chain_hash AS TEXT) WHERE position = 3",
    "UPDATE event_log SET entity_id = x'41' WHERE position = 3",
    "UPDATE event_log SET type = 'Nothing' WHERE position = 3",
    "UPDATE event_log SET version = 'one' WHERE position = 3",
    "UPDATE event_log SET command = 12345 WHERE position = 3"
  ]) {
    asApp(copyOf(world, path), (db) => db.exec(change))
    const found = reading(path, (db) => {
      try {
        return packedEvents(db, 0, 5)
      } catch {
        return undefined
      }
    })
    expect(found, change).toBeUndefined()
  }
})
