import { accessSync, constants, rmSync, statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Closed, InvalidInput } from "@white-room/core"
import { makePrivateFolder } from "../file/PrivateFolder.js"
import { type Library, openLibrary } from "../promise/Library.js"

/** A database of better-sqlite3, as far as it is asked. */
interface Handle {
  readonly name: string
  readonly open?: unknown
  readonly prepare?: unknown
}

interface Opened {
  readonly library: Promise<Library>
  readonly folder: string
}

const opened = new Map<Handle, Opened>()

/** How many tables a database has; 0 where it cannot be asked. */
const tablesOf = (handle: Handle): number => {
  if (typeof handle.prepare !== "function") return 0
  const found: unknown = handle.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()
  return typeof found === "object" && found !== null && "tables" in found ? Number(found.tables) : 0
}

/** Where Linux keeps files in memory. A container may have very little there. */
const inMemory = "/dev/shm"
const enough = 2 ** 30

/** As it was asked to be in memory, no write of it has to wait for a disk, where the system has a place for that. */
const parentFolder = (): string => {
  try {
    accessSync(inMemory, constants.W_OK)
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize < enough ? tmpdir() : inMemory
  } catch {
    return tmpdir()
  }
}

const remove = ({ folder }: Opened): void => rmSync(folder, { recursive: true, force: true })

const removeAll = (): void => {
  for (const each of opened.values()) remove(each)
}

/** A program that makes a database for each of its tests closes each, too: otherwise its files would be open to the end. */
const closeUnused = (): void => {
  for (const [handle, each] of opened) {
    if (handle.open !== false) continue
    opened.delete(handle)
    const closed = each.library.then((library) => library.close())
    void closed.catch(() => undefined).finally(() => remove(each))
  }
}

const begin = (handle: Handle): Opened => {
  if (tablesOf(handle) > 0)
    throw new InvalidInput({
      field: "database",
      reason: "its tables are in memory alone, where nothing can protect them: a library lives in a file"
    })
  closeUnused()
  if (opened.size === 0) process.off("exit", removeAll).once("exit", removeAll)
  const folder = makePrivateFolder(parentFolder())
  return { folder, library: openLibrary(join(folder, "library.db"), { create: true }) }
}

/**
 * The library of a `new Database(":memory:")`, as the tests of programs use it: empty, private, and gone with the process,
 * or when the next is made after its database was closed. All that is given the same database shares it. Rejects with
 * `InvalidInput` when the database has tables of its own, and with `Closed` when it is gone.
 */
export const openMemory = async (handle: Handle): Promise<Library> => {
  if (handle.open === false && !opened.has(handle)) throw new Closed({ what: "The database in memory" })
  const used = opened.get(handle) ?? begin(handle)
  opened.set(handle, used)
  try {
    return await used.library
  } catch (error) {
    opened.delete(handle)
    remove(used)
    throw error
  }
}
