/** Whatever happened to a library, the events alone tell its live tables, to the byte. */
import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import {
  type Cell,
  type EntityState,
  encodeRecord,
  evolve,
  idOfCell,
  keyString,
  kinds,
  type LoggedEvent,
  liveTables,
  noEntity,
  Text,
  toHex
} from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { type Library, openLibrary } from "../../src/index.js"
import { seeded } from "../reliability/support/seeded.js"
import { act } from "../support/days.js"
import { dump, freshLibrary, pending, sound } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest())

const cellOf = (storageClass: string, bytes: Buffer): Cell => {
  if (storageClass === "null") return null
  if (storageClass === "integer") return BigInt(bytes.toString())
  if (storageClass === "real") return Number(bytes.toString())
  return storageClass === "text" ? Text.ofBytes(new Uint8Array(bytes)) : new Uint8Array(bytes)
}

/** The records of all live rows, by entity, as another program reads them. */
const liveRecords = (library: Library): ReadonlyMap<string, string> => {
  const db = new Sqlite(library.path, { readonly: true })
  const records = new Map<string, string>()
  for (const kind of kinds) {
    const { table, idColumn } = liveTables[kind]
    const names = db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table)
    const cells = names.map((name) => {
      const exact = `CASE typeof("${name}") WHEN 'real' THEN printf('%!.20g', "${name}") ELSE "${name}" END`
      return `typeof("${name}"), CAST(${exact} AS BLOB)`
    })
    const rows = db
      .prepare<[], Array<string & Buffer>>(`SELECT ${cells.join(", ")} FROM ${table}`)
      .raw()
      .all()
    for (const stored of rows) {
      const row = new Map(
        names.map((name, at) => [name, cellOf(stored[at * 2] ?? "", stored[at * 2 + 1] ?? Buffer.of())])
      )
      records.set(
        keyString(kind, idOfCell(row.get(idColumn) ?? null)),
        toHex(encodeRecord(kind, row, sha256).record)
      )
    }
  }
  db.close()
  return records
}

/** The records that events tell, brought forward by more events. */
class Replay {
  private readonly states = new Map<string, EntityState>()

  fold(events: ReadonlyArray<LoggedEvent>): void {
    for (const { subject, id, type, payload } of events) {
      if (subject === "library" || subject === "backup") continue
      const key = keyString(subject, id)
      this.states.set(key, evolve(this.states.get(key) ?? noEntity, { type, payload }))
    }
  }

  get records(): ReadonlyMap<string, string> {
    const entries = [...this.states].flatMap(([key, { record }]) =>
      record === undefined ? [] : [[key, toHex(record)] as const]
    )
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

const sorted = (records: ReadonlyMap<string, string>) =>
  new Map([...records].sort(([a], [b]) => (a < b ? -1 : 1)))

const liveTablesOf = (library: Library) => kinds.map((kind) => dump(library, liveTables[kind].table))

const wipe = (library: Library): void => {
  const db = new Sqlite(library.path)
  for (const kind of kinds) db.exec(`DELETE FROM ${liveTables[kind].table}`)
  db.exec("DELETE FROM external_changes")
  db.close()
}

describe("replay", () => {
  for (const seed of Array.from({ length: rounds(1, 20) }, (_, index) => index + 1))
    it.scoped(`equals the live tables after every step of a random history (${seed})`, () =>
      Effect.gen(function* () {
        const random = seeded(seed * 7919)
        const library = yield* freshLibrary
        const replay = new Replay()
        let position = 0
        for (let step = 0; step < 45; step++) {
          const by = random.chance(0.25) ? "app" : "ours"
          yield* act(library, random, step, by)
          // Ours tells the log what it writes: nothing is noted, nothing is left to take over.
          if (by === "ours") expect(pending(library)).toBe(0)
          const left = yield* library.log.capture
          if (by === "ours") expect(left).toBe(0)
          const events = yield* library.log.read({ after: position })
          replay.fold(events)
          position += events.length
          expect(replay.records).toEqual(sorted(liveRecords(library)))
        }
        yield* sound(library)
        const [before, { size }] = [liveTablesOf(library), replay.records]
        wipe(library)
        expect(yield* library.upkeep.rebuild()).toBe(size)
        expect(liveTablesOf(library)).toEqual(before)
        yield* sound(library)
        yield* sound(yield* openLibrary(library.path))
      })
    )
})
