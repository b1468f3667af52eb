import * as fs from "node:fs"
import * as path from "node:path"
import { FileExists } from "@white-room/core"
import { createFile, discard, publish, type Readers, temporaryIn } from "./NewFile.js"

/**
 * Writes a file that is in memory: whole or not at all, durable, and never over another one unless `force` is given.
 * @throws FileExists, and errors of the file system
 */
export const writeNewFile = (
  target: string,
  bytes: Uint8Array,
  { readers, force = false }: { readonly readers: Readers; readonly force?: boolean }
): void => {
  if (!force && fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined)
    throw new FileExists({ file: target })
  const temporary = temporaryIn(path.dirname(target))
  try {
    createFile(temporary, readers)
    fs.writeFileSync(temporary, bytes)
    publish(temporary, target, force)
  } finally {
    discard(temporary)
  }
}
