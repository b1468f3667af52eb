/**
 * The places of copies. A place is known by what it is and not by its path: when a disk is away, an empty mount point or
 * another disk lies at the path, and a copy that is written there protects nothing. What tells them apart:
 *
 * 1. It lay on another disk than the library, and now lies on the library's own.
 * 2. It held bundles of this library, and now has none.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { PlaceAway, PlaceNotFound } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, placeSchema } from "../sqlite/Schema.js"
import { textOf } from "../sqlite/StoredValue.js"
import { bundlesInFolder } from "./BundleFolder.js"

/** How a place is: there to be written to, missing, or something else lies at its path. */
export type PlaceState =
  | { readonly state: "there" }
  | { readonly state: "missing" }
  | { readonly state: "away"; readonly reason: string }

interface Known {
  readonly elsewhere: boolean
  readonly held: boolean
}

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return fs.statSync(file)
  } catch {
    // Not there, or not for us: either way nothing can be written to it.
    return undefined
  }
}

const isElsewhere = (session: Session, folder: fs.Stats): boolean => folder.dev !== statOf(session.path)?.dev

const knownPlace = (db: Database, folder: string): Known | undefined => {
  if (!hasTable(db, "library_place")) return undefined
  const row = db.row<[unknown, unknown]>("SELECT elsewhere, held FROM library_place WHERE path = ?", folder)
  return row && { elsewhere: row[0] === 1, held: row[1] === 1 }
}

/** The bundles that were last written, by the folder they lie in. */
const lastWritten = (db: Database): ReadonlyMap<string, string> =>
  new Map(
    db
      .rows<[unknown]>("SELECT path FROM library_copy ORDER BY copied_at")
      .map(([file]) => [path.dirname(textOf(file, "copy")), textOf(file, "copy")])
  )

const hasOurs = (session: Session, folder: string): boolean => {
  const { libraryId } = readInfo(session.db)
  return bundlesInFolder(folder).files.some(({ manifest }) => manifest.libraryId === libraryId)
}

/** One and the same folder, by whatever path. */
const isSame = (a: fs.Stats | undefined, b: fs.Stats | undefined): boolean =>
  a !== undefined && a.dev === b?.dev && a.ino === b.ino

/** How a folder is that copies go to, or would go to. */
export const placeState = (session: Session, place: string): PlaceState => {
  const folder = path.resolve(place)
  const stat = statOf(folder)
  if (stat?.isDirectory() !== true) return { state: "missing" }
  const known = knownPlace(session.db, folder)
  if (known?.elsewhere === true && !isElsewhere(session, stat))
    return { state: "away", reason: "it lay on a disk of its own, and that disk is not there" }
  const file = lastWritten(session.db).get(fs.realpathSync(folder))
  if (file !== undefined ? fs.existsSync(file) : known?.held !== true) return { state: "there" }
  return hasOurs(session, folder)
    ? { state: "there" }
    : { state: "away", reason: "it held copies of this library, and there are none now" }
}

const store = (session: Session, folder: string, known: Known, now: number): void =>
  commit(session, { now }, () => {
    const { db } = session
    if (!hasTable(db, "library_place")) {
      db.exec(placeSchema)
      session.rememberSchema()
    }
    db.run(
      `INSERT INTO library_place(path, elsewhere, held) VALUES(?, ?, ?)
       ON CONFLICT(path) DO UPDATE SET elsewhere = excluded.elsewhere, held = excluded.held`,
      folder,
      known.elsewhere ? 1 : 0,
      known.held ? 1 : 0
    )
  })

/** Takes a folder as it is now for the place; with `held` after a copy was written there. What is known already stays known. */
export const rememberPlace = (session: Session, place: string, held: boolean, now: number): void => {
  const folder = path.resolve(place)
  const stat = statOf(folder)
  if (stat?.isDirectory() !== true) return
  const before = knownPlace(session.db, folder)
  const known = { elsewhere: isElsewhere(session, stat), held: held || before?.held === true }
  const isNews = before === undefined || (held && (before.elsewhere !== known.elsewhere || !before.held))
  if (isNews) store(session, folder, known, now)
}

/** A folder beside the library that was never a place is made: no disk can be away that never was there. */
const mayMake = (session: Session, folder: string): boolean =>
  isSame(statOf(path.dirname(folder)), statOf(path.dirname(session.path))) &&
  knownPlace(session.db, folder) === undefined

/**
 * What must hold before a copy goes into a folder: it is the place that it was, and is there or may be made. `make`: the
 * person asks for a new folder, or for a new beginning in one that held copies.
 * @throws PlaceNotFound | PlaceAway
 */
export const requirePlace = (session: Session, place: string, make: boolean): void => {
  const folder = path.resolve(place)
  if (make) return
  const found = placeState(session, folder)
  if (found.state === "away") throw new PlaceAway({ path: folder, reason: found.reason })
  if (statOf(folder) === undefined && !mayMake(session, folder)) throw new PlaceNotFound({ path: folder })
}
