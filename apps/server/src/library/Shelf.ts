/** Where the files of libraries lie in the data folder: one folder each, and a trash beside them. */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import { day, errorCode } from "@white-room/core"
import { type BlobInfo, type Blobs, folderBlobs } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** A file that is about to be sent. */
interface OpenFile {
  readonly file: fsp.FileHandle
  readonly bytes: number
}

export interface Shelf {
  /** The files of a library, whose id comes from the database. A page has at most so many. */
  readonly blobs: (library: string, pageSize?: number) => Blobs
  /** Opens a file that `head` found. `undefined` when it is gone meanwhile. */
  readonly open: (library: string, name: string) => Effect.Effect<OpenFile | undefined>
  /** Puts a file into the trash; `false` when it is not there. */
  readonly discard: (library: string, name: string) => Effect.Effect<boolean>
  /** Bytes that a library takes up, counted. */
  readonly measure: (library: string) => Effect.Effect<number>
  /** Removes a library, its trash and what was made of it; gives how many files that were. None is left. */
  readonly erase: (library: string) => Effect.Effect<number>
}

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

const orUndefined = async <A>(
  codes: ReadonlyArray<string>,
  body: () => Promise<A>
): Promise<A | undefined> => {
  try {
    return await body()
  } catch (error) {
    if (codes.includes(errorCode(error))) return undefined
    throw error
  }
}

/** The trash of a library has a folder for each day, so that what is old can go at once. */
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10)

export const shelfIn = (data: string): Shelf => {
  const folderOf = (library: string): string => path.join(data, "libraries", library)
  const fileOf = (library: string, name: string): string => path.join(folderOf(library), ...name.split("/"))
  const made = new Map<string, Blobs>()

  const blobs: Shelf["blobs"] = (library, pageSize) => {
    if (pageSize !== undefined) return folderBlobs(folderOf(library), { pageSize })
    const known = made.get(library) ?? folderBlobs(folderOf(library))
    made.set(library, known)
    return known
  }

  const discard = async (library: string, name: string, now: number): Promise<boolean> => {
    const trash = path.join(data, "trash", library, dayOf(now))
    await fsp.mkdir(trash, { recursive: true, mode: 0o700 })
    const target = path.join(trash, `${name.replaceAll("/", "_")}.${randomBytes(6).toString("hex")}`)
    const moved = await orUndefined(["ENOENT", "ENOTDIR"], async () => {
      await fsp.rename(fileOf(library, name), target)
      return true
    })
    return moved ?? false
  }

  const bytesIn = async (folder: string): Promise<number> => {
    let bytes = 0
    const entries =
      (await orUndefined(["ENOENT"], () => fsp.readdir(folder, { recursive: true, withFileTypes: true }))) ??
      []
    for (const entry of entries)
      if (entry.isFile()) {
        const file = path.join(entry.parentPath, entry.name)
        // A journal may be gone by now.
        bytes += (await orUndefined(["ENOENT"], () => fsp.lstat(file)))?.size ?? 0
      }
    return bytes
  }

  /** Its files, and the library itself where it is written here. */
  const measure = async (library: string): Promise<number> =>
    (await bytesIn(folderOf(library))) + (await bytesIn(path.join(data, "homes", library)))

  return {
    blobs,
    open: (library, name) =>
      Effect.promise(() =>
        orUndefined(["ENOENT", "ENOTDIR", "ELOOP"], async () => {
          const file = await fsp.open(fileOf(library, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
          return { file, bytes: (await file.stat()).size }
        })
      ),
    discard: (library, name) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.promise(() => discard(library, name, now))),
    measure: (library) => Effect.promise(() => measure(library)),
    erase: (library) =>
      Effect.promise(async () => {
        let files = 0
        for (const part of ["libraries", "homes", "trash", "replicas"]) {
          const folder = path.join(data, part, library)
          const found =
            (await orUndefined(["ENOENT"], () =>
              fsp.readdir(folder, { recursive: true, withFileTypes: true })
            )) ?? []
          files += found.filter((each) => each.isFile()).length
          await fsp.rm(folder, { recursive: true, force: true, maxRetries: 3 })
        }
        made.delete(library)
        return files
      })
  }
}

/** The folder of a library, which is made private when the library is. */
export const makeShelf = (data: string, library: string): Effect.Effect<void> =>
  Effect.sync(() => fs.mkdirSync(path.join(data, "libraries", library), { recursive: true, mode: 0o700 }))

const trashDays = 30

/** How long what was discarded stays in the trash, whole days. */
export const trashMs = trashDays * day

/** Removes what has lain in the trash for longer than that. */
export const emptyTrash = (data: string): Effect.Effect<number> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.promise(async () => {
      const root = path.join(data, "trash")
      const oldest = dayOf(now - trashMs)
      let removed = 0
      for (const library of (await orUndefined(["ENOENT"], () => fsp.readdir(root))) ?? [])
        for (const day of await fsp.readdir(path.join(root, library)))
          if (/^\d{4}-\d\d-\d\d$/.test(day) && day < oldest) {
            await fsp.rm(path.join(root, library, day), { recursive: true, force: true })
            removed++
          }
      return removed
    })
  )

/** A listed file as the API tells it. */
export const blobJson = ({ name, bytes, arrivedAt }: BlobInfo) => ({ name, bytes, arrivedAt })
