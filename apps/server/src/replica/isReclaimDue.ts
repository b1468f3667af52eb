import { day } from "@white-room/core"

/** How often all files of a library are read, to find what nobody needs any more. */
const every = 30 * day

/** Whether that is to be done again; `at`: when it was done last, 0 for never. */
export const isReclaimDue = (now: number, at: number): boolean => Math.abs(now - at) >= every
