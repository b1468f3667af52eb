import { randomUUID } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import type { EntityKey, OnProgress, WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Answer, Facts } from "./Messages.js"
import type { Question } from "./Question.js"
import { sourceOf } from "./sourceOf.js"

/** Writes an export into a file of its own, which whoever sends it removes. */
export const writeExport = (
  library: Library,
  question: Extract<Question, { readonly _tag: "Export" }>,
  facts: Facts,
  onProgress: OnProgress
): Effect.Effect<Omit<Answer, "position">, WhiteRoomError> =>
  Effect.gen(function* () {
    const { at = "now", format, family, songs } = question
    const source = yield* sourceOf(library, at)
    yield* Effect.sync(() => fs.mkdirSync(facts.outbox, { recursive: true, mode: 0o700 }))
    const ending = format === "bundle" ? "whiteroom" : "json"
    const only = songs.map((id): EntityKey => ({ kind: "song", id }))
    const report = yield* library.exports.write(
      source,
      path.join(facts.outbox, `${randomUUID()}.${ending}`),
      {
        format,
        onProgress,
        ...(format === "json" && { family }),
        ...(only.length > 0 && { only })
      }
    )
    const state = source.startsWith("@") ? `at-${source.slice(1)}` : source
    const name = `${facts.library}-${state}.${ending}`
    return { body: new Uint8Array(), isJson: false, file: { path: report.path, bytes: report.bytes, name } }
  })
