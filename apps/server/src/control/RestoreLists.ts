/** Lists of restores, a page at a time: those of one library, and those that are on their way. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { isServerAdmin } from "./AccessList.js"
import { type KeptRestore, restoreRows, selectRestores } from "./Restores.js"

/** Where a list of restores goes on after one. */
export const afterRestore = ({ created_at, id }: KeptRestore): string => `${created_at}-${id}`

/** The time and the id of the one that a list goes on after; without one, this time and none. */
const goingOnAfter = (after: string, first: number) => {
  const [, createdAt, id = ""] = /^(\d{1,15})-(.+)$/.exec(after) ?? []
  return { createdAt: createdAt === undefined ? first : Number(createdAt), id }
}

/** Restores of a library, newest first, from one on; of one state, or of all. */
export const listRestores = (
  library: string,
  state: KeptRestore["state"] | undefined,
  after: string,
  limit: number
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { createdAt, id } = goingOnAfter(after, Number.MAX_SAFE_INTEGER)
    const found = yield* sql`${selectRestores(sql)} WHERE restore.library = ${library}
      AND (restore.created_at < ${createdAt} OR (restore.created_at = ${createdAt} AND restore.id > ${id}))
      AND (${state ?? ""} = '' OR restore.state = ${state ?? ""})
      ORDER BY restore.created_at DESC, restore.id LIMIT ${limit}`
    return yield* restoreRows(found)
  })

/** Restores of libraries that somebody may see which wait or were heard of, those that wait longest first, from one on. */
export const restoresOnTheirWay = (caller: Caller, after: string, limit: number) =>
  Effect.gen(function* () {
    const isAll = isServerAdmin(caller)
    if (!isAll && caller.libraries.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const { createdAt, id } = goingOnAfter(after, 0)
    const found = yield* sql`${selectRestores(sql)} JOIN library ON library.id = restore.library
      WHERE ${isAll ? sql`1 = 1` : sql.in("restore.library", caller.libraries)}
      AND (library.erase_at = 0 OR library.erase_at > ${now})
      AND (restore.state = 'heard' OR (restore.state = 'waiting' AND restore.expires_at > ${now}))
      AND (restore.created_at > ${createdAt} OR (restore.created_at = ${createdAt} AND restore.id > ${id}))
      ORDER BY restore.created_at, restore.id LIMIT ${limit}`
    return yield* restoreRows(found)
  })
