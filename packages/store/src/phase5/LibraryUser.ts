/** What Phase 5's classes are made of: a library, however it is named. */
import { resolve } from "node:path"
import { InvalidInput } from "@white-room/core"
import { type Library, openLibrary } from "../promise/Library.js"
import { openMemory } from "./openMemory.js"

/**
 * Where the data is: an open library, or a promise of one; the path of a library; or, as in Phase 5, a `Database` of
 * better-sqlite3, of which only the path is used; for one in memory see `openMemory`. No file is ever created for a path.
 */
export type LibrarySource = string | Library | PromiseLike<Library> | { readonly name: string }

/** Libraries that were opened for a path: one for all objects that name it. */
const opened = new Map<string, Promise<Library>>()

const isInMemory = (name: string): boolean => name === "" || name === ":memory:"

const openPath = (name: string): Promise<Library> => {
  if (isInMemory(name))
    return Promise.reject(new InvalidInput({ field: "database", reason: "a library lives in a file" }))
  const path = resolve(name)
  const library = opened.get(path) ?? openLibrary(path)
  opened.set(path, library)
  library.catch(() => opened.delete(path))
  return library
}

const isLibrary = (source: object): source is Library | PromiseLike<Library> =>
  "songs" in source || "then" in source

/** A class of Phase 5. Those that are made from one another share one library. */
export abstract class LibraryUser {
  /** @internal */
  protected readonly source: LibrarySource

  constructor(source: LibrarySource | LibraryUser) {
    this.source = source instanceof LibraryUser ? source.source : source
  }

  private get path(): string | undefined {
    if (typeof this.source === "string") return this.source
    return isLibrary(this.source) ? undefined : this.source.name
  }

  protected async library(): Promise<Library> {
    const { source } = this
    if (typeof source === "string") return await openPath(source)
    if (isLibrary(source)) return await source
    return await (isInMemory(source.name) ? openMemory(source) : openPath(source.name))
  }

  /** Closes the library, if it was opened for a path; the next call opens it again. */
  protected async release(): Promise<void> {
    const path = this.path
    const library = path === undefined ? undefined : opened.get(resolve(path))
    if (path === undefined || library === undefined) return
    opened.delete(resolve(path))
    await (await library).close()
  }
}
