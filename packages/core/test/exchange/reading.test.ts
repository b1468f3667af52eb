/** Reading exchange files of both families: the rows the apps would have stored. */
import { describe, expect, it } from "vitest"
import { toHex, utf8 } from "../../src/codec/Bytes.js"
import { readExchangeFile, readExchangeParts } from "../../src/exchange/ExchangeFile.js"
import { ExchangeReader } from "../../src/exchange/ExchangeReader.js"
import { rowOfPerformance } from "../../src/model/Performance.js"
import { encodeRecord } from "../../src/model/Record.js"
import { rowOfSong } from "../../src/model/Song.js"
import { rowOfPreferences } from "../../src/model/UserPreferences.js"
import { sha256 } from "../sha256.js"
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

const read = (bytes: Uint8Array, times: "iso" | "ios" = "iso") => {
  const file = readExchangeFile(bytes, { times })
  if (file._tag === "Rejected") throw new Error(file.reason)
  return file
}

const songs = (json: unknown, times: "iso" | "ios" = "iso") =>
  readExchangeParts({ songs: JSON.stringify(json), performances: "[]", preferences: "null" }, { times })

const performances = (json: unknown) =>
  readExchangeParts(
    { songs: "[]", performances: JSON.stringify(json), preferences: "null" },
    { times: "iso" }
  )

const now = new Date("2026-11-20T14:30:00.000Z")
const [createdAt, updatedAt] = [new Date("2026-01-17T02:00:00.000Z"), new Date("2026-01-19T02:00:00.500Z")]

describe("a file of the Node app", () => {
  const file = read(
    exchange({ songs: [nodeSong], performances: [nodePerformance], preferences: nodePreferences })
  )

  it("says when and why it was written", () => {
    expect(file).toMatchObject({
      family: "node",
      version: "1.0.0",
      description: "Before the tour",
      problems: []
    })
    expect(file.timestamp).toEqual(new Date("2026-11-20T14:30:00.000Z"))
  })

  it("holds the rows that the app stores, to the byte", () => {
    const { description: _, key: _key, ...song } = nodeSong
    const { displayName, theme, customPreferences } = nodePreferences
    const stored = [
      rowOfSong({ ...song, createdAt, updatedAt }, now),
      rowOfPerformance({ ...nodePerformance, createdAt, updatedAt }, now),
      rowOfPreferences(
        {
          displayName,
          theme,
          customPreferences,
          autoBackupEnabled: false,
          updatedAt: new Date("2026-01-25T09:00:00.000Z")
        },
        now
      )
    ]
    const hex = ({ kind, row }: (typeof file.entities)[number]) =>
      toHex(encodeRecord(kind, row, sha256).record)
    expect(file.entities.map(({ kind, id }) => [kind, id])).toEqual([
      ["song", "s1"],
      ["performance", "p1"],
      ["preferences", "default"]
    ])
    expect(file.entities.map(hex)).toEqual(
      file.entities.map(({ kind }, index) =>
        toHex(encodeRecord(kind, stored[index] ?? new Map(), sha256).record)
      )
    )
  })

  it.each([
    ['{"10":"ten","2":"two","a":1.0,"b":"x\\/y"}', '{"10":"ten","2":"two","a":1.0,"b":"x\\/y"}'],
    ['{\n  "10" : "a\\n b",\n  "2":\t[ 1.50 ]\n}', '{"10":"a\\n b","2":[1.50]}']
  ])("keeps metadata as it is written, in one line: %s", (written, stored) => {
    const raw = `[{"id":"a","name":"n","customMetadata":${written}}]`
    const { entities } = readExchangeParts(
      { songs: raw, performances: "[]", preferences: "null" },
      { times: "iso" }
    )
    expect(plain(entities[0]?.row).custom_metadata).toBe(stored)
  })
})

describe("a file of the iOS app", () => {
  const head = { version: "1.0.0", timestamp: 790592400, description: "iPad" }
  const bytes = exchange(
    { songs: [iosSong], performances: [iosPerformance], preferences: iosPreferences },
    head
  )

  it("is told apart by its time in seconds since 2001", () => {
    expect(read(bytes)).toMatchObject({ family: "ios", problems: [] })
    expect(read(bytes).timestamp).toEqual(new Date("2026-01-20T09:00:00.000Z"))
  })

  it("holds the same values as that of the Node app, and keeps what the tables do not know", () => {
    const node = read(
      exchange({ songs: [nodeSong], performances: [nodePerformance], preferences: nodePreferences })
    )
    const [song, performance, preferences] = read(bytes).entities
    const { customMetadata: _, ...same } = nodeSong
    expect(plain(song?.row)).toMatchObject({
      name: same.name,
      created_at: same.createdAt,
      updated_at: same.updatedAt,
      song_data_json: same.songDataJSON
    })
    expect(plain(performance?.row)).toEqual({
      ...plain(node.entities[1]?.row),
      active: "true",
      parameters: '{"swing":0.5}',
      projections: "{}"
    })
    expect(plain(preferences?.row)).toEqual(plain(node.entities[2]?.row))
  })

  it("spells times as the rows of the library do", () => {
    const times = (file: ReturnType<typeof read>) => file.entities.map(({ row }) => plain(row).updated_at)
    const spelled = ["2026-01-19 02:00:00.500", "2026-01-19 02:00:00.500", "2026-01-25 09:00:00.000"]
    expect(times(read(bytes, "ios"))).toEqual(spelled)
    expect(times(read(exchange({ songs: [nodeSong], performances: [nodePerformance] }), "ios"))).toEqual(
      spelled
    )
  })
})

