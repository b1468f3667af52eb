/** Finds a song or performance by what it is or ever was called, also one that is gone. */
import type { Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { attempt, type CliFailure } from "../CliError.js"
import type { Named } from "../select.js"
import { selectOneByText } from "./selectByText.js"

type PastKind = Exclude<Kind, "preferences">

const todays = (library: Library, kind: PastKind): Effect.Effect<ReadonlyArray<Named>, CliFailure> =>
  kind === "song" ? library.songs.getAll() : library.performances.getAll()

/** Those that had the text in their name at some time, by the name they had last. */
const formerly = (library: Library, kind: PastKind, wanted: string) =>
  Effect.map(library.find(wanted), (found): ReadonlyArray<Named> => {
    const named = found.filter((each) => each.kind === kind && each.columns.includes("name"))
    const newest = new Map<string, Named>()
    for (const { id, name, until, since } of named)
      if (!newest.has(id)) newest.set(id, { id, name, updatedAt: until ?? since })
    return [...newest.values()]
  })

/** The one that is meant: names of today come before names of the past, and those before the id of what is gone. */
export const findPast = (
  library: Library,
  kind: PastKind,
  wanted: string
): Effect.Effect<Named, CliFailure> =>
  Effect.gen(function* () {
    const one = (all: ReadonlyArray<Named>, where: string) =>
      attempt(() => selectOneByText(all, wanted, { kind, where }))
    const byId = library
      .history({ kind, id: wanted })
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
