/**
 * What keeps the files of libraries, a data folder or a bucket, and the control database know each other by a number, where they do not lie
 * together: neither is used with another than its own, so that a wrong address opens no empty server.
 */
import { randomUUID } from "node:crypto"
import * as fs from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import { fileErrorReason, ServerNotStarted, StorageFailed, utf8, type WhiteRoomError } from "@white-room/core"
import { type Blobs, openPlace, sourceOf } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ControlAt, ControlError } from "../control/Database.js"
import { bindServer, readSetting, writeSetting } from "../control/Settings.js"
import { replaceFile } from "../library/replaceFile.js"
import { hasLibraries, notListed, serverFile } from "./DataFolder.js"

const ServerFile = Schema.parseJson(Schema.Struct({ server: Schema.UUID }))

const numberIn = Schema.decodeUnknownSync(ServerFile)

const newServer = (): string => `${JSON.stringify({ server: randomUUID() })}\n`

/** Something that keeps files of libraries. */
export interface Keeper {
  /** What the database has of it besides its number: the bucket, or nothing. */
  readonly place: string
  /** Its number, which is made when there is none: durably, before a database has it. */
  readonly server: Effect.Effect<string, WhiteRoomError>
  readonly hasLibraries: Effect.Effect<boolean, WhiteRoomError>
}

const trying = <A>(data: string, body: () => A): Effect.Effect<A, StorageFailed> =>
  Effect.try({
    try: body,
    catch: (error) => new StorageFailed({ path: data, operation: "read", detail: fileErrorReason(error) })
  })

const folderKeeper = (data: string): Keeper => ({
  place: "",
  server: trying(data, () => {
    const file = serverFile(data)
    if (!fs.existsSync(file)) replaceFile(file, newServer())
    return numberIn(fs.readFileSync(file, "utf8")).server
  }),
  hasLibraries: trying(data, () => hasLibraries(data))
})

const bucketKeeper = (bucket: Blobs): Keeper => {
  const name = "server.json"
  const read = Effect.flatMap(bucket.get(name, { offset: 0, length: 1024 }), (bytes) =>
    trying(bucket.place, () => numberIn(Buffer.from(bytes).toString("utf8")).server)
  )
  return {
    place: bucket.place,
    // Of several who make one, the first one's is everybody's.
    server: Effect.catchTag(read, "BlobMissing", () =>
      bucket.put(name, sourceOf(utf8(newServer()))).pipe(
        Effect.catchTag("BlobExists", () => Effect.void),
        Effect.zipRight(read)
      )
    ),
    hasLibraries: Effect.map(bucket.list("libraries/"), ({ blobs }) => blobs.length > 0)
  }
}

/** What keeps the files of a server; `undefined` where that is the data folder, which has its control database too. */
export const keeperOf = (
  data: string,
  at: ControlAt,
  blobs: string | undefined
): Effect.Effect<Keeper | undefined, WhiteRoomError> => {
  if (blobs !== undefined) return Effect.map(openPlace(blobs), bucketKeeper)
  return Effect.succeed(at._tag === "File" ? undefined : folderKeeper(data))
}

/** Says in a control database whose it is from now on. */
export const ownedBy = (keeper: Keeper | undefined) =>
  Effect.gen(function* () {
    yield* writeSetting("server", keeper === undefined ? "" : yield* keeper.server)
    yield* writeSetting("blobs", keeper?.place ?? "")
  })

/**
 * Binds what keeps the files and the control database to each other, or checks that they are. Fails with `ServerNotStarted` when one of them
 * is of another server, or the database knows of nothing that is kept.
 */
export const bind = (
  data: string,
  at: ControlAt,
  blobs: string | undefined
): Effect.Effect<void, WhiteRoomError | ControlError, SqlClient> =>
  Effect.gen(function* () {
    const keeper = yield* keeperOf(data, at, blobs)
    const bucket = (yield* readSetting("blobs")) ?? ""
    if (bucket !== "" && blobs === undefined)
      return yield* new ServerNotStarted({
        data,
        reason: `the files of its libraries are in ${bucket}, and no bucket was named`,
        advice: "Set S3_BUCKET, and S3_PREFIX and S3_ENDPOINT, to those of that place."
      })
    if (keeper === undefined) return
    const isNew = !(yield* keeper.hasLibraries)
    const server = yield* keeper.server
    const bound = yield* bindServer(server, isNew)
    if (bound === undefined)
      return yield* notListed(
        data,
        "Is this the right database? Else bring it back from a dump, or from a mirror."
      )
    if (bound !== server)
      return yield* new ServerNotStarted({
        data,
        reason:
          keeper.place === ""
            ? "the PostgreSQL of DATABASE_URL is that of a server with another data folder"
            : `its control database is not that of the server whose files are in ${keeper.place}`,
        advice:
          keeper.place === ""
            ? "Name that folder with --data, or another database."
            : "Name the bucket or the database that belong together."
      })
    yield* writeSetting("blobs", keeper.place)
  })
