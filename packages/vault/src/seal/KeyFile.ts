/**
 * The key of a vault on this machine, for work that runs alone: in the keyring of the system, where it has one, and else in a
 * file beside the settings that only its owner may read, an identity file that the `age` program reads too. Where the keyring
 * has it, that file says so. It is the identity of a slot of its own, so that this machine can be locked out without
 * changing anybody's passphrase.
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
import {
  type KeyringName,
  keyringNamed,
  keyringNames,
  type PlatformKeyring,
  platformKeyring
} from "./PlatformKeyring.js"

type Environment = Readonly<Record<string, string | undefined>>

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

/** Of a key file that says where the key is: `keyring NAME`, and what that keyring needs to find it. */
const pointer = new RegExp(`^keyring (${keyringNames.join("|")})(?: (\\S+))?$`, "m")

const pointedTo = (text: string): { readonly name: KeyringName; readonly kept: string } | undefined => {
  const [, found, kept = ""] = pointer.exec(text) ?? []
  const name = keyringNames.find((each) => each === found)
  return name && { name, kept }
}

const vaultOf = (file: string): string => path.basename(file, ".key")

const fromKeyring = (file: string, name: KeyringName, kept: string, env: Environment) =>
  Effect.tryPromise({
    try: () => keyringNamed(name, env).give(vaultOf(file), kept),
    catch: (error) =>
      new StorageFailed({
        path: file,
        operation: "read",
        detail: `the keyring of this system does not give the key: ${error instanceof Error ? error.message : String(error)}`
      })
  })

/** The identity in a key file, or where it says; `undefined` when there is none. Fails with `InvalidInput` when others may read it. */
export const readKeyFile = (
  file: string,
  env: Environment = process.env
): Effect.Effect<string | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const text = yield* readKeptFile(file)
    if (text === undefined) return undefined
    const kept = pointedTo(text)
    const identities = kept === undefined ? text : yield* fromKeyring(file, kept.name, kept.kept, env)
    return yield* Effect.try({ try: () => readIdentities(identities)[0], catch: failed(file, "read") })
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

/** Gives the key to the keyring, and takes it from there again; `undefined` where that does not work. */
const keptIn = (
  keyring: PlatformKeyring | undefined,
  vault: string,
  identity: string
): Effect.Effect<string | undefined> =>
  keyring === undefined
    ? Effect.succeed(undefined)
    : Effect.promise(async () => {
        try {
          const kept = await keyring.keep(vault, identity)
          return (await keyring.give(vault, kept)) === identity
            ? `keyring ${keyring.name} ${kept}`.trimEnd()
            : undefined
        } catch {
          return undefined
        }
      })

/** Keeps the key of a vault in the place of the one there may be: in the keyring of the system, or in the file itself. */
export const writeKeyFile = (
  file: string,
  vault: string,
  identity: string,
  keyring: PlatformKeyring | undefined = platformKeyring()
): Effect.Effect<void, WhiteRoomError> =>
  Effect.flatMap(keptIn(keyring, vaultOf(file), identity), (kept) =>
    replaceKeptFile(file, `# opens the White Room vault ${vault}\n${kept ?? identity}\n`)
  )

/** Removes a file beside the settings; one that is not there is no error. */
export const removeKeptFile = (file: string): Effect.Effect<void, WhiteRoomError> =>
  Effect.try({ try: () => fs.rmSync(file, { force: true }), catch: failed(file, "remove") })

/** Removes a key file, and the key from the keyring that it names; one that is not there is no error. */
export const removeKeyFile = (
  file: string,
  env: Environment = process.env
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const kept = pointedTo((yield* Effect.orElseSucceed(readKeptFile(file), () => undefined)) ?? "")
    if (kept !== undefined)
      // A keyring that is away keeps a key that opens nothing new.
      yield* Effect.ignore(Effect.tryPromise(() => keyringNamed(kept.name, env).forget(vaultOf(file))))
    yield* removeKeptFile(file)
  })
