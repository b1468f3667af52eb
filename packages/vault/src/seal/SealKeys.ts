/**
 * What is made of a master key. Every key is HKDF-SHA-256 of a master key, with a label of its own and the id of the vault
 * in it: a key is good for one thing in one vault.
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto"
import { concatBytes, toHex, utf8 } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import type { Naming } from "../segment/SegmentName.js"

/** Bytes of master keys, salts, commitments and MACs. */
export const keyLength = 32

/** A master key of a vault. */
export interface MasterKey {
  readonly generation: number
  readonly key: Uint8Array
}

/** A key for one segment or file, and what tells that it is the right one. */
export interface DataKey {
  readonly key: Uint8Array
  readonly commitment: Uint8Array
}

const labels = {
  segment: "white-room/vault/1/segment",
  file: "white-room/vault/1/file",
  ring: "white-room/vault/1/ring",
  name: "white-room/vault/1/name",
  fingerprint: "white-room/vault/1/fingerprint"
} as const

const derive = (
  { key }: MasterKey,
  label: keyof typeof labels,
  vault: string,
  length: number,
  salt: Uint8Array = new Uint8Array(0),
  more: Uint8Array = new Uint8Array(0)
): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", key, salt, concatBytes([utf8(labels[label] + vault), more]), length))

const hmac = (key: Uint8Array, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac("sha256", key).update(bytes).digest())

/** What is sealed: a segment, or a small file. */
export type Sealed = "segment" | "file"

/** The key of a segment or file, of the bytes before its commitment, which hold the salt. */
export const dataKey = (
  master: MasterKey,
  of: Sealed,
  vault: string,
  salt: Uint8Array,
  before: Uint8Array
): DataKey => {
  const derived = derive(master, of, vault, 2 * keyLength, salt, sha256(before))
  return { key: derived.subarray(0, keyLength), commitment: derived.subarray(keyLength) }
}

/** The one of these keys that a commitment was made with, found without a hint of how near the others are. */
export const findDataKey = (
  masters: ReadonlyArray<MasterKey>,
  commitment: Uint8Array,
  keyOf: (master: MasterKey) => DataKey
): Uint8Array | undefined => {
  for (const master of masters) {
    const found = keyOf(master)
    if (commitment.length === keyLength && timingSafeEqual(found.commitment, commitment)) return found.key
  }
  return undefined
}

/** What people and `vault.json` know a vault's first key by: 32 hex digits. */
export const fingerprintOf = (first: MasterKey, vault: string): string =>
  toHex(derive(first, "fingerprint", vault, 16))

/** What proves that who wrote a ring had this key. */
export const ringMac = (master: MasterKey, vault: string, ring: Uint8Array): Uint8Array =>
  hmac(derive(master, "ring", vault, keyLength), ring)

/** The names in a sealed vault. They are of its first key for ever: a line must go on when keys change. */
export const sealedNaming = (first: MasterKey, vault: string): Naming => {
  const key = derive(first, "name", vault, keyLength)
  const name = (what: string, bytes: Uint8Array, length: number) =>
    toHex(hmac(key, concatBytes([utf8(what), bytes])).subarray(0, length))
  return { library: (id) => name("library ", utf8(id), 16), hash: (hash) => name("hash ", hash, 8) }
}
