import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import {
  bounds,
  fileErrorReason,
  MirrorMissing,
  ServerNotStarted,
  StorageFailed,
  type WhiteRoomError
} from "@white-room/core"
import {
  type Blobs,
  checksItself,
  hashInName,
  isBlobName,
  isSpoiled,
  listBlobs,
  openPlace,
  sourceOfFile
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import { audited } from "../control/Audit.js"
import { readControlFile } from "../control/ControlFile.js"
import { type ControlAt, layerSqlite } from "../control/Database.js"
import { discardedOf } from "../control/Discarded.js"
import { listLibraries, setUsed } from "../control/Libraries.js"
import { layerControl } from "../control/layerControl.js"
import { fetchBlob } from "../library/fetchBlob.js"
import { privateFile, removeMoments } from "../library/Moment.js"
import type { Shelf } from "../library/Shelf.js"
import { sqliteFiles } from "../library/SqliteFiles.js"
import { shelfAt } from "../library/shelfAt.js"
import { useNewest } from "../mirror/ControlCopies.js"
import { nameInMirror } from "../mirror/Mirror.js"
import { takeCopy } from "../mirror/takeCopy.js"
import { type Keeper, keeperOf, ownedBy } from "./Binding.js"
import { isCertificate } from "./Certificate.js"
import { checkControl, controlFile, lockData } from "./DataFolder.js"

/** What came back from a mirror. */
export interface Rebuilt {
  readonly libraries: number
  readonly files: number
  /** When what is known of accesses and libraries was written to the mirror. */
  readonly asOf: string
  /** How many newer copies of that were not whole. */
  readonly passedOver: number
  /** Files that their names or checks say are not what was written, and which were not brought unless they can be read: a hundred of them, and how many there are. */
  readonly damaged: ReadonlyArray<string>
  readonly damagedCount: number
}

const isThere = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "BlobExists"

const isJson = (bytes: Uint8Array): boolean => {
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return true
  } catch {
    return false
  }
}

/** Brings the files of a library that are not here yet, but for those of which their names or checks say that they are not what was written. */
const bringLibrary = (
  data: string,
  shelf: Shelf,
  mirror: Blobs,
  library: string,
  discarded: ReadonlySet<string>,
  onDamaged: (name: string) => void
) =>
  Effect.gen(function* () {
    yield* shelf.make(library)
    const local = shelf.blobs(library)
    const here = new Set((yield* listBlobs(local, "")).map(({ name }) => name))
    const beginning = nameInMirror(library, "")
    let files = here.size
    for (const each of yield* listBlobs(mirror, beginning)) {
      const name = each.name.slice(beginning.length)
      if (here.has(name) || discarded.has(name) || !isBlobName(name)) continue
      const isWhole = yield* Effect.scoped(
        Effect.gen(function* () {
          const file = yield* privateFile(data)
          const sha256 = yield* fetchBlob(mirror, each.name, file)
          if (!sha256.startsWith(hashInName(name) ?? "")) return false
          // A check that does not fit is told; what can be read all the same is brought.
          const bytes = checksItself(name) ? fs.readFileSync(file) : undefined
          const isSound = bytes === undefined || !isSpoiled(name, bytes)
          if (bytes !== undefined && !isSound && !isJson(bytes)) return false
          yield* Effect.catchIf(local.put(name, yield* sourceOfFile(file)), isThere, () => Effect.void)
          return isSound
        })
      )
      if (isWhole) files++
      else onDamaged(each.name)
    }
    return files
  })

const largestCertificate = 64 * 1024

const bringCertificate = (data: string, mirror: Blobs) =>
  Effect.gen(function* () {
    const file = path.join(data, "certificate.json")
    if (fs.existsSync(file)) return
    yield* fetchBlob(mirror, "certificate.json", `${file}.new`, largestCertificate)
    yield* Effect.sync(() => {
      if (isCertificate(fs.readFileSync(`${file}.new`, "utf8"))) fs.renameSync(`${file}.new`, file)
    })
  }).pipe(
    Effect.catchTag("BlobMissing", () => Effect.void),
    Effect.ensuring(Effect.sync(() => fs.rmSync(path.join(data, "certificate.json.new"), { force: true })))
  )

/**
 * A control database of this program in a file, with what the newest copy that is whole says, and everything that it knows of
 * in the data folder; what that takes up is counted again. `undefined` when there is no copy.
 */
