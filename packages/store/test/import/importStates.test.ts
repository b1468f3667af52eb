import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { allBackups, findBackup, latestBackup } from "../../src/backup/Catalog.js"
import { createBackup } from "../../src/backup/createBackup.js"
import { untilStill } from "../../src/capture/Commit.js"
import { importStates, planImport } from "../../src/import/ImportStates.js"
import { encodeRecord, type Row, toHex } from "../../src/index.js"
import { stateOf } from "../../src/log/EventTable.js"
import { sha256 } from "../../src/object/Compression.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { undo } from "../../src/restore/Undo.js"
import { prune } from "../../src/retention/prune.js"
import type { Session } from "../../src/session/Session.js"
import type { StatesToImport } from "../../src/staging/ImportSource.js"
import { type ForeignRow, type StagedState, stagedObjectsGone, stageRows } from "../../src/staging/Stager.js"
import { resolveState } from "../../src/state/States.js"
import {
  damageOf,
  day,
  newLibrary,
  performanceChange,
  save,
  scratchFolder,
  songChange,
  start
} from "../reliability/support/world.js"

const big = (text: string) => JSON.stringify({ text, notes: text.repeat(800) })

const song = (id: string, content: string, name?: string): ForeignRow => {
  const { kind, row } = songChange(id, content, name)
  if (row === null) throw new Error("a song has a row")
  return { kind, id, row }
}

const backup = (backupId: string, timestamp: number) => ({
  backupId,
  timestamp: new Date(timestamp),
  description: `from elsewhere ${backupId}`,
  tags: ["tour"],
  pinned: false,
  version: "1.0.0"
})

const asBackup = (staged: StagedState, id: string, timestamp = start - day) => ({
  ...staged,
  backup: backup(id, timestamp)
})

const library = () => newLibrary(join(scratchFolder(), "library.db"))

const importRows = (session: Session, rows: ReadonlyArray<ForeignRow>, id: string, options = {}) => {
  const merge = stageRows(session, rows, start)
  const states = { source: "a file", backups: [asBackup(merge, id)], merge }
  return untilStill(session, start, () => importStates(session, states, options, start))
}

/** The record of the live row, as the log would have it. */
const recordOf = (session: Session, id: string): string | undefined => {
  const row = session.tables.song?.get(id)
  return row && recordOfRow(row)
}

const recordOfRow = (row: Row | null): string =>
  row === null ? "none" : toHex(encodeRecord("song", row, sha256).record)

