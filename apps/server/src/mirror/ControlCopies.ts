/**
 * Copies of the control database in a mirror. Each is whole and consistent, has a name of its own with its SHA-256, and is
 * never changed: whatever ends in the middle, the ones before it are there. They are ordered by the number of their last
 * entry in the audit log, not by clocks: one that knows of a revocation always comes after those that do not.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import {
  BlobMissing,
  type DiskFull,
  fileErrorReason,
  MirrorUnusable,
  StorageFailed,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { type BlobInfo, type Blobs, listBlobs, sourceOfFile } from "@white-room/vault"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AuditEnd } from "../control/Audit.js"
import { writeControlFile } from "../control/ControlFile.js"
import type { ControlError } from "../control/Database.js"
import { lastErased } from "../control/Leaving.js"
import { fetchBlob } from "../library/fetchBlob.js"
import { privateFile } from "../library/Moment.js"
import { NotAControlCopy, openForeignCopy } from "./ForeignCopy.js"

const copyName = /^control\/(\d{12})-(\d{15})-([0-9a-f]{64})\.db$/

/** So many are kept, the newest. */
const mostCopies = 20

export interface ControlCopy {
  readonly name: string
  /** The number of its last entry in the audit log. */
  readonly number: number
  readonly at: number
  readonly sha256: string
}

/** A copy whose end of the audit log is known. */
export interface EndedCopy extends ControlCopy {
  readonly hash: string
}

const copyOf = ({ name }: BlobInfo): ReadonlyArray<ControlCopy> => {
  const [, number, at, sha256] = copyName.exec(name) ?? []
  return sha256 === undefined ? [] : [{ name, number: Number(number), at: Number(at), sha256 }]
}

/** The copies in a mirror, newest first. */
const listCopies = (mirror: Blobs): Effect.Effect<ReadonlyArray<ControlCopy>, WhiteRoomError> =>
  Effect.map(listBlobs(mirror, "control/"), (found) =>
    found.flatMap(copyOf).sort((one, other) => (one.name < other.name ? 1 : -1))
  )

/** The end of the audit log in a copy that this server made, and whether that went on from an earlier end. @throws when it is no control database */
const auditEnd = (file: string, from: AuditEnd | undefined): AuditEnd & { readonly goesOn: boolean } => {
  const db = new Database(file, { readonly: true })
  try {
    const row = db.prepare<[], AuditEnd>("SELECT number, hash FROM audit_head WHERE id = 1").get()
    if (row === undefined) throw new Error("no audit log")
    const hashes = db.prepare<[number], string>("SELECT hash FROM audit WHERE number = ?").pluck()
    const goesOn = from === undefined || from.number === 0 || hashes.get(from.number) === from.hash
    return { ...row, goesOn }
  } finally {
    db.close()
  }
}

const databaseError = (file: string) => (error: unknown) =>
  new StorageFailed({ path: file, operation: "copy", detail: fileErrorReason(error) })

/**
 * Puts a copy of the control database as it is now into a mirror, unless the last one has the same bytes; gives the copy
 * that is the newest then. Copies beyond the bound go, oldest first, and those that were made before a library was erased, which tell
 * of it; that they cannot be removed is no error, and is tried again with the next copy. An audit log that does not go on from the last copy
 * was changed or cut off: nothing is put there then, so that the copies from before stay.
 */
export const keepCopy = (
  data: string,
  mirror: Blobs,
  now: number,
  last: EndedCopy | undefined
): Effect.Effect<EndedCopy, WhiteRoomError | ControlError, SqlClient.SqlClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      // Looked at before the copy is made: it knows of that erasure itself.
      const erased = yield* lastErased
      const file = yield* privateFile(data)
      yield* writeControlFile(file, yield* privateFile(data))
      const { number, hash, goesOn } = yield* Effect.try({
        try: () => auditEnd(file, last),
        catch: databaseError(file)
      })
      if (!goesOn) return yield* new MirrorUnusable({ place: mirror.place })
      const source = yield* sourceOfFile(file)
      const sha256 = toHex(source.sha256)
      if (sha256 === last?.sha256) return last
      // A clock that was set back does not make it older than the one before.
      const at = Math.max(now, (last?.at ?? 0) + 1)
      const digits = (value: number, count: number) => String(value).padStart(count, "0")
      const name = `control/${digits(number, 12)}-${digits(at, 15)}-${sha256}.db`
      yield* mirror.put(name, source)
      const copies = yield* Effect.orElseSucceed(listCopies(mirror), () => [])
      // Those that call themselves newer were not made here: none of ours goes on their account.
      const ours = copies.filter((each) => each.name <= name)
      const gone = ours.filter((each, index) => index >= mostCopies || each.number < erased)
      for (const old of gone) yield* Effect.ignore(mirror.delete(old.name))
      return { name, number, at, sha256, hash }
    })
  )

