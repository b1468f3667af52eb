import * as fs from "node:fs"
import { errorCode } from "@white-room/core"

const headerLength = 32
const frameHeader = 24

/** The two sums of SQLite over words of a WAL, in the byte order that its magic names. */
const summed = (words: Buffer, isBig: boolean, [first, second]: readonly [number, number]) => {
  let [one, two] = [first, second]
  for (let at = 0; at + 8 <= words.length; at += 8) {
    one = (one + (isBig ? words.readUInt32BE(at) : words.readUInt32LE(at)) + two) >>> 0
    two = (two + (isBig ? words.readUInt32BE(at + 4) : words.readUInt32LE(at + 4)) + one) >>> 0
  }
  return [one, two] as const
}

const fits = (bytes: Buffer, at: number, [one, two]: readonly [number, number]): boolean =>
  bytes.readUInt32BE(at) === one && bytes.readUInt32BE(at + 4) === two

/** The newest committed version of each page in a WAL: where it lies, and how long it is there. */
interface Committed {
  readonly places: ReadonlyMap<number, number>
  readonly pageSize: number
}

const none: Committed = { places: new Map(), pageSize: 0 }

/** A size that SQLite takes for one of pages; otherwise 0. */
const sizeOfPages = (size: number): number =>
  size >= 512 && size <= 65536 && (size & (size - 1)) === 0 ? size : 0

/** What of an open WAL counts, as SQLite finds it (`walIndexRecover`), also where its pages have a size of their own. */
const committedIn = (wal: number): Committed => {
  const header = Buffer.alloc(headerLength)
  if (fs.readSync(wal, header, 0, headerLength, 0) < headerLength) return none
  const magic = header.readUInt32BE(0)
  const pageSize = sizeOfPages(header.readUInt32BE(8))
  if (magic >>> 1 !== 0x377f0682 >>> 1 || pageSize === 0) return none
  const isBig = (magic & 1) === 1
  let sums = summed(header.subarray(0, 24), isBig, [0, 0])
  if (!fits(header, 24, sums)) return none
  const places = new Map<number, number>()
  const pending = new Map<number, number>()
  const frame = Buffer.alloc(frameHeader + pageSize)
  for (
    let at = headerLength;
    fs.readSync(wal, frame, 0, frame.length, at) === frame.length;
    at += frame.length
  ) {
    const number = frame.readUInt32BE(0)
    if (number === 0 || !frame.subarray(8, 16).equals(header.subarray(16, 24))) break
    sums = summed(frame.subarray(frameHeader), isBig, summed(frame.subarray(0, 8), isBig, sums))
    if (!fits(frame, 16, sums)) break
    pending.set(number, at + frameHeader)
    if (frame.readUInt32BE(4) === 0) continue
    for (const [page, place] of pending) places.set(page, place)
    pending.clear()
  }
  return { places, pageSize }
}

/** Reads pages of a database as SQLite sees them: from its WAL where that has a newer version. Writes nothing. */
export interface Pages {
  /** As the newest first page says it; 0 when SQLite would not take it. */
  readonly pageSize: number
  /** Fills `page`. False when there is no such page. */
  readonly read: (number: number, page: Buffer) => boolean
  readonly close: () => void
}

const openOrNone = (file: string): number | undefined => {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = fs.constants
  try {
    return fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
}

/** Where the first page says how large all are. */
const sizeField = 16

/** Opens the pages of a database, of which what lies beside it was looked at (`checkBeside`). */
export const openPages = (file: string): Pages => {
  const main = fs.openSync(file, "r")
  const wal = openOrNone(`${file}-wal`)
  const newer = wal === undefined ? none : committedIn(wal)
  const first = wal === undefined ? undefined : newer.places.get(1)
  const field = Buffer.alloc(2)
  fs.readSync(first === undefined ? main : (wal ?? main), field, 0, 2, (first ?? 0) + sizeField)
  const written = field.readUInt16BE(0)
  const pageSize = sizeOfPages(written === 1 ? 65536 : written)
  return {
    pageSize,
    read: (number, page) => {
      const place = newer.places.get(number)
      if (wal === undefined || place === undefined)
        return fs.readSync(main, page, 0, pageSize, (number - 1) * pageSize) === pageSize
      const length = Math.min(pageSize, newer.pageSize)
      page.fill(0, length)
      return fs.readSync(wal, page, 0, length, place) === length
    },
    close: () => {
      fs.closeSync(main)
      if (wal !== undefined) fs.closeSync(wal)
    }
  }
}
