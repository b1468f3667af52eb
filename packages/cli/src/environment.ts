/** Where things are on this machine. An environment value that cannot be meant is an error, never ignored. */
import { homedir } from "node:os"
import * as path from "node:path"
import { badUsage } from "./CliError.js"

type Environment = Readonly<Record<string, string | undefined>>

const folderFrom = (env: Environment, name: string): string | undefined => {
  const value = env[name]
  if (value === undefined) return undefined
  if (path.isAbsolute(value)) return value
  throw badUsage(
    `The environment variable ${name} is ${value === "" ? "empty" : `"${value}"`}, not an absolute path. Nothing was changed.`,
    `Correct ${name} or unset it.`
  )
}

/** The folder in which programs keep a user's data. @throws CliError */
export const dataFolder = (env: Environment, platform: NodeJS.Platform = process.platform): string => {
  if (platform === "darwin") return path.join(homedir(), "Library/Application Support")
  if (platform === "win32") return folderFrom(env, "APPDATA") ?? path.join(homedir(), "AppData/Roaming")
  return folderFrom(env, "XDG_DATA_HOME") ?? path.join(homedir(), ".local/share")
}

/** Where White Room keeps its own database. */
export const appDatabase = (env: Environment): string =>
  path.join(dataFolder(env), "White Room", "white_room.db")

/** The library that a command is about: the option, else `WHITEROOM_LIBRARY`, else the default. @throws CliError */
export const libraryPath = (option: string | undefined, env: Environment): string => {
  if (option !== undefined) return path.resolve(option)
  const named = env.WHITEROOM_LIBRARY
  if (named === undefined) return path.join(dataFolder(env), "White Room", "library.db")
  if (named.trim() === "")
    throw badUsage(
      "The environment variable WHITEROOM_LIBRARY is empty. Nothing was changed.",
      "Set it to the path of a library, or unset it."
    )
  return path.resolve(named)
}

/** A path as it is shown: the home folder is `~`. */
export const shortPath = (file: string): string => {
  const home = homedir()
  return file === home || file.startsWith(home + path.sep) ? `~${file.slice(home.length)}` : file
}
