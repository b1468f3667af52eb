import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { announce } from "./announce.js"
import { transact } from "./Database.js"

/** What those who look are told of a library. */
export interface Tidings {
  /** How far it goes; without it nothing was written. */
  readonly position: number | undefined
  readonly hasBackup: boolean
  /** A profile was saved, removed or ran. */
  readonly hasProfile: boolean
}

/** What was written here: the room that was reserved for it is taken, and those who look are told. */
export const settleWritten = (id: string, bytes: number, tidings: Tidings | undefined) =>
  transact(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE library SET reserved = reserved - ${bytes}, used = used + ${bytes}, look_at = 0 WHERE id = ${id}`
      if (tidings === undefined) return
      const { position, hasBackup, hasProfile } = tidings
      if (position !== undefined) yield* announce("library", id, { position })
      if (hasBackup) yield* announce("backup", id, { position })
      if (hasProfile) yield* announce("profile", id)
    })
  )