describe("importing states", () => {
  it("brings the songs and the backup, and the same again changes nothing", () => {
    const session = library()
    const rows = [song("a", big("a")), song("b", big("b"))]
    const first = importRows(session, rows, "x")
    expect(first).toMatchObject({ songsRestored: 2, plan: { create: 2 }, conflicts: 0 })
    expect(first.backups).toMatchObject([{ number: 1, trigger: "imported", songs: 2, tags: ["tour"] }])
    const { position } = resolveState(session, "now")
    const again = importRows(session, rows, "x")
    expect(again).toMatchObject({ songsRestored: 0, backups: [], plan: { unchanged: 2 } })
    expect(resolveState(session, "now").position).toBe(position)
    expect(damageOf(session, start)).toEqual([])
    session.close()
  })

  it("keeps what differs here unless told otherwise, and keeps the other in the backup", () => {
    const session = library()
    save(session, start, songChange("a", big("mine")))
    const kept = importRows(session, [song("a", big("theirs")), song("b", big("b"))], "x")
    expect(kept).toMatchObject({ conflicts: 1, plan: { create: 1, keep: 1 } })
    expect(recordOf(session, "a")).toBe(recordOfRow(songChange("a", big("mine")).row))
    const both = importRows(session, [song("a", big("theirs"))], "x", { onConflict: "both" })
    expect(both.plan.create).toBe(1)
    const names = session.db.rows<[string]>("SELECT name FROM song_data ORDER BY name")
    expect(names).toEqual([["Song a"], ["Song a (imported)"], ["Song b"]])
    restoreFromBackup(session, "b1", { only: [{ kind: "song", id: "a" }] }, start)
    expect(recordOf(session, "a")).toBe(recordOfRow(song("a", big("theirs")).row))
    expect(damageOf(session, start)).toEqual([])
    session.close()
  })

  it("is taken back by undo, backups included, and comes back with the next import", () => {
    const session = library()
    save(session, start, songChange("mine", big("mine")))
    importRows(session, [song("a", big("a"))], "x")
    expect(undo(session, {}, start).operation.what).toBe("import")
    expect(recordOf(session, "a")).toBeUndefined()
    expect(allBackups(session.db)[0]?.forgottenAt).toBeDefined()
    importRows(session, [song("a", big("a"))], "x")
    expect(recordOf(session, "a")).toBeDefined()
    expect(allBackups(session.db)).toMatchObject([{ number: 1 }])
    expect(allBackups(session.db)[0]?.forgottenAt).toBeUndefined()
    expect(damageOf(session, start)).toEqual([])
    session.close()
  })

  it("does not make an imported backup the latest one while the library has its own", () => {
    const session = library()
    importRows(session, [song("a", big("a"))], "x")
    expect(findBackup(session.db, "latest").number).toBe(1)
    createBackup(session, { description: "own" }, start)
    importRows(session, [song("a", big("older"))], "y")
    expect(findBackup(session.db, "latest")).toMatchObject({ number: 2, description: "own" })
    expect(latestBackup(session.db)?.number).toBe(2)
    session.close()
  })

  it("leaves the states of the log alone: a past position is not taken from an imported backup", () => {
    const session = library()
    save(session, start, songChange("mine", big("mine")))
    importRows(session, [song("a", big("a"))], "x")
    save(session, start, songChange("later", big("later")))
    const { position } = resolveState(session, "now")
    const past = resolveState(session, `@${position}`)
    const now = resolveState(session, "now")
    expect(Buffer.from(past.root()).toString("hex")).toBe(Buffer.from(now.root()).toString("hex"))
    session.close()
  })

  it("stages again when a prune took the objects away before they were kept", () => {
    const session = library()
    const merge = stageRows(session, [song("a", big("a"))], start)
    const states: StatesToImport = { source: "a file", backups: [], merge }
    prune(session, {}, start)
    expect(importStates(session, states, {}, start)).toBe(stagedObjectsGone)
    expect(recordOf(session, "a")).toBeUndefined()
    const again = { ...states, merge: stageRows(session, [song("a", big("a"))], start) }
    expect(importStates(session, again, {}, start)).toMatchObject({ songsRestored: 1 })
    expect(damageOf(session, start)).toEqual([])
    session.close()
  })

  it("keeps columns that this library's table lacks in the backup, and says so when they are merged", () => {
    const session = library()
    const { row, ...rest } = song("a", big("a"))
    const foreign = { ...rest, row: new Map([...row, ["projections", Buffer.from("{}")]]) }
    const result = importRows(session, [foreign], "x")
    expect(result).toMatchObject({ errors: [], isSuccess: true })
    expect(result.notes).toEqual([
      "song Song a (a): this library has no column projections; the rest was restored"
    ])
    const [entry] = [resolveState(session, "b1").record({ kind: "song", id: "a" })]
    expect(Buffer.from(entry ?? []).includes("projections")).toBe(true)
    const again = importRows(session, [foreign], "x")
    expect(again).toMatchObject({ songsRestored: 0, plan: { unchanged: 1 } })
    session.close()
  })

  it("plans without writing", () => {
    const session = library()
    save(session, start, performanceChange("p", "a", big("p")))
    const merge = stageRows(session, [song("a", big("a"))], start)
    const planned = planImport(session, { source: "a file", backups: [], merge }, {}, start)
    expect(planned).toMatchObject({ plan: { counts: { create: 1, unchanged: 0 } } })
    expect(stateOf(session.db, { kind: "song", id: "a" }).record).toBeUndefined()
    expect(recordOf(session, "a")).toBeUndefined()
    session.close()
  })
})
