import { randomBytes } from "node:crypto"
import * as fs from "node:fs"

/** Writes a private file in the place of what is there, whole or not at all. */
export const replaceFile = (file: string, text: string): void => {
  const next = `${file}.${randomBytes(6).toString("hex")}.new`
  fs.writeFileSync(next, text, { mode: 0o600, flush: true })
  fs.renameSync(next, file)
}
