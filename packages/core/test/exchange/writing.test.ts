/** Writing exchange files: what the old apps read, and what comes back. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { toHex, utf8 } from "../../src/codec/Bytes.js"
import { readExchangeFile } from "../../src/exchange/ExchangeFile.js"
import type { ExchangeProblem, Family } from "../../src/exchange/ExchangeReader.js"
import { writeExchangeFile } from "../../src/exchange/ExchangeWriter.js"
import type { ExchangeEntity } from "../../src/exchange/entityOfJson.js"
import {
  type Cell,
  idOfCell,
  type Kind,
  kinds,
  liveTables,
  type Row,
  Text,
  text
} from "../../src/model/Entity.js"
import { encodeRecord } from "../../src/model/Record.js"
import { row } from "../model/arbitraries.js"
import { sha256 } from "../sha256.js"
import { rounds } from "../soak.js"
import {
  exchange,
  iosPerformance,
  iosPreferences,
  iosSong,
  nodePerformance,
  nodePreferences,
  nodeSong,
  plain
} from "./fixtures.js"
import { readAsIos, readAsNode } from "./oldReaders.js"

const head = {
  version: "1.0.0",
  timestamp: new Date("2026-01-20T09:00:00.000Z"),
  description: "Before the tour"
}
const families: ReadonlyArray<Family> = ["node", "ios"]
const oldReaders = { node: readAsNode, ios: readAsIos }

const write = (rows: Iterable<ExchangeEntity>, family: Family) => {
  const problems: Array<ExchangeProblem> = []
  const pieces = writeExchangeFile(head, rows, { family, onProblem: (problem) => problems.push(problem) })
  return { json: [...pieces].join(""), problems }
}

const read = (json: string, times: "iso" | "ios" = "iso") => {
  const file = readExchangeFile(utf8(json), { times })
  if (file._tag === "Rejected") throw new Error(file.reason)
  return file
}

const recordOf = ({ kind, row }: ExchangeEntity) => toHex(encodeRecord(kind, row, sha256).record)

/** A row as the table has it: every column, NULL where nothing is. */
const wholeRow = (kind: Kind, cells: Row): Row =>
  new Map<string, Cell>([
    ...liveTables[kind].columns.map((column): [string, Cell] => [column, null]),
    ...cells
  ])

const entityOf = (kind: Kind, cells: Row): ExchangeEntity => ({
  kind,
  id: idOfCell(cells.get(liveTables[kind].idColumn) ?? null),
  row: wholeRow(kind, cells)
})

/** Entities with ids of their own and any cells. */
const entities: FastCheck.Arbitrary<ReadonlyArray<ExchangeEntity>> = FastCheck.tuple(
  ...kinds.map((kind) => FastCheck.array(row(kind), { maxLength: 3 }))
).map((lists) =>
  lists.flatMap((rows, index) => {
    const kind = kinds[index] ?? "song"
    return rows.map((cells, number) =>
      entityOf(kind, new Map([...cells, [liveTables[kind].idColumn, text(`${kind} ${number} 夜`)]]))
    )
  })
)

const anyText = FastCheck.string({ unit: "grapheme" })

/** Songs as either app stores them, with columns that only the app knows. */
const appSong: FastCheck.Arbitrary<Row> = FastCheck.record({
  name: anyText.map(text),
  composer: FastCheck.option(anyText.map(text)),
  duration: FastCheck.option(
    FastCheck.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0)
  ),
  created_at: FastCheck.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }).map(
    (time) => text(time.toISOString())
  ),
  updated_at: FastCheck.constant(text("2026-01-19T02:00:00.500Z")),
  song_data_json: FastCheck.oneof(anyText, FastCheck.json()).map(text),
  determinism_seed: anyText.map(text),
  custom_metadata: FastCheck.option(
    FastCheck.dictionary(anyText, anyText).map((metadata) => text(JSON.stringify(metadata)))
  ),
  mood: FastCheck.oneof(
    anyText.map(text),
    FastCheck.json().map(text),
    FastCheck.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    FastCheck.double({ noNaN: true, noDefaultInfinity: true }),
    FastCheck.constant(null)
  )
}).map((cells) => new Map<string, Cell>(Object.entries(cells)))

/** Without what is added for the iOS app. */
const withoutAdded = (written: ExchangeEntity, before: ExchangeEntity | undefined): ExchangeEntity => ({
  ...written,
  row: new Map(
    [...written.row].filter(
      ([column]) => !["active", "parameters", "projections"].includes(column) || before?.row.has(column)
    )
  )
})

