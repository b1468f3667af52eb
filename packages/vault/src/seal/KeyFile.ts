/**
 * The key of a vault on this machine, for work that runs alone: a file beside the settings that only its owner may read,
 * an identity file that the `age` program reads too. It holds the identity of a slot of its own, so that this machine can
 * be locked out without changing anybody's passphrase.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  errorCode,
  fileErrorReason,
  InvalidInput,
  isWhiteRoomError,
  StorageFailed,
  utf8,
  type WhiteRoomError
} from "@white-room/core"
import { readIdentities } from "@white-room/store"
import { writePrivateFile } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"

/** Where the key of a vault lies, below a folder of settings. */
export const keyFile = (settings: string, vault: string): string =>
  path.join(settings, "keys", `${vault}.key`)

/** No key file is larger. */
const largest = 64 * 1024

const failed = (file: string, operation: string) => (error: unknown) =>
  isWhiteRoomError(error)
    ? error
    : new StorageFailed({ path: file, operation, detail: fileErrorReason(error) })

const wrong = (file: string, reason: string) => new InvalidInput({ field: file, reason })

const readPrivate = (file: string): string | undefined => {
  let handle: number
  try {
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
  try {
    const { mode, size } = fs.fstatSync(handle)
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw wrong(file, "others may read this key; make it private (chmod 600), and think about a new one")
    if (size > largest) throw wrong(file, "it is too large for a key")
    return fs.readFileSync(handle, "utf8")
  } finally {
    fs.closeSync(handle)
  }
}

/** What a private file beside the settings holds; `undefined` when there is none. Fails with `InvalidInput` when others may read it. */
export const readKeptFile = (file: string): Effect.Effect<string | undefined, WhiteRoomError> =>
  Effect.try({ try: () => readPrivate(file), catch: failed(file, "read") })

/** The identity in a key file; `undefined` when there is none. Fails with `InvalidInput` when others may read it. */
export const readKeyFile = (file: string): Effect.Effect<string | undefined, WhiteRoomError> =>
  Effect.try({
    try: () => {
      const text = readPrivate(file)
      return text === undefined ? undefined : readIdentities(text)[0]
    },
    catch: failed(file, "read")
  })

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield utf8(text)
}

/** Writes a file beside the settings in the place of the one there may be; whole, durable, and never readable by others. */
export const replaceKeptFile = (file: string, text: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.tryPromise({
    try: async () => {
      const next = `${file}.${process.pid}.new`
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      // Of a process of that number that ended in between.
      fs.rmSync(next, { force: true })
      await writePrivateFile(next, oneChunk(text))
      fs.renameSync(next, file)
    },
    catch: failed(file, "write")
  })

/** Writes a key file in the place of the one there may be. */
export const writeKeyFile = (
  file: string,
  vault: string,
  identity: string
): Effect.Effect<void, WhiteRoomError> =>
  replaceKeptFile(file, `# opens the White Room vault ${vault}\n${identity}\n`)

/** Removes a key file; one that is not there is no error. */
export const removeKeyFile = (file: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.try({ try: () => fs.rmSync(file, { force: true }), catch: failed(file, "remove") })
