/** The other places of a White Room library: vaults in folders and buckets, pushed to, cloned and checked. */

export * from "./blobs/BlobSource.js"
export * from "./blobs/Blobs.js"
export { type CloneOptions, type CloneReport, clone } from "./clone.js"
export { type PushOptions, type PushReport, push } from "./push.js"
export * from "./segment/Segment.js"
export * from "./Vault.js"
