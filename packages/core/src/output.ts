/** What scripts and clients see of a library: schemas, and the plain values of models. The CLI and the server share it. */
export * from "./output/Backup.js"
export * from "./output/Concern.js"
export * from "./output/Entity.js"
export * from "./output/Fields.js"
export * from "./output/History.js"
export * from "./output/Json.js"
export * from "./output/Restore.js"
export * from "./output/Status.js"
