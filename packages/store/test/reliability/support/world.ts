/** Libraries for these tests, used below their public face: every operation is synchronous and takes its time. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { onTestFinished } from "vitest"
import { readContents } from "../../../src/bundle/BundleContents.js"
import { librariesAt } from "../../../src/bundle/BundleFolder.js"
import { checkLibrary } from "../../../src/check/Check.js"
import { type Change, kinds, objectsOfRecord } from "../../../src/index.js"
import { hasObject } from "../../../src/object/Objects.js"
import { createLibrary } from "../../../src/session/createLibrary.js"
import { finished } from "../../../src/session/finished.js"
import { openSession } from "../../../src/session/openSession.js"
import type { Session } from "../../../src/session/Session.js"
import { append } from "../../../src/write/Append.js"
import { start } from "./rows.js"

export const minute = 60_000
export const day = 24 * 60 * minute
export { appSave, deletion, performanceChange, preferencesChange, songChange, start } from "./rows.js"

/** A folder that is gone when the test has finished. */
export const scratchFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-reliability-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const save = (session: Session, now: number, ...changes: ReadonlyArray<Change>) =>
  append(session, { changes }, now)

export const open = (path: string, actor = "ada@studio"): Session => openSession(path, { actor })

export const newLibrary = (path: string, now = start): Session => {
  createLibrary(path, now)
  return open(path)
}

/** Uses a library and closes it, whatever happens. */
export const using = <A>(path: string, body: (session: Session) => A, actor?: string): A => {
  const session = open(path, actor)
  try {
    return body(session)
  } finally {
    session.close()
  }
}

/** Another program: a connection without any of our settings. */
export const asApp = <A>(path: string, body: (app: Sqlite.Database) => A): A => {
  const app = new Sqlite(path, { timeout: 5000 })
  try {
    return body(app)
  } finally {
    app.close()
  }
}

/** A closed library, with all of it in one file, copied. */
export const copyOf = (path: string, to: string): string => {
  for (const suffix of ["-wal", "-shm"]) rmSync(to + suffix, { force: true })
  copyFileSync(path, to)
  return to
}

/** What `check --full` finds, as readable lines; none when all is well. */
export const damageOf = (session: Session, now: number): ReadonlyArray<string> =>
  checkLibrary(session, { level: "full" }, now).damaged.map(
    ({ what, reason, backups, entities }) => `${what}: ${reason} [${[...backups, ...entities].join(", ")}]`
  )

/** What must hold of the log whatever happened: no gap in positions or in the versions of any entity. */
export const gapsOf = (session: Session): ReadonlyArray<string> => {
  const gaps: Array<string> = []
  const counted = session.db.row<[number, number]>(
    "SELECT count(*), coalesce(max(position), 0) FROM event_log"
  )
  if (counted?.[0] !== counted?.[1]) gaps.push(`${counted?.[0]} events up to @${counted?.[1]}`)
  const seen = new Map<string, number>()
  for (const [subject, id, version, position] of session.db.rows<[number, string, number, number]>(
    "SELECT subject, entity_id, version, position FROM event_log ORDER BY position"
  )) {
    const key = `${subject} ${id}`
    const expected = (seen.get(key) ?? 0) + 1
    if (version !== expected)
      gaps.push(`@${position} is version ${version} of ${key} in place of ${expected}`)
    seen.set(key, version)
  }
  return gaps
}

/** Events recorded at this time or later whose documents are gone: nothing may release those. */
export const releasedSince = (session: Session, time: number): ReadonlyArray<string> => {
  const released: Array<string> = []
  for (const [position, subject, id, type, payload] of session.db.rows<
    [number, number, string, string, Uint8Array]
  >(
    `SELECT e.position, e.subject, e.entity_id, e.type, e.payload FROM event_log e
     JOIN command c ON c.number = e.command WHERE e.subject BETWEEN 1 AND 3 AND c.recorded_at >= ?`,
    time
  )) {
    const kind = kinds[subject - 1]
    if (kind === undefined || type.endsWith("Deleted")) continue
    for (const { hash } of objectsOfRecord(kind, payload))
      if (!hasObject(session.db, hash)) released.push(`@${position} ${type} ${id}`)
  }
  return released
}

/** The documents of a song through the whole log, oldest first; `undefined` where one was released. */
export const documentsOf = (session: Session, id: string): ReadonlyArray<string | undefined> =>
  session.db
    .rows<[string, Uint8Array]>(
      "SELECT type, payload FROM event_log WHERE subject = 1 AND entity_id = ? ORDER BY position",
      id
    )
    .filter(([type]) => type !== "SongDeleted")
    .map(([, payload]) => {
      const [ref] = objectsOfRecord("song", payload)
      if (ref === undefined || !hasObject(session.db, ref.hash)) return undefined
      return new TextDecoder().decode(session.reader.get(ref.hash))
    })

/** What is wrong with the bundles in a folder: nothing, when all are whole and have all they build on. */
export const damageOfBundles = (folder: string): ReadonlyArray<string> => {
  const { sets, unusable } = librariesAt(folder)
  return [
    ...unusable.map(({ path, reason }) => `${path}: ${reason}`),
    ...sets.flatMap((set) => {
      const { damaged, backups } = finished(readContents(set, undefined))
      return [
        ...set.missing,
        ...[...damaged, ...backups.flatMap((each) => each.damaged)].map(
          ({ what, reason }) => `${what}: ${reason}`
        )
      ]
    })
  ]
}
