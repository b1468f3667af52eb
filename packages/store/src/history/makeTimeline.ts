/**
 * Which songs changed when. The first time it reads all commands and the last event of every song; from then on what was
 * written since, and what is shown: some steps in an index for every cell that is not empty, and for every row. The names of
 * all songs lie in memory, and are put in order again when something changed.
 */
import {
  InvalidInput,
  isDeletion,
  nameOfRecord,
  type Timeline,
  type TimelineCell,
  type TimelineMark,
  type TimelineOptions,
  type TimelineRow
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { readHead } from "../log/EventTable.js"
import {
  changeUntil,
  countChanges,
  firstChange,
  type MarkedEvent,
  marksAfter,
  typeAt
} from "../log/TimelineEvents.js"
import type { Session } from "../session/Session.js"
import { wholeNumber } from "../session/wholeNumber.js"
import { LogTimes } from "./LogTimes.js"
import { type KnownRow, TimelineRows } from "./TimelineRows.js"

/** How many of the numbers, which only ever grow, are smaller than one. */
const countBelow = (numbers: ReadonlyArray<number>, wanted: number): number => {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** So many slots are told at most. */
const mostSlots = 1024

/** What is known of a log, up to a position. */
class Known {
  position = 0
  readonly times = new LogTimes()
  readonly rows = new TimelineRows()
  readonly marks: Array<MarkedEvent> = []
}

/** `ends`: the last position before each edge; those of slot `n` are in `(ends[n], ends[n + 1]]`. */
const cellsOf = (
  { db }: Session,
  row: KnownRow,
  ends: ReadonlyArray<number>
): ReadonlyArray<TimelineCell> => {
  const cells: Array<TimelineCell> = []
  const until = ends.at(-1) ?? 0
  let after = ends[0] ?? 0
  while (after < until && row.position > after) {
    const first = firstChange(db, row, after, until)
    if (first === undefined) break
    const slot = countBelow(ends, first) - 1
    after = ends[slot + 1] ?? until
    const { count, last } = countChanges(db, row, first - 1, after)
    cells.push({ slot, count, position: last, deleted: isDeletion(typeAt(db, last)) })
  }
  return cells
}

const wasAt = ({ db }: Session, row: KnownRow, at: number | undefined): TimelineRow["was"] => {
  if (at === undefined) return undefined
  const { position, record } = changeUntil(db, row, at) ?? {}
  return position === undefined || record === undefined
    ? undefined
    : { name: nameOfRecord(row.kind, record), position }
}

/** Marks by slot, and in a slot by what they are. */
const marksOf = (
  { db }: Session,
  all: ReadonlyArray<MarkedEvent>,
  edges: ReadonlyArray<number>
): ReadonlyArray<TimelineMark> => {
  const found = new Map<
    string,
    { readonly slot: number; readonly last: MarkedEvent; readonly count: number }
  >()
  for (const last of all) {
    const slot = countBelow(edges, last.recordedAt + 1) - 1
    if (slot < 0 || slot >= edges.length - 1) continue
    const key = `${slot} ${last.what}`
    found.set(key, { slot, last, count: (found.get(key)?.count ?? 0) + 1 })
  }
  return [...found.values()]
    .sort((a, b) => a.slot - b.slot)
    .map(({ slot, count, last: { what, position, recordedAt, id } }) => ({
      ...{ slot, what, count, position },
      time: new Date(recordedAt),
      backup: what === "backup" ? backupById(db, id)?.number : undefined
    }))
}

/** Follows a library, and tells what of its timeline is asked for. */
export const makeTimeline = (session: Session): ((options: TimelineOptions) => Timeline) => {
  const { db } = session
  let known = new Known()

  const follow = (): Known => {
    const { position } = readHead(db)
    // A log never becomes shorter; what was put in its place is another one.
    if (position < known.position) known = new Known()
    if (position > known.position) {
      known.times.follow(db)
      known.rows.follow(db, position)
      known.marks.push(...marksAfter(db, known.position))
      known.position = position
    }
    return known
  }

  return (options) =>
    db.snapshot(() => {
      const { edges = [], order = "changed", search, at } = options
      const offset = wholeNumber(options.offset ?? 0, "offset")
      const limit = Math.min(1000, wholeNumber(options.limit ?? 100, "limit"))
      if (edges.length > mostSlots + 1)
        throw new InvalidInput({ field: "edges", reason: `there are ${mostSlots} slots at most` })
      const { position, times, rows, marks } = follow()
      const all = rows.list(order, search)
      // What is recorded at an edge is of the slot that begins there.
      const ends = edges.map((edge) => times.positionAt(edge - 1))
      const atPosition = at === undefined ? undefined : times.positionAt(at)
      const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time))
      return {
        ...{ position, count: all.length, at: atPosition },
        first: date(times.first),
        last: date(times.last),
        events: ends.slice(1).map((end, slot) => end - (ends[slot] ?? 0)),
        marks: marksOf(session, marks, edges),
        rows: all.slice(offset, offset + limit).map((row) => ({
          ...row,
          cells: cellsOf(session, row, ends),
          was: wasAt(session, row, atPosition)
        }))
      }
    })
}
