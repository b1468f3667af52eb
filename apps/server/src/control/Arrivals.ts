/** When something came last into the libraries of each group, and how full they are: for programs that watch a server. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

export interface GroupArrivals {
  /** Empty for those that are in none. */
  readonly group: string
  /** Libraries of devices that stay. */
  readonly libraries: number
  /** When something came last into the one that has waited longest; one that nothing came into waits since it was made. */
  readonly oldest: number
  /** Those into which nothing came since the time that was asked for. */
  readonly stale: number
}

/** The groups that have libraries of devices, by name. */
export const arrivalsByGroup = (before: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ name: string; libraries: number; oldest: number; stale: number }>`
      SELECT group_name AS name, count(*) AS libraries, min(CASE arrived_at WHEN 0 THEN created_at ELSE arrived_at END) AS oldest,
        sum(CASE WHEN (CASE arrived_at WHEN 0 THEN created_at ELSE arrived_at END) < ${before} THEN 1 ELSE 0 END) AS stale
      FROM library WHERE erase_at = 0 AND home = 'device' GROUP BY group_name ORDER BY group_name`
    return rows.map(
      ({ name, libraries, oldest, stale }): GroupArrivals => ({
        group: name,
        ...{ libraries: Number(libraries), oldest: Number(oldest), stale: Number(stale) }
      })
    )
  })

/** How many libraries there are, what they take up and may take up, and the largest share that one of them has used of its room. */
export const roomCounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ libraries: number; used: number; quota: number; fullest: number }>`
    SELECT count(*) AS libraries, coalesce(sum(used), 0) AS used, coalesce(sum(quota), 0) AS quota,
      coalesce(max((used + reserved) * 1.0 / CASE quota WHEN 0 THEN 1 ELSE quota END), 0) AS fullest FROM library`
  return {
    ...{ libraries: Number(row?.libraries), usedBytes: Number(row?.used) },
    ...{ quotaBytes: Number(row?.quota), fullest: Number(row?.fullest) }
  }
})
