/** A White Room library with Promises: `openLibrary`, plain strings in, Dates out, errors of `@white-room/core`. */
export * from "@white-room/core"
export type { AdoptReport } from "./adopt/AdoptLibrary.js"
export type { AdoptRequest } from "./adopt/adopt.js"
export { adopt } from "./promise/adopt.js"
export type { FollowOptions } from "./promise/follow.js"
export * from "./promise/Library.js"
export type { Abortable, Promised } from "./promise/Promised.js"
export type { SetAside } from "./staging/OldBackups.js"
