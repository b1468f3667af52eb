declare const WHITEROOM_VERSION: string

/** The version of this package, written into the bundle by `build.mjs`. */
export const version: string = WHITEROOM_VERSION
