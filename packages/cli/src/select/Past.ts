/** Finds a song or performance by what it is or ever was called, also one that is gone. */
import type { Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { attempt, type CliFailure } from "../error/CliError.js"
import { capturePending } from "./capturePending.js"
import type { Named } from "./Names.js"
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

/** A deleted song or performance, and where in the log it was deleted. */
export interface Deleted extends Named {
  readonly kind: PastKind
  readonly position: number
}

const deletedOf = (library: Library, kind: PastKind, { id, name }: Named) =>
  Effect.map(library.history.versions({ kind, id }), (versions): ReadonlyArray<Deleted> => {
    const last = versions.at(-1)
    if (last?.deleted !== true) return []
    return [{ kind, id, name: last.name || name, updatedAt: last.timestamp, position: last.position }]
  })

/** The deleted one with this id or name; songs come before performances. */
export const findDeleted = (library: Library, wanted: string): Effect.Effect<Deleted, CliFailure> => {
  const find = (kind: PastKind) =>
    Effect.gen(function* () {
      const byId = yield* deletedOf(library, kind, { id: wanted, name: "" }).pipe(
        Effect.catchTag("EntityNotFound", () => Effect.succeed([]))
      )
      const [known] = byId
      if (known !== undefined) return known
      const among = (text: string) =>
        Effect.gen(function* () {
          const past = yield* formerly(library, kind, text)
          const deleted = yield* Effect.forEach(past, (each) => deletedOf(library, kind, each))
          const what = { kind, where: "what was deleted" }
          return yield* attempt(() => selectOneByText(deleted.flat(), wanted, what))
        })
      // All names of the past are looked at only to tell which ones are near.
      return yield* among(wanted).pipe(Effect.catchTag("EntityNotFound", () => among("")))
    })
  return Effect.gen(function* () {
    yield* capturePending(library)
    return yield* find("song").pipe(
      Effect.catchTag("EntityNotFound", (unknown) =>
        find("performance").pipe(Effect.catchTag("EntityNotFound", () => Effect.fail(unknown)))
      )
    )
  })
}

/** The one that is meant: names of today come before names of the past, and those before the id of what is gone. */
export const findPast = (
  library: Library,
  kind: PastKind,
  wanted: string
): Effect.Effect<Named, CliFailure> =>
  Effect.gen(function* () {
    const one = (all: ReadonlyArray<Named>, where: string) =>
      attempt(() => selectOneByText(all, wanted, { kind, where }))
    const byId = library.history
      .versions({ kind, id: wanted })
      .pipe(Effect.map((versions): Named => ({ id: wanted, name: versions.at(-1)?.name ?? wanted })))
    const gone = Effect.flatMap(formerly(library, kind, wanted), (past) => one(past, "its history")).pipe(
      Effect.catchTag("EntityNotFound", () => byId)
    )
    return yield* one(yield* todays(library, kind), "this library").pipe(
      Effect.catchTag("EntityNotFound", (unknown) =>
        gone.pipe(Effect.catchTag("EntityNotFound", () => Effect.fail(unknown)))
      )
    )
  })
