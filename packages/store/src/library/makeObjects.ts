/** `ObjectStore` over one session. */
import { type ObjectStore, toHex } from "@white-room/core"
import type * as Context from "effect/Context"
import { commit } from "../capture/Commit.js"
import { sha256 } from "../object/Compression.js"
import { hasObject, insertBlocks, packBlock, packLoose, runsOf } from "../object/Objects.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"

/** More raw bytes than this become one block at once; fewer wait to be sealed with others. */
const looseBytes = 64 * 1024

export const makeObjects = (session: Session): Context.Tag.Service<typeof ObjectStore> => ({
  put: (objects) =>
    attempt(session, "objects.put", (now) => {
      const named = objects.map((bytes) => ({ hash: sha256(bytes), bytes }))
      const fresh = [...new Map(named.map((object) => [toHex(object.hash), object])).values()]
      const total = named.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const blocks = total < looseBytes ? fresh.map(packLoose) : runsOf(fresh).map((run) => packBlock(run))
      commit(session, { now }, () => insertBlocks(session.db, blocks))
      return named.map(({ hash }) => hash)
    }),
  get: (hash) => attempt(session, "objects.get", () => new Uint8Array(session.reader.get(hash))),
  has: (hash) => attempt(session, "objects.has", () => hasObject(session.db, hash))
})