describe("values that the apps would not have written", () => {
  it.each([
    [{ duration: "180" }, { duration: 180 }, "duration is not a number"],
    [{ duration: "long" }, { duration: "long" }, "duration is not a number"],
    [{ name: 5 }, { name: "5" }, "name is not a text"],
    [{ songDataJSON: { a: [1.0, "x"] } }, { song_data_json: '{"a":[1,"x"]}' }, "songDataJSON is not a text"],
    [{ createdAt: "soon" }, { created_at: "soon" }, "createdAt is not a time"],
    [{ customMetadata: [1] }, { custom_metadata: "[1]" }, "customMetadata is not an object"],
    [
      { name: "half \ud800" },
      { name: "half \ufffd" },
      "name holds half a surrogate pair, which became U+FFFD"
    ],
    [{ name: null }, { name: "" }, "it has no name"],
    [{ determinismSeed: undefined }, { determinism_seed: "" }, "it has no determinism_seed"]
  ])("%j are taken as a table stores them, and told", (change, columns, reason) => {
    const { entities, problems } = songs([{ ...nodeSong, ...change }])
    expect(plain(entities[0]?.row)).toMatchObject(columns)
    expect(problems).toEqual([{ where: expect.stringMatching(/^song 1/), reason }])
  })

  it.each([
    [true, 1n],
    [false, 0n]
  ])("flags of %s are %s", (isFavorite, cell) => {
    expect(plain(performances([{ ...nodePerformance, isFavorite }]).entities[0]?.row).is_favorite).toBe(cell)
  })

  it("integers are exact to 64 bits", () => {
    const preferences = '{"userId":"u","updatedAt":"2026-01-25T09:00:00.000Z","maxBackups":9007199254740993}'
    const { entities } = readExchangeParts({ songs: "[]", performances: "[]", preferences }, { times: "iso" })
    expect(plain(entities[0]?.row).max_backups).toBe(9007199254740993n)
  })

  it("unknown keys keep their values", () => {
    const extra = {
      mood: "happy",
      count: 5,
      share: 0.5,
      on: true,
      off: null,
      like: "true",
      list: [1, { a: "ü" }]
    }
    const { entities, problems } = songs([{ ...nodeSong, ...extra }])
    expect(problems).toEqual([])
    expect(plain(entities[0]?.row)).toMatchObject({
      mood: "happy",
      count: 5n,
      share: 0.5,
      on: "true",
      off: null,
      like: '"true"',
      list: '[1,{"a":"ü"}]'
    })
  })

  it("no preferences, preferences of several users, and preferences without a user are all read", () => {
    const users = (preferences: string) =>
      readExchangeParts({ songs: "[]", performances: "[]", preferences }, { times: "iso" }).entities.map(
        ({ id }) => id
      )
    expect(users("null")).toEqual([])
    expect(users("")).toEqual([])
    expect(users("{ }")).toEqual([])
    expect(users(JSON.stringify([nodePreferences, { ...nodePreferences, userId: "guest" }]))).toEqual([
      "default",
      "guest"
    ])
    expect(users('{"updatedAt":"2026-01-25T09:00:00.000Z"}')).toEqual(["default"])
  })
})

