import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ControlAt, type ControlError, layerSqlite } from "./Database.js"

/** The control database, up to date, and durable when a statement has ended. */
export const layerControl = (at: ControlAt): Layer.Layer<SqlClient.SqlClient, ControlError> =>
  at._tag === "File"
    ? layerSqlite(at.file)
    : Layer.unwrapEffect(
        // Only who has one loads its driver.
        Effect.map(
          Effect.promise(() => import("./Postgres.js")),
          ({ layerPostgres }) => layerPostgres(at)
        )
      )
