/** A White Room library with Promises: `openLibrary`, plain strings in, Dates out, errors of `@white-room/core`. */
export * from "@white-room/core"
export type { AdoptRequest } from "./adopt/adopt.js"
export type { AdoptReport } from "./adopt/adoptLibrary.js"
export type { SetAside } from "./adopt/oldBackups.js"
export { adopt } from "./promise/adopt.js"
export * from "./promise/Library.js"
export type { Abortable, Promised } from "./promise/Promised.js"
