/**
 * The mirror of a server: a place that holds all it keeps, so that it can be made again when its data folder is lost.
 * `libraries/` has the files of libraries under their names, `control/` copies of the control database.
 *
 * 1. What was kept here is put there after; what a server that ended did not get to is found by comparing when it starts.
 * 2. Nothing that is lost or deleted here goes there by itself: only what was discarded goes, after the grace time.
 * 3. At any moment, also after a crash, it can be read: files are whole or absent, and nothing is replaced that was not
 *    discarded before, or is not what its own name says.
 * 4. A mirror that knows more than this server, or is of another one, is never written to; nor is one in which nothing is left of
 *    what was put there, which is a disk that is away.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { MirrorUnusable, PlaceUnreachable, toHex, type WhiteRoomError } from "@white-room/core"
import {
  type BlobSource,
  type Blobs,
  checksItself,
  hashInName,
  isSpoiled,
  listBlobs,
  readSmall,
  sourceOfFile
} from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { audited } from "../control/Audit.js"
import type { ControlError } from "../control/Database.js"
import { type DiscardedFile, forgetDiscarded, settleable } from "../control/Discarded.js"
import { listLibraries } from "../control/Libraries.js"
import { readSetting, writeSetting } from "../control/Settings.js"
import { fetchBlob } from "../library/fetchBlob.js"
import { privateFile } from "../library/Moment.js"
import type { Shelf } from "../library/Shelf.js"
import { copyEnds, type EndedCopy, foreignAuditEnd, keepCopy, useNewest } from "./ControlCopies.js"

/** How a mirror is, for the log and the counts. */
interface MirrorFacts {
  /** Since when it does not work, in epoch milliseconds; `undefined` when it does. */
  readonly failingSince: number | undefined
  /** Files that are to be put there, as far as they were counted. */
  readonly waiting: number
  /** When everything was there last; 0 when it was not yet. */
  readonly wholeAt: number
}

export interface Mirror {
  readonly place: string
  /** Takes note of a file that was kept. */
  readonly noticed: (library: string, name: string) => void
  /** Puts what the control database says now there. False when that could not be done. */
  readonly keepControl: Effect.Effect<boolean, ControlError, SqlClient.SqlClient>
  /** Brings everything there that is not. What goes wrong is told, and tried again the next time. */
  readonly turn: Effect.Effect<void, ControlError, SqlClient.SqlClient>
  /** Waits until something came, and brings it there. */
  readonly next: Effect.Effect<void, ControlError, SqlClient.SqlClient>
  /** Removes all files of a library; gives how many. `undefined` when that could not be done. */
  readonly forget: (library: string) => Effect.Effect<number | undefined, ControlError, SqlClient.SqlClient>
  /** What copies of the control database there say of the end of the audit log. */
  readonly ends: Effect.Effect<ReadonlyArray<EndedCopy>, WhiteRoomError>
  readonly facts: () => MirrorFacts
}

export interface MirrorOptions {
  /** The data folder. */
  readonly data: string
  readonly shelf: Shelf
  readonly mirror: Blobs
  /** How long what was discarded stays there. */
  readonly graceMs: number
  /** Told when it begins to fail, with the reason, and when it works again. */
  readonly onChange: (fault: string | undefined) => void
}

/** More names than this are not remembered: the library is compared with the mirror instead. */
const mostNames = 1000

/** Whoever waits for a mirror, waits no longer. */
const patience = "15 seconds"

/** Where a file of a library lies in a mirror. */
export const nameInMirror = (library: string, name: string): string => `libraries/${library}/${name}`

const sameBytes = (source: BlobSource, sha256: string): boolean => toHex(source.sha256) === sha256

