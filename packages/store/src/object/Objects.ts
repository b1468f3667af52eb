/** Objects in SQLite. `object` says in which block an object lies and where; a loose object is a block of its own. */
import {
  blockBody,
  blockTarget,
  type Compression,
  extentsOfBody,
  type NewObject,
  openBlock,
  sealBlock
} from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"
import { brotli, denseBrotli, sha256 } from "./Compression.js"
import { hashKey } from "./HashKeys.js"

/**
 * Where a block stands in the table: `quick` ones are compressed while somebody waits, and packed again, `dense`, when
 * there is time; `loose` ones hold one object each until they are packed together.
 */
type Zone = "quick" | "dense" | "loose"

/** A block ready to be written: its bytes and what lies where in it. */
export interface PackedBlock {
  readonly data: Uint8Array
  readonly rawBytes: number
  readonly zone: Zone
  readonly entries: ReadonlyArray<{
    readonly hash: Uint8Array
    readonly offset: number
    readonly length: number
  }>
}

/** Compressing less than this takes longer than writing it. */
const rawLimit = 8 * 1024

/** Tree nodes are read a few at a time, so their blocks are small. */
export const nodeBlockTarget = 32 * 1024

const pack = (objects: ReadonlyArray<NewObject>, zone: Zone, compression: Compression): PackedBlock => {
  const { body, extents } = blockBody(objects.map((object) => object.bytes))
  const entries = objects.map(({ hash, bytes }, index) => ({
    hash,
    offset: extents[index]?.offset ?? 0,
    length: bytes.length
  }))
  const plain = zone === "loose" && body.length <= rawLimit
  return {
    data: sealBlock(body, plain ? body : compression.compress(body)),
    rawBytes: body.length,
    zone,
    entries
  }
}

/** One compressed block of these objects. */
export const packBlock = (objects: ReadonlyArray<NewObject>): PackedBlock => pack(objects, "quick", brotli)

/** The same, not compressed. */
export const packRaw = (objects: ReadonlyArray<NewObject>): PackedBlock =>
  pack(objects, "quick", { ...brotli, compress: (body) => body })

/** The same in fewer bytes and several times the time. */
export const packDense = (objects: ReadonlyArray<NewObject>): PackedBlock =>
  pack(objects, "dense", denseBrotli)

/** A loose block of one object, which waits to be sealed together with others. */
export const packLoose = (object: NewObject): PackedBlock => pack([object], "loose", brotli)

/** Cuts objects into runs of about `target` raw bytes, holding one at a time. */
export function* eachRun(
  objects: Iterable<NewObject>,
  target = blockTarget
): Generator<ReadonlyArray<NewObject>> {
  let run: Array<NewObject> = []
  let size = 0
  for (const object of objects) {
    if (run.length > 0 && size + object.bytes.length > target) {
      yield run
      run = []
      size = 0
    }
    run.push(object)
    size += object.bytes.length
  }
  if (run.length > 0) yield run
}

/** Cuts objects into runs of about `target` raw bytes. */
export const runsOf = (
  objects: Iterable<NewObject>,
  target = blockTarget
): ReadonlyArray<ReadonlyArray<NewObject>> => [...eachRun(objects, target)]

/** Where an object lies. */
export interface Place {
  readonly hash: Uint8Array
  readonly block: number
  readonly offset: number
  readonly length: number
}

export const placeOf = (db: Database, hash: Uint8Array): Place | undefined => {
  const row = db.row<ReadonlyArray<unknown>>("SELECT block, offset, length FROM object WHERE hash = ?", hash)
  return (
    row && {
      hash,
      block: wholeOf(row[0], "object"),
      offset: wholeOf(row[1], "object"),
      length: wholeOf(row[2], "object")
    }
  )
}

/** Objects that are looked up together. */
const hashesAtOnce = 64

const placesByHash = `SELECT hash, block, offset, length FROM object WHERE hash IN (${Array(hashesAtOnce).fill("?").join(", ")})`

