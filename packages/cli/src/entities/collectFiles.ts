/** Finds the files that an import was pointed at. */
import { readdirSync, statSync } from "node:fs"
import * as path from "node:path"

export interface Problem {
  readonly file: string
  readonly reason: string
}

export interface CollectedFiles {
  readonly files: ReadonlyArray<string>
  readonly problems: ReadonlyArray<Problem>
}

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "ENOENT") return "there is no such file or folder"
  if (code === "EEXIST" || code === "ENOTDIR") return "there is a file in its place"
  if (code === "EACCES" || code === "EPERM") return "it may not be read"
  return error instanceof Error ? error.message : String(error)
}

/** Bundles and encrypted files are known by name, so that they are refused with a reason that helps. */
const comesLater = /\.(?:whiteroom|age)$/i

/**
 * The files named, and every `.json` file in the folders named and below, each once, in order of name. Hidden files
 * and folders are passed over, and so are links to folders: they could lead in circles. Nothing is read yet.
 */
export const collectFiles = (paths: ReadonlyArray<string>): CollectedFiles => {
  const files = new Set<string>()
  const problems: Array<Problem> = []
  const refuse = (file: string, reason: string) => problems.push({ file, reason })
  const take = (file: string, named: boolean) => {
    if (comesLater.test(file))
      refuse(file, "bundles and encrypted files come with a later version of White Room Backup")
    else if (named || /\.json$/i.test(file)) files.add(file)
  }
  const visitFolder = (folder: string) => {
    try {
      const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
      for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
        const inside = path.join(folder, entry.name)
        if (entry.isDirectory()) visitFolder(inside)
        else if (entry.isFile() || (entry.isSymbolicLink() && statSync(inside).isFile())) take(inside, false)
      }
    } catch (error) {
      refuse(folder, reasonOf(error))
    }
  }
  for (const named of paths) {
    try {
      if (statSync(named).isDirectory()) visitFolder(named)
      else take(named, true)
    } catch (error) {
      refuse(named, reasonOf(error))
    }
  }
  return { files: [...files], problems }
}

export { reasonOf as fileErrorReason }