const bringLibraries = (
  data: string,
  shelf: Shelf,
  mirror: Blobs,
  file: string,
  keeper: Keeper | undefined
) =>
  Effect.gen(function* () {
    const taken = yield* useNewest(data, mirror, (copy, { name }) => takeCopy(copy, name))
    if (taken === undefined) return undefined
    const { copy, passedOver } = taken
    const libraries = yield* listLibraries([], "", 1_000_000)
    const damaged: Array<string> = []
    let damagedCount = 0
    const onDamaged = (name: string) => {
      damagedCount++
      if (damaged.length < bounds.problems) damaged.push(name)
    }
    let files = 0
    for (const { id } of libraries) {
      const discarded = (yield* discardedOf(id)).filter(({ put_again }) => put_again === 0)
      const gone = new Set(discarded.map(({ name }) => name))
      files += yield* bringLibrary(data, shelf, mirror, id, gone, onDamaged)
      yield* setUsed(id, yield* shelf.measure(id))
    }
    yield* ownedBy(keeper)
    const asOf = new Date(copy.at).toISOString()
    yield* audited(
      { actor: "server start", action: "rebuilt", subject: mirror.place, detail: asOf },
      Effect.void
    )
    return { libraries: libraries.length, files, asOf, passedOver, damaged, damagedCount }
  }).pipe(
    Effect.provide(layerSqlite(file)),
    Effect.catchTag(
      "SqlError",
      () => new StorageFailed({ path: file, operation: "write", detail: "the copy cannot be used" })
    )
  )

const removeFile = (file: string) =>
  Effect.sync(() => {
    for (const each of sqliteFiles(file)) fs.rmSync(each, { force: true })
  })

/** Brings the finished database into a PostgreSQL that has none: from then on there is a server in the folder. */
const bringInto = (data: string, file: string, at: ControlAt) =>
  Effect.gen(function* () {
    if (!(yield* readControlFile(file)))
      return yield* new ServerNotStarted({
        data,
        reason: "there is a server in the PostgreSQL of DATABASE_URL already",
        advice: "Leave --from out to start it with its data folder, or name an empty database."
      })
    yield* removeFile(file)
  }).pipe(
    Effect.provide(layerControl(at)),
    Effect.catchTag(
      "SqlError",
      ({ message }) =>
        new StorageFailed({
          path: data,
          operation: "write",
          detail: `its PostgreSQL cannot be used (${message})`
        })
    )
  )

/** Gives the finished database its name, durably: from then on there is a server in the folder. */
const finish = (data: string, file: string) =>
  Effect.tryPromise({
    try: async () => {
      const handle = await fsp.open(file, "r+")
      await handle.sync()
      await handle.close()
      await fsp.rename(file, controlFile(data))
    },
    catch: (error) => new StorageFailed({ path: file, operation: "rename", detail: fileErrorReason(error) })
  })

/**
 * Makes a server again from its mirror, in a folder where none is: devices go on with the tokens they have. Done again
 * after it was ended in the middle, it goes on; until it is done the folder is not that of a server. Fails with
 * `MirrorMissing` when the place has no server.
 */
export const rebuild = (
  data: string,
  from: string,
  at: ControlAt,
  blobs: string | undefined
): Effect.Effect<Rebuilt, WhiteRoomError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const mirror = yield* openPlace(from)
      yield* checkControl(data, at, blobs)
      if (fs.existsSync(controlFile(data)))
        return yield* new ServerNotStarted({
          data,
          reason: "there is a server in its data folder already",
          advice: "Leave --from out to start it, or name a new folder with --data."
        })
      yield* Effect.try({
        try: () => fs.mkdirSync(path.join(data, "libraries"), { recursive: true, mode: 0o700 }),
        catch: (error) => new StorageFailed({ path: data, operation: "make", detail: fileErrorReason(error) })
      })
      yield* lockData(data)
      yield* Effect.sync(() => removeMoments(data))
      const file = `${controlFile(data)}.new`
      yield* removeFile(file)
      // SQLite gives its other files the rights of this one.
      yield* Effect.sync(() => fs.closeSync(fs.openSync(file, "wx", 0o600)))
      const shelf = yield* shelfAt({ data, blobs })
      const keeper = yield* keeperOf(data, at, blobs)
      const brought = yield* bringLibraries(data, shelf, mirror, file, keeper)
      if (brought === undefined) {
        yield* removeFile(file)
        return yield* new MirrorMissing({ place: from })
      }
      yield* bringCertificate(data, mirror)
      yield* at._tag === "File" ? finish(data, file) : bringInto(data, file, at)
      return brought
    })
  )
