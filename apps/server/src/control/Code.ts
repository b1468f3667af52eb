/**
 * Codes that people may have to type: 12 characters of an alphabet without those that look alike. The first four name the
 * invitation, the others are its secret: 40 bits, of which the server keeps a slow hash and allows five wrong tries.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

const characters = (count: number): string =>
  Array.from(randomBytes(count), (byte) => alphabet[byte & 31]).join("")

/** A code in its two parts. */
export interface Code {
  readonly id: string
  readonly secret: string
}

export const newCode = (): Code => ({ id: characters(4), secret: characters(8) })

/** As people read it: `ABCD-EFGH-JKMN`. */
export const codeText = ({ id, secret }: Code): string =>
  [id, secret.slice(0, 4), secret.slice(4)].join("-").toUpperCase()

/** A code as it was typed: capitals, dashes and spaces do not count, nor do letters that were read for others. */
export const parseCode = (text: string): Code | undefined => {
  const plain = text.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1")
  return /^[0-9a-hjkmnp-tv-z]{12}$/.test(plain)
    ? { id: plain.slice(0, 4), secret: plain.slice(4) }
    : undefined
}

const derive = promisify<string, string, number, { N: number; r: number; p: number }, Buffer>(scrypt)

/**
 * The hash of a secret with its salt, in hex: some 50 ms of work, in 2 MB. With the usual 16 MB each of the threads that Node does this in
 * would hold as much for ever: 64 MB of a server's memory.
 */
export const hashCode = async (secret: string, salt: string): Promise<string> =>
  (await derive(secret, salt, 32, { N: 2048, r: 8, p: 8 })).toString("hex")

export const newSalt = (): string => randomBytes(16).toString("hex")

/** Compares two hashes in hex, in a time that says nothing of where they differ. */
export const equalHashes = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one, "hex"), Buffer.from(other, "hex")]
  return a.length === b.length && timingSafeEqual(a, b)
}
