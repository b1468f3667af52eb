import { createHash } from "node:crypto"
import type * as SqlClient from "@effect/sql/SqlClient"
import { equalBytes } from "@white-room/core"
import type { BlobSource } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Caller } from "../api/Api.js"
import { type ProblemOf, type ProblemType, problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import { notePutAgain } from "../control/Discarded.js"
import { claimLine, type KeptLibrary, release, reserve, settle } from "../control/Libraries.js"
import { aboutBlob, mayPut } from "./BlobName.js"
import type { Room } from "./Room.js"
import { costOf, type Shelf } from "./Shelf.js"

/** A file that somebody sends. */
export interface Upload {
  readonly name: string
  readonly source: BlobSource
  /** Reads what is left of it and throws it away. */
  readonly drain: Effect.Effect<void>
}

type Refusal = ProblemOf<
  | "InvalidRequest"
  | "NotAllowed"
  | "LineOfAnother"
  | "AnotherLibrary"
  | "NotSealed"
  | "BlobExists"
  | "Leaving"
  | "FileNotVerified"
  | "Full"
  | "FilesAway"
  | "TooLarge"
>

const refuse = <Type extends ProblemType>(type: Type) => Effect.fail(problem(type))

/** The one file of a vault that the server looks into is no larger. */
const vaultFileBytes = 64 * 1024

const VaultKind = Schema.parseJson(Schema.Struct({ kind: Schema.Literal("plain", "sealed") }))

/** A small upload in memory, or `undefined` when it is not what it says. */
const readSmall = (source: BlobSource): Effect.Effect<Buffer | undefined> =>
  Effect.promise(async () => {
    const parts: Array<Uint8Array> = []
    for await (const chunk of source.read()) parts.push(chunk)
    const bytes = Buffer.concat(parts)
    return equalBytes(createHash("sha256").update(bytes).digest(), source.sha256) ? bytes : undefined
  }).pipe(Effect.catchAllDefect(() => Effect.succeed(undefined)))

/** What a sealed library takes as its `vault.json`: one that says so. */
const checkedVault = (library: KeptLibrary, source: BlobSource) =>
  Effect.gen(function* () {
    if (source.bytes > vaultFileBytes) return yield* refuse("TooLarge")
    const bytes = yield* readSmall(source)
    if (bytes === undefined) return yield* refuse("FileNotVerified")
    const { kind } = yield* Effect.mapError(Schema.decodeUnknown(VaultKind)(bytes.toString("utf8")), () =>
      problem("InvalidRequest")
    )
    if (library.sealed === 1 && kind !== "sealed") return yield* refuse("NotSealed")
    return { ...source, read: () => [bytes] }
  })

/** Whether a file that is there has the bytes of an upload. */
const holds = (shelf: Shelf, library: string, { name, source }: Upload) =>
  Effect.gen(function* () {
    const open = yield* shelf.open(library, name)
    if (open?.bytes !== source.bytes) return false
    return yield* Effect.promise(async () => {
      const hash = createHash("sha256")
      for await (const chunk of open.read()) hash.update(chunk)
      return equalBytes(hash.digest(), source.sha256)
    })
  }).pipe(Effect.scoped)

/**
 * Keeps a file in a library, when the caller may put it and there is room: hashed as it comes, under a name of nobody's
 * until it is whole and durable. `same` when the very bytes were there already; of other bytes none is replaced.
 */
export const keepBlob = (
  shelf: Shelf,
  room: Room,
  caller: Caller,
  library: KeptLibrary,
  upload: Upload
): Effect.Effect<"new" | "same", Refusal | ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const { name, source, drain } = upload
    const about = aboutBlob(name)
    if (about === undefined) return yield* refuse("InvalidRequest")
    if (!mayPut(caller.role, about)) return yield* refuse("NotAllowed")
    if (library.erase_at !== 0) return yield* refuse("Leaving")
    if (about._tag === "Line") {
      const claim = yield* claimLine(library.id, about.folder, about.line, caller.id)
      if (claim === "another library") return yield* refuse("AnotherLibrary")
      if (claim === "another device") return yield* refuse("LineOfAnother")
      if (claim === "too many") return yield* refuse("Full")
    }
    const checked = name === "vault.json" ? yield* checkedVault(library, source) : source
    const cost = costOf(source.bytes)
    if (!(yield* room.has(cost))) return yield* refuse("Full")
    if (!(yield* reserve(library.id, cost))) return yield* refuse("Full")
    const put = shelf.keep(library.id, name, checked)
    return yield* put.pipe(
      Effect.matchEffect({
        onSuccess: () =>
          Effect.gen(function* () {
            yield* settle(library.id, cost, yield* Clock.currentTimeMillis)
            yield* notePutAgain(library.id, name)
            return "new" as const
          }),
        onFailure: (error) =>
          Effect.gen(function* () {
            yield* release(library.id, cost)
            if (error._tag === "BlobExists") {
              yield* drain
              const isSame = yield* Effect.catchAll(holds(shelf, library.id, upload), () =>
                refuse("FilesAway")
              )
              return isSame ? ("same" as const) : yield* refuse("BlobExists")
            }
            if (error._tag === "FileNotVerified") return yield* refuse("FileNotVerified")
            if (error._tag === "PlaceFull") return yield* refuse("Full")
            // Another upload of that name is about to end; or a bucket is away.
            if (error._tag === "PlaceUnreachable" && error.retryable) return yield* refuse("FilesAway")
            return yield* Effect.die(error)
          })
      })
    )
  }).pipe(
    // A client that hangs up ends the upload by its own stream; what was reserved is given back in any case.
    Effect.uninterruptible
  )
