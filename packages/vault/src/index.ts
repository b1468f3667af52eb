/** The other places of a White Room library. */
export * from "./blobs/Blobs.js"
