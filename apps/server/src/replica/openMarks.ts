import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type CommitMark, commitMark } from "../control/CommitMark.js"

/** So many files are open; of the others none is remembered for long anyway. */
const mostOpen = 32

interface Marks {
  /** The mark of the library file at a path, see `CommitMark`; another one as well when another file has come there. */
  readonly of: (file: string) => string | undefined
  readonly close: (file: string) => void
}

/** Marks of the library files that were asked for last, closed with the scope. */
export const openMarks: Effect.Effect<Marks, never, Scope.Scope> = Effect.gen(function* () {
  const open = new Map<string, { readonly mark: CommitMark; readonly inode: number }>()
  const close = (file: string): void => {
    open.get(file)?.mark.close()
    open.delete(file)
  }
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const file of [...open.keys()]) close(file)
    })
  )
  return {
    close,
    of: (file) => {
      const inode = fs.statSync(file, { throwIfNoEntry: false })?.ino
      if (inode !== open.get(file)?.inode) close(file)
      if (inode === undefined) return undefined
      const known = open.get(file) ?? { mark: commitMark(file), inode }
      open.delete(file)
      open.set(file, known)
      for (const oldest of open.keys())
        if (open.size > mostOpen) close(oldest)
        else break
      return known.mark.now()
    }
  }
})
