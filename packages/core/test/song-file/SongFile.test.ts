import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/codec/Bytes.js"
import { readSongFile } from "../../src/song-file/SongFile.js"
import { demoSong, file, now, oldModel, options, readSong, song, songRejection, songRow } from "./fixtures.js"

describe("the forms of song files", () => {
  it("reads a demo song and keeps the file as its content", () => {
    const text = `${JSON.stringify(demoSong, null, 2)}\n`
    expect(readSong(text)).toEqual({
      _tag: "Song",
      warnings: [],
      notRead: [],
      song: {
        id: "starter_900",
        name: "Paper Lanterns",
        composer: "White Room Samples",
        description: "Two pulses that meet",
        genre: "starter",
        duration: 75,
        createdAt: new Date("2026-01-16T00:00:00.000Z"),
        updatedAt: new Date("2026-01-16T00:00:00.000Z"),
        songDataJSON: text,
        determinismSeed: "starter_900"
      }
    })
  })

  it("reads an old song model with its times in milliseconds since 1970", () => {
    expect(song(oldModel)).toEqual({
      id: "model-7",
      name: "Glass Ferry",
      composer: "M. Adeyemi",
      genre: "ambient",
      key: "D minor",
      createdAt: new Date(1_768_554_000_000),
      updatedAt: new Date(1_768_554_000_000),
      songDataJSON: JSON.stringify(oldModel),
      determinismSeed: "seed-7"
    })
  })

  it("reads a Song object and keeps its own content", () => {
    const own = {
      id: "s-1",
      name: "Night Drive",
      key: "E",
      duration: 12.5,
      createdAt: "2026-01-16T09:00:00.000Z",
      updatedAt: "2026-01-17T09:00:00.000Z",
      songDataJSON: ' {"tempo": 120}\n',
      determinismSeed: "x",
      customMetadata: { mood: "dark" }
    }
    const { song: read, warnings } = readSong(own)
    expect(warnings).toEqual([])
    expect(read).toEqual({ ...own, createdAt: new Date(own.createdAt), updatedAt: new Date(own.updatedAt) })
  })

  it("reads the Song object of iOS with times in seconds since 2001", () => {
    const read = song({
      id: "i",
      name: "i",
      createdAt: 790_246_800,
      updatedAt: 790_333_200.5,
      songDataJSON: "{}"
    })
    expect(read.createdAt.toISOString()).toBe("2026-01-16T09:00:00.000Z")
    expect(read.updatedAt.toISOString()).toBe("2026-01-17T09:00:00.500Z")
  })

  it("reads a table row with GRDB times and metadata as text", () => {
    const { song: read, warnings } = readSong(songRow)
    expect(warnings).toEqual([])
    expect(read).toEqual({
      id: "row-1",
      name: "Row",
      createdAt: new Date("2026-01-16T09:00:00.000Z"),
      updatedAt: new Date("2026-01-27T09:00:00.250Z"),
      songDataJSON: '{"tempo":1}',
      determinismSeed: "seed-1",
      customMetadata: { mood: "calm" }
    })
  })

  it("takes any JSON object with a name or a title", () => {
    expect(song({ title: "Only a title" })).toMatchObject({
      name: "Only a title",
      createdAt: now,
      updatedAt: now
    })
    expect(song({ name: 7, title: "Second choice" }).name).toBe("Second choice")
  })

  it("takes a Song object whose songDataJSON is no text as a file of unknown form", () => {
    const content = { name: "Embedded", songDataJSON: { tempo: 1 } }
    expect(song(content).songDataJSON).toBe(JSON.stringify(content))
  })
})

describe("the content of a song file", () => {
  it("is the exact text: byte order mark, spaces, escapes, line ends and key order stay", () => {
    const text = '\ufeff\r\n{ "name" : "\\u00e9t\\u00e9 \u{1f3b5}", "b":1.0, "a":1e2, "a":2 }\r\n\n'
    const bytes = utf8(text)
    const read = readSongFile(bytes, "a.json", options)
    expect(read._tag === "Song" && read.song.name).toBe("été 🎵")
    expect(read._tag === "Song" && utf8(read.song.songDataJSON)).toEqual(bytes)
  })
})

describe("a song without a usable id", () => {
  it("gets the same id from the same bytes and another from other bytes, whatever the file is called", () => {
    const first = song({ name: "A" }, "one.json").id
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(song({ name: "A" }, "other/two.json").id).toBe(first)
    expect(song({ name: "A", x: 1 }, "one.json").id).not.toBe(first)
  })

  it.each(
    ["", "  ", "a\0b", "\ud800", "line\nbreak", "x".repeat(1025), "é".repeat(513), {}, 1.5].map((id) => ({
      id
    }))
  )("does not take $id as an id and says so", ({ id }) => {
    const read = readSong({ name: "A", id })
    expect(read.song.id).toMatch(/-8[0-9a-f]{3}-/)
    expect(read.warnings).toEqual(["id is not a usable id and was left out"])
  })

  it("takes an integer as its digits", () => {
    expect(song({ name: "A", id: 42 })).toMatchObject({ id: "42", determinismSeed: "42" })
  })
})