describe("hostile files", () => {
  const problemsOf = (bytes: Uint8Array) =>
    read(bytes).problems.map(({ where, reason }) => `${where}: ${reason}`)

  it("of two entities with one id the first counts", () => {
    const file = read(
      exchange({ songs: [nodeSong, { ...nodeSong, name: "Another" }, { ...nodeSong, id: "s2" }] })
    )
    expect(file.entities.map(({ id, row }) => [id, plain(row).name])).toEqual([
      ["s1", "Night Drive"],
      ["s2", "Night Drive"],
      ["default", undefined]
    ])
    expect(file.problems).toEqual([
      { where: "song 2 (Another)", reason: "the id s1 is there twice; the first counts", leftOut: true }
    ])
  })

  it.each([
    [null],
    [5],
    ["a"],
    [[]],
    [{}],
    [{ id: null }],
    [{ id: { a: 1 }, __proto__: null }],
    [{ id: "x".repeat(1025) }]
  ])("an entity that is %j is left out or taken, and the rest is read", (bad) => {
    const file = read(exchange({ songs: [bad, nodeSong] }))
    expect(file.entities.at(-2)?.id).toBe("s1")
    expect(file.problems[0]?.where).toMatch(/^song 1/)
  })

  it("an entity nested a million levels deep is left out", () => {
    const deep = `[{"id":"deep","x":${"[".repeat(1e6)}${"]".repeat(1e6)}},${JSON.stringify(nodeSong)}]`
    for (const songsText of [deep, JSON.stringify(deep)]) {
      const file = read(
        utf8(`{"version":"1","timestamp":0,"songs":${songsText},"performances":"[]","preferences":"null"}`)
      )
      expect(file.entities.map(({ id }) => id)).toEqual(["s1"])
      expect(file.problems).toEqual([
        { where: "song 1", reason: "it is nested more than 1000 levels deep", leftOut: true }
      ])
    }
  })

  it("a file that is one nest a million levels deep is rejected", () => {
    expect(readExchangeFile(utf8("[".repeat(1e6)), { times: "iso" })._tag).toBe("Rejected")
    expect(readExchangeFile(utf8('{"a":'.repeat(1e6)), { times: "iso" })._tag).toBe("Rejected")
  })

  it("an entity larger than the limit is left out without being held", () => {
    const bytes = exchange({ songs: [{ ...nodeSong, id: "big", songDataJSON: "x".repeat(5000) }, nodeSong] })
    const file = readExchangeFile(bytes, { times: "iso", maxEntityBytes: 2000 })
    expect(file._tag === "Exchange" && file.entities.map(({ id }) => id)).toEqual(["s1", "default"])
    expect(file._tag === "Exchange" && file.problems).toEqual([
      { where: "song 1", reason: "it is larger than 2000 bytes", leftOut: true }
    ])
  })

  it("ill-formed UTF-8 and half surrogate pairs become U+FFFD, and that is told", () => {
    const whole = exchange({ songs: [nodeSong] })
    const at = new TextDecoder("latin1").decode(whole).indexOf("Night Drive")
    const broken = whole.slice()
    broken[at] = 0xff
    expect(read(broken).entities[0]?.row.get("name")?.toString()).toBe("\ufffdight Drive")
    expect(problemsOf(broken)).toEqual([
      "song 1 (\ufffdight Drive): it is not UTF-8 throughout; ill-formed bytes became U+FFFD"
    ])
    const halves = new TextDecoder().decode(whole).replace("Night Drive", "A\\ud83cB\\udc00C\\ud83d\\ude00")
    const file = read(utf8(halves))
    expect(file.entities[0]?.row.get("name")?.toString()).toBe("A\ufffdB\ufffdC😀")
    expect(file.problems).toHaveLength(2)
  })

  it("a file that was cut anywhere is rejected, or gives the whole entities before the cut and says so", () => {
    const whole = exchange({ songs: [nodeSong, { ...nodeSong, id: "s2" }], performances: [nodePerformance] })
    const full = read(whole).entities.map(({ id, row }) => [id, plain(row)])
    for (let length = 0; length < whole.length; length += 7) {
      const file = readExchangeFile(whole.subarray(0, length), { times: "iso" })
      if (file._tag === "Rejected") continue
      expect(file.entities.map(({ id, row }) => [id, plain(row)])).toEqual(
        full.slice(0, file.entities.length)
      )
      expect(file.problems.length).toBeGreaterThan(0)
    }
  })

  it("after broken JSON in one list the other lists are read", () => {
    const text = `{"version":"1","timestamp":0,"songs":"[{]","performances":${JSON.stringify(JSON.stringify([nodePerformance]))},"preferences":"null"}`
    const file = read(utf8(text))
    expect(file.entities.map(({ id }) => id)).toEqual(["p1"])
    expect(file.problems[0]?.where).toMatch(/^song/)
  })

  it.each(["", " ", "null", "[]", "{}", '{"a":1}', "\ufffe", '{"songs"', "SQLite format 3\0"])(
    "%j is rejected",
    (text) => {
      expect(readExchangeFile(utf8(text), { times: "iso" })).toMatchObject({ _tag: "Rejected" })
    }
  )

  it("a file without a time gets that of its newest entity, and says so", () => {
    const bytes = exchange({ songs: [nodeSong], preferences: null }, { version: "1.0.0", description: "d" })
    expect(read(bytes).timestamp).toEqual(new Date("2026-01-25T09:00:00.000Z"))
    expect(problemsOf(bytes)).toEqual(["file: it has no timestamp"])
  })

  it("keys twice, and keys that nobody knows, are told", () => {
    const text = new TextDecoder().decode(exchange({ songs: [nodeSong] }))
    const twice = text.replace(/\}$/, ',"songs":"[]","other":{"a":[1,2]}}')
    expect(read(utf8(twice)).entities).toHaveLength(2)
    expect(problemsOf(utf8(twice))).toEqual([
      'file: "songs" is there twice; the first counts',
      'file: "other" is not known and was left out'
    ])
  })
})

it("a file is read the same in chunks of any size", () => {
  const bytes = exchange({ songs: [nodeSong, { ...nodeSong, id: "s😀" }], performances: [nodePerformance] })
  const whole = read(bytes).entities.map(({ row }) => plain(row))
  for (const size of [1, 2, 3, 64]) {
    const reader = new ExchangeReader({ times: "iso" })
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size)
    )
    expect([...reader.file(chunks)].map(({ row }) => plain(row))).toEqual(whole)
    expect(reader.problems).toEqual([])
  }
})
