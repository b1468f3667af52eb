/** The pages of trees in a database, walked by hand: SQLite would walk for ever where they lead to each other. */
import * as fs from "node:fs"
import { bounds, LibraryDamaged, UnsafeDatabase } from "@white-room/core"
import { openPages } from "./Pages.js"

/** Bytes that pages begin with: those that lead to others, of tables and of indexes, and those that have rows. */
const branches: ReadonlySet<number> = new Set([5, 2])
const leaves: ReadonlySet<number> = new Set([13, 10])

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

interface Walked {
  readonly rows: number
  /** What the rows say that they take. */
  readonly bytes: number
}

/** Visits each page below `root` once; what else can be wrong there SQLite finds itself. */
const walk = (file: string, root: number, named: string, visit: (so: Walked) => void): void => {
  const pages = openPages(file)
  try {
    const { pageSize } = pages
    if (pageSize === 0) return
    const page = Buffer.alloc(pageSize)
    const seen = new Set<number>()
    const waiting = [root]
    let [rows, bytes] = [0, 0]
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (number < 1) continue
      if (seen.has(number)) throw new LibraryDamaged({ path: named, detail: "its pages lead in circles" })
      seen.add(number)
      if (!pages.read(number, page)) continue
      const start = number === 1 ? firstHeader : 0
      const type = page[start] ?? 0
      const isBranch = branches.has(type)
      if (!isBranch && !leaves.has(type)) continue
      const cells = page.readUInt16BE(start + 3)
      const pointers = start + (isBranch ? 12 : 8)
      if (isBranch) waiting.push(page.readUInt32BE(start + 8))
      for (let cell = 0; cell < cells && pointers + 2 * cell + 2 <= pageSize; cell++) {
        const place = page.readUInt16BE(pointers + 2 * cell)
        if (place + 4 > pageSize) continue
        if (isBranch) waiting.push(page.readUInt32BE(place))
        else {
          rows++
          bytes += varint(page, place)
        }
      }
      visit({ rows, bytes })
    }
  } finally {
    pages.close()
  }
}

/**
 * Looks at the schema of a database that belongs to us, all of which SQLite reads before the first statement.
 * @throws UnsafeDatabase | LibraryDamaged
 */
export const checkSchemaPages = (file: string, named: string): void =>
  walk(file, 1, named, ({ rows, bytes }) => {
    if (rows > bounds.foreignSchemaRows || bytes > bounds.foreignSchemaBytes)
      throw new UnsafeDatabase({ path: named, reason: "it defines far more than any app of White Room does" })
  })

/**
 * Looks at a table or an index in such a database: each page is there once, and the rows say no more than fits.
 * @throws LibraryDamaged
 */
export const checkTreePages = (file: string, root: number, named: string): void => {
  const most = fs.statSync(file).size * bounds.foreignBytesPerFileByte
  walk(file, root, named, ({ bytes }) => {
    if (bytes > most)
      throw new LibraryDamaged({ path: named, detail: "its rows say that they hold more than the file does" })
  })
}
