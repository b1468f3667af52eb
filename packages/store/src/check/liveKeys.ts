import { liveRecords } from "../capture/LiveDifferences.js"
import type { LiveTable } from "../live/LiveTable.js"
import { keyOfBytes } from "../object/HashKeys.js"

/** The ids of the rows that a table has now, each with the key of the hash of its record. */
export function* liveKeys(table: LiveTable | undefined): Generator<readonly [id: string, key: string]> {
  for (const [id, record] of liveRecords(table)) yield [id, keyOfBytes(record)]
}
