import * as fs from "node:fs"
import { bounds, LibraryDamaged, UnsafeDatabase } from "@white-room/core"

/** Bytes that pages of tables begin with: one that leads to others, and one that has rows. */
const branch = 5
const leaf = 13

/** The header of the file lies before that of its first page. */
const firstHeader = 100

/** A whole number as SQLite writes it, up to eight bytes of it: more say that a row is larger than any. */
const varint = (page: Buffer, from: number): number => {
  let value = 0
  for (let at = from; at < Math.min(from + 8, page.length); at++) {
    const byte = page[at] ?? 0
    value = value * 128 + (byte & 127)
    if (byte < 128) return value
  }
  return Number.MAX_SAFE_INTEGER
}

/**
 * Walks the pages of the schema in a database that belongs to us. SQLite reads all of it before the first statement, and
 * would walk for ever where pages lead to each other. What else can be wrong there SQLite finds itself.
 * @throws UnsafeDatabase | LibraryDamaged
 */
export const checkSchemaPages = (file: string, named: string): void => {
  const handle = fs.openSync(file, "r")
  try {
    const header = Buffer.alloc(firstHeader)
    fs.readSync(handle, header, 0, firstHeader, 0)
    const written = header.readUInt16BE(16)
    const pageSize = written === 1 ? 65536 : written
    if (pageSize < 512) return
    const page = Buffer.alloc(pageSize)
    const seen = new Set<number>()
    const waiting = [1]
    let [rows, bytes] = [0, 0]
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (number < 1) continue
      if (seen.has(number))
        throw new LibraryDamaged({ path: named, detail: "pages of its schema lead in circles" })
      seen.add(number)
      if (fs.readSync(handle, page, 0, pageSize, (number - 1) * pageSize) < pageSize) continue
      const start = number === 1 ? firstHeader : 0
      const type = page[start]
      if (type !== branch && type !== leaf) continue
      const cells = page.readUInt16BE(start + 3)
      const pointers = start + (type === branch ? 12 : 8)
      if (type === branch) waiting.push(page.readUInt32BE(start + 8))
      for (let cell = 0; cell < cells && pointers + 2 * cell + 2 <= pageSize; cell++) {
        const place = page.readUInt16BE(pointers + 2 * cell)
        if (place + 4 > pageSize) continue
        if (type === branch) waiting.push(page.readUInt32BE(place))
        else {
          rows++
          bytes += varint(page, place)
        }
      }
      if (rows > bounds.foreignSchemaRows || bytes > bounds.foreignSchemaBytes)
        throw new UnsafeDatabase({
          path: named,
          reason: "it defines far more than any app of White Room does"
        })
    }
  } finally {
    fs.closeSync(handle)
  }
}
