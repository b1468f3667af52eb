/** The settings a person keeps in a file: what neither an option nor the environment says. */
import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, type Stats, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { errorCode } from "@white-room/core"
import { type CliError, refusal } from "../error/CliError.js"
import { defaultConfigFile, defaultLibrary, homeFolder, pathFrom, settingsFile } from "./Environment.js"

export interface Config {
  /** An absolute path. */
  readonly library?: string
}

/** Settings are a few lines; whatever is larger is something else. */
const largest = 65_536

const wrong = (file: string, reason: string): CliError =>
  refusal(
    `The settings in ${file} ${reason}.`,
    "Correct or remove that file, or name another one with WHITEROOM_CONFIG."
  )

/** Where no folder can be looked into there are no settings: a home such as `/dev/null`, or one of somebody else. */
const isNowhere = (error: unknown): boolean =>
  ["ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG"].includes(errorCode(error))

const statOf = (file: string, required: boolean): Stats | undefined => {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    if (required || !isNowhere(error)) throw error
    return undefined
  }
}

const textOf = (file: string, required: boolean): string | undefined => {
  const stat = statOf(file, required)
  if (stat === undefined && !required) return undefined
  if (stat === undefined) throw wrong(file, "are not there, and WHITEROOM_CONFIG names that file")
  if (!stat.isFile()) throw wrong(file, "cannot be read: it is not a file")
  if (stat.size > largest) throw wrong(file, "cannot be read: the file is too large for settings")
  return readFileSync(file, "utf8").replace(/^\uFEFF/, "")
}

const parse = (file: string, text: string): Readonly<Record<string, unknown>> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong(file, "are not JSON")
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(file, 'are not a JSON object such as {"library": "/path/to/library.db"}')
  return { ...value }
}

/** A path in the settings: `~/` is the home folder, and any other relative path begins at the folder of the file. */
const resolvePath = (file: string, value: string): string =>
  value.startsWith("~/") ? path.join(homeFolder(), value.slice(2)) : path.resolve(path.dirname(file), value)

const read = (file: string, required: boolean): Config => {
  const text = textOf(file, required)
  if (text === undefined) return {}
  const { library, ...unknown } = parse(file, text)
  const [other] = Object.keys(unknown)
  if (other !== undefined)
    throw wrong(file, `have "${other}", which is not a setting; there is only "library"`)
  if (library === undefined) return {}
  if (typeof library !== "string" || library.trim() === "")
    throw wrong(file, 'have a "library" that is not the path of a file')
  return { library: resolvePath(file, library) }
}

/**
 * The settings of `WHITEROOM_CONFIG`, which must be there, or else of `config.json` in the platform's folder for
 * settings, which need not. @throws CliError
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const named = pathFrom(env, "WHITEROOM_CONFIG", "a file of settings")
  const file = named ?? defaultConfigFile(env)
  try {
    return read(file, named !== undefined)
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    throw typeof code === "string" ? wrong(file, `cannot be read (${code})`) : error
  }
}

/**
 * Writes into the settings where the library is, when nothing else says so: no variable, no setting, and nothing lies
 * at `asked`, the default place. Returns the file of the settings, or `undefined` when it was left as it is.
 */
export const rememberLibrary = (
  env: Readonly<Record<string, string | undefined>>,
  asked: string,
  library: string
): string | undefined => {
  const file = settingsFile(env)
  const { library: known } = readConfig(env)
  if (known !== undefined || asked !== defaultLibrary(env) || existsSync(asked)) return undefined
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const temporary = `${file}.new-${process.pid}-${randomBytes(4).toString("hex")}`
    writeFileSync(temporary, `${JSON.stringify({ library }, null, 2)}\n`, {
      flag: "wx",
      mode: 0o600,
      flush: true
    })
    renameSync(temporary, file)
    return file
  } catch (error) {
    // A folder of settings that cannot be written: the person is told the path in place of it.
    if (error instanceof Error && "code" in error) return undefined
    throw error
  }
}