describe.each(families)("a file for the %s family", (family) => {
  it("of any rows at all is read by its old importer", () => {
    FastCheck.assert(
      FastCheck.property(entities, (rows) => {
        const file = oldReaders[family](write(rows, family).json)
        expect(file.songs).toHaveLength(rows.filter(({ kind }) => kind === "song").length)
        expect(file.performances).toHaveLength(rows.filter(({ kind }) => kind === "performance").length)
      }),
      { numRuns: rounds(60, 800) }
    )
  })

  const comesBack = (rows: ReadonlyArray<ExchangeEntity>) => {
    const { json, problems } = write(rows, family)
    const files = [read(json, "iso"), read(json, "ios")]
    return rows.map((before) => {
      const same = files.some(({ entities: all }) => {
        const after = all.find(({ kind, id }) => kind === before.kind && id === before.id)
        return after !== undefined && recordOf(withoutAdded(after, before)) === recordOf(before)
      })
      return { same, told: problems.some(({ where }) => where.startsWith(`${before.kind} ${before.id}`)) }
    })
  }

  it("gives every row back to the byte, or tells what it changed", () => {
    FastCheck.assert(
      FastCheck.property(entities, (rows) => {
        for (const { same, told } of comesBack(rows)) expect(same || told).toBe(true)
      }),
      { numRuns: rounds(60, 800) }
    )
  })

  it("gives every row that an app may have written back to the byte", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(appSong, { maxLength: 5 }), (songs) => {
        const rows = songs.map((cells, index) =>
          entityOf("song", new Map([...cells, ["id", text(`s${index}`)]]))
        )
        for (const each of comesBack(rows)) expect(each).toEqual({ same: true, told: false })
      }),
      { numRuns: rounds(50, 600) }
    )
  })
})

describe("what the apps themselves wrote comes back identical", () => {
  it("from the Node app", () => {
    const before = exchange(
      { songs: [nodeSong], performances: [nodePerformance], preferences: nodePreferences },
      { version: "1.0.0", timestamp: head.timestamp.toISOString(), description: head.description }
    )
    const file = read(new TextDecoder().decode(before))
    const { json, problems } = write(file.entities, "node")
    expect(problems).toEqual([])
    expect(json).toBe(new TextDecoder().decode(before))
  })

  it("from the iOS app, with the keys that no table has", () => {
    const before = exchange(
      { songs: [iosSong], performances: [iosPerformance], preferences: iosPreferences },
      { version: "1.0.0", timestamp: 790592400, description: head.description }
    )
    for (const times of ["iso", "ios"] as const) {
      const { json, problems } = write(read(new TextDecoder().decode(before), times).entities, "ios")
      expect(problems).toEqual([])
      expect(json).toBe(new TextDecoder().decode(before))
    }
  })

  it("through the other family and back", () => {
    const before = read(
      new TextDecoder().decode(
        exchange({ songs: [nodeSong], performances: [nodePerformance], preferences: nodePreferences })
      )
    )
    const ios = read(write(before.entities, "ios").json)
    expect(write(before.entities, "ios").problems).toEqual([])
    expect(ios.entities.map((each, index) => recordOf(withoutAdded(each, before.entities[index])))).toEqual(
      before.entities.map(recordOf)
    )
  })
})

