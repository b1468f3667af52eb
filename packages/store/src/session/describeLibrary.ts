import { randomBytes, randomUUID } from "node:crypto"
import { emptyTree, malformed, type NewObject } from "@white-room/core"
import { installTriggers } from "../live/Triggers.js"
import { sha256 } from "../object/Compression.js"
import { insertBlocks, packBlock } from "../object/Objects.js"
import type { Database } from "../sqlite/Database.js"
import { formatVersion } from "./Session.js"

/** Fills an empty database with the tables of a library. Runs inside a transaction of the caller. */
export const describeLibrary = (
  db: Database,
  identity: string,
  now: number,
  libraryId: string = randomUUID()
): void => {
  const nodes: Array<NewObject> = []
  const root = emptyTree({
    sha256,
    get: () => {
      throw malformed("tree node", "an empty tree reads nothing")
    },
    put: (bytes) => {
      const hash = sha256(bytes)
      nodes.push({ hash, bytes })
      return hash
    }
  })
  db.run(
    `INSERT INTO library_info(id, library_id, min_reader, min_writer, epoch, file_identity, schema_version, tree_root,
       tree_position, created_at) VALUES (1, ?, ?, ?, ?, ?, 0, ?, 0, ?)`,
    libraryId,
    formatVersion,
    formatVersion,
    randomBytes(16),
    identity,
    root,
    now
  )
  db.run("INSERT INTO migration(version, applied_at) VALUES (?, ?)", formatVersion, now)
  insertBlocks(db, [packBlock(nodes)])
  installTriggers(db)
  db.run("UPDATE library_info SET schema_version = ? WHERE id = 1", db.pragma("schema_version"))
}
