/** How much time passed since a command, by all the clocks that wrote into the log and not by the present one alone. */
import { elapsed, type Moment, readClock } from "@white-room/core"
import { commandTimes } from "../log/Commands.js"
import type { Database } from "../sqlite/Database.js"

export interface LogClock {
  /** True for seven days after the clock jumped: nothing may be let go for reasons of time. */
  readonly unsettled: boolean
  /** Milliseconds that surely passed since a command was recorded; never more because a clock was wrong. */
  readonly ageOf: (command: number) => number
  /** The same, counted back from the newest command: an untouched library does not age. */
  readonly ageAtNewest: (command: number) => number
}

export const readLogClock = (db: Database, now: number): LogClock => {
  const commands = commandTimes(db)
  const times = commands.map(([, recordedAt]) => recordedAt)
  const clock = readClock(times, times.at(-1) ?? now, now)
  const places = new Map(commands.map(([number], index) => [number, index]))
  const ageAt =
    (until: Moment) =>
    (command: number): number => {
      const moment = clock.moments[places.get(command) ?? -1]
      return moment === undefined ? 0 : elapsed(moment, until)
    }
  const ageOf = ageAt(clock.now)
  const ageBefore = ageAt(clock.moments.at(-1) ?? clock.now)
  return {
    unsettled: clock.unsettled,
    ageOf,
    ageAtNewest: (command) => Math.min(ageOf(command), ageBefore(command))
  }
}
