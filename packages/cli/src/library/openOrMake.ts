import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Cli } from "../command/Cli.js"
import { loadStore } from "../command/Load.js"
import { openLibraryAt } from "../command/openLibraryAt.js"
import { attempt, type CliFailure } from "../error/CliError.js"
import { appDatabase, defaultLibrary, shortPath } from "../settings/Environment.js"

const remove = (path: string) =>
  Effect.sync(() => {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
  })

/** For a plan that is only shown: a library that is gone afterwards. */
const passing = (cli: Cli): Effect.Effect<Library, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { createLibrary } = yield* loadStore
    const folder = yield* Effect.acquireRelease(
      attempt(() => mkdtempSync(join(tmpdir(), "white-room-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
    )
    const path = join(folder, "library.db")
    yield* createLibrary(path)
    return yield* openLibraryAt(path, cli.alone)
  })

/** A new one, which is gone again when nothing came into it. */
const made = (cli: Cli): Effect.Effect<Library, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { path } = cli
    const { createLibrary } = yield* loadStore
    yield* createLibrary(path)
    let isEmpty = false
    // These run in turn, the last one first: what came is looked at, then the library is closed.
    yield* Effect.addFinalizer(() =>
      isEmpty
        ? remove(path)
        : Effect.sync(() => cli.out.message(`This is your library from now on: ${shortPath(path)}`))
    )
    const library = yield* cli.open
    const { position } = yield* library.log.head
    const look = Effect.tap(library.log.head, (head) =>
      Effect.sync(() => {
        isEmpty = head.position === position
      })
    )
    yield* Effect.addFinalizer(() => Effect.ignore(look))
    return library
  })

/**
 * The library, for what brings songs in. On a computer with none, neither a library nor the app's own database, one is made
 * in its usual place; where a person named a file, that one has to be there.
 */
export const openOrMake = (cli: Cli): Effect.Effect<Library, CliFailure, Scope.Scope> =>
  Effect.suspend(() => {
    const isWanted =
      !existsSync(cli.path) && cli.path === defaultLibrary(cli.env) && !existsSync(appDatabase(cli.env))
    if (!isWanted) return cli.open
    return cli.dryRun ? passing(cli) : made(cli)
  })
