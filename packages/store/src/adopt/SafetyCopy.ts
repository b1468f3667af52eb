/** The copy that is made before an app's database becomes a library: whatever happens, the user has the old file. */
import * as fs from "node:fs"
import * as path from "node:path"
import { DiskFull, LibraryDamaged } from "@white-room/core"
import { copyWhole } from "../file/copyWhole.js"
import { hasRoom } from "../file/DatabaseFile.js"
import { publish } from "../file/NewFile.js"
import { quote } from "../sqlite/CellSql.js"
import { Database } from "../sqlite/Database.js"
import { integrity } from "../sqlite/integrity.js"

/** Room for the copy, and for the log and the blocks that the library adds. @throws DiskFull */
export const requireRoom = (db: Database, folder: string, file: string): void => {
  if (!hasRoom(folder, 2 * db.size)) throw new DiskFull({ path: file })
}

/** `white_room.before-adoption.db` beside the file; numbered when that is taken. */
const freeName = (file: string): string => {
  const { dir, name, ext } = path.parse(file)
  for (let number = 1; ; number++) {
    const copy = path.join(dir, `${name}.before-adoption${number === 1 ? "" : `-${number}`}${ext}`)
    if (!fs.existsSync(copy)) return copy
  }
}

const tableCounts = (db: Database): string =>
  db
    .rows<[string]>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    )
    .map(([name]) => {
      // An index may be one that only the app can read.
      const count = db.row<[number]>(`SELECT count(*) FROM ${quote(name)} NOT INDEXED`)?.[0]
      return `${name}: ${count}`
    })
    .join(", ")

const verify = (copy: string, file: string, expected: string): void => {
  const db = Database.open(copy, { readonly: true })
  try {
    const [wrong] = integrity(db, "full", 1).lines
    const found = tableCounts(db)
    if (wrong !== undefined || found !== expected)
      throw new LibraryDamaged({ path: file, detail: `its copy is not whole (${wrong ?? found})` })
  } finally {
    db.close()
  }
}

/**
 * Copies the database into `temporary`, which is empty, and verifies the copy, while `db` holds the write lock and has written nothing:
 * the copy is exactly what the lock protects. Returns what gives the copy its name and makes it durable.
 */
export const makeSafetyCopy = (db: Database, file: string, temporary: string): (() => string) => {
  const reader = Database.open(file, { readonly: true })
  try {
    copyWhole(reader, temporary)
  } finally {
    reader.close()
  }
  verify(temporary, file, tableCounts(db))
  return () => {
    const copy = freeName(file)
    publish(temporary, copy)
    return copy
  }
}
