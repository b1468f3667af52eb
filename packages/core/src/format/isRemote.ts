/**
 * Whether a place is reached over a network, and cannot be looked at without asking it: it has a scheme of two letters or
 * more, as a drive of Windows has one.
 *
 * @example
 * ```ts
 * import { isRemote } from "@white-room/core"
 *
 * isRemote("s3://songs/anna") // true
 * isRemote("C:\\Songs") // false
 * ```
 */
export const isRemote = (place: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(place)
