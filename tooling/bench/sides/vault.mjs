// Our side with a vault in a folder or bucket.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import path from "node:path"
import { openLibrary } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import {
  addVault,
  clone,
  counting,
  enrol,
  knownVault,
  mergeLine,
  openHere,
  openKnown,
  openPlace,
  openReader,
  parseLink,
  push,
  vaultAt
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { songAt } from "../songs.mjs"

let library
let scope
let place
let opening

const run = Effect.runPromise

const timed = async (effect) => {
  const from = performance.now()
  const result = await run(effect)
  return { ms: performance.now() - from, result }
}

/**
 * A library with an empty vault: in a folder, or at another `at`; `env` has the account of a bucket, `link` is the invitation of a
 * server.
 */
export const openCopy = async ({ from, file, folder, at = folder, sealed = false, env, link }) => {
  rmSync(file, { force: true })
  rmSync(folder, { recursive: true, force: true })
  copyFileSync(from, file)
  mkdirSync(path.join(folder, "settings"), { recursive: true })
  place = at
  opening = { settings: path.join(folder, "settings"), env: { ...process.env, ...env } }
  scope = await run(Scope.make())
  library = await run(Scope.extend(openLibrary(file), scope))
  if (link !== undefined) await run(enrol(opening.settings, await run(parseLink(link)), "bench"))
  const seal = sealed ? { label: "bench", passphrase: "bench", workFactor: 10 } : undefined
  await run(addVault(library, "bench", place, { ...opening, seal }))
}

export const close = () => run(Scope.close(scope, Exit.void))

/** Milliseconds of a push, and what it sent. */
export const pushAll = async () => {
  const known = await run(knownVault(library, "bench"))
  const vault = await run(openKnown(known, opening))
  const blobs = counting(vault.blobs)
  const { ms, result } = await timed(push(library, { ...vault, blobs }, known))
  const counts = blobs.counts()
  const requests = Object.values(counts).reduce((sum, each) => sum + each.requests, 0)
  return { ms, bytes: result.bytes, puts: counts.put.requests, requests, segments: result.segments }
}

export const saveEach = async ({ indexes, version }) => {
  for (const index of indexes) await run(library.songs.update(songAt(index, version)))
}

export const backup = () => run(library.backups.take())

/** Milliseconds in which a library is made of the vault again. */
export const cloneTo = async ({ file, count }) => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
  const { ms, result } = await timed(Effect.flatMap(vaultAt(place, opening), (found) => clone(found, file)))
  if (result.songs !== count || result.damaged.length > 0) throw new Error(`cloned ${JSON.stringify(result)}`)
  return ms
}

/** Merges what was pushed, once all of it is old enough. */
export const merge = async ({ waitMs }) => {
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  const known = await run(knownVault(library, "bench"))
  const vault = await run(openKnown(known, opening))
  const id = await run(lookAt(library, ({ libraryId }) => libraryId))
  const { made } = await run(mergeLine(vault, id, known.line))
  if (made !== 1) throw new Error(`merged into ${made}`)
}

/** One song by ranges, from nothing: opening the vault, what was asked for and how many bytes came. */
export const oneSong = async ({ index }) => {
  const blobs = counting(await run(openPlace(place, opening)))
  const asked = () => Object.values(blobs.counts()).reduce((sum, each) => sum + each.requests, 0)
  const { id, name } = songAt(index)
  let toOpen = 0
  const { ms, result } = await timed(
    Effect.gen(function* () {
      const vault = yield* openHere(blobs, opening)
      toOpen = asked()
      const reader = yield* openReader(vault)
      return yield* reader.entity({ kind: "song", id }, yield* reader.head)
    })
  )
  if (result?.documents.size !== 1) throw new Error(`the vault has no document of ${name}`)
  return { ms, bytes: blobs.counts().get.bytes, requests: asked(), toOpen }
}

/** Bytes of the vault's files. */
export const weight = () =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0)
