import { readdirSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** The songs of an exchange file in the folder of the test. */
const songsOf = async (
  whiteroom: Whiteroom,
  file: string
): Promise<ReadonlyArray<{ readonly name: string }>> =>
  JSON.parse(JSON.parse(await whiteroom.read(file)).songs)

/** Everything of a library that an export carries. */
const contents = (whiteroom: Whiteroom, file = "library.db") =>
  whiteroom.run(["diff", "b1", "now", "--json", "-l", file])

describe("export", () => {
  it("writes an exchange file that another library imports to the same library", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run(["export", "now", "all.json"])
    expect(result).toMatchObject({ code: 0, stdout: "" })
    expect(result.stderr).toMatch(
      /^Wrote 3 songs, 2 performances, preferences of now to .*\/all\.json \([\d.]+ KB\)\.\n$/
    )
    const other = ["-l", "other.db"]
    await whiteroom.run(["init", ...other])
    expect(await whiteroom.run(["import", "all.json", ...other])).toMatchObject({ code: 0 })
    const again = await whiteroom.run(["export", "now", "again.json", ...other])
    expect(again.code).toBe(0)
    const parts = async (file: string) => {
      const { songs, performances, preferences } = JSON.parse(await whiteroom.read(file))
      return { songs, performances, preferences }
    }
    expect(await parts("again.json")).toEqual(await parts("all.json"))
  })

  it("says for scripts what it wrote", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run([
      "export",
      "b1",
      "b1.json",
      "--for",
      "ios",
      "--kind",
      "song",
      "--json"
    ])
    expect(summaryOf(result)).toMatchObject({
      path: whiteroom.at("b1.json"),
      format: "json",
      source: "b1",
      songs: 3,
      performances: 0,
      preferences: 0,
      files: 1,
      encrypted: false,
      problems: []
    })
    expect((await songsOf(whiteroom, "b1.json")).length).toBe(3)
  })

  it("takes what is named, from any time", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      library.songs.upsert({ id: "s-1", name: "Changed", songDataJSON: "{}", determinismSeed: "1" })
    )
    await whiteroom.run(["export", "now", "now.json", "--song", "s-1"])
    await whiteroom.run(["export", "b1", "then.json", "--song", "s-1"])
    const [now, then] = await Promise.all(["now.json", "then.json"].map((file) => songsOf(whiteroom, file)))
    expect(now).toMatchObject([{ name: "Changed" }])
    expect(then).toHaveLength(1)
    expect(then?.[0]?.name).not.toBe("Changed")
  })

  it("writes a folder of files, and one file of one song", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect(await whiteroom.run(["export", "now", "out", "--format", "files"])).toMatchObject({ code: 0 })
    expect(readdirSync(whiteroom.at("out")).sort()).toEqual(["performances", "preferences", "songs"])
    expect(readdirSync(whiteroom.at("out/songs"))).toHaveLength(3)
    const one = ["export", "now", "one.json", "--format", "files", "--song", "s-1"]
    expect(await whiteroom.run(one)).toMatchObject({ code: 0 })
    expect(JSON.parse(await whiteroom.read("one.json"))).toMatchObject({ id: "s-1" })
  })

  it("writes a bundle that brings a lost library back", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect(await whiteroom.run(["export", "b1", "b1.whiteroom", "--format", "bundle"])).toMatchObject({
      code: 0
    })
    await whiteroom.run(["init", "-l", "other.db"])
    expect(await whiteroom.run(["import", "b1.whiteroom", "-l", "other.db"])).toMatchObject({ code: 0 })
    expect(JSON.parse((await contents(whiteroom, "other.db")).stdout)).toMatchObject({
      created: [],
      deleted: [],
      changed: []
    })
  })

  it("never replaces a file unless told to", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "mine.json", "mine")
    const refused = await whiteroom.run(["export", "now", "mine.json"])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /mine\.json exists already and was left as it is\. Nothing was written\.\n.*--force/
    )
    expect(await whiteroom.read("mine.json")).toBe("mine")
    expect(await whiteroom.run(["export", "now", "mine.json", "--force"])).toMatchObject({ code: 0 })
    expect(await songsOf(whiteroom, "mine.json")).toHaveLength(3)
  })

  it("with --dry-run writes nothing", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const before = readdirSync(whiteroom.folder)
    const result = await whiteroom.run(["export", "now", "-n"])
    expect(result).toMatchObject({ code: 0 })
    expect(result.stderr).toMatch(/^Would write 3 songs, .* to .*White Room Exports\/whiteroom_backup_/)
    expect(readdirSync(whiteroom.folder)).toEqual(before)
  })

  it("without a target goes to the person's documents", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect(await whiteroom.run(["export", "now"])).toMatchObject({ code: 0 })
    const [name] = readdirSync(whiteroom.at("White Room Exports"))
    expect(name).toMatch(/^whiteroom_backup_\d{4}-\d\d-\d\d_\d{6}\.json$/)
  })

  it("names what JSON cannot carry, and exits with 3", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      library.songs.upsert({ id: "odd", name: "Odd", songDataJSON: "{}", determinismSeed: "1" })
    )
    sqlite(whiteroom.library, "UPDATE song_data SET composer = CAST(x'41ff' AS TEXT) WHERE id = 'odd'")
    const result = await whiteroom.run(["export", "now", "all.json"])
    expect(result.code).toBe(3)
    expect(result.stderr).toContain('! song odd (Odd): composer is written as "A\ufffd"\n')
    expect(result.stderr).toContain("--format bundle keeps everything as it is.")
  })
})

