/** The first five minutes: one question, and everything is protected, sent elsewhere and proven. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { describe, expect } from "vitest"
import { appDatabase, sqlite } from "./support/library.js"
import { calls, withSystemctl } from "./support/systemctl.js"
import { it, jsonLines, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const usual = "data/White Room/white_room.db"
const library = "data/White Room/library.db"

/** Nothing says where the library is; the service manager is one of this test. */
const environment = (whiteroom: Whiteroom, failing?: string) => {
  const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment(withSystemctl(whiteroom, failing))
  return env
}

const withDropbox = (whiteroom: Whiteroom) => {
  mkdirSync(whiteroom.at("Dropbox"))
  return environment(whiteroom)
}

const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()

describe.runIf(process.platform === "linux")("setup", () => {
  it("adopts, makes a vault, sends, proves, adds profiles and starts the daemon", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    const file = appDatabase(whiteroom, usual)
    const rows = sqlite(file, "SELECT * FROM song_data ORDER BY id")
    const done = await whiteroom.runWith(env, ["setup", "--yes", "--json"])
    expect({ code: done.code, done: summaryOf(done) }).toEqual({
      code: 0,
      done: expect.objectContaining({
        library: file,
        adopted: true,
        broughtBack: false,
        songs: 2,
        places: [{ place: whiteroom.at("Dropbox"), vault: "Dropbox", proven: true }],
        profiles: ["hourly", "evening"],
        started: true
      })
    })
    expect(sqlite(file, "SELECT * FROM song_data ORDER BY id")).toBe(rows)
    expect(calls(whiteroom)).toEqual([
      "--user daemon-reload",
      "--user enable W.service",
      "--user restart W.service"
    ])
    const profiles = JSON.parse((await whiteroom.runWith(env, ["schedule", "list", "--json"])).stdout)
    expect(profiles).toMatchObject([
      { name: "evening", places: [{ place: "" }, { place: "Dropbox" }] },
      { name: "hourly", places: [{ place: "" }] }
    ])
    const check = await whiteroom.runWith(env, ["check", "--from", "Dropbox", "--full"])
    expect(check.code).toBe(0)
  })

  it("can be run again, and does nothing twice", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    appDatabase(whiteroom, usual)
    await whiteroom.runWith(env, ["setup", "-y"])
    const vaults = readdirSync(whiteroom.at("Dropbox"))
    const done = await whiteroom.runWith(env, ["setup", "-y", "--json"])
    expect({ code: done.code, done: summaryOf(done) }).toMatchObject({
      code: 0,
      done: { adopted: false, profiles: [], places: [{ vault: "Dropbox", proven: true }] }
    })
    expect(readdirSync(whiteroom.at("Dropbox"))).toEqual(vaults)
    const backups = JSON.parse((await whiteroom.runWith(env, ["list", "--json"])).stdout)
    expect(backups).toHaveLength(2)
  })

  it("asks bare whiteroom's one question, and leaves everything as it is after a no", async ({
    whiteroom
  }) => {
    const env = withDropbox(whiteroom)
    const file = appDatabase(whiteroom, usual)
    const bytes = readFileSync(file)
    const without = { ...env, WHITEROOM_LIBRARY: whiteroom.at(library) }
    const no = await whiteroom.inTerminal([], { answers: ["n"], env: without })
    expect(no.stdout).toContain(
      "Protect these 2 songs: a backup every hour here, and every evening on Dropbox? [Y/n]"
    )
    expect(no.stdout).toContain("Nothing was changed.")
    expect(no.code).toBe(5)
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(readdirSync(whiteroom.at("Dropbox"))).toEqual([])
    const yes = await whiteroom.inTerminal([], { answers: [""], env: without })
    expect(yes.stdout).toContain("Protected: 2 songs. b2 is how they are now.")
    expect(yes.stdout).toMatch(/Dropbox \(vault Dropbox\): everything is there; ".+" was read back from it/)
    expect(yes.stdout).toContain(
      "To take it back:\n  whiteroom daemon uninstall\n  whiteroom schedule remove hourly"
    )
    expect(yes.code).toBe(0)
  })

  it("takes no end of input for a yes", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    const file = appDatabase(whiteroom, usual)
    const bytes = readFileSync(file)
    const end = "\u0004"
    const { code } = await whiteroom.inTerminal(["setup"], {
      ...{ answers: [end], asProcess: true },
      env: { ...env, WHITEROOM_LIBRARY: whiteroom.at(library) }
    })
    expect(code).not.toBe(0)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it("offers first what was kept elsewhere, on a computer that has nothing", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    appDatabase(whiteroom, usual)
    await whiteroom.runWith(env, ["setup", "-y"])
    const before = (await whiteroom.runWith(env, ["song", "list", "--json"])).stdout
    for (const folder of ["data", ".config", "config"])
      rmSync(whiteroom.at(folder), { recursive: true, force: true })
    const screen = await whiteroom.runWith(env, [])
    expect(screen.stdout).toContain("Found 1 vault")
    const { stdout, code } = await whiteroom.inTerminal([], {
      answers: ["y", "y", "y"],
      env: { ...env, WHITEROOM_LIBRARY: whiteroom.at(library) }
    })
    expect(stdout).toMatch(
      /Found your library: 2 songs, last saved today \d+:\d\d, in ~\/Dropbox\/White Room/
    )
    expect(stdout).toContain("Brought back 2 songs and 2 backups")
    expect(stdout).toContain("Protected: 2 songs.")
    expect(code).toBe(0)
    expect((await whiteroom.runWith(env, ["song", "list", "--json"])).stdout).toBe(before)
  })

  it("goes by a file for many computers, and says what in it cannot be meant", async ({ whiteroom }) => {
    const env = environment(whiteroom)
    mkdirSync(whiteroom.at("nas"))
    const file = whiteroom.at("school.json")
    writeFileSync(
      file,
      JSON.stringify({
        places: ["nas", "gone"],
        when: "every 2 hours",
        copies: "daily 17:30",
        service: false
      })
    )
    const done = await whiteroom.runWith(env, ["setup", "--yes", "--from", file, "--json"])
    expect({ code: done.code, done: summaryOf(done) }).toMatchObject({
      code: 3,
      done: {
        adopted: false,
        places: [
          { place: whiteroom.at("nas"), vault: "nas", proven: false },
          { place: whiteroom.at("gone"), vault: null, error: expect.stringContaining("gone") }
        ],
        started: null
      }
    })
    expect(existsSync(whiteroom.at("gone"))).toBe(false)
    for (const wrong of [
      '{"place": "x"}',
      '{"places": "x"}',
      "[",
      '{"when": 3}',
      '{"when": "now and then"}'
    ]) {
      writeFileSync(file, wrong)
      const refused = await whiteroom.runWith(env, ["setup", "--yes", "--from", file, "--json"])
      expect([wrong, refused.code, jsonLines(refused.stderr).length]).toEqual([wrong, 2, 1])
    }
  })

  it("changes nothing with --dry-run, and tells which step failed", async ({ whiteroom }) => {
    const env = environment(whiteroom, "restart")
    mkdirSync(whiteroom.at("Dropbox"))
    appDatabase(whiteroom, usual)
    const before = filesIn(whiteroom.at("data"))
    const dry = await whiteroom.runWith(env, ["setup", "-n"])
    expect(dry.code).toBe(0)
    expect(dry.stderr).toContain("Would protect these 2 songs")
    expect(filesIn(whiteroom.at("data"))).toEqual(before)
    expect(filesIn(whiteroom.at("Dropbox"))).toEqual([])
    const { code, stderr } = await whiteroom.runWith(env, ["setup", "-y"])
    expect(code).toBe(3)
    expect(stderr).toMatch(/the daemon could not be started:\n {4}systemctl --user restart/)
  })

  it("brings nothing back with --dry-run, also where yes was said to all", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    appDatabase(whiteroom, usual)
    await whiteroom.runWith(env, ["setup", "-y"])
    for (const folder of ["data", ".config", "config"])
      rmSync(whiteroom.at(folder), { recursive: true, force: true })
    const { code, stderr } = await whiteroom.runWith(env, ["setup", "-n", "-y"])
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining("Would offer to bring back the library in ~/Dropbox/")
    ])
    expect(existsSync(whiteroom.at(library))).toBe(false)
  })

  it("says in the words of people what is wrong with a file, and does nothing", async ({ whiteroom }) => {
    const env = withDropbox(whiteroom)
    const file = whiteroom.at("school.json")
    for (const [text, said] of [
      ['{"places": "Dropbox"}', "places: it must be a list"],
      ['{"places": [1]}', "places (1): it must be a text that is not empty"],
      ['{"places": ["a\\u0000b"]}', "places (1): it must be the path of a folder, or a bucket"],
      [`{"places": ["${"x".repeat(4097)}"]}`, "places (1): it must be the path of a folder, or a bucket"],
      ['{"place": ["Dropbox"]}', "place: it is not known; known are places, when, copies, service"],
      ['{"service": "no"}', "service: it must be true or false"],
      ["[]", "it must be an object"]
    ] as const) {
      writeFileSync(file, text)
      const { code, stderr } = await whiteroom.runWith(env, ["setup", "-y", "--from", file])
      expect(code).toBe(2)
      expect(stderr).toContain(`cannot be meant: ${said}. Nothing was changed.`)
    }
  })

  it("makes nothing when the times of a file cannot be meant", async ({ whiteroom }) => {
    const env = environment(whiteroom)
    writeFileSync(whiteroom.at("school.json"), '{"when": "now and then"}')
    const { code } = await whiteroom.runWith(env, ["setup", "-y", "--from", whiteroom.at("school.json")])
    expect([code, existsSync(whiteroom.at(library))]).toEqual([2, false])
  })

  it("takes a folder for an answer, also one in the home folder", async ({ whiteroom }) => {
    const env = environment(whiteroom)
    mkdirSync(whiteroom.at("nas"))
    appDatabase(whiteroom, usual)
    const { code } = await whiteroom.inTerminal([], {
      answers: ["~/nas"],
      env: { ...env, WHITEROOM_LIBRARY: whiteroom.at(library) }
    })
    expect(code).toBe(0)
    expect(readdirSync(whiteroom.at("nas"))).toEqual([expect.stringMatching(/^White Room [0-9a-f]{8}$/)])
  })

  it("leaves a library that somebody put into the app's place to adopt, which shows its profiles", async ({
    whiteroom
  }) => {
    const env = withDropbox(whiteroom)
    const file = appDatabase(whiteroom, usual)
    await whiteroom.runWith(env, ["adopt", "-y"])
    rmSync(whiteroom.at(".config"), { recursive: true, force: true })
    rmSync(whiteroom.at("config"), { recursive: true, force: true })
    const { code, stderr } = await whiteroom.runWith(env, ["setup", "-y"])
    expect(code).toBe(2)
    expect(stderr).toContain("Make it yours first: whiteroom adopt.")
    expect(existsSync(file)).toBe(true)
  })
})