describe("the name of a song", () => {
  it("is the name of the file where the song is untitled", () => {
    expect(song({ name: " ", id: "1" }, "sketches/Late Train.json").name).toBe("Late Train")
    expect(song({ metadata: { title: "" } }, "C:\\songs\\Etüde.v2.json").name).toBe("Etüde.v2")
    expect(song({ session_model: {} }, ".json").name).toBe("Untitled")
    expect(song({ id: "1", songDataJSON: "{}" }, "x.json").name).toBe("x")
  })

  it("has U+FFFD where half a surrogate pair or a NUL was, and nothing else changed", () => {
    expect(song('{"name":"a\\ud800b\\u0000c\\nd 🎵","composer":"\\udc00"}')).toMatchObject({
      name: "a\ufffdb\ufffdc\nd 🎵",
      composer: "\ufffd"
    })
  })

  it("may be 4,096 bytes long and no longer", () => {
    expect(song({ name: "é".repeat(2048) }).name).toHaveLength(2048)
    expect(songRejection({ name: "é".repeat(2049) })).toBe("its name is over 4096 bytes long")
  })
})

describe("metadata of the wrong type", () => {
  it("is left out and named", () => {
    const read = readSong({
      name: "A",
      id: "a",
      composer: 5,
      genre: ["x"],
      duration: "180",
      duration_seconds: -1,
      key: {},
      createdAt: "yesterday",
      customMetadata: "not json",
      determinismSeed: {}
    })
    expect(read.song).toEqual({
      id: "a",
      name: "A",
      createdAt: now,
      updatedAt: now,
      songDataJSON: read.song.songDataJSON,
      determinismSeed: "a"
    })
    expect(read.warnings).toHaveLength(8)
    expect(read.warnings).toContain("duration is not a number of zero or more and was left out")
    expect(read.warnings).toContain("createdAt is not a time and was left out")
  })

  it("does not round a seed that JavaScript cannot hold", () => {
    const read = readSong('{"name":"A","id":"a","seed":12345678901234567890}')
    expect(read.song.determinismSeed).toBe("a")
    expect(read.warnings).toEqual(["seed is not an exact seed and was left out"])
    expect(song({ name: "A", seed: 0.5 }).determinismSeed).toBe("0.5")
  })

  it("keeps values of custom metadata as text", () => {
    expect(song({ name: "A", customMetadata: { a: "x", b: 1, c: [true, null] } }).customMetadata).toEqual({
      a: "x",
      b: "1",
      c: "[true,null]"
    })
  })

  it("names what a Song object holds beyond the model", () => {
    expect(readSong({ id: "a", name: "A", songDataJSON: "{}", active: true }).warnings).toEqual([
      '"active" has no place in a song and was left out'
    ])
  })
})

describe("keys that JavaScript treats specially", () => {
  it("are keys like any other", () => {
    expect(songRejection('{"__proto__":{"name":"A"}}')).toBe("it has no name or title")
    expect(songRejection('{"metadata":{"__proto__":{"title":"A"}}}')).toBe("it has no name or title")
    const read = song(
      '{"name":"A","constructor":1,"toString":2,"customMetadata":{"__proto__":"x","valueOf":"y"}}'
    )
    expect(Object.entries(read.customMetadata ?? {})).toEqual([
      ["__proto__", "x"],
      ["valueOf", "y"]
    ])
    expect(Object.getPrototypeOf(read.customMetadata)).toBe(Object.prototype)
  })
})

describe("what is no song is rejected with a reason", () => {
  it.each([
    ["", "it is empty"],
    ["\ufeff \n", "it is empty"],
    ["{", "it is not valid JSON"],
    ["nul", "it is not valid JSON"],
    ["null", "it holds no JSON object"],
    ['"name"', "it holds no JSON object"],
    ["[]", "it holds a list, not one JSON object"],
    ["{}", "it has no name or title"],
    ['{"name":null,"title":3}', "it has no name or title"],
    ['{"name":"A"}\0', "it is not valid JSON"],
    [{ name: "P", songId: "s", performanceDataJSON: "{}" }, "it is a performance, not a song"],
    [{ version: "1.0.0", songs: "[]", performances: "[]" }, "it is an export of a whole library, not a song"],
    [
      { name: "A", songDataJSON: "a\0b" },
      "its songDataJSON holds a NUL or half a surrogate pair and could not be kept as it is"
    ],
    [
      '{"name":"A","song_data_json":"\\ud800"}',
      "its songDataJSON holds a NUL or half a surrogate pair and could not be kept as it is"
    ]
  ])("%j: %s", (content, reason) => {
    expect(songRejection(content)).toBe(reason)
  })

  it("bytes that are not UTF-8", () => {
    const utf16 = new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])
    const latin1 = new Uint8Array([...file('{"name":"'), 0xe9, ...file('"}')])
    expect(songRejection(utf16)).toBe("it is not UTF-8 text")
    expect(songRejection(latin1)).toBe("it is not UTF-8 text")
  })

  it("a file over the size limit, before it is read", () => {
    expect(songRejection({ name: "A" }, 11)).toBe("it is larger than 11 bytes")
    expect(songRejection({ name: "A" }, 12)).toBe("taken as A")
  })

  it("a million levels of nesting", () => {
    const depth = 1_000_000
    expect(songRejection(`{"name":"A","x":${"[".repeat(depth)}${"]".repeat(depth)}}`)).toBe(
      "it is nested more than 1000 levels deep"
    )
    expect(songRejection('{"a":'.repeat(depth))).toBe("it is nested more than 1000 levels deep")
  })

  it("takes a thousand levels, and brackets inside strings are no levels", () => {
    expect(songRejection(`{"name":"A","x":${"[".repeat(999)}${"]".repeat(999)}}`)).toBe("taken as A")
    expect(songRejection({ name: "A", x: '[{\\"'.repeat(5000) })).toBe("taken as A")
  })

  it("more values than memory should hold", () => {
    expect(songRejection(`{"name":"A","x":[${"0,".repeat(2_000_000)}0]}`)).toBe(
      "it holds more than 2000000 values"
    )
  })
})
