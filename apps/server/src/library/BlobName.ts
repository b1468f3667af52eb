/** What the names of files in a vault are about, and who may put them. */
import { isBlobName } from "@white-room/vault"
import type { Role } from "../api/Model.js"

/** A file of a line, or one of the vault as a whole, or of neither. */
export type BlobAbout =
  | { readonly _tag: "Line"; readonly folder: string; readonly line: string }
  | { readonly _tag: "Vault" }
  | { readonly _tag: "Other" }

const inLine = /^([0-9a-f-]{32,36})\/([0-9a-f-]{36})\/[^/]+$/
const ofVault = /^(?:vault\.json|(?:keys|policy)\/[^/]+)$/

/** What a name is about; `undefined` for what is not the name of a file. */
export const aboutBlob = (name: string): BlobAbout | undefined => {
  if (!isBlobName(name)) return undefined
  const [, folder, line] = inLine.exec(name) ?? []
  if (folder !== undefined && line !== undefined) return { _tag: "Line", folder, line }
  return { _tag: ofVault.test(name) ? "Vault" : "Other" }
}

/** Who may put what. Devices write lines, whose owner is looked at besides, and begin vaults; nobody replaces anything. */
export const mayPut = (role: Role, { _tag }: BlobAbout): boolean => {
  if (role === "admin") return true
  if (role === "device") return _tag !== "Other"
  return role === "push-only" && _tag === "Line"
}

/** Who may read what: a device that only pushes needs to know how, and what its own line has. */
export const mayRead = (role: Role, { _tag }: BlobAbout): boolean => role !== "push-only" || _tag === "Vault"

/** A line that a listing is about: everything with the prefix lies in it. */
export const lineOfPrefix = (
  prefix: string
): { readonly folder: string; readonly line: string } | undefined => {
  const [, folder, line] = /^([0-9a-f-]{32,36})\/([0-9a-f-]{36})\//.exec(prefix) ?? []
  return folder === undefined || line === undefined ? undefined : { folder, line }
}
