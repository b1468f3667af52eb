/**
 * The folder a server keeps everything in: `control.db`, `libraries/`, `trash/`, its certificate. Only its user may read
 * it. One server at a time uses it; a lock of the system goes with the process that held it. Where the control database is in a
 * PostgreSQL, `server.json` has a number that stands there too: see `Binding`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode, fileErrorReason, ServerNotStarted, StorageFailed } from "@white-room/core"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ControlAt } from "../control/Database.js"

export const controlFile = (data: string): string => path.join(data, "control.db")

const failed = (data: string, operation: string) => (error: unknown) =>
  error instanceof ServerNotStarted
    ? error
    : new StorageFailed({ path: data, operation, detail: fileErrorReason(error) })

export const hasLibraries = (data: string): boolean => {
  try {
    return fs.readdirSync(path.join(data, "libraries")).length > 0
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false
    throw error
  }
}

/** A PostgreSQL with an address, and one that only makes the tables. */
export type DatabaseOptions = Omit<Extract<ControlAt, { readonly _tag: "Postgres" }>, "_tag">

/** Where the control database of a data folder is. */
export const controlOf = (data: string, database: DatabaseOptions | undefined): ControlAt =>
  database === undefined ? { _tag: "File", file: controlFile(data) } : { _tag: "Postgres", ...database }

export const serverFile = (data: string): string => path.join(data, "server.json")

/** Whether a server was started with this folder. */
export const isOfServer = (data: string, at: ControlAt): boolean =>
  fs.existsSync(at._tag === "File" ? controlFile(data) : serverFile(data))

export const notListed = (data: string, advice: string) =>
  new ServerNotStarted({
    data,
    reason: "there are libraries in its data folder, and no list of who has access to them",
    advice
  })

/** Fails with `ServerNotStarted` when a data folder has its control database elsewhere than it is said to be. */
export const checkControl = (
  data: string,
  at: ControlAt,
  blobs: string | undefined
): Effect.Effect<void, ServerNotStarted | StorageFailed> =>
  Effect.try({ try: () => checkPlace(data, at, blobs), catch: failed(data, "read") })

/** A pipe would be waited for without end, and a link leads to where others may write. */
const checkFiles = (data: string): void => {
  for (const name of ["control.db", "server.json", "server.lock", "certificate.json"])
    if (fs.lstatSync(path.join(data, name), { throwIfNoEntry: false })?.isFile() === false)
      throw new ServerNotStarted({
        data,
        reason: `${name} in its data folder is not a file`,
        advice: `Find out who put it there, and take it away; what was there before is in a copy of the folder or in the mirror.`
      })
}

const checkPlace = (data: string, at: ControlAt, blobs: string | undefined): void => {
  checkFiles(data)
  if (blobs !== undefined && hasLibraries(data))
    throw new ServerNotStarted({
      data,
      reason: "the files of its libraries are in its data folder, and a bucket is named for them",
      advice:
        "Leave the bucket out. To move into it: start once with --mirror, then with the bucket, --from that mirror and a new --data."
    })
  if (at._tag === "File" && fs.existsSync(serverFile(data)))
    throw new ServerNotStarted({
      data,
      reason: "its control database is in a PostgreSQL, and none was named",
      advice: "Set DATABASE_URL to the address of that PostgreSQL."
    })
  if (at._tag === "Postgres" && fs.existsSync(controlFile(data)))
    throw new ServerNotStarted({
      data,
      reason: "its control database is in its data folder, and DATABASE_URL names another",
      advice:
        "Leave DATABASE_URL out. To move into the PostgreSQL: start once with --mirror, then with DATABASE_URL, --from that mirror and a new --data."
    })
}

/** A server that forgot who may enter would be open or empty: neither is begun by itself. */
const checkAccessList = (data: string, at: ControlAt, blobs: string | undefined): void => {
  checkPlace(data, at, blobs)
  if (at._tag === "Postgres" || fs.existsSync(controlFile(data)) || !hasLibraries(data)) return
  throw notListed(
    data,
    "Put control.db back from a copy of the folder, or start with an empty folder: each device then pushes everything again."
  )
}

const make = (data: string, at: ControlAt): void => {
  fs.mkdirSync(path.join(data, "libraries"), { recursive: true, mode: 0o700 })
  if (at._tag === "Postgres") return
  const file = controlFile(data)
  try {
    // SQLite gives its other files the rights of this one.
    fs.closeSync(fs.openSync(file, "wx", 0o600))
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error
  }
}

/** Makes an empty data folder, or checks that there is one. Fails with `ServerNotStarted` when its access list is gone. */
export const prepareData = (
  data: string,
  at: ControlAt,
  blobs: string | undefined
): Effect.Effect<void, ServerNotStarted | StorageFailed> =>
  Effect.try({
    try: () => {
      checkAccessList(data, at, blobs)
      make(data, at)
    },
    catch: failed(data, "make")
  })

/** Holds the folder for one process, until the scope ends or the process does. */
export const lockData = (data: string): Effect.Effect<void, ServerNotStarted | StorageFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const lock = path.join(data, "server.lock")
        fs.closeSync(fs.openSync(lock, "a", 0o600))
        const db = new Database(lock, { timeout: 0 })
        try {
          db.exec("BEGIN EXCLUSIVE")
          return db
        } catch (error) {
          db.close()
          if (errorCode(error) !== "SQLITE_BUSY") throw error
          throw new ServerNotStarted({
            data,
            reason: "another server uses this data folder",
            advice: "Stop that one, or name another folder with --data."
          })
        }
      },
      catch: failed(data, "lock")
    }),
    (db) => Effect.sync(() => db.close())
  ).pipe(Effect.asVoid)
