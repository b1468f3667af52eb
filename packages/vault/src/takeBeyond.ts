import {
  decodeRecord,
  type EntityKey,
  malformed,
  performanceOfRow,
  preferencesOfRow,
  type Row,
  rowOfRecord,
  songOfRow,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type Brought, broughtBeyond, documentsOf, eachDocument, readable, readBeyond } from "./Beyond.js"
import type { Stretch } from "./Path.js"
import type { PlayOptions } from "./PathSource.js"
import type { Vault } from "./Vault.js"

/** Why what comes of an entity is not what it was last. */
const shortOf = (version: Brought["version"]): string => {
  if (version === undefined) return "its document did not come"
  return version.isProven
    ? `its document did not come; what comes is what it was at @${version.position}`
    : "nothing proves that it is as it was written"
}

/** An entity as it is to be. */
interface Wanted {
  readonly key: EntityKey
  readonly row: Row
}

const importRows = (library: Library, source: string, rows: ReadonlyArray<Wanted>) =>
  Effect.suspend(() => {
    const of = (kind: EntityKey["kind"]) => rows.filter(({ key }) => key.kind === kind)
    return library.imports.entities({
      source,
      songs: of("song").map(({ key, row }) => songOfRow(key.id, row)),
      performances: of("performance").map(({ key, row }) => performanceOfRow(key.id, row)),
      preferences: of("preferences").map(({ key, row }) => preferencesOfRow(key.id, row))
    })
  })

/**
 * Takes what a vault has after events that are missing or cannot be read: no log leads there, but songs, performances and
 * preferences come as they were last, as one import; where a document of that is gone, as they were before. What was deleted after the gap is deleted; of what only the
 * missing events told nothing is known. What stands in events that nothing proves comes too, and is told. Columns that an
 * app added stay out. Returns how many were written or deleted.
 */
export const takeBeyond = (
  library: Library,
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  after: number,
  options: PlayOptions
): Effect.Effect<number, WhiteRoomError> =>
  Effect.gen(function* () {
    const onProblem = options.onProblem ?? (() => undefined)
    const range = { after, until: Number.MAX_SAFE_INTEGER }
    const beyond = yield* readBeyond(vault, stretches, range, onProblem)
    const brought = yield* broughtBeyond(vault, stretches, after, beyond, library)
    for (const { key, version, isWhole } of brought)
      if (!isWhole) onProblem({ segment: `${key.kind} ${key.id}`, reason: shortOf(version) })
    const wanted = new Set(brought.flatMap(({ key, version }) => documentsOf(key, version?.record) ?? []))
    const documents = new Map<string, Uint8Array>()
    yield* eachDocument(vault, stretches, after, wanted, (name, { bytes }) => documents.set(name, bytes))
    const rows = yield* lookAt(library, (snapshot) =>
      brought.flatMap(({ key, version }) => {
        const record = version?.record
        if (record === undefined) return []
        const row = readable(
          (): Row =>
            rowOfRecord(decodeRecord(key.kind, record), ({ hash }) => {
              const bytes = documents.get(toHex(hash)) ?? snapshot.object(hash, key).bytes
              if (bytes === undefined) throw malformed("document", "it did not come")
              return bytes
            })
        )
        if (row !== undefined) return [{ key, row, isProven: version?.isProven === true }]
        onProblem({ segment: `${key.kind} ${key.id}`, reason: "it cannot be read" })
        return []
      })
    )
    const source = `what comes after @${after} in ${vault.blobs.place}`
    const proven = rows.filter(({ isProven }) => isProven)
    if (proven.length > 0) yield* importRows(library, source, proven)
    let written = proven.length
    // What nothing proves may be anything, also what no table takes: none of it stands in the way of the rest.
    for (const each of rows.filter(({ isProven }) => !isProven))
      yield* importRows(library, source, [each]).pipe(
        Effect.tap(() => Effect.sync(() => void written++)),
        Effect.catchAll(({ message }) =>
          Effect.sync(() => onProblem({ segment: `${each.key.kind} ${each.key.id}`, reason: message }))
        )
      )
    const deleted = brought.filter(({ version }) => version !== undefined && version.record === undefined)
    for (const { key } of deleted) {
      const services = {
        song: library.songs,
        performance: library.performances,
        preferences: library.preferences
      }
      yield* Effect.catchTag(services[key.kind].delete(key.id), "EntityNotFound", () => Effect.void)
    }
    return written + deleted.length
  })
