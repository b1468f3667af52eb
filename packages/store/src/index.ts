/** A White Room library in one SQLite file: open it, change it, back it up, restore it, check it. */
export * from "@white-room/core"
export * from "./Library.js"
export type { CreateOptions } from "./library/open.js"
export { createLibrary, defaultActor, layer, type OpenOptions, openLibrary } from "./openLibrary.js"
