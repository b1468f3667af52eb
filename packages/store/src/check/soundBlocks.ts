import { extentsOfBody, openBlock } from "@white-room/core"
import { brotli } from "../object/Compression.js"
import { hasDamaged } from "../object/Damaged.js"
import { keyOfBytes } from "../object/HashKeys.js"
import { hashBytes } from "../object/HashSet.js"
import type { Database } from "../sqlite/Database.js"
import { bytesOf } from "../sqlite/StoredValue.js"
import { StoredObjects } from "./StoredObjects.js"

/** What sound blocks hold. */
export interface SoundObjects {
  readonly objects: number
  readonly bytes: number
  readonly stored: StoredObjects
}

/** What objects say of a block as one row: each hash that SQLite gives as a buffer of its own takes longer than to compare it. */
const packed = `SELECT raw_bytes, data, hashes, areHashes, places FROM
    (SELECT block, CAST(group_concat(hash, '') AS BLOB) AS hashes, json_group_array(json_array(offset, length)) AS places,
       min(typeof(hash) = 'blob' AND length(hash) = ${hashBytes}) AS areHashes
     FROM object GROUP BY block) LEFT JOIN block ON number = block`

const withoutObjects =
  "SELECT raw_bytes, data FROM block WHERE number NOT IN (SELECT block FROM object WHERE block IS NOT NULL)"

/** The body of a block, when its row says how long it is. @throws MalformedData when it does not open */
const bodyOf = (length: unknown, data: unknown): Uint8Array | undefined => {
  const body = openBlock(bytesOf(data, "block"), brotli)
  return body.length === length ? body : undefined
}

/** The objects of a body by their keys, when it lists each and each has the bytes of its name. */
const soundObjects = (
  body: Uint8Array,
  names: Uint8Array,
  places: ReadonlyArray<readonly [offset: unknown, length: unknown]>
): ReadonlyMap<string, Uint8Array> | undefined => {
  if (names.length !== hashBytes * places.length) return undefined
  const keys = Buffer.from(names.buffer, names.byteOffset, names.length).toString("latin1")
  const listed = new Set<string>()
  for (const { offset, length } of extentsOfBody(body)) listed.add(`${offset} ${length}`)
  const found = new Map<string, Uint8Array>()
  for (const [index, [offset, length]] of places.entries()) {
    if (typeof offset !== "number" || typeof length !== "number" || !listed.has(`${offset} ${length}`))
      return undefined
    const bytes = body.subarray(offset, offset + length)
    const key = keys.slice(hashBytes * index, hashBytes * (index + 1))
    if (keyOfBytes(bytes) !== key) return undefined
    found.set(key, bytes)
  }
  return found
}

function* lookAt(
  db: Database,
  onBlock: (done: number, total: number) => void
): Generator<void, SoundObjects | undefined> {
  if (hasDamaged(db)) return undefined
  const stored = new StoredObjects()
  const total = db.row<[number]>("SELECT count(*) FROM block")?.[0] ?? 0
  let [objects, bytes, done] = [0, 0, 0]
  for (const [length, data, hashes, areHashes, places] of db.iterate<ReadonlyArray<unknown>>(packed)) {
    const body = bodyOf(length, data)
    const found =
      body !== undefined && hashes instanceof Uint8Array && areHashes === 1
        ? soundObjects(body, hashes, JSON.parse(String(places)))
        : undefined
    if (body === undefined || !(hashes instanceof Uint8Array) || found === undefined) return undefined
    stored.addEach(hashes)
    stored.keepNodes(found)
    objects += hashes.length / hashBytes
    bytes += body.length
    onBlock(++done, total)
    yield
  }
  if (done < total)
    for (const [length, data] of db.iterate<[unknown, unknown]>(withoutObjects)) {
      const body = bodyOf(length, data)
      if (body === undefined) return undefined
      bytes += body.length
      onBlock(++done, total)
      yield
    }
  return done === total ? { objects, bytes, stored } : undefined
}

/**
 * Opens every block and hashes what is in it, one block a step. `undefined` as soon as anything is not as it must be or cannot
 * be read: `checkBlocks` says what.
 */
export function* soundBlocks(
  db: Database,
  onBlock: (done: number, total: number) => void
): Generator<void, SoundObjects | undefined> {
  try {
    return yield* lookAt(db, onBlock)
  } catch {
    // Looking again comes by it again.
    return undefined
  }
}
