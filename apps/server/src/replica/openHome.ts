import * as fs from "node:fs"
import * as path from "node:path"
import { LibraryNotFound, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import { besideSuffixes } from "@white-room/store/transfer"
import { clone, type openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { sqliteFiles } from "../library/SqliteFiles.js"
import { bringForward } from "./bringForward.js"
import { hasHead } from "./hasHead.js"
import { homeName } from "./homeName.js"
import type { Facts } from "./Messages.js"
import { takeSchedule } from "./takeSchedule.js"

/** Puts a library aside that another server went on with: what is in it and nowhere else was never acknowledged. */
const setAside = (file: string) =>
  Effect.sync(() => {
    for (const suffix of ["", ...besideSuffixes]) {
      fs.rmSync(`${file}.aside${suffix}`, { force: true })
      if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, `${file}.aside${suffix}`)
    }
  })

/** Opens the vault of a library, where there is one. */
type Opening = ReturnType<typeof openVault>

const make = (opening: Opening, facts: Facts): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const { file, library, hasArrived, head } = facts
    // Its profiles are in it when it is there, whatever ends the server before.
    const making = `${file}.made`
    yield* Effect.sync(() => {
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      for (const each of sqliteFiles(making)) fs.rmSync(each, { force: true })
    })
    const options = { name: homeName, line: head?.line, allowSyncedFolder: true }
    const isCloned = yield* opening.pipe(
      Effect.flatMap((vault) => clone(vault, making, options)),
      Effect.as(true),
      // Nothing was put there yet.
      Effect.catchTag("VaultNotFound", () => Effect.succeed(false))
    )
    // What was there once is never begun again with nothing in it.
    const hasEvents = head === undefined ? hasArrived : head.position > 0
    if (!isCloned && hasEvents)
      return yield* new VaultDamaged({
        place: library,
        detail: "what was written here is gone, and so are its files"
      })
    if (!isCloned) yield* createLibrary(making, { allowSyncedFolder: true })
    if (facts.schedule !== undefined)
      yield* Effect.scoped(
        Effect.flatMap(openLibrary(making, { actor: "server" }), (made) => takeSchedule(made, facts))
      )
    yield* Effect.sync(() => fs.renameSync(making, file))
  })

/** Opens the file where it goes, or can be brought, as far as what was acknowledged; else it is put aside. */
const openKept = (
  opening: Opening,
  { file, head }: Facts
): Effect.Effect<Library | undefined, WhiteRoomError, Scope.Scope> =>
  Effect.gen(function* () {
    if (!fs.existsSync(file)) return undefined
    const scope = yield* Effect.flatMap(Effect.scope, (outer) =>
      Scope.fork(outer, ExecutionStrategy.sequential)
    )
    const library = yield* Scope.extend(openLibrary(file, { actor: "server" }), scope)
    if (head === undefined || (yield* hasHead(library, head))) return library
    if (yield* bringForward(library, opening, head)) return library
    yield* Scope.close(scope, Exit.void)
    yield* setAside(file)
    return undefined
  })

/**
 * Opens a library that is written here. One that was never written is made empty; one whose file is gone, as after the data
 * folder was made again from its mirror, comes back out of its files; one that another server wrote meanwhile is brought forward, or comes back
 * out of them too. Fails with `LibraryNotFound` when profiles and runs were kept of one that is to be made, and are not given.
 */
export const openHome = (
  opening: Opening,
  facts: Facts
): Effect.Effect<Library, WhiteRoomError, Scope.Scope> => {
  const { file, library, head, schedule } = facts
  return Effect.gen(function* () {
    const kept = yield* openKept(opening, facts)
    if (kept !== undefined) return kept
    if (schedule !== undefined && schedule.text === undefined)
      return yield* new LibraryNotFound({ path: file })
    yield* make(opening, facts)
    const made = yield* openLibrary(file, { actor: "server" })
    if (yield* hasHead(made, head)) return made
    return yield* new VaultDamaged({
      place: library,
      detail: "what was acknowledged last is not in its files"
    })
  })
}
