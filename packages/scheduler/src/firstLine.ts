import { readFileSync, statSync } from "node:fs"

/** A key and a password are a line. */
const largest = 4096

/** The first line of a file, without what stands around it; `undefined` when it is not there, is empty, or is something else. */
export const firstLine = (file: string): string | undefined => {
  try {
    const stat = statSync(file)
    if (!stat.isFile() || stat.size > largest) return undefined
    const line = readFileSync(file, "utf8")
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/, 1)[0]
      ?.trim()
    return line === "" ? undefined : line
  } catch {
    return undefined
  }
}
