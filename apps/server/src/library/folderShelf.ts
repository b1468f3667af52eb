import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import { type Blobs, folderBlobs, sourceOfFile } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { orUndefined } from "./orUndefined.js"
import { costOf, isTrashBefore, type Shelf, trashDay } from "./Shelf.js"

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

const chunkBytes = 256 * 1024

const emptyTrash = async (data: string, before: number): Promise<number> => {
  const root = path.join(data, "trash")
  let removed = 0
  for (const library of (await orUndefined(["ENOENT"], () => fsp.readdir(root))) ?? [])
    for (const day of await fsp.readdir(path.join(root, library)))
      if (isTrashBefore(day, before)) {
        await fsp.rm(path.join(root, library, day), { recursive: true, force: true })
        removed++
      }
  return removed
}

/** The files of libraries in the data folder: `libraries/`, `trash/` with a folder for each day, so that what is old can go at once. */
export const folderShelf = (data: string): Shelf => {
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
    const trash = path.join(data, "trash", library, trashDay(now))
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
        const found = await orUndefined(["ENOENT"], () => fsp.lstat(file))
        bytes += found === undefined ? 0 : costOf(found.size)
      }
    return bytes
  }

  /** Its files, and the library itself where it is written here. */
  const measure = async (library: string): Promise<number> =>
    (await bytesIn(folderOf(library))) + (await bytesIn(path.join(data, "homes", library)))

  return {
    place: data,
    blobs,
    keep: (library, name, source) => blobs(library).put(name, source),
    source: (library, name) =>
      Effect.suspend(() => {
        const file = fileOf(library, name)
        return fs.existsSync(file) ? sourceOfFile(file) : Effect.succeed(undefined)
      }),
    make: (library) => Effect.sync(() => fs.mkdirSync(folderOf(library), { recursive: true, mode: 0o700 })),
    emptyTrash: (before) => Effect.promise(() => emptyTrash(data, before)),
    open: (library, name) =>
      Effect.acquireRelease(
        Effect.promise(() =>
          orUndefined(["ENOENT", "ENOTDIR", "ELOOP"], () =>
            fsp.open(fileOf(library, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
          )
        ),
        (file) => Effect.promise(async () => file?.close())
      ).pipe(
        Effect.flatMap((file) =>
          Effect.promise(async () => {
            if (file === undefined) return undefined
            const read = (start?: number, end?: number) =>
              file.createReadStream({ start, end, autoClose: false, highWaterMark: chunkBytes })
            return { bytes: (await file.stat()).size, read }
          })
        )
      ),
    discard: (library, name) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.promise(() => discard(library, name, now))),
    measure: (library) => Effect.promise(() => measure(library)),
    dropCopies: undefined,
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
