/** SQL of an app on tables of its own in the file of a library, in one transaction with library calls. */
import { layer as reactivityLayer } from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node/SqliteClient"
import type { WhiteRoomError } from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Library } from "./library/Library.js"
import { type LibraryServices, type OpenOptions, openLibrary, servicesOf } from "./library/OpenLibrary.js"
import { sessionOf } from "./session/Session.js"
import { makeClient, type SqlOptions } from "./sql/makeClient.js"

export type { SqlOptions } from "./sql/makeClient.js"

const clientsOf = (library: Library, options: SqlOptions) =>
  Effect.map(makeClient(library[sessionOf], options), (client) =>
    Context.make(SqlClient, client).pipe(Context.add(SqliteClient, client))
  )

/** The clients of `layer` for a library that is open already, on its connection. */
export const layerOf = (library: Library, options: SqlOptions = {}): Layer.Layer<SqlClient | SqliteClient> =>
  Layer.effectContext(clientsOf(library, options)).pipe(Layer.provide(reactivityLayer))

/**
 * Opens the library at `path` for as long as the layer lives: its services, and the clients of @effect/sql on the same
 * connection. Fails as `openLibrary` does.
 *
 * - `sql.withTransaction` is `BEGIN IMMEDIATE`, a savepoint inside another one. Library calls in it are part of it: all
 *   or nothing. Other fibers, their library calls too, wait until it has ended; they see and write nothing of it. It
 *   is undone when its body fails or is interrupted, or COMMIT fails, which is an `SqlError`.
 * - A statement that writes outside a transaction is one of its own. What was acknowledged is on the disk.
 * - What SQL changes in the live tables (`song_data` …) becomes events of `external`, in the same transaction.
 * - Failures are `SqlError`s. Their cause is a `WhiteRoomError` (`DiskFull`, `LibraryReadOnly`, `LibraryLocked` …), or the
 *   driver's error where the SQL or its values are at fault.
 * - INTEGERs are numbers, rounded beyond 2^53; bigints where `SqlClient.SafeIntegers` is provided. Booleans and dates are
 *   not bound. A stream reads all of its rows when it begins.
 * - Refused are writes to the library's own tables, temporary tables, ATTACH, PRAGMAs that the library sets, and transactions
 *   in SQL; inside transactions, calls that write files or need the library for themselves (copies, exports, `check`, `prune`).
 *
 * @example
 * ```ts
 * import { SqlClient } from "@effect/sql/SqlClient"
 * import { Songs } from "@white-room/core"
 * import { layer } from "@white-room/store/sql"
 * import * as Effect from "effect/Effect"
 *
 * const remove = Effect.gen(function* () {
 *   const sql = yield* SqlClient
 *   const songs = yield* Songs
 *   yield* sql.withTransaction(Effect.zipRight(songs.delete("s1"), sql`DELETE FROM setlist WHERE song = 's1'`))
 * }).pipe(Effect.provide(layer("library.db")))
 * ```
 */
export const layer = (
  path: string,
  options: OpenOptions & SqlOptions = {}
): Layer.Layer<LibraryServices | SqlClient | SqliteClient, WhiteRoomError> =>
  Layer.scopedContext(
    Effect.flatMap(openLibrary(path, options), (library) =>
      Effect.map(clientsOf(library, options), Context.merge(servicesOf(library)))
    )
  ).pipe(Layer.provide(reactivityLayer))
