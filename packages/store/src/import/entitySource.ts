/** Files of single songs, performances and preferences: together one state, which is merged and does not become a backup. */
import { equalBytes, type JsonForm, type Kind, keyString } from "@white-room/core"
import { type ImportSource, problemList } from "../staging/ImportSource.js"
import { type ForeignRow, StateStager } from "../staging/Stager.js"
import { timeSpellingOf } from "../staging/timeSpellingOf.js"
import { readEntityFile } from "./readEntityFile.js"

export interface EntityFileName {
  /** Where it is. */
  readonly path: string
  /** As the user named it. */
  readonly file: string
  readonly kind: Kind
  readonly keys: ReadonlyMap<string, JsonForm>
}

/** Between two turns of other fibers. */
const filesAtOnce = 20

class Reading {
  readonly problems = problemList("single files")
  readonly warnings = problemList("single files")
  doubled = 0
  private readonly taken = new Map<string, { readonly file: string; readonly digest: Uint8Array }>()

  /** True for the first file of an entity; a second one is an equal copy, or refused. */
  isFirst(file: string, { kind, id }: ForeignRow, digest: Uint8Array): boolean {
    const key = keyString(kind, id)
    const other = this.taken.get(key)
    if (other === undefined) {
      this.taken.set(key, { file, digest })
      return true
    }
    if (equalBytes(other.digest, digest)) this.doubled++
    else this.problems.add({ file, reason: `it has the same id as ${other.file}, which was taken` })
    return false
  }
}

export const entitySource = (files: ReadonlyArray<EntityFileName>): ImportSource =>
  function* ({ session, target, now, onProgress }) {
    const reading = new Reading()
    const times = timeSpellingOf(session)
    const state = new StateStager(session, now, target)
    for (const [index, { path, file, kind, keys }] of files.entries()) {
      const read = readEntityFile(session, path, file, kind, keys, times)
      if ("reason" in read) reading.problems.add({ file, reason: read.reason })
      else if (reading.isFirst(file, read.row, read.digest)) {
        reading.problems.addAll(read.notRead.map((reason) => ({ file, reason })))
        reading.warnings.addAll(read.warnings.map((reason) => ({ file, reason })))
        state.add(read.row)
      }
      onProgress?.({ done: index + 1, total: files.length, step: "read files" })
      if (index % filesAtOnce === 0) yield
    }
    const { problems, warnings, doubled } = reading
    return {
      backups: [],
      merge: state.count === 0 ? undefined : state.finish(),
      time: Number.POSITIVE_INFINITY,
      problems: problems.items,
      warnings: warnings.items,
      doubled
    }
  }
