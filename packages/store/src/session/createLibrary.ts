import * as path from "node:path"
import { makeFolder } from "../file/Durable.js"
import { type CreateOptions, publishDatabase, refuseSyncedFolder, refuseTaken } from "../file/NewDatabase.js"
import { beginFile, discard } from "../file/NewFile.js"
import { Database } from "../sqlite/Database.js"
import { liveSchema, ownSchema } from "../sqlite/Schema.js"
import { describeLibrary } from "./describeLibrary.js"
import { fileIdentity } from "./Session.js"

/** Makes an empty library, as a whole or not at all. Its folder is made when missing. Only this user may read it. */
export const createLibrary = (file: string, now: number, options: CreateOptions = {}): void => {
  refuseSyncedFolder(file, options)
  refuseTaken(file)
  makeFolder(path.dirname(file))
  const temporary = beginFile(path.dirname(file), "owner")
  try {
    const db = Database.open(temporary, { readonly: false })
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
    publishDatabase(temporary, file)
  } finally {
    discard(temporary)
  }
}
