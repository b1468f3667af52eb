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

/** Where in an open WAL the newest committed version of each page lies, as SQLite finds it (`walIndexRecover`). */
const committedIn = (wal: number, pageSize: number): ReadonlyMap<number, number> => {
  const committed = new Map<number, number>()
  const header = Buffer.alloc(headerLength)
  if (fs.readSync(wal, header, 0, headerLength, 0) < headerLength) return committed
  const magic = header.readUInt32BE(0)
  if (magic >>> 1 !== 0x377f0682 >>> 1 || header.readUInt32BE(8) !== pageSize) return committed
  const isBig = (magic & 1) === 1
  let sums = summed(header.subarray(0, 24), isBig, [0, 0])
  if (!fits(header, 24, sums)) return committed
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
    for (const [page, place] of pending) committed.set(page, place)
    pending.clear()
  }
  return committed
}

/** Reads pages of a database as SQLite sees them: from its WAL where that has a newer version. Writes nothing. */
export interface Pages {
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

/** Opens the pages of a database, of which what lies beside it was looked at (`checkBeside`). */
export const openPages = (file: string, pageSize: number): Pages => {
  const main = fs.openSync(file, "r")
  const wal = openOrNone(`${file}-wal`)
  const newer = wal === undefined ? new Map<number, number>() : committedIn(wal, pageSize)
  return {
    read: (number, page) => {
      const place = wal === undefined ? undefined : newer.get(number)
      if (wal !== undefined && place !== undefined)
        return fs.readSync(wal, page, 0, pageSize, place) === pageSize
      return fs.readSync(main, page, 0, pageSize, (number - 1) * pageSize) === pageSize
    },
    close: () => {
      fs.closeSync(main)
      if (wal !== undefined) fs.closeSync(wal)
    }
  }
}
