import {
  type EntityKey,
  EntityNotFound,
  MomentNotFound,
  nameOfRecord,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Origin } from "./Messages.js"
import { previewOf } from "./previewOf.js"
import type { Question } from "./Question.js"
import { sourceOf } from "./sourceOf.js"

type Asked = Extract<Question, { readonly _tag: "Origin" }>

/** As much of a name is told to a device. */
const longestName = 500

const notThere = (moment: string, reason: string) => new MomentNotFound({ moment, reason, near: [] })

/** A state by its position in the log, and how a person calls it. */
const stateOf = (library: Library, { at = "now", point }: Asked) =>
  Effect.gen(function* () {
    if (point !== undefined) return { position: point.position, source: `@${point.position}` }
    const reference = yield* sourceOf(library, at)
    if (reference === "now") {
      const { position } = yield* library.log.head
      return { position, source: `@${position}` }
    }
    if (reference.startsWith("@")) return { position: Number(reference.slice(1)), source: reference }
    const backup = yield* library.backups.find(reference)
    // What came from elsewhere has no place in the log, by which another device would find it.
    if (backup.trigger === "imported") return yield* notThere(at, "it was imported, and stands in no log")
    return { position: backup.position, source: `b${backup.number}` }
  })

/** What a restore that is sent comes from, as every device of the library can hold it against its own history. */
export const originOf = (library: Library, asked: Asked): Effect.Effect<Origin, WhiteRoomError> =>
  Effect.gen(function* () {
    const { position, source } = yield* stateOf(library, asked)
    const reference = `@${position}`
    const hash = yield* lookAt(library, ({ chainHashAt }) => chainHashAt(position))
    if (hash === undefined || position === 0) return yield* notThere(reference, "the log does not reach it")
    const chainHash = toHex(hash)
    if (asked.point !== undefined && asked.point.chainHash !== chainHash)
      return yield* notThere(reference, "the log has another event there")
    const [event] = yield* library.log.read({ after: position - 1, limit: 1 })
    const entities = yield* Effect.forEach(asked.only, ({ kind, id }: EntityKey) =>
      Effect.gen(function* () {
        const record = yield* library.history.recordAt({ kind, id }, reference)
        if (record === undefined)
          return yield* new EntityNotFound({ kind, name: id, where: source, near: [] })
        return { kind, id, name: nameOfRecord(kind, record).slice(0, longestName) }
      })
    )
    const head = yield* library.log.head
    const seen = { position: head.position, chainHash: toHex(head.chainHash) }
    const told = { position, chainHash, source, savedAt: event?.recordedAt ?? 0, seen, entities }
    if (asked.preview === undefined) return told
    // What a copy is called is for the device to say.
    const { language, ...wish } = asked.preview
    const options = { ...wish, only: asked.only, ...(wish.asCopy && { suffix: "" }) }
    const plan = yield* library.backups.plan(reference, options)
    return { ...told, preview: yield* previewOf(library, reference, plan, { ...options, language }) }
  })
