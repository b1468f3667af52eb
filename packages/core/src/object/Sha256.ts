/** SHA-256, passed in so that core needs no platform. Returns 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array
