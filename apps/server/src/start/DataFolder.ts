/**
 * The folder a server keeps everything in: `control.db`, `libraries/`, `trash/`, its certificate. Only its user may read
 * it. One server at a time uses it; a lock of the system goes with the process that held it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode, fileErrorReason, ServerNotStarted, StorageFailed } from "@white-room/core"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export const controlFile = (data: string): string => path.join(data, "control.db")

const failed = (data: string, operation: string) => (error: unknown) =>
  error instanceof ServerNotStarted
    ? error
    : new StorageFailed({ path: data, operation, detail: fileErrorReason(error) })

const hasLibraries = (data: string): boolean => {
  try {
    return fs.readdirSync(path.join(data, "libraries")).length > 0
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false
    throw error
  }
}

/** A server that forgot who may enter would be open or empty: neither is begun by itself. */
const checkAccessList = (data: string): void => {
  if (fs.existsSync(controlFile(data)) || !hasLibraries(data)) return
  throw new ServerNotStarted({
    data,
    reason: "there are libraries in its data folder, and no list of who has access to them",
    advice:
      "Put control.db back from a copy of the folder, or start with an empty folder: each device then pushes everything again."
  })
}

const make = (data: string): void => {
  fs.mkdirSync(path.join(data, "libraries"), { recursive: true, mode: 0o700 })
  const file = controlFile(data)
  try {
    // SQLite gives its other files the rights of this one.
    fs.closeSync(fs.openSync(file, "wx", 0o600))
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error
  }
}

/** Makes an empty data folder, or checks that there is one. Fails with `ServerNotStarted` when its access list is gone. */
export const prepareData = (data: string): Effect.Effect<void, ServerNotStarted | StorageFailed> =>
  Effect.try({
    try: () => {
      checkAccessList(data)
      make(data)
    },
    catch: failed(data, "make")
  })

/** Holds the folder for one process, until the scope ends or the process does. */
export const lockData = (data: string): Effect.Effect<void, ServerNotStarted | StorageFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const db = new Database(path.join(data, "server.lock"), { timeout: 0 })
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
