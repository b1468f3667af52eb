/** Formats of a library and the steps between them. Opening never migrates. */

import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { DiskFull, InvalidInput, MigrationRefused } from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { commit } from "../capture/Commit.js"
import { checkLibrary } from "../check/Check.js"
import { copyWhole } from "../file/copyWhole.js"
import { hasRoom } from "../file/DatabaseFile.js"
import { beginFile, discard, publish } from "../file/NewFile.js"
import { formatVersion, readInfo, type Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"

export interface MigrationStatus {
  readonly current: number
  readonly latest: number
  readonly minReader: number
  readonly minWriter: number
  readonly pending: ReadonlyArray<{
    readonly version: number
    readonly name: string
    readonly stopsWorking: string
  }>
}

export interface Migration {
  /** The format a library has after `up`. */
  readonly version: number
  readonly name: string
  /** Formats that readers and writers must know after it. */
  readonly minReader: number
  readonly minWriter: number
  /** True when it only adds, so that no copy is made first. */
  readonly additive: boolean
  readonly up: (db: Database) => void
  /** Absent when going back would lose something; then `loses` says what. */
  readonly down?: (db: Database) => void
  readonly loses?: string
}

/** The first format is made by `createLibrary`; each later one appends its step here. */
export const migrations: ReadonlyArray<Migration> = [
  {
    version: formatVersion,
    name: "the first format",
    minReader: formatVersion,
    minWriter: formatVersion,
    additive: true,
    up: () => undefined,
    loses: "the log and every backup"
  }
]

const currentVersion = (db: Database): number =>
  db.row<[number]>("SELECT max(version) FROM migration")?.[0] ?? 0

const newest = (steps: ReadonlyArray<Migration>): number => Math.max(...steps.map(({ version }) => version))

export const migrationStatus = (session: Session, steps = migrations): MigrationStatus => {
  const current = currentVersion(session.db)
  const { minReader, minWriter } = readInfo(session.db)
  const pending = steps
    .filter(({ version }) => version > current)
    .map((step) => ({
      version: step.version,
      name: step.name,
      stopsWorking: `programs that do not know format ${step.minReader} can no longer open it; to write they need ${step.minWriter}`
    }))
  return { current, latest: newest(steps), minReader, minWriter, pending }
}

const remove = (file: string | undefined): void => {
  if (file !== undefined) fs.rmSync(file, { force: true })
}

/** A copy of the library as it is, beside it. */
const copyBefore = (session: Session, version: number): string => {
  const folder = path.dirname(session.path)
  const copy = `${session.path}.before-format-${version}-${randomBytes(3).toString("hex")}`
  if (!hasRoom(folder, session.db.size)) throw new DiskFull({ path: session.path })
  const temporary = beginFile(folder, { of: session.path })
  try {
    copyWhole(session.db, temporary)
    publish(temporary, copy)
  } finally {
    discard(temporary)
  }
  return copy
}

/** Says in the library what it now is, and makes sure that it says so: inside the transaction of the steps. */
const declareVersion = (session: Session, steps: ReadonlyArray<Migration>, version: number): void => {
  const step = steps.find((each) => each.version === version)
  if (step === undefined || currentVersion(session.db) !== version)
    throw new MigrationRefused({ reason: `it did not arrive at format ${version}` })
  session.db.run(
    "UPDATE library_info SET min_reader = ?, min_writer = ? WHERE id = 1",
    step.minReader,
    step.minWriter
  )
  session.rememberSchema()
}

/** Runs the steps up to a format in one transaction. A copy made for a step that does more than add goes after a clean check. */
export const migrateUp = (session: Session, now: number, to?: number, steps = migrations): number => {
  const target = to ?? newest(steps)
  if (!steps.some(({ version }) => version === target))
    throw new InvalidInput({ field: "version", reason: `there is no format ${target}` })
  const current = currentVersion(session.db)
  const todo = steps
    .filter(({ version }) => version > current && version <= target)
    .sort((a, b) => a.version - b.version)
  if (todo.length === 0) return current
  captureAll(session, now)
  const copy = todo.every(({ additive }) => additive) ? undefined : copyBefore(session, target)
  try {
    commit(session, { now }, () => {
      for (const step of todo) {
        step.up(session.db)
        session.db.run("INSERT INTO migration(version, applied_at) VALUES(?, ?)", step.version, now)
      }
      declareVersion(session, steps, target)
    })
  } catch (error) {
    remove(copy)
    throw error
  }
  if (copy !== undefined && checkLibrary(session, { level: "full" }, now).ok) remove(copy)
  return target
}

/** Goes back to an older format; refused as a whole when any step would lose something. */
export const migrateDown = (session: Session, now: number, to: number, steps = migrations): number => {
  const current = currentVersion(session.db)
  if (!Number.isInteger(to) || to < 0 || to > current)
    throw new InvalidInput({ field: "version", reason: `this library has format ${current}` })
  const todo = steps
    .filter(({ version }) => version > to && version <= current)
    .sort((a, b) => b.version - a.version)
  if (to === current) return current
  if (!steps.some(({ version }) => version === current))
    throw new MigrationRefused({ reason: `this program does not know format ${current}` })
  const refused = todo.find(({ down }) => down === undefined)
  if (refused !== undefined)
    throw new MigrationRefused({
      reason: `going back from format ${refused.version} would lose ${refused.loses ?? "what it added"}`
    })
  captureAll(session, now)
  commit(session, { now }, () => {
    for (const step of todo) {
      step.down?.(session.db)
      session.db.run("DELETE FROM migration WHERE version = ?", step.version)
    }
    declareVersion(session, steps, to)
  })
  return to
}
