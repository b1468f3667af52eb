/**
 * Folders that are to get a vault. When a disk is away, an empty mount point lies at its path, and what is written there
 * protects nothing: so it is remembered whether a folder lay on another disk than the library. A vault that was made is
 * known by its id.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { InvalidInput, PlaceAway, PlaceNotFound } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { makeFolder } from "../file/Durable.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, placeSchema } from "../sqlite/Schema.js"
import { storageError } from "../sqlite/storageError.js"

/** How a folder is: there to be written to, missing, or something else lies at its path. */
export type FolderState =
  | { readonly state: "there" }
  | { readonly state: "missing" }
  | { readonly state: "away"; readonly reason: string }

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return fs.statSync(file)
  } catch {
    // Not there, or not for us: either way nothing can be written to it.
    return undefined
  }
}

const isElsewhere = (session: Session, folder: fs.Stats): boolean => folder.dev !== statOf(session.path)?.dev

/** Whether a folder that is known lay on another disk; `undefined` for one that is not. */
const wasElsewhere = (db: Database, folder: string): boolean | undefined => {
  if (!hasTable(db, "library_place")) return undefined
  const row = db.row<[unknown]>("SELECT elsewhere FROM library_place WHERE path = ?", folder)
  return row && row[0] === 1
}

/** One and the same folder, by whatever path. */
const isSame = (a: fs.Stats | undefined, b: fs.Stats | undefined): boolean =>
  a !== undefined && a.dev === b?.dev && a.ino === b.ino

/** How a folder is that is to get a vault. */
export const folderState = (session: Session, place: string): FolderState => {
  const folder = path.resolve(place)
  const stat = statOf(folder)
  if (stat?.isDirectory() !== true) return { state: "missing" }
  return wasElsewhere(session.db, folder) === true && !isElsewhere(session, stat)
    ? { state: "away", reason: "it lay on a disk of its own, and that disk is not there" }
    : { state: "there" }
}

const store = (session: Session, folder: string, elsewhere: boolean, now: number): void =>
  commit(session, { now }, () => {
    const { db } = session
    if (!hasTable(db, "library_place")) {
      db.exec(placeSchema)
      session.rememberSchema()
    }
    db.run(
      `INSERT INTO library_place(path, elsewhere, held) VALUES(?, ?, 0)
       ON CONFLICT(path) DO UPDATE SET elsewhere = excluded.elsewhere`,
      folder,
      elsewhere ? 1 : 0
    )
  })

/** Takes a folder as it is now for what it is to be; what is known of it already stays. */
export const rememberFolder = (session: Session, place: string, now: number): void => {
  const folder = path.resolve(place)
  const stat = statOf(folder)
  if (stat?.isDirectory() !== true || wasElsewhere(session.db, folder) !== undefined) return
  store(session, folder, isElsewhere(session, stat), now)
}

/** A folder beside the library that was never a place is made: no disk can be away that never was there. */
const mayMake = (session: Session, folder: string): boolean =>
  isSame(statOf(path.dirname(folder)), statOf(path.dirname(session.path))) &&
  wasElsewhere(session.db, folder) === undefined

/**
 * Sees to it that a folder is there, and is what it was, before a vault is made in it. With `make` a missing one is made,
 * and one that is not what it was is taken as it is now: somebody asked for that.
 * @throws PlaceNotFound | PlaceAway, InvalidInput for what is not a folder, StorageFailed and others where none can be made
 */
export const enterFolder = (session: Session, place: string, make: boolean, now: number): string => {
  const folder = path.resolve(place)
  const stat = statOf(folder)
  if (stat !== undefined && !stat.isDirectory())
    throw new InvalidInput({ field: "--to", reason: `${folder} is not a folder` })
  const found = folderState(session, folder)
  if (found.state === "away" && !make) throw new PlaceAway({ path: folder, reason: found.reason })
  if (found.state === "missing" && !make && !mayMake(session, folder))
    throw new PlaceNotFound({ path: folder })
  try {
    makeFolder(folder)
  } catch (error) {
    throw storageError(error, folder) ?? error
  }
  if (found.state === "away") store(session, folder, false, now)
  rememberFolder(session, folder, now)
  return folder
}
