/**
 * Runs the bundle from V8's compiled form of it, which a first run leaves in the user's cache folder: reading 1.3 MB of
 * source anew takes longer than a backup (ADR 15). Whatever is wrong with that form, the program runs without it.
 */
import { hash } from "node:crypto"
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { homedir } from "node:os"
import * as path from "node:path"
import { Script } from "node:vm"

type Environment = Readonly<Record<string, string | undefined>>

/** The platform's folder for what may be lost; `undefined` where it is not to be used, or cannot be meant. */
const cacheFolder = (env: Environment): string | undefined => {
  // Node's own name for the wish that no compiled form is kept.
  if (env.NODE_DISABLE_COMPILE_CACHE !== undefined) return undefined
  if (process.platform === "darwin") return path.join(homedir(), "Library/Caches/White Room")
  const [named, inHome, name] =
    process.platform === "win32"
      ? [env.LOCALAPPDATA, "AppData/Local", "White Room/Cache"]
      : [env.XDG_CACHE_HOME, ".cache", "white-room"]
  const folder = named || path.join(homedir(), inHome)
  return path.isAbsolute(folder) ? path.join(folder, name) : undefined
}

/** Code runs with the rights of whoever runs it, so it comes from nobody else: as root, not from a user's folder. */
const onlyOurs = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)

const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash("sha256", bytes, "hex"), "hex")

/** Before the compiled form: the hash of the source it was made of, and its own. V8 checks neither. */
const headerLength = 64

const headerOf = (source: Uint8Array, compiled: Uint8Array): Buffer =>
  Buffer.concat([sha256(source), sha256(compiled)])

const readCompiled = (file: string, source: Uint8Array): Buffer | undefined => {
  try {
    const descriptor = openSync(file, "r")
    try {
      if (!onlyOurs(fstatSync(descriptor))) return undefined
      const stored = readFileSync(descriptor)
      const compiled = stored.subarray(headerLength)
      return headerOf(source, compiled).equals(stored.subarray(0, headerLength)) ? compiled : undefined
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

/** Half a file is noticed by its hash when it is read. */
const writeCompiled = (file: string, source: Uint8Array, compiled: Uint8Array): void => {
  try {
    const folder = path.dirname(file)
    // Not the home itself: where there is none, nothing is kept.
    for (const each of [path.dirname(folder), folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 })
    if (!onlyOurs(lstatSync(folder))) return
    // Whatever lies there may have other rights, or be a link.
    rmSync(file, { force: true })
    writeFileSync(file, Buffer.concat([headerOf(source, compiled), compiled]), { mode: 0o600 })
  } catch {
    // A folder that cannot be written: the next run takes its time too.
  }
}

/** What a CommonJS bundle exports, and how to keep its compiled form once it ran. */
export const loadCompiled = <Exports>(
  bundle: string,
  env: Environment
): { readonly exports: Exports; readonly keep: () => void } => {
  const source = readFileSync(bundle)
  const folder = cacheFolder(env)
  // V8 takes only what the same version of it made.
  const file = folder && path.join(folder, `${process.version}-${process.arch}.compiled`)
  const cachedData = file && readCompiled(file, source)
  // The bundle is ASCII. In a function, as Node runs CommonJS.
  const script = new Script(
    `(function (exports, require, module, __filename) {${source.toString("latin1")}\n})`,
    {
      filename: bundle,
      ...(cachedData && { cachedData })
    }
  )
  const require = createRequire(bundle)
  const module = { exports: {} as Exports }
  script.runInThisContext()(module.exports, require, module, bundle)
  return {
    exports: module.exports,
    keep: () => {
      const known = cachedData !== undefined && script.cachedDataRejected !== true
      // Nearly all of the program has run once SQLite's driver was loaded; `help` alone would leave out half.
      if (file === undefined || known || Object.keys(require.cache).length === 0) return
      writeCompiled(file, source, script.createCachedData())
    }
  }
}
