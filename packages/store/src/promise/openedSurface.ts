import type { OpenedImport } from "../import/Import.js"
import type { Signature } from "./surface.js"

const applied = {
  only: true,
  onConflict: true,
  decisions: true,
  merge: true,
  backups: true,
  onProgress: true
} as const

/** The calls of an import that was opened: see `surface`. */
export const openedSurface: {
  readonly [C in "plan" | "apply"]: Signature<OpenedImport[C]>
} = { plan: [0, applied], apply: [0, { ...applied, commandId: true, actor: true, request: true }] }
