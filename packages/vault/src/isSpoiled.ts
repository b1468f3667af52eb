import { isAsWritten } from "./CheckedText.js"
import { vaultFile } from "./Vault.js"

const brace = 0x7b

/** Whether a file of this name has a check in itself, as long as it is not sealed. */
export const checksItself = (name: string): boolean => name === vaultFile || name.endsWith("/line")

/**
 * Whether the bytes of such a file are not those that were written, for those who keep files of vaults and have no key. Of what is sealed
 * nobody without one can tell.
 */
export const isSpoiled = (name: string, bytes: Uint8Array): boolean =>
  checksItself(name) && (name === vaultFile || bytes[0] === brace) && !isAsWritten(name, bytes)
