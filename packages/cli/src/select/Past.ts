/** Finds a song or performance by what it is or ever was called, also one that is gone. */
import { AmbiguousName, betweenBackups, type Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
import { capturePending } from "./capturePending.js"
import { byIdOnly, describe, idOnly, type Named } from "./Names.js"
import { selectOneByText } from "./Patterns.js"

type PastKind = Exclude<Kind, "preferences">

const todays = (library: Library, kind: PastKind): Effect.Effect<ReadonlyArray<Named>, CliFailure> =>
  kind === "song" ? library.songs.list() : library.performances.list()

/** Those that had the text in their name at some time, by the name they had last. */
const formerly = (library: Library, kind: PastKind, wanted: string) =>
  Effect.map(library.history.find(wanted), (found): ReadonlyArray<Named> => {
    const named = found.filter((each) => each.kind === kind && each.columns.includes("name"))
    const newest = new Map<string, Named>()
    for (const { id, name, until, since } of named)
      if (!newest.has(id)) newest.set(id, { id, name, updatedAt: until ?? since })
    return [...newest.values()]
  })

/** A deleted song or performance, and the state that has it as it was before. */
export interface Deleted extends Named {
  readonly kind: PastKind
  readonly source: string
  /** Between which backups, where that was before the log. */
  readonly between: string | undefined
}

const deletedOf = (library: Library, kind: PastKind, { id, name }: Named) =>
  Effect.map(library.history.versions({ kind, id }), (versions): ReadonlyArray<Deleted> => {
    const last = versions.at(-1)
    if (last?.deleted !== true) return []
    const before = versions.findLast(({ deleted }) => !deleted)?.source ?? ""
    const source = last.position > 0 ? `@${last.position - 1}` : before
    return [
      { kind, id, name: last.name || name, updatedAt: last.timestamp, source, between: betweenBackups(last) }
    ]
  })

/** The version of whatever has, or had, just this id; nothing when there was none. */
const withId = (
  library: Library,
  kind: PastKind,
  id: string
): Effect.Effect<ReadonlyArray<Named>, CliFailure> =>
  library.history.versions({ kind, id }).pipe(
    Effect.map((versions): ReadonlyArray<Named> => [{ id, name: versions.at(-1)?.name ?? id }]),
    Effect.catchTag("EntityNotFound", () => Effect.succeed([]))
  )

/** The deleted one of a kind with this id or name. */
const findDeletedOf = (
  library: Library,
  kind: PastKind,
  wanted: string
): Effect.Effect<Deleted, CliFailure> =>
  Effect.gen(function* () {
    const byId = yield* Effect.flatMap(withId(library, kind, idOnly(wanted) ?? wanted), (found) =>
      Effect.forEach(found, (each) => deletedOf(library, kind, each))
    )
    const among = (text: string) =>
      Effect.gen(function* () {
        const past = yield* formerly(library, kind, text)
        const deleted = yield* Effect.forEach(past, (each) => deletedOf(library, kind, each))
        const all = new Map([...deleted.flat(), ...byId.flat()].map((each) => [each.id, each]))
        return yield* attempt(() =>
          selectOneByText([...all.values()], wanted, { kind, where: "what was deleted" })
        )
      })
    // All names of the past are looked at only to tell which ones are near.
    return yield* among(wanted).pipe(Effect.catchTag("EntityNotFound", () => among("")))
  })

/** The deleted song or performance with this id or name; where it fits both, the person is asked. */
export const findDeleted = (library: Library, wanted: string): Effect.Effect<Deleted, CliFailure> =>
  Effect.gen(function* () {
    yield* capturePending(library)
    const maybe = (kind: PastKind) =>
      findDeletedOf(library, kind, wanted).pipe(
        Effect.catchTag("EntityNotFound", () => Effect.succeed(undefined))
      )
    const song = yield* maybe("song")
    const performance = yield* maybe("performance")
    if (song !== undefined && performance !== undefined)
      return yield* refusal(
        `${wanted} is a deleted song, ${song.name} (${song.id}), and a deleted performance, ${performance.name} (${performance.id}).`,
        song.id === performance.id
          ? `Say whiteroom restore ${song.source} --song ${byIdOnly(song.id)}, or ${performance.source} --performance ${byIdOnly(performance.id)}.`
          : `Say ${byIdOnly(song.id)} or ${byIdOnly(performance.id)}.`
      )
    return song ?? performance ?? (yield* findDeletedOf(library, "song", wanted))
  })

/**
 * The one that is meant: names of today come before names of the past, and those before the id of what is gone. What is
 * the id of one and the name of another is asked about.
 */
export const findPast = (
  library: Library,
  kind: PastKind,
  wanted: string
): Effect.Effect<Named, CliFailure> =>
  Effect.gen(function* () {
    const [named] = yield* withId(library, kind, idOnly(wanted) ?? wanted)
    if (named !== undefined && idOnly(wanted) !== undefined) return named
    const one = (all: ReadonlyArray<Named>, where: string) =>
      attempt(() => selectOneByText(all, wanted, { kind, where }))
    const gone = (unknown: CliFailure) =>
      Effect.flatMap(formerly(library, kind, wanted), (past) => one(past, "its history")).pipe(
        Effect.catchTag("EntityNotFound", () =>
          named === undefined ? Effect.fail(unknown) : Effect.succeed(named)
        )
      )
    const found = yield* one(yield* todays(library, kind), "this library").pipe(
      Effect.catchTag("EntityNotFound", gone)
    )
    if (named === undefined || named.id === found.id || found.name !== wanted) return named ?? found
    return yield* new AmbiguousName({ kind, name: wanted, candidates: describe([named, found]) })
  })
