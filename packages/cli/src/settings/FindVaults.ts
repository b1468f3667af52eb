/** Looks for places for vaults, disks that are plugged in and the folders of sync services, and for vaults there. Asks no network. */
import { access, constants, readdir, readFile, stat } from "node:fs/promises"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/** More than this nobody reads, and no folder is looked through further. */
const bounds = { folders: 64, entries: 1000, vaults: 8, milliseconds: 1000 } as const

/** Where disks are put; the table of mounts on Linux says which are disks of this machine, and none on a network. */
const mountPoints = /^(?:\/media\/|\/run\/media\/|\/mnt(?:\/|$))/

/** The disks of a table of mounts: what lies on a device of this machine. */
export const disksIn = (mounts: string): ReadonlyArray<string> =>
  mounts.split("\n").flatMap((line) => {
    const [device = "", folder = ""] = line.split(" ")
    const path = folder.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8))
    )
    return device.startsWith("/dev/") && mountPoints.test(path) ? [path] : []
  })

const namesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  const names = await readdir(folder).catch(() => [])
  return names.slice(0, bounds.entries)
}

const disks = async (): Promise<ReadonlyArray<string>> => {
  if (process.platform === "linux")
    return disksIn(await readFile("/proc/self/mounts", "utf8").catch(() => ""))
  return process.platform === "darwin"
    ? (await namesIn("/Volumes")).map((name) => join("/Volumes", name))
    : []
}

const synced = /^(?:Dropbox|OneDrive|Google ?Drive|My Drive|iCloud ?Drive|Nextcloud|ownCloud)/i

/** The folders of sync services in a home folder; Google Drive has one of its own for what is one's own. */
const syncedFolders = async (home: string): Promise<ReadonlyArray<string>> => {
  if (!isAbsolute(home)) return []
  const clouds = join(home, "Library", "CloudStorage")
  const folders = [
    ...(await namesIn(clouds)).map((name) => join(clouds, name)),
    ...(await namesIn(home)).filter((name) => synced.test(name)).map((name) => join(home, name))
  ]
  return [
    join(home, "Library", "Mobile Documents", "com~apple~CloudDocs"),
    ...folders.flatMap((folder) => [folder, join(folder, "My Drive")])
  ]
}

const isVault = async (folder: string): Promise<boolean> =>
  (await stat(join(folder, "vault.json")).catch(() => undefined))?.isFile() === true

/** The vaults that lie in a folder, by their own folders. */
const vaultsIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const name of await namesIn(folder))
    if (/^White Room [0-9a-f]{8}$/.test(name) && (await isVault(join(folder, name))))
      found.push(join(folder, name))
  return found
}

const isWritable = async (folder: string): Promise<boolean> =>
  (await stat(folder).catch(() => undefined))?.isDirectory() === true &&
  (await access(folder, constants.W_OK).then(
    () => true,
    () => false
  ))

/** What was found on disks and in folders of sync services. */
export interface Elsewhere {
  /** Folders in which a vault could be made: disks first. */
  readonly places: ReadonlyArray<string>
  /** The folders of vaults that lie there. */
  readonly vaults: ReadonlyArray<string>
}

const search = async (): Promise<Elsewhere> => {
  const folders = [...new Set([...(await disks()), ...(await syncedFolders(homedir()))])].slice(
    0,
    bounds.folders
  )
  const [usable, vaults] = await Promise.all([
    // Where Google Drive is mounted only `My Drive` in it can be written to, so what cannot be is left out.
    Promise.all(folders.map(isWritable)),
    Promise.all(folders.map(vaultsIn))
  ])
  return {
    places: folders.filter((_, at) => usable[at] === true),
    vaults: [...new Set(vaults.flat())].slice(0, bounds.vaults)
  }
}

/** Looks once; finds nothing when a disk does not answer in time. */
export const lookElsewhere = async (): Promise<Elsewhere> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Elsewhere>((resolve) => {
    timer = setTimeout(() => resolve({ places: [], vaults: [] }), bounds.milliseconds)
  })
  try {
    return await Promise.race([search(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The folders of vaults that were found. */
export const findVaults = async (): Promise<ReadonlyArray<string>> => (await lookElsewhere()).vaults
