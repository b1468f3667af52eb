/** Where things are on this machine. An environment value that cannot be meant is an error, never ignored. */
import { homedir } from "node:os"
import * as path from "node:path"
import { isZone, shellWord, systemZone } from "@white-room/core"
import { refusal } from "../error/CliError.js"

type Environment = Readonly<Record<string, string | undefined>>

const folderFrom = (env: Environment, name: string): string | undefined => {
  const value = env[name]
  if (value === undefined) return undefined
  if (path.isAbsolute(value)) return value
  throw refusal(
    `The environment variable ${name} is ${value === "" ? "empty" : `"${value}"`}, not an absolute path.`,
    `Correct ${name} or unset it.`
  )
}

/** The folder of the user's own files. @throws CliError for a relative one: it would be another one in each folder */
export const homeFolder = (): string => {
  const home = homedir()
  if (path.isAbsolute(home)) return home
  throw refusal(
    `The environment variable HOME is ${home === "" ? "empty" : `"${home}"`}, not an absolute path.`,
    "Correct HOME or unset it."
  )
}

/** A folder of the platform for one user's files: of data, or of settings. @throws CliError */
const userFolder = (
  env: Environment,
  platform: NodeJS.Platform,
  elsewhere: readonly [variable: string, inHome: string]
): string => {
  if (platform === "darwin") return path.join(homeFolder(), "Library/Application Support")
  if (platform === "win32") return folderFrom(env, "APPDATA") ?? path.join(homeFolder(), "AppData/Roaming")
  const [variable, inHome] = elsewhere
  return folderFrom(env, variable) ?? path.join(homeFolder(), inHome)
}

/** The folder in which programs keep a user's data. @throws CliError */
export const dataFolder = (env: Environment, platform: NodeJS.Platform = process.platform): string =>
  userFolder(env, platform, ["XDG_DATA_HOME", ".local/share"])

/** The folder in which programs of a Unix desktop keep a user's settings, systemd among them. @throws CliError */
export const configFolder = (env: Environment): string =>
  folderFrom(env, "XDG_CONFIG_HOME") ?? path.join(homeFolder(), ".config")

/** The folder for what may be lost is used before anything can be said of it: see `loadCompiled`. @throws CliError */
export const checkCacheFolder = (env: Environment, platform: NodeJS.Platform = process.platform): void => {
  if (platform !== "darwin" && platform !== "win32") folderFrom(env, "XDG_CACHE_HOME")
}

/** Where the settings are looked for when nobody names a file. @throws CliError */
export const defaultConfigFile = (env: Environment, platform: NodeJS.Platform = process.platform): string => {
  const folder = platform === "darwin" || platform === "win32" ? "White Room" : "white-room"
  return path.join(userFolder(env, platform, ["XDG_CONFIG_HOME", ".config"]), folder, "config.json")
}

/** Where White Room keeps its own database. */
export const appDatabase = (env: Environment): string =>
  path.join(dataFolder(env), "White Room", "white_room.db")

/** The library when nobody names one. */
export const defaultLibrary = (env: Environment): string =>
  path.join(dataFolder(env), "White Room", "library.db")

/** A path as it was typed, or pasted in quotes that kept a shell from reading `~`. */
export const withHome = (file: string): string =>
  /^~[/\\]/.test(file) ? path.join(homeFolder(), file.slice(2)) : file

/** A path that a variable names; `undefined` when it is not set. @throws CliError when it is empty */
export const pathFrom = (env: Environment, name: string, what: string): string | undefined => {
  const named = env[name]
  if (named === undefined) return undefined
  if (named.trim() === "")
    throw refusal(`The environment variable ${name} is empty.`, `Set it to the path of ${what}, or unset it.`)
  return path.resolve(withHome(named))
}

/**
 * The library that a command is about: the option, else `WHITEROOM_LIBRARY`, else what the settings say, else the
 * default. @throws CliError
 */
export const libraryPath = (
  option: string | undefined,
  env: Environment,
  config: { readonly library?: string }
): string => {
  if (option !== undefined) return path.resolve(withHome(option))
  return pathFrom(env, "WHITEROOM_LIBRARY", "a library") ?? config.library ?? defaultLibrary(env)
}

/** The file of the settings: the one that is named, else the usual one. @throws CliError */
export const settingsFile = (env: Environment): string =>
  pathFrom(env, "WHITEROOM_CONFIG", "a file of settings") ?? defaultConfigFile(env)

/** The folder of the settings, beside which keys of vaults are kept. @throws CliError */
export const settingsFolder = (env: Environment): string => path.dirname(settingsFile(env))

/** What `TZ` says, when that is not a time zone and UTC takes its place. */
export const unknownZone = ({ TZ: zone }: Environment): string | undefined =>
  zone === undefined || /utc|gmt/i.test(zone) || systemZone() !== "UTC" || isZone(zone.replace(/^:/, ""))
    ? undefined
    : zone

/** A path as it is shown to be read: the home folder is `~`. */
export const shortPath = (file: string): string => {
  const home = homedir()
  if (!path.isAbsolute(home)) return file
  return file === home || file.startsWith(home + path.sep) ? `~${file.slice(home.length)}` : file
}

/** The same within a command, to be pasted into a shell: quoted where it must be, and `~` never in quotes. */
export const pastedPath = (file: string): string => {
  const short = shortPath(file)
  return short.startsWith(`~${path.sep}`) ? `~/${shellWord(short.slice(2))}` : shellWord(file)
}
