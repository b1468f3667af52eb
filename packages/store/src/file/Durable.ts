/** Making file system changes survive a power cut. */
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode } from "@white-room/core"

/**
 * Makes a folder and those above it that are missing, for this user alone. Node's own way hides the reason where none can be made, and in
 * some file systems it never ends.
 */
export const makeFolder = (folder: string): void => {
  const missing: Array<string> = []
  let at = path.resolve(folder)
  for (; !fs.existsSync(at) && path.dirname(at) !== at; at = path.dirname(at)) missing.unshift(at)
  for (const each of missing)
    try {
      fs.mkdirSync(each, { mode: 0o700 })
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error
    }
}

export const syncFile = (file: string): void => {
  const handle = fs.openSync(file, "r+")
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

/** Makes a new or renamed entry of a folder durable; where folders cannot be synced (Windows), the system does it. */
export const syncFolder = (folder: string): void => {
  let handle: number | undefined
  try {
    handle = fs.openSync(folder, "r")
    fs.fsyncSync(handle)
  } catch (error) {
    if (!["EPERM", "EISDIR", "EACCES", "EINVAL"].includes(errorCode(error))) throw error
  } finally {
    if (handle !== undefined) fs.closeSync(handle)
  }
}
