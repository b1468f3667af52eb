/**
 * The time by which a server erases. A clock that is set forward, by a mistake or by a battery that is empty, would make what was to rest
 * for a month go at once, and nothing brings that back: such a jump counts only when it has lasted for a day.
 */
import * as os from "node:os"
import { day, hour, second } from "@white-room/core"

/** Says the time, given that of the clock. Remembers what it was asked before. */
export type HouseTime = (now: number) => number

/** `uptime`: seconds since the machine was started, its sleep included, whatever its clock says. */
export const makeHouseTime = (uptime: () => number = os.uptime): HouseTime => {
  let last: { readonly clock: number; readonly machine: number } | undefined
  let jump: { readonly at: number; readonly ahead: number } | undefined
  return (now) => {
    const machine = uptime() * second
    const ahead = last === undefined ? 0 : now - last.clock - (machine - last.machine)
    last = { clock: now, machine }
    if (ahead > hour) jump = { at: now, ahead: ahead + (jump?.ahead ?? 0) }
    else if (jump !== undefined && (ahead < -hour || now - jump.at >= day)) jump = undefined
    return now - (jump?.ahead ?? 0)
  }
}
