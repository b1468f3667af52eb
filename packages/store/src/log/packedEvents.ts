import type { LoggedEvent } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { commandOf, loggedEvent } from "./EventTable.js"

const bytesIn = (column: string): string => `CASE typeof(${column}) WHEN 'blob' THEN length(${column}) END`

/** All rows as one: each value that SQLite gives as a buffer of its own takes longer than to hash it. */
const packed = `SELECT
    json_group_array(json_array(position, command, subject, entity_id, version, type, schema,
      ${bytesIn("payload")}, ${bytesIn("chain_hash")})),
    CAST(group_concat(payload, '') AS BLOB), CAST(group_concat(chain_hash, '') AS BLOB)
  FROM (SELECT position, command, subject, entity_id, version, type, schema, payload, chain_hash FROM event_log
    WHERE position > ? ORDER BY position LIMIT ?)`

/** Gives bytes one after another; `undefined` where there are not so many, or more. */
const cutter = (bytes: unknown) => {
  let at = 0
  return {
    take: (length: unknown): Uint8Array | undefined => {
      if (!(bytes instanceof Uint8Array) || typeof length !== "number") return undefined
      at += length
      return at > bytes.length ? undefined : bytes.subarray(at - length, at)
    },
    isEmpty: () => bytes instanceof Uint8Array && at === bytes.length
  }
}

/**
 * `readEvents` in a third of the time, for a page that is whole: `undefined` where there are fewer events, or anything in them is not
 * what it must be. Their bytes are views of one buffer. @throws what SQLite does, and for a value that JSON does not have
 */
export const packedEvents = (
  db: Database,
  after: number,
  limit: number
): ReadonlyArray<LoggedEvent> | undefined => {
  const [json, payloads, hashes] = db.row<[string, unknown, unknown]>(packed, after, limit) ?? []
  const rows: ReadonlyArray<ReadonlyArray<unknown>> = json === undefined ? [] : JSON.parse(json)
  if (rows.length !== limit) return undefined
  const [payload, chain] = [cutter(payloads), cutter(hashes)]
  const events: Array<LoggedEvent> = []
  let number: unknown
  let asked: ReturnType<typeof commandOf>
  for (const row of rows) {
    if (row[1] !== number) {
      number = row[1]
      asked = typeof number === "number" ? commandOf(db, number) : undefined
    }
    const bytes = payload.take(row[7])
    const chainHash = chain.take(row[8])
    if (asked === undefined || bytes === undefined || chainHash === undefined) return undefined
    const event = loggedEvent(row, bytes, chainHash, asked)
    if (event.position <= (events.at(-1)?.position ?? after)) return undefined
    events.push(event)
  }
  return payload.isEmpty() && chain.isEmpty() ? events : undefined
}
