import * as fs from "node:fs"
import * as path from "node:path"
import { makeFolder, syncFile, syncFolder } from "../file/Durable.js"
import {
  type CreateOptions,
  publish,
  refuseSyncedFolder,
  refuseTaken,
  removeDatabase,
  temporaryName
} from "../file/NewDatabase.js"
import { Database } from "../sqlite/Database.js"
import { liveSchema, ownSchema } from "../sqlite/Schema.js"
import { describeLibrary } from "./describeLibrary.js"
import { fileIdentity } from "./Session.js"

/** Makes an empty library: built under a temporary name, synced, then named. Its folder is made when missing. */
export const createLibrary = (file: string, now: number, options: CreateOptions = {}): void => {
  refuseSyncedFolder(file, options)
  refuseTaken(file)
  makeFolder(path.dirname(file))
  fs.accessSync(path.dirname(file), fs.constants.W_OK)
  const temporary = temporaryName(file)
  try {
    const db = Database.open(temporary, { readonly: false, create: true })
    try {
      db.pragma("auto_vacuum = INCREMENTAL")
      db.pragma("journal_mode = WAL")
      db.immediate(() => {
        db.exec(liveSchema)
        db.exec(ownSchema)
        describeLibrary(db, fileIdentity(temporary), now)
      })
    } finally {
      db.close()
    }
    syncFile(temporary)
    publish(temporary, file)
    syncFolder(path.dirname(file))
  } finally {
    removeDatabase(temporary)
  }
}
