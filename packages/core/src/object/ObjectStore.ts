/**
 * Objects: bytes named by their SHA-256. `@white-room/store` keeps them in blocks in SQLite, `ObjectStore.layerMemory`
 * in memory; both pass `objectStoreContract` (`@white-room/core/testing`).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { toHex } from "../codec/Bytes.js"
import { ContentReleased, type WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { Sha256 } from "./Sha256.js"

/** Bytes named by their SHA-256. */
export class ObjectStore extends Context.Tag("@white-room/core/ObjectStore")<
  ObjectStore,
  {
    /** Keeps the objects, each once however often it is put; returns their hashes in the order given. */
    readonly put: (
      objects: ReadonlyArray<Uint8Array>
    ) => Effect.Effect<ReadonlyArray<Uint8Array>, WhiteRoomError>
    /** The bytes of an object, checked against their name. Fails with `ContentReleased` when it is not kept. */
    readonly get: (hash: Uint8Array) => Effect.Effect<Uint8Array, WhiteRoomError>
    /** Whether an object is there. */
    readonly has: (hash: Uint8Array) => Effect.Effect<boolean, WhiteRoomError>
  }
>() {
  /** A store that lives as long as its scope: for tests and for trying things out. */
  static readonly layerMemory = (options: { readonly sha256: Sha256 }): Layer.Layer<ObjectStore> =>
    Layer.sync(ObjectStore, () => makeMemory(options.sha256))
}

const makeMemory = (sha256: Sha256): Context.Tag.Service<typeof ObjectStore> => {
  const objects = new Map<string, Uint8Array>()
  return {
    put: (added) =>
      Effect.sync(() =>
        added.map((bytes) => {
          const hash = sha256(bytes)
          if (!objects.has(toHex(hash))) objects.set(toHex(hash), new Uint8Array(bytes))
          return hash
        })
      ),
    get: (hash) =>
      Effect.suspend(() => {
        const bytes = objects.get(toHex(hash))
        return bytes === undefined
          ? Effect.fail(new ContentReleased({ object: toHex(hash), owner: "an object" }))
          : Effect.succeed(bytes.slice())
      }),
    has: (hash) => Effect.sync(() => objects.has(toHex(hash)))
  }
}