export const makeMirror = ({ data, shelf, mirror, graceMs, onChange }: MirrorOptions): Mirror => {
  const { place } = mirror
  const [isAlone, controlAlone] = [Effect.unsafeMakeSemaphore(1), Effect.unsafeMakeSemaphore(1)]
  const arrival = Effect.unsafeMakeLatch(false)
  /** Names that are to be put, by library; `isWhole` for all that the library has and the mirror lacks. */
  const queue = new Map<string, { isWhole: boolean; readonly names: Set<string> }>()
  let isStarted = false
  let isOurs = false
  let last: EndedCopy | undefined
  let failingSince: number | undefined
  let wholeAt = 0

  const queued = (library: string) => {
    const found = queue.get(library) ?? { isWhole: false, names: new Set<string>() }
    queue.set(library, found)
    return found
  }

  const noticed = (library: string, name: string): void => {
    const all = queued(library)
    // Also where it is compared with the mirror: that has a file of this name, and perhaps a damaged one.
    all.names.add(name)
    if (all.names.size > mostNames) {
      all.isWhole = true
      all.names.clear()
    }
    arrival.unsafeOpen()
  }

  /** Whether what was put there last still is: a folder may be an empty mount point now. */
  const isStillThere = Effect.gen(function* () {
    if (!isOurs || last === undefined) return isOurs
    return yield* mirror.head(last.name).pipe(
      Effect.as(true),
      Effect.catchTag("BlobMissing", () => Effect.succeed(false))
    )
  })

  /** Looks whether the mirror is one of this server, and the one that it was. */
  const checkOurs = Effect.gen(function* () {
    if (yield* isStillThere) return
    isOurs = false
    const sql = yield* SqlClient.SqlClient
    const found = yield* useNewest(data, mirror, foreignAuditEnd)
    if (found !== undefined && found.found.number > 0) {
      const [entry] = yield* sql<{
        hash: string
      }>`SELECT hash FROM audit WHERE number = ${found.found.number}`
      if (entry?.hash !== found.found.hash) return yield* new MirrorUnusable({ place })
    }
    if (found === undefined && (yield* readSetting("mirrored")) === place)
      return yield* new MirrorUnusable({ place, isEmpty: true })
    last = found && { ...found.copy, ...found.found }
    isOurs = true
  })

  const putControl = Effect.gen(function* () {
    yield* checkOurs
    last = yield* keepCopy(data, mirror, yield* Clock.currentTimeMillis, last)
    if ((yield* readSetting("mirrored")) !== place) yield* writeSetting("mirrored", place)
  }).pipe(controlAlone.withPermits(1))

  /** Whether a small file that checks itself is whole here and spoiled there. */
  const isMendedCheck = (library: string, name: string, target: string) =>
    checksItself(name)
      ? Effect.map(
          Effect.all([readSmall(shelf.blobs(library), name), readSmall(mirror, target)]),
          ([here, there]) => !isSpoiled(name, here) && isSpoiled(name, there)
        )
      : Effect.succeed(false)

  /** Puts a file there. `isNew`: other bytes of that name were discarded before. */
  const putFile = (library: string, name: string, isNew: boolean): Effect.Effect<void, WhiteRoomError> =>
    Effect.gen(function* () {
      const source = yield* shelf.source(library, name)
      if (source === undefined) return
      const target = nameInMirror(library, name)
      yield* mirror.put(target, source).pipe(
        Effect.catchTag("BlobExists", (taken) =>
          Effect.gen(function* () {
            const there = yield* Effect.scoped(
              Effect.flatMap(privateFile(data), (moment) => fetchBlob(mirror, target, moment))
            )
            if (sameBytes(source, there)) return
            // What is there may have been damaged since it was put: its name tells.
            const told = hashInName(name)
            const isMended =
              told === undefined
                ? yield* isMendedCheck(library, name, target)
                : !there.startsWith(told) && toHex(source.sha256).startsWith(told)
            if (!isNew && !isMended) return yield* taken
            yield* mirror.delete(target)
            yield* mirror.put(target, source)
          })
        )
      )
    }).pipe(Effect.scoped)

  const compare = (library: string): Effect.Effect<void, WhiteRoomError> =>
    Effect.gen(function* () {
      const there = new Set((yield* listBlobs(mirror, `libraries/${library}/`)).map(({ name }) => name))
      for (const { name } of yield* listBlobs(shelf.blobs(library), ""))
        if (!there.has(nameInMirror(library, name))) yield* putFile(library, name, false)
    })

  const settleDiscarded = (file: DiscardedFile) =>
    Effect.gen(function* () {
      if (file.put_again === 1) yield* putFile(file.library, file.name, true)
      else yield* mirror.delete(nameInMirror(file.library, file.name))
      yield* forgetDiscarded(file)
    })

  const putFiles = Effect.gen(function* () {
    if (!isStarted) {
      for (const { id } of yield* listLibraries([], "", 1_000_000)) queued(id).isWhole = true
      const certificate = path.join(data, "certificate.json")
      if (fs.existsSync(certificate))
        yield* Effect.catchTag(
          mirror.put("certificate.json", yield* sourceOfFile(certificate)),
          "BlobExists",
          () => Effect.void
        )
      isStarted = true
    }
    const before = (yield* Clock.currentTimeMillis) - graceMs
    for (const file of yield* settleable(before)) yield* settleDiscarded(file)
    for (const [library, { isWhole, names }] of [...queue]) {
      queue.delete(library)
      const left = new Set(names)
      const put = Effect.zipRight(
        isWhole ? compare(library) : Effect.void,
        Effect.forEach(names, (name) =>
          Effect.tap(putFile(library, name, false), () => Effect.sync(() => left.delete(name)))
        )
      )
      // An end of the server in the middle is no success either: its last look has it again.
      yield* Effect.onError(put, () =>
        Effect.sync(() => {
          if (isWhole) queued(library).isWhole = true
          for (const name of left) noticed(library, name)
        })
      )
    }
  })

  /** Remembers and tells whether it works; a change of that stands in the audit log too. */
  const settle = (fault: WhiteRoomError | undefined) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (fault === undefined) wholeAt = now
      if ((fault === undefined) === (failingSince === undefined)) return
      failingSince = fault === undefined ? undefined : now
      onChange(fault?.message)
      const action = fault === undefined ? "mirror works again" : "mirror fails"
      yield* audited({ actor: "server", action, subject: place, detail: fault?._tag ?? "" }, Effect.void)
    })

  const told = <R>(
    body: Effect.Effect<void, WhiteRoomError | ControlError, R>
  ): Effect.Effect<WhiteRoomError | undefined, ControlError, R> =>
    Effect.gen(function* () {
      const result = yield* Effect.either(body)
      if (result._tag === "Right") return undefined
      return result.left._tag === "SqlError" ? yield* Effect.fail(result.left) : result.left
    })

  const bringArrived = Effect.gen(function* () {
    arrival.unsafeClose()
    const fault = yield* told(Effect.zipRight(checkOurs, putFiles))
    // What failed waits for the next turn.
    if (fault !== undefined) arrival.unsafeClose()
    yield* settle(fault)
  }).pipe(isAlone.withPermits(1))

  const removeAll = (library: string) =>
    Effect.gen(function* () {
      yield* checkOurs
      queue.delete(library)
      let removed = 0
      // Until a listing has none: what says that it is empty is the place itself.
      for (;;) {
        const found = yield* listBlobs(mirror, `libraries/${library}/`)
        if (found.length === 0) return removed
        for (const { name } of found) yield* mirror.delete(name)
        removed += found.length
      }
    })

  const forget = (library: string) =>
    removeAll(library).pipe(
      Effect.catchIf(
        (error): error is WhiteRoomError => error._tag !== "SqlError",
        (fault) => Effect.as(settle(fault), undefined)
      ),
      isAlone.withPermits(1)
    )

  const turn = Effect.gen(function* () {
    const fault = yield* told(
      Effect.gen(function* () {
        yield* putControl
        yield* putFiles
      })
    )
    yield* settle(fault)
    // That it fails or works again, and what was forgotten, is to be there too.
    if (fault === undefined) yield* settle(yield* told(putControl))
  }).pipe(isAlone.withPermits(1))

  return {
    place,
    noticed,
    keepControl: Effect.gen(function* () {
      const unreachable = new PlaceUnreachable({ place, reason: "it does not answer", retryable: true })
      const fault = yield* told(
        Effect.timeoutFail(putControl, { duration: patience, onTimeout: () => unreachable })
      )
      if (fault !== undefined) yield* settle(fault)
      return fault === undefined
    }),
    turn,
    forget,
    ends: copyEnds(data, mirror),
    next: Effect.zipRight(arrival.await, bringArrived),
    facts: () => ({
      failingSince,
      wholeAt,
      waiting: [...queue.values()].reduce(
        (sum, { isWhole, names }) => sum + names.size + (isWhole ? 1 : 0),
        0
      )
    })
  }
}
