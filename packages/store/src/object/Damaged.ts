/**
 * Objects that were found damaged, or missing although something needs them. They are no longer in `object`, so whoever
 * brings their bytes stores them again; where they lay is kept, because a disk may come back.
 */
import { equalBytes, extentsOfBody, isWhiteRoomError, openBlock } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"
import { brotli, sha256 } from "./Compression.js"
import { hasObject, type Place, readBlock } from "./Objects.js"

/** An object that a read or a check found damaged. */
export interface Suspect {
  readonly hash: Uint8Array
  readonly reason: string
  /** Its bytes, where they were found elsewhere. */
  readonly bytes?: Uint8Array | undefined
}

/** What is remembered of one. */
export interface Damaged {
  readonly hash: Uint8Array
  readonly reason: string
  /** Where it lay, when that is known. */
  readonly place: Place | undefined
}

type Row = ReadonlyArray<unknown>

const columns = "hash, block, offset, length, reason"

const placeOfRow = ([hash, block, offset, length]: Row): Place | undefined => {
  if (!(hash instanceof Uint8Array)) return undefined
  const numbers = [block, offset, length].filter((value) => Number.isSafeInteger(value)).map(Number)
  const [number, from, size] = numbers
  if (number === undefined || from === undefined || size === undefined) return undefined
  return { hash, block: number, offset: from, length: size }
}

const damagedOfRow = (row: Row): Damaged => ({
  hash: bytesOf(row[0], "damaged object"),
  reason: String(row[4]),
  place: placeOfRow(row)
})

export const hasDamaged = (db: Database): boolean =>
  db.row("SELECT 1 FROM damaged_object LIMIT 1") !== undefined

/** What is remembered as damaged, by where it lay. */
export const allDamaged = (db: Database): ReadonlyArray<Damaged> =>
  db.rows<Row>(`SELECT ${columns} FROM damaged_object ORDER BY block, hash`).map(damagedOfRow)

export const damagedObject = (db: Database, hash: Uint8Array): Damaged | undefined => {
  const row = db.row<Row>(`SELECT ${columns} FROM damaged_object WHERE hash = ?`, hash)
  return row && damagedOfRow(row)
}

/** True for an object that is kept, be it damaged. */
export const isKept = (db: Database, hash: Uint8Array): boolean =>
  hasObject(db, hash) || damagedObject(db, hash) !== undefined

/** Tells whether objects are whole where they lie; neighbours are asked about together, and their block opened once. */
const soundness = (db: Database): ((place: Place) => boolean) => {
  let opened:
    | { readonly block: number; readonly body: Uint8Array; readonly listed: ReadonlySet<string> }
    | undefined
  const open = (block: number) => {
    const data = readBlock(db, block)
    const body = data === undefined ? new Uint8Array() : openBlock(data, brotli)
    const extents = data === undefined ? [] : extentsOfBody(body)
    return { block, body, listed: new Set(extents.map(({ offset, length }) => `${offset} ${length}`)) }
  }
  return ({ hash, block, offset, length }) => {
    try {
      if (opened?.block !== block) opened = open(block)
    } catch (error) {
      if (!isWhiteRoomError(error)) throw error
      opened = { block, body: new Uint8Array(), listed: new Set() }
    }
    return (
      opened.listed.has(`${offset} ${length}`) &&
      equalBytes(sha256(opened.body.subarray(offset, offset + length)), hash)
    )
  }
}

const storedPlace = (db: Database, hash: Uint8Array): Place | undefined => {
  const row = db.row<Row>("SELECT hash, block, offset, length FROM object WHERE hash = ?", hash)
  return row && placeOfRow(row)
}

/**
 * Remembers these as damaged, inside a write transaction, unless they turn out to be whole under the lock: another
 * program may have stored them again, or the disk may have come back.
 */
export const noteDamaged = (db: Database, suspects: Iterable<Suspect>, now: number): void => {
  const isSound = soundness(db)
  const placed = [...suspects].map((suspect) => ({ ...suspect, place: storedPlace(db, suspect.hash) }))
  for (const { hash, reason, place } of placed.sort(
    (a, b) => (a.place?.block ?? 0) - (b.place?.block ?? 0)
  )) {
    if (place !== undefined ? isSound(place) : damagedObject(db, hash) !== undefined) continue
    db.run(
      `INSERT OR REPLACE INTO damaged_object(${columns}, found_at)
       SELECT w.hash, o.block, o.offset, o.length, ?, ? FROM (SELECT ? AS hash) w LEFT JOIN object o ON o.hash = w.hash`,
      reason,
      now,
      hash
    )
    db.run("DELETE FROM object WHERE hash = ?", hash)
  }
}

/** Puts back what is whole again where it lay, inside a write transaction. Returns how many. */
export const takeBackSound = (db: Database): number => {
  const isSound = soundness(db)
  const sound = allDamaged(db).flatMap(({ place }) => (place !== undefined && isSound(place) ? [place] : []))
  for (const { hash, block, offset, length } of sound) {
    db.run(
      "INSERT OR IGNORE INTO object(hash, block, offset, length) VALUES(?, ?, ?, ?)",
      hash,
      block,
      offset,
      length
    )
    db.run("DELETE FROM damaged_object WHERE hash = ?", hash)
  }
  return sound.length
}

export const countDamaged = (db: Database): number =>
  wholeOf(db.row<Row>("SELECT count(*) FROM damaged_object")?.[0] ?? 0, "damaged object")
