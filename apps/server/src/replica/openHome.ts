import * as fs from "node:fs"
import * as path from "node:path"
import { VaultDamaged, type WhiteRoomError } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import { besideSuffixes } from "@white-room/store/transfer"
import { clone, type LineEnd, lineEnds, openVault, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Shelf } from "../library/Shelf.js"
import { sqliteFiles } from "../library/SqliteFiles.js"
import { hasHead } from "./hasHead.js"
import type { Facts } from "./Messages.js"
import { takeSchedule } from "./takeSchedule.js"

/** What its files hold of it; nothing where there is no vault yet. */
const keptOf = (shelf: Shelf, library: string) =>
  Effect.gen(function* () {
    const vault = yield* openVault(shelf.blobs(library))
    const ends: ReadonlyArray<LineEnd> = yield* lineEnds(vault)
    return ends.length === 0 ? undefined : vault
  }).pipe(Effect.catchTag("VaultNotFound", () => Effect.succeed(undefined)))

/** Puts a library aside that another server went on with: what is in it and nowhere else was never acknowledged. */
const setAside = (file: string) =>
  Effect.sync(() => {
    for (const suffix of ["", ...besideSuffixes]) {
      fs.rmSync(`${file}.aside${suffix}`, { force: true })
      if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, `${file}.aside${suffix}`)
    }
  })

const make = (vault: Vault | undefined, facts: Facts): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const { file, library, hasArrived, head } = facts
    // Its profiles are in it when it is there, whatever ends the server before.
    const making = `${file}.made`
    yield* Effect.sync(() => {
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      for (const each of sqliteFiles(making)) fs.rmSync(each, { force: true })
    })
    // What was there once is never begun again with nothing in it.
    const hasEvents = head === undefined ? hasArrived : head.position > 0
    if (vault === undefined && hasEvents)
      return yield* new VaultDamaged({
        place: library,
        detail: "what was written here is gone, and so are its files"
      })
    if (vault === undefined) yield* createLibrary(making, { allowSyncedFolder: true })
    else yield* clone(vault, making, { name: "server", line: head?.line, allowSyncedFolder: true })
    if (facts.schedule !== undefined)
      yield* Effect.scoped(
        Effect.flatMap(openLibrary(making, { actor: "server" }), (made) => takeSchedule(made, facts))
      )
    yield* Effect.sync(() => fs.renameSync(making, file))
  })

/**
 * Opens a library that is written here. One that was never written is made empty; one whose file is gone, as after the data
 * folder was made again from its mirror, comes back out of its files; so does one that another server wrote meanwhile. Fails with
 * `LibraryNotFound` when profiles and runs were kept of one that is to be made, and are not given.
 */
export const openHome = (shelf: Shelf, facts: Facts): Effect.Effect<Library, WhiteRoomError, Scope.Scope> => {
  const { file, library, head, schedule } = facts
  const open = openLibrary(file, { actor: "server" })
  const isCurrent = Effect.scoped(Effect.flatMap(open, (opened) => hasHead(opened, head)))
  return Effect.gen(function* () {
    if (head !== undefined && fs.existsSync(file) && !(yield* isCurrent)) yield* setAside(file)
    return yield* Effect.catchTag(open, "LibraryNotFound", (missing) =>
      Effect.gen(function* () {
        if (schedule !== undefined && schedule.text === undefined) return yield* missing
        yield* make(yield* keptOf(shelf, library), facts)
        const made = yield* open
        if (yield* hasHead(made, head)) return made
        return yield* new VaultDamaged({
          place: library,
          detail: "what was acknowledged last is not in its files"
        })
      })
    )
  })
}
