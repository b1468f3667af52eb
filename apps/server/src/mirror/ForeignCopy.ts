/** A copy of a control database as it came from a mirror, into which anybody may have put what they like. */
import { DiskFull, errorCode } from "@white-room/core"
import { type ForeignCell, type ForeignTables, openForeignTables } from "@white-room/store/transfer"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** What lies there under the name of a copy is not what this program writes: the one before it is looked at. */
export class NotAControlCopy extends Data.TaggedError("NotAControlCopy") {}

export type ForeignRow = Readonly<Record<string, ForeignCell>>

const rowsAtOnce = 50

const trying = <A>(file: string, body: () => A): Effect.Effect<A, NotAControlCopy | DiskFull> =>
  Effect.try({
    try: body,
    catch: (error) =>
      error instanceof DiskFull || /^(?:SQLITE_FULL|ENOSPC|EDQUOT)/.test(errorCode(error))
        ? new DiskFull({ path: file })
        : new NotAControlCopy()
  })

export interface ForeignCopy {
  /** Gives the rows of a table, some at a time. What is in no table of ours is not looked at. */
  readonly eachRows: <E, R>(
    table: string,
    columns: ReadonlyArray<string>,
    use: (rows: ReadonlyArray<ForeignRow>) => Effect.Effect<void, E, R>
  ) => Effect.Effect<void, E | NotAControlCopy | DiskFull, R>
}

const taken = (rows: Iterator<ForeignRow>): ReadonlyArray<ForeignRow> => {
  const some: Array<ForeignRow> = []
  for (let next = rows.next(); next.done !== true; next = rows.next()) {
    some.push(next.value)
    if (some.length === rowsAtOnce) break
  }
  return some
}

const copyOf = (file: string, tables: ForeignTables): ForeignCopy => ({
  eachRows: (table, columns, use) =>
    Effect.gen(function* () {
      const rows = yield* trying(file, () => tables.rows(table, columns)[Symbol.iterator]())
      for (;;) {
        const some = yield* trying(file, () => taken(rows))
        if (some.length > 0) yield* use(some)
        if (some.length < rowsAtOnce) return
      }
    })
})

/**
 * Opens a copy in a file of its own, which loses all but the tables that are wanted: nothing of it runs. What goes wrong is
 * that it is none, unless the disk is full.
 */
export const openForeignCopy = (
  file: string,
  named: string,
  wanted: ReadonlySet<string>
): Effect.Effect<ForeignCopy, NotAControlCopy | DiskFull, Scope.Scope> =>
  Effect.acquireRelease(
    trying(file, () => openForeignTables(file, named, wanted)),
    (tables) => Effect.sync(() => tables.close())
  ).pipe(Effect.map((tables) => copyOf(file, tables)))