/** `placeOf` of each of these, in their order: many at a time, in a third of the time. */
export function* placesOf(
  db: Database,
  hashes: Iterable<Uint8Array | undefined>
): Generator<Place | undefined> {
  let some: Array<Uint8Array | undefined> = []
  function* lookUp(): Generator<Place | undefined> {
    const keys = Array.from({ length: hashesAtOnce }, (_, index) => some[index] ?? null)
    const found = new Map(
      db.rows<ReadonlyArray<unknown>>(placesByHash, ...keys).map(([hash, block, offset, length]) => [
        hashKey(bytesOf(hash, "object")),
        {
          block: wholeOf(block, "object"),
          offset: wholeOf(offset, "object"),
          length: wholeOf(length, "object")
        }
      ])
    )
    for (const hash of some) {
      const place = hash && found.get(hashKey(hash))
      yield place && hash && { hash, ...place }
    }
    some = []
  }
  for (const hash of hashes) if (some.push(hash) === hashesAtOnce) yield* lookUp()
  if (some.length > 0) yield* lookUp()
}

/** The block in which an object lies. */
export const blockOf = (db: Database, hash: Uint8Array): number | undefined =>
  db.row<[number]>("SELECT block FROM object WHERE hash = ?", hash)?.[0]

export const hasObject = (db: Database, hash: Uint8Array): boolean =>
  db.row("SELECT 1 FROM object WHERE hash = ?", hash) !== undefined

/**
 * Blocks are numbered by their zone: quick ones from 1, dense ones from 2^39, loose ones from 2^40. A save adds a loose
 * block, and SQLite adds rows at a table's end with the fewest pages written.
 */
export const firstDense = 2 ** 39

export const firstLoose = 2 ** 40

interface Numbers {
  readonly from: number
  readonly until: number
  /** The last number of the zone that was ever counted: those after it are new, so none up to it is used again. */
  readonly counted: string
}

const numbersOf: Readonly<Record<Zone, Numbers>> = {
  quick: { from: 1, until: firstDense, counted: "(SELECT counted_sealed FROM library_info WHERE id = 1)" },
  dense: { from: firstDense, until: firstLoose, counted: "0" },
  loose: {
    from: firstLoose,
    until: Number.MAX_SAFE_INTEGER,
    counted: "(SELECT counted_loose FROM library_info WHERE id = 1)"
  }
}

const freeNumber = (db: Database, zone: Zone): number => {
  const { from, until, counted } = numbersOf[zone]
  const [last] = db.row<[unknown]>(
    `SELECT max(coalesce((SELECT max(number) FROM block WHERE number < ?), 0), coalesce(${counted}, 0))`,
    until
  ) ?? [0]
  return Math.max(wholeOf(last, "block") + 1, from)
}

const insertRow = (db: Database, number: number, { rawBytes, data }: PackedBlock): void => {
  db.prepare("INSERT INTO block(number, raw_bytes, data) VALUES(?, ?, ?)").run(number, rawBytes, data)
}

/** Writes a block to which no object points yet. Returns its number. */
export const insertBlockRow = (db: Database, block: PackedBlock): number => {
  const number = freeNumber(db, block.zone)
  insertRow(db, number, block)
  return number
}

/** The same for several: free numbers follow one another, so only the first of a zone is looked for. */
const insertBlockRows = (db: Database, blocks: ReadonlyArray<PackedBlock>): ReadonlyArray<number> => {
  const next = new Map<Zone, number>()
  return blocks.map((block) => {
    const number = next.get(block.zone) ?? freeNumber(db, block.zone)
    insertRow(db, number, block)
    next.set(block.zone, number + 1)
    return number
  })
}

/** Takes every block as counted: only what comes from here on is new to the next backup. Dense ones came before. */
export const countBlocks = (db: Database): void => {
  const last = "SELECT coalesce(max(number), 0) FROM block WHERE number"
  db.run(
    `UPDATE library_info SET counted_sealed = (${last} < ?), counted_loose = (${last} >= ?) WHERE id = 1`,
    firstDense,
    firstLoose
  )
}