/** A copy that was read from a mirror. */
export interface FoundCopy<A> {
  readonly copy: ControlCopy
  /** What was made of it. */
  readonly found: A
  /** How many newer ones were not whole. */
  readonly passedOver: number
}

/** A copy holds some thousand bytes for each access, library and entry; one that is larger is not looked at. */
const largestCopy = 4 * 1024 ** 3

/** What `use` makes of a copy; none of one that is not whole. */
const useCopy = <A, E, R>(
  data: string,
  mirror: Blobs,
  copy: ControlCopy,
  use: (file: string, copy: ControlCopy) => Effect.Effect<A, E | NotAControlCopy, R>
): Effect.Effect<Option.Option<A>, E | WhiteRoomError, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = yield* privateFile(data)
      const sha256 = yield* fetchBlob(mirror, copy.name, file, largestCopy)
      if (sha256 !== copy.sha256) return Option.none<A>()
      return Option.some(yield* use(file, copy))
    })
  ).pipe(
    Effect.catchAll((error) =>
      error instanceof NotAControlCopy || error instanceof BlobMissing
        ? Effect.succeed(Option.none<A>())
        : Effect.fail(error)
    )
  )

/**
 * Reads the newest copy that is whole; `use` makes something of its file, which is its own, or fails with `NotAControlCopy`:
 * what is in a mirror may have been put there by anybody. `undefined` when there is none.
 */
export const useNewest = <A, E, R>(
  data: string,
  mirror: Blobs,
  use: (file: string, copy: ControlCopy) => Effect.Effect<A, E | NotAControlCopy, R>
): Effect.Effect<FoundCopy<A> | undefined, E | WhiteRoomError, R> =>
  Effect.gen(function* () {
    const copies = yield* listCopies(mirror)
    for (const [passedOver, copy] of copies.entries()) {
      const found = yield* useCopy(data, mirror, copy, use)
      if (Option.isSome(found)) return { copy, found: found.value, passedOver }
    }
    return undefined
  })

/** The end of the audit log in a copy from a mirror. */
export const foreignAuditEnd = (
  file: string,
  { name }: ControlCopy
): Effect.Effect<AuditEnd, NotAControlCopy | DiskFull> =>
  Effect.scoped(
    Effect.gen(function* () {
      const copy = yield* openForeignCopy(file, name, new Set(["audit_head"]))
      const ends: Array<AuditEnd> = []
      yield* copy.eachRows("audit_head", ["number", "hash"], (rows) =>
        Effect.sync(() => {
          for (const { number, hash } of rows)
            if (typeof number === "number" && typeof hash === "string") ends.push({ number, hash })
        })
      )
      const [end] = ends
      return ends.length === 1 && end !== undefined ? end : yield* new NotAControlCopy()
    })
  )

/** The ends of the audit log in the copies that are whole. A copy never changes: what was read of one is remembered, so that this costs what is new. */
export const copyEnds = (
  data: string,
  mirror: Blobs
): Effect.Effect<ReadonlyArray<EndedCopy>, WhiteRoomError> => {
  const known = new Map<string, EndedCopy>()
  return Effect.gen(function* () {
    // Somebody who writes there, too, may have put any number.
    const copies = (yield* listCopies(mirror)).slice(0, 2 * mostCopies)
    const names = new Set(copies.map(({ name }) => name))
    for (const name of known.keys()) if (!names.has(name)) known.delete(name)
    for (const copy of copies) {
      if (known.has(copy.name)) continue
      const found = yield* useCopy(data, mirror, copy, foreignAuditEnd)
      if (Option.isSome(found)) known.set(copy.name, { ...copy, ...found.value })
    }
    return [...known.values()]
  })
}
