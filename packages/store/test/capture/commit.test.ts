/** The write door: what a body that finds something moved leaves behind, and how often it is asked again. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { LibraryLocked, PlanOutdated } from "@white-room/core"
import { commit, Done, patience, prepareAndCommit } from "../../src/capture/Commit.js"
import { readEvents, readHead } from "../../src/log/EventTable.js"
import { Moved } from "../../src/session/Moved.js"
import type { Session } from "../../src/session/Session.js"
import {
  asApp,
  damageOf,
  newLibrary,
  save,
  scratchFolder,
  songChange,
  start
} from "../reliability/support/world.js"

const library = () => newLibrary(join(scratchFolder(), "library.db"))

/** Writes something that a rollback would take back. */
const leave = (session: Session, name: string) =>
  session.db.run("INSERT INTO profile(name, definition, changed_at) VALUES(?, '{}', 0)", name)

const left = (session: Session) =>
  session.db.rows<[string]>("SELECT name FROM profile ORDER BY name").map(([name]) => name)

const writes = (session: Session, number = readHead(session.db).position): ReadonlyArray<string> =>
  readEvents(session.db, number, 100).map(({ type, id, actor }) => `${type} ${id} ${actor}`)

describe("a transaction that finds that its input moved", () => {
  it("keeps nothing, prepares again, and keeps the last run alone", () => {
    const session = library()
    let prepared = 0
    const result = prepareAndCommit(
      session,
      { now: start },
      () => ++prepared,
      (_, number) => {
        leave(session, `run ${number}`)
        return number < 3 ? Moved.input("it moved") : `done ${number}`
      }
    )
    expect(result).toBe("done 3")
    expect(left(session)).toEqual(["run 3"])
    expect(session.db.inTransaction).toBe(false)
    session.close()
  })

  it("gives up with the reason after so many tries, and leaves nothing", () => {
    const session = library()
    let runs = 0
    const attempt = () =>
      commit(session, { now: start }, () => {
        leave(session, `run ${++runs}`)
        return Moved.input("it never held still")
      })
    expect(attempt).toThrow(PlanOutdated)
    expect(runs).toBe(patience + 1)
    expect(left(session)).toEqual([])
    session.close()
  })

  it("prepares under the lock at last, where that was asked for", () => {
    const session = library()
    const locked: Array<boolean> = []
    const result = prepareAndCommit(
      session,
      { now: start, lastUnderLock: true },
      () => locked.push(session.db.inTransaction),
      () => (locked.at(-1) === true ? "done" : Moved.input("others are faster"))
    )
    expect(result).toBe("done")
    expect(locked).toEqual([...Array.from({ length: patience }, () => false), true])
    session.close()
  })

  it("takes no lock when the preparation finds that nothing needs to be written", () => {
    const session = library()
    const path = session.path
    const held = asApp(path, (app) => {
      app.exec("BEGIN IMMEDIATE")
      const result = prepareAndCommit(
        session,
        { now: start },
        () => new Done("nothing to do"),
        () => "written"
      )
      app.exec("ROLLBACK")
      return result
    })
    expect(held).toBe("nothing to do")
    session.close()
  })
})

describe("a transaction that finds that a row or the schema moved", () => {
  it("takes the row over first, as a change of another program", () => {
    const session = library()
    save(session, start, songChange("a", "{}", "Mine"))
    asApp(session.path, (app) => {
      app.exec("UPDATE song_data SET name = 'Theirs' WHERE id = 'a'")
      app.exec("DELETE FROM external_changes")
    })
    const { position } = readHead(session.db)
    let runs = 0
    commit(session, { now: start }, () => (++runs === 1 ? Moved.row({ kind: "song", id: "a" }) : undefined))
    expect(runs).toBe(2)
    expect(writes(session, position)).toEqual(["SongEdited a external"])
    expect(damageOf(session, start)).toEqual([])
    session.close()
  })

  it("watches again after an app changed its tables, before the body runs", () => {
    const session = library()
    asApp(session.path, (app) => {
      app.exec("ALTER TABLE song_data ADD COLUMN mood TEXT")
      app.exec(
        "INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed) VALUES('b', 'B', '', '', '{}', '')"
      )
      app.exec("DELETE FROM external_changes")
    })
    commit(session, { now: start }, (tx) => tx.reconcile([{ kind: "song", id: "b" }]))
    expect(writes(session, 0)).toEqual(["SongCreated b external"])
    session.close()
  })

  it("says that the library is locked when that never ends", () => {
    const session = library()
    expect(() => commit(session, { now: start }, () => Moved.schema)).toThrow(LibraryLocked)
    expect(() => commit(session, { now: start }, () => Moved.row({ kind: "song", id: "x" }))).toThrow(
      LibraryLocked
    )
    session.close()
  })
})

describe("the command of a transaction", () => {
  it("is one, whoever asks for it, finished with the transaction, and none where nobody asked", () => {
    const session = library()
    commit(session, { now: start }, () => leave(session, "no command"))
    expect(session.db.row<[number]>("SELECT count(*) FROM command")).toEqual([0])
    commit(session, { now: start }, (tx) => {
      expect(tx.command()).toBe(tx.command())
    })
    expect(session.db.row<[number]>("SELECT count(*) FROM command")).toEqual([0])
    save(session, start, songChange("a", "{}"))
    expect(
      session.db.rows("SELECT first_position, last_position FROM command WHERE last_position < 1")
    ).toEqual([])
    session.close()
  })

  it("is undone with everything else when the body throws", () => {
    const session = library()
    const attempt = () =>
      commit(session, { now: start }, (tx) => {
        tx.command().mark("library", "", { type: "LibraryImported", payload: new Uint8Array([0]) })
        throw new Error("no")
      })
    expect(attempt).toThrow("no")
    expect(readHead(session.db).position).toBe(0)
    expect(session.db.row<[number]>("SELECT count(*) FROM command")).toEqual([0])
    session.close()
  })
})
