import { rmSync } from "node:fs"
import { join } from "node:path"
import { InvalidInput } from "@white-room/core"
import { makePrivateFolder } from "../file/PrivateFolder.js"
import { type Library, openLibrary } from "../promise/Library.js"

/** A database of better-sqlite3, as far as it is asked. */
interface Handle {
  readonly name: string
  readonly prepare?: unknown
}

const opened = new WeakMap<object, Promise<Library>>()

/** How many tables a database has; 0 where it cannot be asked any more. */
const tablesOf = (handle: Handle): number => {
  if (typeof handle.prepare !== "function") return 0
  const found: unknown = handle.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()
  return typeof found === "object" && found !== null && "tables" in found ? Number(found.tables) : 0
}

const begin = async (handle: Handle): Promise<Library> => {
  if (tablesOf(handle) > 0)
    throw new InvalidInput({
      field: "database",
      reason: "its tables are in memory alone, where nothing can protect them: a library lives in a file"
    })
  const folder = makePrivateFolder()
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  return await openLibrary(join(folder, "library.db"), { create: true })
}

/**
 * The library of a `new Database(":memory:")`, as the tests of programs use it: empty, private, and gone with the process. All that
 * is given the same database shares it. Rejects with `InvalidInput` when the database has tables of its own.
 */
export const openMemory = (handle: Handle): Promise<Library> => {
  const library = opened.get(handle) ?? begin(handle)
  opened.set(handle, library)
  library.catch(() => opened.delete(handle))
  return library
}
