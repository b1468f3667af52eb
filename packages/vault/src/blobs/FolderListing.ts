/** The blobs of a folder in order of their names. Links, pipes, devices and what is not named as a blob are passed over. */
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import { errorCode } from "@white-room/core"
import { type BlobInfo, type BlobPage, isBlobName } from "./Blobs.js"
import {
  arrivalOf,
  checkRoot,
  type FolderPlace,
  isHere,
  lstatOrNone,
  pathOf,
  placeholderOf,
  placeholderTarget
} from "./FolderPlace.js"

/** What a folder has, as whole names; those of folders end with `/`, so that they sort as what is in them. */
const entriesOf = async (place: FolderPlace, folder: string): Promise<ReadonlyArray<string>> => {
  const entries = await fsp.readdir(path.join(place.root, folder), { withFileTypes: true }).catch((error) => {
    // Others may delete. That the root is there is known.
    if (errorCode(error) === "ENOENT") return []
    throw error
  })
  const names = entries.flatMap((entry) => {
    const name = folder + (placeholderTarget(entry.name) ?? entry.name)
    if (!isBlobName(name)) return []
    return entry.isDirectory() ? [`${name}/`] : entry.isFile() ? [name] : []
  })
  return [...new Set(names)].sort()
}

/** What is there of one blob, or of its placeholder; `undefined` when others have just deleted it. */
const infoOf = async (place: FolderPlace, name: string): Promise<BlobInfo | undefined> => {
  const stat = await lstatOrNone(pathOf(place, name))
  if (stat?.isFile() === true) {
    const here = await isHere(pathOf(place, name), stat)
    return { name, bytes: stat.size, arrivedAt: arrivalOf(stat), isHere: here }
  }
  const placeholder = await lstatOrNone(pathOf(place, placeholderOf(name)))
  if (placeholder?.isFile() !== true) return undefined
  return { name, bytes: 0, arrivedAt: arrivalOf(placeholder), isHere: false }
}

/** Names with a prefix after one name. Folders that can have none of them are not read. */
async function* namesBelow(
  place: FolderPlace,
  folder: string,
  prefix: string,
  after: string
): AsyncGenerator<string> {
  for (const name of await entriesOf(place, folder)) {
    if (!name.endsWith("/")) {
      if (name.startsWith(prefix) && name > after) yield name
    } else if (
      (name.startsWith(prefix) || prefix.startsWith(name)) &&
      (name > after || after.startsWith(name))
    )
      yield* namesBelow(place, name, prefix, after)
  }
}

/** Files that are looked at side by side. */
const atOnce = 32

export const listFolder = async (
  place: FolderPlace,
  prefix: string,
  after: string,
  pageSize: number
): Promise<BlobPage> => {
  checkRoot(place)
  const blobs: Array<BlobInfo> = []
  const names: Array<string> = []
  const look = async (): Promise<void> => {
    const found = await Promise.all(names.splice(0).map((name) => infoOf(place, name)))
    blobs.push(...found.filter((info) => info !== undefined))
  }
  for await (const name of namesBelow(place, "", prefix, after)) {
    names.push(name)
    if (names.length === atOnce) await look()
    if (blobs.length > pageSize) break
  }
  await look()
  return { blobs: blobs.slice(0, pageSize), isLast: blobs.length <= pageSize }
}
