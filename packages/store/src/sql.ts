/** Typed SQL on the tables of an app that lie in the file of a library, in one transaction with library calls. */
import { layer as reactivityLayer } from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node/SqliteClient"
import type { WhiteRoomError } from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Library } from "./Library.js"
import { sessionOf } from "./library/Session.js"
import { type LibraryServices, type OpenOptions, openLibrary, servicesOf } from "./openLibrary.js"
import { makeClient, type SqlOptions } from "./sql/client.js"

export type { SqlOptions } from "./sql/client.js"

const clientsOf = (library: Library, options: SqlOptions) =>
  Effect.map(makeClient(library[sessionOf], options), (client) =>
    Context.make(SqlClient, client).pipe(Context.add(SqliteClient, client))
  )

/** `layer` for a library that is open already. */
export const layerOf = (library: Library, options: SqlOptions = {}): Layer.Layer<SqlClient | SqliteClient> =>
  Layer.effectContext(clientsOf(library, options)).pipe(Layer.provide(reactivityLayer))

/**
 * Opens the library at `path` for as long as the layer lives.
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