/** Enough of a hash to sort by. */
export const leadingBits = (hash: Uint8Array): number =>
  (hash[0] ?? 0) * 2 ** 24 + ((hash[1] ?? 0) << 16) + ((hash[2] ?? 0) << 8) + (hash[3] ?? 0)

/** Deletes those of these blocks in which nothing lies, and nothing lay that may still be whole when a disk comes back. */
export const deleteUnused = (db: Database, numbers: ReadonlyArray<number>): void => {
  const places = numbers.map(() => "?").join(", ")
  db.handle
    .prepare(
      `DELETE FROM block WHERE number IN (${places}) AND number NOT IN (SELECT block FROM object)
       AND number NOT IN (SELECT block FROM damaged_object WHERE block IS NOT NULL)`
    )
    .run(...numbers)
}

/** What was remembered as damaged and was just stored again is so no more, and where it lay is not needed. */
const forgetDamage = (db: Database, stored: Iterable<Uint8Array>): void => {
  if (db.row("SELECT 1 FROM damaged_object LIMIT 1") === undefined) return
  const left = new Set<number>()
  for (const hash of stored) {
    const [block] = db.row<[unknown]>("DELETE FROM damaged_object WHERE hash = ? RETURNING block", hash) ?? []
    if (typeof block === "number") left.add(block)
  }
  if (left.size > 0) deleteUnused(db, [...left])
}

/**
 * Writes blocks and points their objects at them, in the order of their hashes: sorted inserts touch each page of
 * the index once. An object that is there already keeps its place, unless it is known to be damaged; a block that
 * brought nothing is taken back.
 */
export const insertBlocks = (db: Database, blocks: ReadonlyArray<PackedBlock>): void => {
  const numbers = insertBlockRows(db, blocks)
  const placed = blocks.flatMap(({ entries }, block) =>
    entries.map((entry) => ({ entry, block, order: leadingBits(entry.hash) }))
  )
  if (placed.length > 1) placed.sort((a, b) => a.order - b.order)
  const insert = db.prepare("INSERT OR IGNORE INTO object(hash, block, offset, length) VALUES(?, ?, ?, ?)")
  const used = new Set<number>()
  const stored: Array<Uint8Array> = []
  for (const { entry, block } of placed) {
    if (insert.run(entry.hash, numbers[block], entry.offset, entry.length).changes === 0) continue
    used.add(block)
    stored.push(entry.hash)
  }
  numbers.forEach((number, block) => {
    if (!used.has(block)) db.run("DELETE FROM block WHERE number = ?", number)
  })
  forgetDamage(db, stored)
}

/** Points objects that exist at their places in a block, whatever block held them before. */
export const pointAt = (db: Database, number: number, entries: PackedBlock["entries"]): void => {
  const update = db.prepare("UPDATE object SET block = ?, offset = ?, length = ? WHERE hash = ?")
  for (const { hash, offset, length } of entries) update.run(number, offset, length, hash)
}

/** Writes a block and moves its objects into it. Returns its number. */
export const moveIntoBlock = (db: Database, block: PackedBlock): number => {
  const number = insertBlockRow(db, block)
  pointAt(db, number, block.entries)
  return number
}

/**
 * A block as it is in the file now. Numbers are used again after blocks went, so what decides by what is in a
 * block reads it with this and not from a cache.
 */
export const readBlock = (db: Database, number: number): Uint8Array | undefined => {
  const row = db.row<[unknown]>("SELECT data FROM block WHERE number = ?", number)
  return row && bytesOf(row[0], "block")
}

/** The objects of a block. @throws MalformedData */
export const objectsOfBlock = (data: Uint8Array): ReadonlyArray<NewObject> => {
  const body = openBlock(data, brotli)
  return extentsOfBody(body).map(({ offset, length }) => {
    const bytes = body.slice(offset, offset + length)
    return { hash: sha256(bytes), bytes }
  })
}

/** Keeps objects that are not there yet, each loose. */
export const keepLoose = (db: Database, objects: ReadonlyArray<NewObject>): void => {
  for (const object of objects) if (!hasObject(db, object.hash)) insertBlocks(db, [packLoose(object)])
}
