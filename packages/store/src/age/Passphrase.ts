/**
 * The passphrase of an age file, by Node's own scrypt and not by that of `age-encryption`, which is JavaScript: it takes two
 * thirds of the time, its 256 MB are given back at once, and what else the program does goes on meanwhile.
 */
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from "node:crypto"
import { promisify } from "node:util"
import type { Identity, Recipient, Stanza } from "age-encryption"

const label = "age-encryption.org/v1/scrypt"
const saltBytes = 16
const tagBytes = 16
/** Of a file key of 16 bytes, with its tag. */
const bodyBytes = 32
const cipher = "chacha20-poly1305"
const options = { authTagLength: tagBytes }

/** A key is used once: its nonce may be zero. */
const nonce = new Uint8Array(12)

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)

const keyOf = (passphrase: string, salt: Uint8Array, workFactor: number): Promise<Uint8Array> => {
  const [N, r, p] = [2 ** workFactor, 8, 1]
  const maxmem = 128 * r * (N + p + 2) + 4096
  return derive(passphrase, Buffer.concat([Buffer.from(label), salt]), 32, { N, r, p, maxmem })
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

/** Locks a file with a passphrase. `workFactor` is the cost, as a power of two. */
export const passphraseRecipient = (passphrase: string, workFactor: number): Recipient => ({
  wrapFileKey: async (fileKey) => {
    const salt = randomBytes(saltBytes)
    const sealing = createCipheriv(cipher, await keyOf(passphrase, salt, workFactor), nonce, options)
    const body = Buffer.concat([sealing.update(fileKey), sealing.final(), sealing.getAuthTag()])
    return [{ args: ["scrypt", unpadded(salt), `${workFactor}`], body: new Uint8Array(body) }]
  }
})

/** What a stanza says, where it is one as the format has it. */
const readStanza = ({ args: [, encoded = "", factor = ""], args, body }: Stanza) => {
  const salt = Buffer.from(encoded, "base64")
  const isSound =
    args.length === 3 &&
    salt.length === saltBytes &&
    unpadded(salt) === encoded &&
    /^[1-9]\d?$/.test(factor) &&
    body.length === bodyBytes
  return isSound ? { salt, workFactor: Number(factor), body } : undefined
}

/**
 * Opens what a passphrase locks. A file has one passphrase or none, and nothing beside it: otherwise who made it could let others in.
 * The work factor is not bounded here.
 */
export const passphraseIdentity = (passphrase: string): Identity => ({
  unwrapFileKey: async (stanzas) => {
    const stanza = stanzas.find(({ args }) => args[0] === "scrypt")
    if (stanza === undefined) return null
    const read = stanzas.length === 1 ? readStanza(stanza) : undefined
    if (read === undefined) throw new Error("invalid scrypt stanza")
    const key = await keyOf(passphrase, read.salt, read.workFactor)
    const opening = createDecipheriv(cipher, key, nonce, options)
    opening.setAuthTag(read.body.subarray(-tagBytes))
    const fileKey = opening.update(read.body.subarray(0, -tagBytes))
    try {
      opening.final()
      return new Uint8Array(fileKey)
    } catch {
      return null
    }
  }
})
