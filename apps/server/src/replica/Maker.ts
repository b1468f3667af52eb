/**
 * Library files that are made of the files that devices pushed: for reading, thrown away at will. One is made at a time; what
 * is new costs what is new. A file with something missing is made again each time, for what was missing may have come.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { type OnProgress, VaultNotFound, type WhiteRoomError } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import { checkVault, clone, follow, lineEnds, openVault, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import { sqliteFiles } from "../library/SqliteFiles.js"
import type { Brought, Proven } from "./Messages.js"
import { type Losses, type LossesSince, lossesIn, type Week, weekIn } from "./Survey.js"
import { type Tidied, tidyFiles } from "./tidyFiles.js"

interface Made {
  readonly file: string
  readonly damaged: ReadonlyArray<string>
}

export interface Maker {
  /** A library as a line has it now; without one, as the device has it that pushed last. */
  readonly bring: (
    library: string,
    line: string | undefined,
    onProgress: OnProgress
  ) => Effect.Effect<Brought, WhiteRoomError>
  /** Makes a library again of every byte there is of it, each root proven, and throws it away. */
  readonly prove: (library: string) => Effect.Effect<Proven, WhiteRoomError>
  /** See `tidyFiles`. */
  readonly tidy: (
    library: string,
    options: { readonly reclaim: boolean }
  ) => Effect.Effect<Tidied, WhiteRoomError>
  /** See `Survey`. */
  readonly losses: (
    library: string,
    since: LossesSince | undefined
  ) => Effect.Effect<Losses | undefined, WhiteRoomError>
  readonly week: (library: string, from: number) => Effect.Effect<Week | undefined, WhiteRoomError>
  /** Has it made again; without a line forgets all that was made of a library. What was begun has ended then. */
  readonly discard: (library: string, line: string | undefined) => Effect.Effect<void>
}

const most = 50

/** What is missing, for people; of very much the beginning. */
const inWords = (all: ReadonlyArray<{ readonly what: string; readonly reason: string }>) =>
  all.slice(0, most).map(({ what, reason }) => `${what}: ${reason}`)

const removeFile = (file: string): void => {
  // A reader may still have it open, which not every system allows: it goes with the folder when the server starts.
  for (const each of sqliteFiles(file))
    try {
      fs.rmSync(each, { force: true })
    } catch {}
}

export const makerIn = (data: string, shelf: Shelf): Maker => {
  const made = new Map<string, Made>()
  const turn = Effect.unsafeMakeSemaphore(1)
  let count = 0

  /** Goes on with a file that was made before; `undefined` when it has to be made again. */
  const goOn = (known: Made, vault: Vault, line: string) =>
    Effect.gen(function* () {
      if (known.damaged.length > 0) return undefined
      const library = yield* openLibrary(known.file)
      if (!(yield* follow(library, vault, line))) return undefined
      return (yield* library.log.head).position
    }).pipe(
      Effect.scoped,
      // Whatever is wrong with it, or with what is new: making it again tells.
      Effect.catchAll((error) => (error._tag === "DiskFull" ? Effect.fail(error) : Effect.succeed(undefined)))
    )

  const makeNew = (vault: Vault, folder: string, line: string, onProgress: OnProgress) =>
    Effect.gen(function* () {
      const file = path.join(folder, `${line}-${++count}.db`)
      const options = { line, partial: true, allowSyncedFolder: true, onProgress }
      const { position, damaged, problems } = yield* clone(vault, file, options)
      const missing = problems.map(({ segment, reason }) => ({ what: segment, reason }))
      return { file, position, damaged: inWords([...missing, ...damaged]) }
    })

  const open = (library: string) => openVault(shelf.blobs(library))

  const bring: Maker["bring"] = (library, wanted, onProgress) =>
    Effect.gen(function* () {
      const vault = yield* open(library)
      const ends = yield* lineEnds(vault)
      const line = wanted ?? ends[0]?.line
      if (line === undefined)
        return yield* new VaultNotFound({ place: library, reason: "nothing was pushed there" })
      const devices = ends.map((end) => ({ ...end, arrivedAt: new Date(end.arrivedAt).toISOString() }))
      const key = `${library}/${line}`
      const known = made.get(key)
      const position = known && (yield* goOn(known, vault, line))
      if (known !== undefined && position !== undefined)
        return { line, file: known.file, position, devices, damaged: [] }
      const folder = path.join(data, "replicas", library)
      yield* Effect.sync(() => fs.mkdirSync(folder, { recursive: true, mode: 0o700 }))
      const next = yield* makeNew(vault, folder, line, onProgress)
      if (known !== undefined) removeFile(known.file)
      made.set(key, next)
      return { line, devices, ...next }
    }).pipe(turn.withPermits(1))

  return {
    bring,
    prove: (library) =>
      Effect.gen(function* () {
        const { bytes, damaged } = yield* checkVault(yield* open(library), { level: "full" })
        return { bytes, damaged: inWords(damaged) }
      }).pipe(turn.withPermits(1)),
    tidy: (library, options) => tidyFiles(shelf, library, options).pipe(turn.withPermits(1)),
    losses: (library, since) =>
      Effect.flatMap(open(library), (vault) => lossesIn(vault, since)).pipe(turn.withPermits(1)),
    week: (library, from) =>
      Effect.flatMap(open(library), (vault) => weekIn(vault, from)).pipe(turn.withPermits(1)),
    discard: (library, line) =>
      Effect.sync(() => {
        for (const [key, known] of made)
          if (key === `${library}/${line}`) made.set(key, { ...known, damaged: ["it was damaged here"] })
          else if (line === undefined && key.startsWith(`${library}/`)) made.delete(key)
      }).pipe(turn.withPermits(1))
  }
}
