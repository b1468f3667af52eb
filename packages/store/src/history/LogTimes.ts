/**
 * When the log was where, in memory: the last event at any time is found without reading the commands again.
 *
 * A clock may have been set back. The last event at a time is the last one of any command that was recorded by then, as
 * `positionAtTime` has it; so a command that was recorded earlier than the ones before it hides those: times and positions
 * that are kept only ever grow.
 */
import { commandsAfter } from "../log/TimelineEvents.js"
import type { Database } from "../sqlite/Database.js"

export class LogTimes {
  private command = 0
  private readonly times: Array<number> = []
  private readonly ends: Array<number> = []
  /** When the first and the last command were recorded, as their clocks said. */
  first: number | undefined
  last: number | undefined

  /** Takes in what was written since. */
  follow(db: Database): void {
    for (const { number, recordedAt, last } of commandsAfter(db, this.command)) {
      this.command = number
      this.first ??= recordedAt
      this.last = recordedAt
      for (let top = this.times.at(-1); top !== undefined && top >= recordedAt; top = this.times.at(-1)) {
        this.times.pop()
        this.ends.pop()
      }
      this.times.push(recordedAt)
      this.ends.push(last)
    }
  }

  /** The last event recorded at or before a time; 0 when there is none. */
  positionAt(time: number): number {
    let [low, high] = [0, this.times.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.times[middle] ?? 0) <= time) low = middle + 1
      else high = middle
    }
    return this.ends[low - 1] ?? 0
  }
}
