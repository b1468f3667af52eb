import { mkdirSync, symlinkSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary, song, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const names = (whiteroom: Whiteroom) =>
  withLibrary(whiteroom, (library) => library.songs.list()).then((songs) => songs.map(({ name }) => name))

const songFile = (id: string, name: string) => JSON.stringify(song(id, name))

describe("song import", () => {
  it("takes every kind of song file and keeps each byte for byte", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const demo = '{ "id": "demo-1", "name": "Demo", "duration_seconds": 61.5, "session_model": {} }\n'
    const old = '\ufeff{"metadata":{"title":"Old One"},"tracks":[]}'
    write(whiteroom, "in/object.json", songFile("o-1", "Object"))
    write(whiteroom, "in/demo.json", demo)
    write(whiteroom, "in/deep/er/old.json", old)
    write(whiteroom, "in/other.JSON", '{"title":"Anything","x":1}')
    const result = await whiteroom.run(["song", "import", "in"])
    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "Imported 4 songs.\n" })
    const documents = await withLibrary(whiteroom, (library) => library.songs.read("demo-1"))
    expect(documents.songDataJSON).toBe(demo)
    expect(documents.duration).toBe(61.5)
    await whiteroom.run(["song", "export", "Old One", "Object", "--to", "out"])
    expect(await whiteroom.read("out/Old One.json")).toBe(old)
    expect(await whiteroom.read("out/Object.json")).toBe(song("o-1", "Object").songDataJSON)
  })

  it("names bad files, takes the others and exits with 3", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "in/a.json", songFile("a", "A"))
    write(whiteroom, "in/broken.json", "{")
    write(whiteroom, "in/list.json", "[]")
    write(whiteroom, "in/nameless.json", "{}")
    write(whiteroom, "in/binary.json", new Uint8Array([0xff, 0xfe, 0x00]))
    write(whiteroom, "in/take.json", '{"name":"Take","songId":"a","performanceDataJSON":"{}"}')
    write(whiteroom, "in/b.json", songFile("b", "B"))
    const result = await whiteroom.run(["song", "import", "in"])
    expect(result.code).toBe(3)
    expect(result.stderr).toBe(
      [
        "! in/binary.json: it is not UTF-8 text",
        "! in/broken.json: it is not valid JSON",
        "! in/list.json: it holds a list, not one JSON object",
        "! in/nameless.json: it has no name or title",
        "! in/take.json: it is a performance, not a song",
        "Imported 2 songs, 5 problems, named above. Everything else is safe.",
        ""
      ].join("\n")
    )
    expect(await names(whiteroom)).toEqual(["A", "B"])
  })

  it("fails when there was nothing but bad files", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "bad.json", "{")
    const result = await whiteroom.run(["song", "import", "bad.json", "nowhere"])
    expect(result.code).toBe(1)
    expect(result.stderr).toContain("! nowhere: there is no such file or folder\n")
  })

  it("skips what is there already, and a second copy of a file", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "in/a.json", '{"title":"Untimed"}')
    write(whiteroom, "in/copy of a.json", '{"title":"Untimed"}')
    expect(summaryOf(await whiteroom.run(["song", "import", "in", "--json"]))).toMatchObject({
      songs: 1,
      skipped: 1
    })
    expect(summaryOf(await whiteroom.run(["song", "import", "in", "--json"]))).toMatchObject({
      songs: 0,
      skipped: 2
    })
  })

  it("refuses another file with an id that was taken in the same import", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "in/1.json", songFile("same", "First"))
    write(whiteroom, "in/2.json", songFile("same", "Second"))
    const { code, stderr } = await whiteroom.run(["song", "import", "in"])
    expect(code).toBe(3)
    expect(stderr).toContain("! in/2.json: it has the same id as in/1.json, which was taken\n")
    expect(await names(whiteroom)).toEqual(["First"])
  })

  it("replaces a song that is there under the same id", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "new.json", songFile("s-1", "Night Drive, again"))
    expect((await whiteroom.run(["song", "import", "new.json"])).stderr).toBe("Imported 1 song.\n")
    expect(await names(whiteroom)).toContain("Night Drive, again")
  })

  it("passes over hidden files and links that lead in circles", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "in/a.json", songFile("a", "A"))
    write(whiteroom, "in/.hidden.json", "{")
    write(whiteroom, "in/readme.txt", "no song")
    symlinkSync(whiteroom.at("in"), whiteroom.at("in/again"))
    expect(await whiteroom.run(["song", "import", "in"])).toMatchObject({
      code: 0,
      stderr: "Imported 1 song.\n"
    })
  })

  it("keeps names of every script", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const wanted = ["Ночная дорога", "夜のドライブ", "سفر الليل", "🎹 Nacht"]
    for (const [index, name] of wanted.entries())
      write(whiteroom, `in/${name}.json`, songFile(`u-${index}`, name))
    expect((await whiteroom.run(["song", "import", "in"])).code).toBe(0)
    expect((await names(whiteroom)).toSorted()).toEqual(wanted.toSorted())
  })

  it("names fields that have no place only with --verbose", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "a.json", JSON.stringify({ ...song("a", "A"), mood: "blue" }))
    const quiet = await whiteroom.run(["song", "import", "a.json"])
    expect(quiet.stderr).toBe("Imported 1 song.\n1 field had no place; --verbose names them.\n")
    const verbose = await whiteroom.run(["song", "import", "a.json", "-v"])
    expect(verbose.stderr).toContain('  a.json: "mood" has no place in a song and was left out\n')
  })

  it("changes nothing with --dry-run", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "a.json", songFile("a", "A"))
    const { code, stderr } = await whiteroom.run(["song", "import", "a.json", "-n"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Would import 1 song. Nothing was changed.\n" })
    expect(await names(whiteroom)).toEqual([])
  })

  it("of many files is one import, which undo takes back", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    for (let index = 0; index < 120; index++)
      write(whiteroom, `in/${index}.json`, songFile(`n-${index}`, `N ${index}`))
    expect(summaryOf(await whiteroom.run(["song", "import", "in", "--json"]))).toMatchObject({
      songs: 120,
      errors: []
    })
    const events = await withLibrary(whiteroom, (library) => library.log.read({ limit: 2000 }))
    expect(events.filter(({ type }) => type === "LibraryImported")).toHaveLength(1)
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    expect(await names(whiteroom)).toEqual([])
  })
})

describe("song import of what holds no songs", () => {
  it("says so of a folder, and does not wait for the end of a device", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    mkdirSync(whiteroom.at("empty"))
    expect(await whiteroom.run(["song", "import", "empty"])).toMatchObject({
      code: 0,
      stderr: "Nothing was found there that can be imported. Nothing was changed.\n"
    })
    expect(await whiteroom.run(["song", "import", "/dev/zero"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("! /dev/zero: it is not a file\n")
    })
  })
})

describe("performance import", () => {
  it("takes performances of Node and of iOS, and refuses what names no song", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(
      whiteroom,
      "in/ios.json",
      '{"id":"i","name":"Phone","song_id":"s-1","performance_data_json":"{}","created_at":700000000}'
    )
    write(whiteroom, "in/song.json", songFile("x", "X"))
    const { code, stderr } = await whiteroom.run(["performance", "import", "in"])
    expect(code).toBe(3)
    expect(stderr).toContain("! in/song.json: it is a song, not a performance\n")
    const found = await withLibrary(whiteroom, (library) => library.performances.read("i"))
    expect(found).toMatchObject({
      name: "Phone",
      songId: "s-1",
      createdAt: new Date("2023-03-08T20:26:40.000Z")
    })
  })
})
