// Our side with a vault in a folder.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import path from "node:path"
import { openLibrary } from "@white-room/store"
import {
  addVault,
  clone,
  counting,
  knownVault,
  listLines,
  lookAt,
  mergeLine,
  openKnown,
  openReader,
  openVault,
  push,
  vaultAt
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { songAt } from "../songs.mjs"

let library
let scope
let known
let vault
let place

const run = Effect.runPromise

const timed = async (effect) => {
  const from = performance.now()
  const result = await run(effect)
  return { ms: performance.now() - from, result }
}

/** A library with an empty vault. */
export const openCopy = async ({ from, file, folder }) => {
  rmSync(file, { force: true })
  rmSync(folder, { recursive: true, force: true })
  copyFileSync(from, file)
  mkdirSync(folder)
  place = folder
  scope = await run(Scope.make())
  library = await run(Scope.extend(openLibrary(file), scope))
  await run(addVault(library, "bench", folder))
}

export const close = () => run(Scope.close(scope, Exit.void))

/** Milliseconds of a push, and what it sent. */
export const pushAll = async () => {
  known = await run(knownVault(library, "bench"))
  vault = await run(openKnown(known))
  const blobs = counting(vault.blobs)
  const { ms, result } = await timed(push(library, { ...vault, blobs }, known))
  const counts = blobs.counts()
  const requests = Object.values(counts).reduce((sum, each) => sum + each.requests, 0)
  return { ms, bytes: result.bytes, puts: counts.put.requests, requests }
}

export const saveEach = async ({ indexes, version }) => {
  for (const index of indexes) await run(library.songs.update(songAt(index, version)))
}

export const backup = () => run(library.backups.take())

/** Milliseconds in which a library is made of the vault again. */
export const cloneTo = async ({ file, count }) => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
  const { ms, result } = await timed(Effect.flatMap(vaultAt(place), (found) => clone(found, file)))
  if (result.songs !== count || result.damaged.length > 0) throw new Error(`cloned ${JSON.stringify(result)}`)
  return ms
}

const hour = 60 * 60 * 1000

/** Merges, as it would be an hour later. */
export const mergeAll = async () => {
  const id = await run(lookAt(library, ({ libraryId }) => libraryId))
  const now = Effect.map(vault.blobs.now, (time) => time + hour)
  const later = { ...vault, blobs: { ...vault.blobs, now } }
  await run(mergeLine(later, id, (await run(knownVault(library, "bench"))).line))
}

/** What it takes to get the newest version of one song from the vault, which nothing is known of yet. */
export const readOne = async ({ index }) => {
  const blobs = counting(vault.blobs)
  const { id } = songAt(index, 0)
  const { ms, result } = await timed(
    Effect.gen(function* () {
      const reader = yield* openReader(yield* openVault(blobs))
      return yield* reader.entity({ kind: "song", id }, yield* reader.head)
    })
  )
  if (result?.documents.size !== 1) throw new Error(`no song ${id}`)
  const counts = blobs.counts()
  // One request more for each push that was not merged yet.
  const [line] = await run(listLines(vault))
  const later = line.segments.filter(({ level, first }) => {
    const merged = line.segments.filter((each) => each.level > 0)
    return level === 0 && first > Math.max(...merged.map(({ last }) => last))
  })
  const requests = Object.values(counts).reduce((sum, each) => sum + each.requests, 0) - later.length
  return { ms, requests, bytes: counts.get.bytes }
}

/** Bytes of the vault's files. */
export const weight = () =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0)