describe("an encrypted export", () => {
  const secret = "correct horse battery"

  it("opens with its passphrase alone, which is never shown", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "secret.txt", `${secret}\n`)
    const words = [
      "export",
      "now",
      "sealed.json.age",
      "--encrypt",
      "--passphrase-file",
      "secret.txt",
      "--json"
    ]
    const result = await whiteroom.run([...words, "--verbose"])
    expect(summaryOf(result)).toMatchObject({ encrypted: true, songs: 3 })
    expect((await whiteroom.readBytes("sealed.json.age")).toString("latin1")).toMatch(
      /^age-encryption\.org\/v1\n/
    )
    await whiteroom.run(["init", "-l", "other.db"])
    const open = (passphrase: string) =>
      whiteroom.run(["import", "sealed.json.age", "-l", "other.db"], {
        env: { WHITEROOM_PASSPHRASE: passphrase }
      })
    const wrong = await open("wrong")
    expect(wrong.code).toBe(12)
    expect(await open(secret)).toMatchObject({ code: 0 })
    for (const { stdout, stderr } of [result, wrong]) expect(stdout + stderr).not.toContain(secret)
  })

  it("is refused without a passphrase and nobody to ask, and nothing is written", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run(["export", "now", "sealed.json.age", "--encrypt"])
    expect(result.code).toBe(2)
    expect(readdirSync(whiteroom.folder)).not.toContain("sealed.json.age")
  })
})

describe("words that cannot be meant", () => {
  it.for([
    [["export"], "No source was named"],
    [["export", "b1", "x.json", "--at", "2 hours ago"], "are two sources"],
    [["export", "now", "x.json", "--kind", "song", "--song", "s-1"], "--kind takes everything"],
    [["export", "now", "x.json", "--with-performances"], "--with-performances goes with songs"],
    [["export", "now", "x.json", "--format", "bundle", "--for", "ios"], "--for is about JSON"],
    [["export", "now", "x.json", "--encrypt", "--recipient", "age1x"], "for a passphrase or for recipients"],
    [["export", "now", "x.json", "--armor"], "--armor is about encrypted files"],
    [["export", "now", "x.json", "--passphrase-command", "echo a"], "nothing is to be encrypted"]
  ] as const)("%j", async ([words, message], { whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run(words)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(message)
    expect(readdirSync(whiteroom.folder)).not.toContain("x.json")
  })
})
