/**
 * Which profiles and runs of libraries that are written here the control database has, and which their files here. Numbers that this server
 * did not see were given to another one: the file here goes on with what that kept. A file that is made again, as it is gone or another
 * server wrote the library meanwhile, begins with what was kept last. What is done here comes to the control database with the next push, and
 * is acknowledged then.
 */
import { noSchedule } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { KeptLibrary } from "../control/Libraries.js"
import type { Facts } from "./Messages.js"
import { scheduleMark } from "./scheduleMark.js"

/** The profiles and runs of a library as they were kept last. */
export type ScheduleOf = (library: string) => Effect.Effect<string | undefined>

type Schedule = Facts["schedule"]

/** What is known of one library. */
interface Known {
  /** The last number that the file here has all of; 0 while that is not known. */
  number: number
  mark: string | undefined
  /** The marks of what was sent since something was kept. It may be kept before this is told, also where it never is. */
  readonly sent: Set<string>
}

interface KeptSchedules {
  /** What a library is to go on with, where that is not in its file here. */
  readonly toTake: (library: KeptLibrary) => Effect.Effect<Schedule>
  /** What a file that is made begins with. */
  readonly toBegin: (library: KeptLibrary) => Effect.Effect<Schedule>
  /** Takes note that a library has that. */
  readonly taken: (library: KeptLibrary, schedule: Schedule) => void
  /** By what it is told whether there is something to be kept; `undefined` while that is not known. */
  readonly markOf: (library: KeptLibrary, schedule: Schedule) => string | undefined
  /** Takes note of what is about to be kept of a library. */
  readonly sent: (library: KeptLibrary, text: string) => void
  /** Takes note of what was kept of a library. */
  readonly kept: (library: KeptLibrary, text: string, number: number) => void
}

/** Where no profile and no run is or was kept. */
const noMark = scheduleMark(noSchedule)

export const keptSchedules = (scheduleOf: ScheduleOf): KeptSchedules => {
  const all = new Map<string, Known>()

  const knownOf = ({ id }: KeptLibrary): Known => {
    const known = all.get(id) ?? { number: 0, mark: undefined, sent: new Set() }
    all.set(id, known)
    return known
  }

  const note = (known: Known, text: string, number: number): void => {
    if (number <= known.number) return
    known.number = number
    known.mark = scheduleMark(text)
  }

  return {
    toTake: (library) =>
      Effect.gen(function* () {
        const { id, schedule_number: number, head_line } = library
        if (number === 0) return undefined
        const known = knownOf(library)
        const inFile = { number, text: undefined, isOthers: false }
        // Where no bucket stands behind it, a file that is here is the library.
        if (number <= known.number || head_line === "") return inFile
        const text = yield* scheduleOf(id)
        if (text === undefined || number <= known.number) return inFile
        if (!known.sent.has(scheduleMark(text))) return { number, text, isOthers: true }
        note(known, text, number)
        return inFile
      }),
    toBegin: ({ id, schedule_number: number }) =>
      Effect.map(scheduleOf(id), (text = noSchedule) => ({ number, text, isOthers: false })),
    taken: (library, schedule) => {
      if (schedule?.text !== undefined) note(knownOf(library), schedule.text, schedule.number)
    },
    markOf: (library, schedule) => {
      if (schedule === undefined) return noMark
      return schedule.text === undefined ? knownOf(library).mark : scheduleMark(schedule.text)
    },
    sent: (library, text) => {
      knownOf(library).sent.add(scheduleMark(text))
    },
    kept: (library, text, number) => {
      const known = knownOf(library)
      known.sent.clear()
      note(known, text, number)
    }
  }
}
