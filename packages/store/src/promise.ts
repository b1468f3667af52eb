/** A White Room library with Promises: `openLibrary`, plain strings in, Dates out, errors of `@white-room/core`. */
export * from "@white-room/core"
export * from "./promise/Library.js"
export type { Abortable, Promised } from "./promise/Promised.js"
