/** A White Room library in one SQLite file: open it, change it, back it up, restore it, check it. */
export * from "@white-room/core"
export { type AdoptRequest, adopt } from "./adopt/adopt.js"
export type { AdoptReport } from "./adopt/adoptLibrary.js"
export type { SetAside } from "./adopt/oldBackups.js"
export * from "./Library.js"
export { defaultActor } from "./library/actor.js"
export type { CreateOptions } from "./library/open.js"
export { createLibrary, layer, type OpenOptions, openLibrary } from "./openLibrary.js"