describe("what JSON cannot say as it is", () => {
  const song = (change: Record<string, Cell>) => {
    const [first] = read(new TextDecoder().decode(exchange({ songs: [nodeSong] }))).entities
    return entityOf("song", new Map([...(first?.row ?? new Map()), ...Object.entries(change)]))
  }
  const told = (change: Record<string, Cell>, family: Family = "node") =>
    write([song(change)], family).problems.map(({ where, reason }) => `${where}: ${reason}`)

  it.each<[string, Record<string, Cell>, string]>([
    ["a NULL where the apps need a value", { name: null }, 'song s1: name is written as ""'],
    [
      "text that is not UTF-8",
      { composer: Text.ofBytes(new Uint8Array([0x41, 0xff])) },
      'composer is written as "A\ufffd"'
    ],
    ["a blob in place of text", { genre: utf8("rock") }, 'genre is written as "rock"'],
    [
      "a time that is none",
      { created_at: text("soon") },
      'created_at is written as "2026-01-19T02:00:00.500Z"'
    ],
    [
      "a time finer than a millisecond",
      { created_at: text("2026-01-02 03:04:05.678901") },
      "created_at is written as"
    ],
    ["a blob in a column of the app", { waveform: new Uint8Array([1, 2]) }, "waveform was left out"],
    ["a column called like another field", { songDataJSON: text("x") }, "songDataJSON was left out"]
  ])("%s is told", (_, change, problem) => {
    expect(told(change)).toEqual([expect.stringContaining(problem)])
  })

  it("columns of the app that hold text, numbers, NULL or JSON are carried exactly", () => {
    const extras: Record<string, Cell> = {
      mood: text("happy"),
      flag: text("true"),
      literal: text('"true"'),
      nothing: null,
      plays: 5n,
      big: 2n ** 62n,
      share: 5,
      half: 0.5,
      json: text('{"a":[1.0,2]}'),
      spaced: text('{ "a": 1 }\n'),
      odd: text("null"),
      lone: text('["\\ud800"]'),
      ["__proto__"]: text("p")
    }
    for (const family of families) {
      const { json, problems } = write([song(extras)], family)
      expect(problems).toEqual([])
      expect(plain(read(json).entities[0]?.row)).toEqual(plain(song(extras).row))
    }
  })

  it("an entity whose key is no text is left out and told", () => {
    const before = [song({}), entityOf("song", new Map([["id", new Uint8Array([1])]]))]
    const { json, problems } = write(before, "node")
    expect(readAsNode(json).songs).toHaveLength(1)
    expect(problems).toEqual([
      { where: expect.stringContaining("song"), reason: "its id is not a text", leftOut: true }
    ])
  })

  it("documents of a shape that iOS does not read are made readable and told", () => {
    expect(told({ custom_metadata: text('{"a":1}') }, "ios")).toEqual([
      'song s1 (Night Drive): custom_metadata is written as {"a":"1"}'
    ])
    expect(told({ custom_metadata: text("none") }, "ios")).toEqual([
      "song s1 (Night Drive): custom_metadata was left out"
    ])
    expect(told({ custom_metadata: text('{"a":1}') }, "node")).toEqual([])
    expect(told({ custom_metadata: text("none") }, "node")).toEqual([])
  })

  it("songDataJSON is the same string in both families", () => {
    const odd = '{"a":"\\u0041 \\/ \\ud800","n":1.0e+2}\u0000\u2028\r\n'
    for (const family of families) {
      const { json } = write([song({ song_data_json: text(odd) })], family)
      expect(oldReaders[family](json).songs[0]?.songDataJSON).toBe(odd)
      expect(plain(read(json).entities[0]?.row).song_data_json).toBe(odd)
    }
  })

  it("an entity too large for a string in a string is left out and told", () => {
    const { json, problems } = write(
      [song({ song_data_json: text("x".repeat(33 * 1024 * 1024)) }), song({})],
      "node"
    )
    expect(readAsNode(json).songs).toHaveLength(1)
    expect(problems.map(({ reason }) => reason)).toEqual(["it is larger than 33554432 bytes"])
  })
})

describe("preferences", () => {
  const preferencesOf = (userId: string) => {
    const file = read(new TextDecoder().decode(exchange({ preferences: { ...nodePreferences, userId } })))
    return file.entities
  }

  it("where there are none the old apps get the defaults, and a reader of ours gets none", () => {
    for (const family of families) {
      const { json } = write([], family)
      expect(Object.keys(oldReaders[family](json).preferences)).not.toHaveLength(0)
      expect(read(json)).toMatchObject({ entities: [], problems: [] })
    }
  })

  it("of several users all come back, and the old apps read those of default", () => {
    const users = [...preferencesOf("anna"), ...preferencesOf("default"), ...preferencesOf("bert")]
    for (const family of families) {
      const { json, problems } = write(users, family)
      expect(problems).toEqual([])
      expect(oldReaders[family](json).preferences[family === "ios" ? "user_id" : "userId"]).toBe("default")
      expect(read(json).entities.map(recordOf).sort()).toEqual(users.map(recordOf).sort())
    }
  })
})

it("rows in another order are a mistake of the caller", () => {
  const rows = [
    entityOf("preferences", new Map([["user_id", text("u")]])),
    entityOf("song", new Map([["id", text("s")]]))
  ]
  expect(() => write(rows, "node")).toThrow(RangeError)
})

it("is handed out in pieces no larger than an entity", () => {
  const songs = Array.from({ length: 50 }, (_, index) =>
    entityOf("song", new Map([["id", text(`s${index}`)]]))
  )
  const pieces = [...writeExchangeFile(head, songs, { family: "node" })]
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1000)
})
