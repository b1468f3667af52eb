/** Finds the files that an import was pointed at. */

import { readdirSync, statSync } from "node:fs"
import * as path from "node:path"
import { bounds, fileErrorReason, formatCount } from "@white-room/core"
import { liesIn } from "../file/OpenFile.js"
import { fileIdentity } from "../session/Session.js"
import { type FileProblem, problemList } from "../staging/ImportSource.js"
import { isKnownByHead } from "./Recognise.js"

export interface CollectedFiles {
  readonly files: ReadonlyArray<string>
  readonly problems: ReadonlyArray<FileProblem>
}

/** What SQLite keeps beside its files is read with them. */
const beside = /-(?:wal|shm|journal)$/

/**
 * The files named, and those in the folders named and below that can be imported, each once, in order of name: `.json`
 * files by name, bundles, databases and encrypted files by what they hold. Hidden files and folders are passed over,
 * and so are links to folders: they could lead in circles. A link to a file is followed only to where it stays in the folder that was named:
 * somebody else may have made the folder. Pipes and devices are never opened, nor is the library itself:
 * closing its file would drop the locks that SQLite has on it (POSIX).
 * @param own the identity of the library's file
 * @param label what the import is called
 */
export const collectFiles = (paths: ReadonlyArray<string>, own: string, label: string): CollectedFiles => {
  const files = new Set<string>()
  const problems = problemList(label)
  const take = (file: string): void => {
    if (files.size < bounds.importFiles) files.add(file)
    else
      problems.add({
        file,
        reason: `there are more than ${formatCount(bounds.importFiles)} files`
      })
  }
  const look = (file: string, visit: () => void): void => {
    try {
      visit()
    } catch (error) {
      problems.add({ file, reason: fileErrorReason(error) })
    }
  }
  const lookInside = (inside: string, root: string): void =>
    look(inside, () => {
      if (beside.test(inside) || !statSync(inside).isFile() || fileIdentity(inside) === own) return
      if (!liesIn(root, inside))
        problems.add({ file: inside, reason: "it is a link that leads out of the folder" })
      else if (/\.(?:json|whiteroom|age)$/i.test(inside) || isKnownByHead(inside)) take(inside)
    })
  const visitFolder = (folder: string, root: string): void =>
    look(folder, () => {
      const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
      for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
        const inside = path.join(folder, entry.name)
        if (entry.isDirectory()) visitFolder(inside, root)
        else if (entry.isFile() || entry.isSymbolicLink()) lookInside(inside, root)
      }
    })
  for (const named of paths)
    look(named, () => {
      const stat = statSync(named)
      if (stat.isDirectory()) visitFolder(named, named)
      else if (fileIdentity(named) === own) problems.add({ file: named, reason: "it is this library itself" })
      else if (stat.isFile()) take(named)
      else problems.add({ file: named, reason: "it is not a file" })
    })
  return { files: [...files], problems: problems.items }
}
