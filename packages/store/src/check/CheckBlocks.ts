/** Verifying blocks: every one opens, and every object in it has the bytes of its name. */
import { extentsOfBody, openBlock } from "@white-room/core"
import { brotli } from "../object/Compression.js"
import { allDamaged } from "../object/Damaged.js"
import { hashKey, keyOfBytes } from "../object/HashKeys.js"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"
import { type Findings, reasonOf } from "./Findings.js"
import { StoredObjects } from "./StoredObjects.js"

interface Place {
  readonly hash: Uint8Array
  readonly offset: number
  readonly length: number
}

/** Whether a block says that an object lies there; never, when it says what cannot be. */
const listedIn = (body: Uint8Array): ((place: Place) => boolean) => {
  const lengths = new Map<number, number>()
  // Objects without bytes lie where others do.
  const empty = new Set<number>()
  try {
    for (const { offset, length } of extentsOfBody(body))
      if (length === 0) empty.add(offset)
      else lengths.set(offset, length)
  } catch (error) {
    reasonOf(error)
  }
  return ({ offset, length }) => (length === 0 ? empty.has(offset) : lengths.get(offset) === length)
}

const checkBlock = (
  db: Database,
  number: number,
  places: ReadonlyArray<Place>,
  stored: StoredObjects,
  findings: Findings
): void => {
  const row = db.row<[unknown, unknown]>("SELECT raw_bytes, data FROM block WHERE number = ?", number)
  let body: Uint8Array
  try {
    if (row === undefined) {
      for (const { hash } of places) findings.badObject(hash, `block ${number} is missing`)
      return
    }
    body = openBlock(bytesOf(row[1], "block"), brotli)
  } catch (error) {
    for (const { hash } of places) findings.badObject(hash, `block ${number}: ${reasonOf(error)}`)
    if (places.length > 0) return
    findings.add(`block ${number}`, reasonOf(error))
    findings.rubbish.add(number)
    return
  }
  findings.bytes += body.length
  if (row[0] !== body.length) {
    findings.add(`block ${number}`, "its length is not what its row says")
    findings.wrongLengths.set(number, body.length)
  }
  const isListed = listedIn(body)
  const sound = new Map<string, Uint8Array>()
  for (const place of places) {
    findings.objects++
    const { hash, offset, length } = place
    const key = hashKey(hash)
    const bytes = body.subarray(offset, offset + length)
    if (bytes.length !== length || keyOfBytes(bytes) !== key)
      findings.badObject(hash, `block ${number}: an object does not have the bytes of its name`)
    else if (!isListed(place))
      findings.badObject(hash, `block ${number}: it does not say that the object is there`)
    else sound.set(key, bytes)
  }
  stored.keepNodes(sound)
}

/** What lies in each block of which objects tell, one block at a time; the names of objects are added to `stored`. */
function* blocksOfObjects(
  db: Database,
  stored: StoredObjects,
  findings: Findings
): Generator<readonly [number: number, places: ReadonlyArray<Place>]> {
  let number: number | undefined
  let places: Array<Place> = []
  // What is remembered as damaged is looked at again: the disk may have come back.
  for (const [hash, block, offset, length] of db.iterate<ReadonlyArray<unknown>>(
    `SELECT hash, block, offset, length FROM object
     UNION ALL SELECT hash, block, offset, length FROM damaged_object WHERE block IS NOT NULL ORDER BY block`
  )) {
    if (!(hash instanceof Uint8Array)) {
      findings.add(`block ${String(block)}`, "the name of an object in it is not a hash")
      continue
    }
    stored.add(hash)
    try {
      const place = { hash, offset: wholeOf(offset, "object"), length: wholeOf(length, "object") }
      if (block !== number) {
        if (number !== undefined) yield [number, places]
        number = wholeOf(block, "object")
        places = []
      }
      places.push(place)
    } catch (error) {
      findings.badObject(hash, `its place is lost: ${reasonOf(error)}`)
    }
  }
  if (number !== undefined) yield [number, places]
}

/** Every block, and what objects say of it. */
function* allBlocks(
  db: Database,
  stored: StoredObjects,
  findings: Findings
): Generator<readonly [number: number, places: ReadonlyArray<Place>]> {
  yield* blocksOfObjects(db, stored, findings)
  const empty =
    "SELECT number FROM block WHERE number NOT IN (SELECT block FROM object WHERE block IS NOT NULL)"
  for (const [number] of db.iterate<[number]>(empty)) yield [number, []]
}

/** Opens the blocks for which `chosen` says so and re-hashes what is in them, one block a step. */
export function* checkBlocks(
  db: Database,
  findings: Findings,
  chosen: (block: number) => boolean,
  onBlock: (done: number, total: number) => void
): Generator<void, StoredObjects> {
  const stored = new StoredObjects()
  for (const { hash, reason, place } of allDamaged(db))
    if (place === undefined || !chosen(place.block)) findings.badObject(hash, reason)
  const total = db.row<[number]>("SELECT count(*) FROM block")?.[0] ?? 0
  let done = 0
  for (const [number, places] of allBlocks(db, stored, findings)) {
    if (chosen(number)) checkBlock(db, number, places, stored, findings)
    onBlock(Math.min(++done, total), total)
    yield
  }
  return stored
}
