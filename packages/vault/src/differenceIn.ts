import {
  type EntityKey,
  equalBytes,
  keyString,
  type LibraryDifference,
  type TreeDifference,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { type DiffOptions, describeDifference, tellDifferences } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { VaultReader } from "./read/VaultReader.js"

/** A position of the log, and what it is called. */
export interface DifferenceEnd {
  readonly position: number
  readonly name: string
}

/** Each takes a few requests: where more changed, the whole log comes sooner. */
const mostChanged = 64

/** How many entities are looked for at once. */
const concurrency = 8

const lenient = new TextDecoder()

/** What the events between two positions changed; `undefined` when that is much. */
const changedBetween = (reader: VaultReader, first: number, last: number) =>
  Effect.gen(function* () {
    const changed = new Map<string, EntityKey & { readonly later: Uint8Array | undefined }>()
    yield* reader.eachVersion(first, last, ({ kind, id }, { record }) => {
      changed.set(keyString(kind, id), { kind, id, later: record })
    })
    if (changed.size > mostChanged) return undefined
    const all = yield* Effect.forEach(
      changed.values(),
      ({ later, ...key }) =>
        Effect.map(reader.version(key, first), (version) => ({ ...key, earlier: version?.record, later })),
      { concurrency }
    )
    return all.filter(
      ({ earlier, later }) =>
        (earlier ?? later) !== undefined && !(earlier && later && equalBytes(earlier, later))
    )
  })

/** The documents of what is in both, by the hex of their hashes. */
const documentsOf = (reader: VaultReader, all: ReadonlyArray<TreeDifference>, ends: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const both = all.filter(({ before, after }) => before !== undefined && after !== undefined)
    const read = both.flatMap(({ kind, id }) => ends.map((position) => reader.entity({ kind, id }, position)))
    const entities = yield* Effect.all(read, { concurrency })
    return new Map(entities.flatMap((entity) => [...(entity?.documents ?? [])]))
  })

/**
 * What differs in a vault between two positions, as `library.history.diff` tells it; of the vault the events between them are
 * read, and the documents of what changed. `undefined` where so much changed that the whole log comes sooner.
 */
export const differenceIn = (
  reader: VaultReader,
  from: DifferenceEnd,
  to: DifferenceEnd,
  options: DiffOptions = {}
): Effect.Effect<LibraryDifference | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const [first, last] = [Math.min(from.position, to.position), Math.max(from.position, to.position)]
    const changed = yield* changedBetween(reader, first, last)
    if (changed === undefined) return undefined
    const isForward = from.position <= to.position
    const all = changed.map(({ kind, id, earlier, later }): TreeDifference => {
      const [before, after] = isForward ? [earlier, later] : [later, earlier]
      return { kind, id, before, after }
    })
    const documents = options.words === false ? new Map() : yield* documentsOf(reader, all, [first, last])
    const documentOf = ({ hash }: { readonly hash: Uint8Array }) => {
      const bytes = documents.get(toHex(hash))
      return bytes && lenient.decode(bytes)
    }
    return tellDifferences({ from: from.name, to: to.name }, all, options, (batch) =>
      batch.flatMap((difference) => describeDifference(difference, documentOf, options.language) ?? [])
    )
  })
