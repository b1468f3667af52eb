/**
 * Files of exports that took longer than somebody waited, on the disk of this server until they are fetched: each for an hour, and all of them within
 * a bound, beyond which the oldest goes first. The newest is kept however large it is.
 */
import * as fs from "node:fs"
import { hour } from "@white-room/core"
import type { Answer } from "../replica/Messages.js"
import type { Told } from "../replica/Replicas.js"

export interface KeptExport {
  readonly told: Told
  readonly file: NonNullable<Answer["file"]>
  /** In epoch milliseconds. */
  readonly until: number
}

/** Those that are kept, by their paths, the oldest first, and how many bytes they may have. */
interface Here {
  readonly exports: Map<string, KeptExport>
  readonly limits: { readonly exportsBytes: number }
}

const drop = ({ exports }: Here, path: string): void => {
  exports.delete(path)
  try {
    fs.rmSync(path, { force: true })
  } catch {
    // A system that keeps what is open lets go of it at the next start.
  }
}

/** Lets go of what was kept long enough, and of what is too much. */
export const tidyExports = (desk: Here, now: number): void => {
  for (const [path, { until }] of desk.exports) if (until <= now) drop(desk, path)
  let bytes = 0
  for (const { file } of desk.exports.values()) bytes += file.bytes
  for (const [path, { file }] of desk.exports) {
    if (bytes <= desk.limits.exportsBytes || desk.exports.size === 1) return
    drop(desk, path)
    bytes -= file.bytes
  }
}

/** Keeps a file that was written, for an hour. */
export const keepExport = (desk: Here, told: Told, file: KeptExport["file"], now: number): KeptExport => {
  const kept = { told, file, until: now + hour }
  desk.exports.set(file.path, kept)
  tidyExports(desk, now)
  return kept
}

/** One that is kept still. */
export const exportAt = ({ exports }: Here, path: string, now: number): KeptExport | undefined => {
  const kept = exports.get(path)
  return kept !== undefined && now < kept.until && fs.existsSync(path) ? kept : undefined
}
