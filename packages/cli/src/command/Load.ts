/** The heavy packages, loaded when they are needed: help and mistakes are answered without them. */
import * as Effect from "effect/Effect"

export const loadStore = Effect.promise(() => import("@white-room/store"))
export const loadScheduler = Effect.promise(() => import("@white-room/scheduler"))
/** What a library knows of its vaults, without the code that reaches them. */
export const loadTransfer = Effect.promise(() => import("@white-room/store/transfer"))
/** The server lies in a bundle of its own: nothing else reads it. */
export const loadServer = Effect.promise(() => import("@white-room/server"))
export const loadVault = Effect.promise(() => import("@white-room/vault"))
