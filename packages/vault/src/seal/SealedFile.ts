/**
 * Small sealed files: the beginnings of lines, and policies.
 *
 * ```
 * file = "WRSEALED" 1, int64 generation, salt of 32 bytes, commitment of 32 bytes, AES-256-GCM of the content
 * ```
 * The name of the file is authenticated with it: under another name it does not open.
 */
import { ByteReader, ByteWriter, concatBytes, equalBytes, malformed, utf8 } from "@white-room/core"
import { open, seal } from "./Gcm.js"
import { dataKey, findDataKey, keyLength, type MasterKey } from "./SealKeys.js"

const magic = Uint8Array.of(...utf8("WRSEALED"), 1)

const beforeCommitment = (generation: number, salt: Uint8Array): Uint8Array =>
  new ByteWriter().bytes(magic).integer(generation).bytes(salt).finish()

/** The salt is random, and used once. */
export const sealFile = (
  master: MasterKey,
  vault: string,
  salt: Uint8Array,
  name: string,
  clear: Uint8Array
): Uint8Array => {
  const before = beforeCommitment(master.generation, salt)
  const { key, commitment } = dataKey(master, "file", vault, salt, before)
  return concatBytes([before, commitment, seal(key, 0, utf8(name), clear)])
}

/** The generation of the key that a sealed file was written with, as it says itself. @throws MalformedData */
export const generationOf = (bytes: Uint8Array): number =>
  new ByteReader(bytes.subarray(magic.length), "sealed file").integer()

/** @throws MalformedData when it is not what was sealed under that name with one of these keys */
export const openFile = (
  masters: ReadonlyArray<MasterKey>,
  vault: string,
  name: string,
  bytes: Uint8Array
): Uint8Array => {
  const bad = (reason: string) => malformed("sealed file", reason)
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) throw bad("it does not begin with WRSEALED")
  const reader = new ByteReader(bytes.subarray(magic.length), "sealed file")
  const generation = reader.integer()
  const salt = reader.bytes(keyLength)
  const commitment = reader.bytes(keyLength)
  const key = findDataKey(
    masters.filter((master) => master.generation === generation),
    commitment,
    (master) => dataKey(master, "file", vault, salt, beforeCommitment(generation, salt))
  )
  if (key === undefined) throw bad("it was sealed with a key that is not in the key ring")
  const clear = open(key, 0, utf8(name), reader.bytes(reader.remaining))
  if (clear === undefined) throw bad("it is not what was sealed under this name")
  return clear
}
