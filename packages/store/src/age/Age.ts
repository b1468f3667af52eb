/**
 * Encrypted files in the age format (age-encryption.org/v1): passphrase or recipients, binary or armoured. What is
 * written here opens with the `age` program and the other way round. Everything streams; memory does not grow with
 * the file. No message names a passphrase or an identity.
 */
import {
  concatBytes,
  FileEncrypted,
  FileTampered,
  FileTruncated,
  InvalidInput,
  NoMatchingIdentity,
  NotAgeFile,
  PassphraseTooCostly,
  WrongPassphrase
} from "@white-room/core"
import type { Decrypter, Identity, Stanza } from "age-encryption"
import { fileChunksAsync } from "../file/FileChunks.js"
import { writePrivateFile } from "../file/TargetFile.js"
import { armor, dearmor, isArmored } from "./Armor.js"
import { ByteSource } from "./ByteSource.js"
import { openPayload } from "./openPayload.js"
import { passphraseIdentity, passphraseRecipient } from "./Passphrase.js"

/** Who can open a file: who knows the passphrase, or each of the recipients (`age1…`). */
export type AgeLock =
  | {
      readonly passphrase: string
      /** The scrypt cost of a passphrase, as a power of two. Default 18, as the `age` program has it. */
      readonly workFactor?: number
    }
  | { readonly recipients: ReadonlyArray<string> }

/** What may open a file. Identities are `AGE-SECRET-KEY-1…`. */
export interface AgeKeys {
  readonly passphrase?: string
  readonly identities?: ReadonlyArray<string>
}

export interface AgeOptions {
  /** Text of 64 columns in place of bytes. */
  readonly armored?: boolean | undefined
}

/** As the `age` program has it. */
const usualWorkFactor = 18

/** More than this takes over a gigabyte of memory to open. */
const workFactorLimit = 20

/** Room for the recipients of a file, generously. */
const headerLimit = 1024 * 1024

const firstLine = "age-encryption.org/v1\n"

// Loaded when it is needed: its keys take a tenth of a second to load.
const library = () => import("age-encryption")

/** True for the first bytes of an age file of any version, armoured or not. */
export const isAge = (head: Uint8Array): boolean =>
  isArmored(head) || Buffer.from(head).toString("latin1").startsWith("age-encryption.org/")

/** @throws InvalidInput */
const encrypterOf = async (lock: AgeLock) => {
  const { Encrypter } = await library()
  const encrypter = new Encrypter()
  if ("passphrase" in lock) {
    if (lock.passphrase === "")
      throw new InvalidInput({ field: "passphrase", reason: "it must not be empty" })
    encrypter.addRecipient(passphraseRecipient(lock.passphrase, lock.workFactor ?? usualWorkFactor))
    return encrypter
  }
  if (lock.recipients.length === 0) throw new InvalidInput({ field: "recipient", reason: "there is none" })
  for (const recipient of lock.recipients)
    try {
      encrypter.addRecipient(recipient)
    } catch {
      // A secret key that was given by mistake must not be shown.
      const reason = /^AGE-SECRET-KEY-/i.test(recipient)
        ? "it is a secret key; give the public one (age1…)"
        : "it is not an age recipient (age1…)"
      throw new InvalidInput({ field: "recipient", reason })
    }
  return encrypter
}

/** The bytes of an age file that holds these. @throws InvalidInput */
export async function* encrypt(
  plain: AsyncIterable<Uint8Array>,
  lock: AgeLock,
  options: AgeOptions = {}
): AsyncGenerator<Uint8Array> {
  const encrypter = await encrypterOf(lock)
  const sealed = await encrypter.encrypt(ReadableStream.from(plain))
  yield* options.armored === true ? armor(sealed) : sealed
}

/** Encrypts a file into a new one that only its owner may read. @throws InvalidInput | FileExists */
export const encryptFile = (
  source: string,
  target: string,
  lock: AgeLock,
  options: AgeOptions = {}
): Promise<void> => writePrivateFile(target, encrypt(fileChunksAsync(source), lock, options))

/** The header with its last line, bounded. What follows it stays to be read. */
const readHeader = async (source: ByteSource, file: string): Promise<Uint8Array> => {
  let header = Buffer.alloc(0)
  while (header.length < headerLimit) {
    const more = await source.read(4096)
    header = Buffer.concat([header, more])
    if (!header.subarray(0, firstLine.length).equals(Buffer.from(firstLine).subarray(0, header.length)))
      throw new NotAgeFile({ file, reason: "it does not begin as one of version 1 does" })
    const mac = header.indexOf("\n--- ")
    const end = mac < 0 ? -1 : header.indexOf("\n", mac + 1)
    if (end >= 0) {
      source.unread(header.subarray(end + 1))
      return header.subarray(0, end + 1)
    }
    if (more.some((byte) => byte !== 10 && (byte < 32 || byte > 126))) throw new FileTampered({ file })
    if (more.length === 0) throw new FileTruncated({ file })
  }
  throw new NotAgeFile({ file, reason: "its header has no end" })
}

