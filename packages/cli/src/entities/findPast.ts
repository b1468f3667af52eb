/** Finds a song or performance by what it is or ever was called, also one that is gone. */
import { EntityNotFound, type Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { attempt, type CliFailure } from "../CliError.js"
import type { Named } from "../select.js"
import { selectByText } from "./selectByText.js"

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

/** The one that is meant: today's songs come before those that are gone, names of today before names of the past. */
export const findPast = (
  library: Library,
  kind: PastKind,
  wanted: string
): Effect.Effect<Named, CliFailure> =>
  Effect.gen(function* () {
    const one = (all: ReadonlyArray<Named>, where: string) =>
      attempt(() => selectByText(all, wanted.replaceAll("*", "?"), { kind, where }))
    const live = yield* todays(library, kind)
    return yield* one(live, "this library").pipe(
      Effect.catchTag("EntityNotFound", (unknown) =>
        Effect.flatMap(formerly(library, kind, wanted), (past) => one(past, "its history")).pipe(
          Effect.catchTag("EntityNotFound", () =>
            library.history({ kind, id: wanted }).pipe(
              Effect.map((versions): ReadonlyArray<Named> => [{ id: wanted, name: versions.at(-1)?.name ?? "" }]),
              Effect.catchTag("EntityNotFound", () => Effect.fail(unknown))
            )
          )
        )
      ),
      Effect.flatMap(([first]) =>
        first === undefined
          ? new EntityNotFound({ kind, name: wanted, where: "this library", near: [] })
          : Effect.succeed(first)
      )
    )
  })
