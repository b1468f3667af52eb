/** What is told of a library without making it: read of its files by ranges, events and catalogue alone. */
import type { WhiteRoomError } from "@white-room/core"
import { lineEnds, openReader, type Vault, type VaultReader } from "@white-room/vault"
import * as Effect from "effect/Effect"

/** What was there when a library was looked at: on which line, up to which backup, and how many were kept. */
export interface LossesSince {
  readonly line: string
  readonly position: number
  readonly newest: number
  readonly kept: number
}

/** What is there now, and what is gone since; `living` is counted where much was deleted. */
export interface Losses extends LossesSince {
  readonly deleted: number
  readonly living: number
  readonly forgotten: number
}

/** What a digest tells of a library. */
export interface Week {
  readonly device: string
  readonly songs: number
  /** Backups that were taken, and the bytes that they added. */
  readonly backups: number
  readonly newBytes: number
  readonly newest: { readonly number: number; readonly time: number } | undefined
  /** What was changed since the newest backup. */
  readonly changed: number
}

/** Fewer are nobody's alarm. */
const least = 10

/** The device that pushed last, and what it pushed; `undefined` where nothing is yet. */
const newestIn = (vault: Vault) =>
  Effect.gen(function* () {
    const [end] = yield* lineEnds(vault)
    if (end === undefined) return undefined
    const reader = yield* openReader(vault, { line: end.line })
    return { ...end, reader, position: yield* reader.head }
  })

/** The songs, performances and preferences that there are. */
const living = (reader: VaultReader, position: number) =>
  Effect.map(reader.entries(position), (all) => all.filter(({ size }) => size > 0))

/**
 * What is gone since a look: entities that were deleted and not brought back, and backups that were there then and are forgotten.
 * On a line that was not looked at before nothing is.
 */
export const lossesIn = (
  vault: Vault,
  since: LossesSince | undefined
): Effect.Effect<Losses | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const newest = yield* newestIn(vault)
    if (newest === undefined) return undefined
    const { line, reader, position } = newest
    const backups = (yield* reader.backups).filter(({ forgottenAt }) => forgottenAt === undefined)
    const head = { line, position, newest: backups.at(-1)?.number ?? 0, kept: backups.length }
    const before = since?.line === line && since.position <= position ? since : undefined
    if (before === undefined) return { ...head, deleted: 0, living: 0, forgotten: 0 }
    const gone = new Map<string, boolean>()
    yield* reader.eachVersion(before.position, position, ({ kind, id }, { record }) => {
      gone.set(`${kind} ${id}`, record === undefined)
    })
    const deleted = [...gone.values()].filter(Boolean).length
    const forgotten = before.kept - backups.filter(({ number }) => number <= before.newest).length
    // What is left is counted where it matters.
    const left = deleted < least ? [] : yield* living(reader, position)
    return { ...head, deleted, forgotten: Math.max(0, forgotten), living: left.length }
  })

/** What a digest tells of a library from a time on; `undefined` where nothing is yet. */
export const weekIn = (vault: Vault, from: number): Effect.Effect<Week | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const newest = yield* newestIn(vault)
    if (newest === undefined) return undefined
    const { device, reader, position } = newest
    const backups = (yield* reader.backups).filter(({ forgottenAt }) => forgottenAt === undefined)
    const taken = backups.filter(({ timestamp }) => timestamp.getTime() >= from)
    const last = backups.at(-1)
    const changed = new Set<string>()
    yield* reader.eachVersion(last?.position ?? 0, position, ({ kind, id }) => changed.add(`${kind} ${id}`))
    const all = yield* living(reader, position)
    return {
      device,
      songs: all.filter(({ kind }) => kind === "song").length,
      backups: taken.length,
      newBytes: taken.reduce((sum, { newBytes }) => sum + newBytes, 0),
      newest: last && { number: last.number, time: last.timestamp.getTime() },
      changed: changed.size
    }
  })