/** Refuses before it costs anything. */
const checkWork = (stanzas: ReadonlyArray<Stanza>, file: string): void => {
  for (const { args } of stanzas) {
    const workFactor = Number(args[2])
    if (args[0] === "scrypt" && workFactor > workFactorLimit)
      throw new PassphraseTooCostly({ file, workFactor, limit: workFactorLimit })
  }
}

/** @throws InvalidInput */
const addIdentities = (decrypter: Decrypter, identities: ReadonlyArray<string>): void => {
  for (const identity of identities)
    try {
      decrypter.addIdentity(identity)
    } catch {
      throw new InvalidInput({ field: "identity", reason: "it is not an age identity (AGE-SECRET-KEY-1…)" })
    }
}

/** What a caller gives who does not know yet what a file needs. */
export type AskForKeys = (needs: "passphrase" | "identity") => Promise<AgeKeys>

/** What opens the file; looked at before anybody is asked. @throws PassphraseTooCostly, FileTampered */
const lookAt = async (header: Uint8Array, file: string): Promise<"passphrase" | "identity"> => {
  const { Decrypter } = await library()
  const decrypter = new Decrypter()
  const seen: Array<Stanza> = []
  const identity: Identity = {
    unwrapFileKey: (stanzas) => {
      seen.push(...stanzas)
      return null
    }
  }
  decrypter.addIdentity(identity)
  // It always fails, with one more identity or without: only the stanzas are wanted.
  await decrypter.decryptHeader(header).catch(() => undefined)
  if (seen.length === 0) throw new FileTampered({ file })
  checkWork(seen, file)
  return seen.some(({ args }) => args[0] === "scrypt") ? "passphrase" : "identity"
}

const fileKeyOf = async (header: Uint8Array, ask: AskForKeys, file: string): Promise<Uint8Array> => {
  const needs = await lookAt(header, file)
  const { passphrase, identities = [] } = await ask(needs)
  const { Decrypter } = await library()
  const decrypter = new Decrypter()
  if (needs === "passphrase" && passphrase !== undefined)
    decrypter.addIdentity(passphraseIdentity(passphrase))
  else if (needs === "identity" && identities.length > 0) addIdentities(decrypter, identities)
  else throw new FileEncrypted({ file, needs })
  try {
    return await decrypter.decryptHeader(header)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("no identity matched"))
      throw new FileTampered({ file })
    throw needs === "passphrase" ? new WrongPassphrase({ file }) : new NoMatchingIdentity({ file })
  }
}

/**
 * The plain bytes of an age file, checked chunk by chunk: what comes before an error is genuine, but not the whole.
 * `ask` is called once, when the file is known to be sound so far.
 * @throws FileEncrypted | WrongPassphrase | NoMatchingIdentity | NotAgeFile | FileTruncated | FileTampered |
 *   PassphraseTooCostly | InvalidInput
 */
export const decrypt = (path: string, ask: AskForKeys, file = path): AsyncGenerator<Uint8Array> =>
  decryptChunks(fileChunksAsync(path), ask, file)

async function* decryptChunks(
  chunks: AsyncIterable<Uint8Array>,
  ask: AskForKeys,
  file: string
): AsyncGenerator<Uint8Array> {
  const raw = new ByteSource(chunks)
  try {
    const head = await raw.read(64)
    raw.unread(head)
    const source = isArmored(head) ? new ByteSource(dearmor(rest(raw), file)) : raw
    const fileKey = await fileKeyOf(await readHeader(source, file), ask, file)
    yield* openPayload(source, fileKey, file)
  } finally {
    await raw.close()
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const all: Array<Uint8Array> = []
  for await (const chunk of chunks) all.push(chunk)
  return concatBytes(all)
}

/** A small age file in memory. @throws InvalidInput */
export const encryptBytes = (plain: Uint8Array, lock: AgeLock): Promise<Uint8Array> =>
  collect(encrypt(oneChunk(plain), lock))

/** What is in a small age file; `file` is its name for people. See `decrypt`. */
export const decryptBytes = (sealed: Uint8Array, keys: AgeKeys, file: string): Promise<Uint8Array> =>
  collect(decryptChunks(oneChunk(sealed), async () => keys, file))

/** A new identity, and the recipient that it opens files for. */
export const newIdentity = async (): Promise<{ readonly identity: string; readonly recipient: string }> => {
  const { generateX25519Identity, identityToRecipient } = await library()
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

async function* rest(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let bytes = await source.read(65536); bytes.length > 0; bytes = await source.read(65536)) yield bytes
}

/** Decrypts a file into a new one that only its owner may read; there is none when it fails. See `decrypt`. @throws FileExists */
export const decryptFile = (source: string, target: string, ask: AskForKeys, file = source): Promise<void> =>
  writePrivateFile(target, decrypt(source, ask, file))

/** The identities in the text of an identity file. @throws InvalidInput */
export const readIdentities = (text: string): ReadonlyArray<string> => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"))
  const identities = lines.map((line) => line.trim())
  if (identities.length > 0 && identities.every((line) => /^AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+$/.test(line)))
    return identities
  const reason = isArmored(Buffer.from(text))
    ? "it is encrypted itself; decrypt it with the `age` program first"
    : "it is not a file of age identities (lines AGE-SECRET-KEY-1…)"
  throw new InvalidInput({ field: "identity file", reason })
}
