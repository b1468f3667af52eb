/**
 * Runs the bundle from V8's compiled form of it, which a first run leaves in the user's cache folder: reading 1.3 MB of
 * source again takes longer than a backup (ADR 15). Whatever is wrong with that form, the program runs without it.
 */
import { hash } from "node:crypto"
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import { Script } from "node:vm"
import { cacheFolder } from "./settings/cacheFolder.js"

type Environment = Readonly<Record<string, string | undefined>>

const othersMayWrite = 0o022
const sticky = 0o1000

/**
 * True when nobody but this user and the system can put anything in place of the folder. Code runs with the rights of
 * the user who runs it, so it comes from nobody else: as root, not from a user's home, nor is anything written there.
 */
const isTrusted = (folder: string, user: number): boolean => {
  for (let each = folder; ; each = path.dirname(each)) {
    const stat = lstatSync(each, { throwIfNoEntry: false })
    if (stat !== undefined) {
      const { uid, mode } = stat
      if (each === folder ? uid !== user || !stat.isDirectory() : uid !== user && uid !== 0) return false
      // A link has no rights of its own: only the system's are followed.
      if (stat.isSymbolicLink() ? uid !== 0 : (mode & othersMayWrite) !== 0 && (mode & sticky) === 0)
        return false
    }
    if (path.dirname(each) === each) return true
  }
}

/** Where the compiled form lies, when it may be read and written. */
const compiledFile = (env: Environment, work: string): string | undefined => {
  try {
    // Node's own name for the wish that no compiled form is kept.
    const folder = env.NODE_DISABLE_COMPILE_CACHE === undefined ? cacheFolder(env) : undefined
    if (folder === undefined) return undefined
    if (process.getuid !== undefined && !isTrusted(folder, process.getuid())) return undefined
    // V8 takes only what the same version of it made.
    return path.join(folder, `${process.version}-${process.arch}${work}.compiled`)
  } catch {
    // There is no home, for one.
    return undefined
  }
}

const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash("sha256", bytes, "hex"), "hex")

/** Before the compiled form: the hash of the source it was made of, and its own. V8 checks neither. */
const headerLength = 64

const headerOf = (source: Uint8Array, compiled: Uint8Array): Buffer =>
  Buffer.concat([sha256(source), sha256(compiled)])

/** Neither follows a link nor waits for who writes into a pipe. Windows has no such flags. */
const carefully = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const readCompiled = (file: string, source: Uint8Array): Buffer | undefined => {
  try {
    const descriptor = openSync(file, carefully)
    try {
      const stat = fstatSync(descriptor)
      const ours =
        process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & othersMayWrite) === 0)
      if (!stat.isFile() || !ours) return undefined
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

const writeCompiled = (file: string, source: Uint8Array, compiled: Uint8Array): void => {
  const folder = path.dirname(file)
  const unfinished = `${file}.${process.pid}`
  try {
    // Not the home itself: where there is none, nothing is kept.
    for (const each of [path.dirname(folder), folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 })
    const bytes = Buffer.concat([headerOf(source, compiled), compiled])
    try {
      writeFileSync(unfinished, bytes, { flag: "wx", mode: 0o600 })
      renameSync(unfinished, file)
    } catch {
      rmSync(unfinished, { force: true })
    }
  } catch {
    // A folder that cannot be written: the next run takes its time too.
  }
}

/**
 * What a CommonJS bundle exports, and how to keep its compiled form once it ran. That holds what this run used of it, so what uses
 * another part of the program has one of its own, by its name (`work`): a fifth less time for one song of a vault. So has the
 * bundle of the server, which starts in a fifth less time by that.
 */
export const loadCompiled = <Exports>(
  bundle: string,
  env: Environment,
  work?: string
): { readonly exports: Exports; readonly keep: () => void } => {
  const source = readFileSync(bundle)
  const file = compiledFile(env, work === undefined ? "" : `-${work}`)
  const cachedData = file && readCompiled(file, source)
  // In a function, as Node runs CommonJS.
  const script = new Script(
    `(function (exports, require, module, __filename) {${source.toString("utf8")}\n})`,
    {
      filename: bundle,
      ...(cachedData && { cachedData })
    }
  )
  const require = createRequire(bundle)
  const module = { exports: {} as Exports }
  // Effect looks at a stack as it begins, and V8 would look for the ends of all lines of the program to name one.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    script.runInThisContext()(module.exports, require, module, bundle)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
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