describe("a computer without a library", () => {
  it("is told where the songs are, by every command", async ({ whiteroom }) => {
    const env = environment(whiteroom)
    const nothing = await whiteroom.runWith(env, ["list"])
    expect([nothing.code, nothing.stderr]).toEqual([
      10,
      expect.stringContaining("Begin with whiteroom setup")
    ])
    appDatabase(whiteroom, usual)
    for (const words of [["list"], ["song", "list"], ["backup"], ["import", "."], ["restore", "latest"]]) {
      const { code, stderr } = await whiteroom.runWith(env, words)
      expect([words, code, stderr]).toEqual([
        words,
        10,
        expect.stringContaining(
          "Found 2 songs in ~/data/White Room/white_room.db: whiteroom setup protects them."
        )
      ])
    }
  })

  it("needs no init for import and restore --from, and keeps nothing of one that brought nothing", async ({
    whiteroom
  }) => {
    const env = withDropbox(whiteroom)
    const missing = await whiteroom.runWith(env, ["import", "nowhere"])
    expect(missing.code).toBe(1)
    expect(existsSync(whiteroom.at(library))).toBe(false)
    appDatabase(whiteroom, "old.db")
    const planned = await whiteroom.runWith(env, ["import", whiteroom.at("old.db"), "-n"])
    expect([planned.code, existsSync(whiteroom.at(library))]).toEqual([0, false])
    const done = await whiteroom.runWith(env, ["import", whiteroom.at("old.db"), "-y"])
    expect([done.code, done.stderr]).toEqual([
      0,
      expect.stringContaining("This is your library from now on: ~/data/White Room/library.db")
    ])
    await whiteroom.runWith(env, ["backup", "--to", whiteroom.at("Dropbox")])
    cpSync(whiteroom.at(library), whiteroom.at("kept.db"))
    rmSync(whiteroom.at("data"), { recursive: true })
    const back = await whiteroom.runWith(env, ["restore", "latest", "--from", whiteroom.at("Dropbox"), "-y"])
    expect(back.code).toBe(0)
    const songs = JSON.parse((await whiteroom.runWith(env, ["song", "list", "--json"])).stdout)
    expect(songs).toHaveLength(2)
  })
})
