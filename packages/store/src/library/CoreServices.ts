/** `EventLog` and `ObjectStore` over one session. */

import { type EventLog, type ObjectStore, toHex } from "@white-room/core"
import type * as Context from "effect/Context"
import { commit } from "../capture/Commit.js"
import { readEvents, readHead, stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { hasObject, insertBlocks, packBlock, packLoose } from "../object/Objects.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { wholeNumber } from "../session/wholeNumber.js"
import { append } from "../write/Append.js"

export const makeEventLog = (session: Session): Context.Tag.Service<typeof EventLog> => ({
  append: (request) => attempt(session.path, "log.append", (now) => append(session, request, now)),
  read: ({ after = 0, limit = 1000 } = {}) =>
    attempt(session.path, "log.read", () =>
      readEvents(session.db, wholeNumber(after, "after"), wholeNumber(limit, "limit"))
    ),
  head: attempt(session.path, "log.head", () => readHead(session.db)),
  state: (key, position) => attempt(session.path, "log.state", () => stateOf(session.db, key, position))
})

export const makeObjectStore = (session: Session): Context.Tag.Service<typeof ObjectStore> => ({
  put: (objects) =>
    attempt(session.path, "objects.put", (now) => {
      const named = objects.map((bytes) => ({ hash: sha256(bytes), bytes }))
      const fresh = new Map(named.map((object) => [toHex(object.hash), object]))
      const total = named.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const blocks = total < 65536 ? [...fresh.values()].map(packLoose) : [packBlock([...fresh.values()])]
      commit(session, { now }, () => insertBlocks(session.db, blocks))
      return named.map(({ hash }) => hash)
    }),
  get: (hash) => attempt(session.path, "objects.get", () => new Uint8Array(session.reader.get(hash))),
  has: (hash) => attempt(session.path, "objects.has", () => hasObject(session.db, hash))
})
