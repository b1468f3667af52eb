import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { describe, expect } from "vitest"
import { appDatabase, sqlite, write } from "./support/library.js"
import { it, jsonLines, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const usual = "data/White Room/white_room.db"

/** Nothing says where the library is: the default place in the data folder. */
const noName = (whiteroom: Whiteroom) => {
  const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
  return { ...env, XDG_CONFIG_HOME: whiteroom.at("config") }
}

const songs = (file: string): string => sqlite(file, "SELECT * FROM song_data ORDER BY id")

describe("adopt", () => {
  it("protects the app's database in its usual place, and every command finds it then", async ({
    whiteroom
  }) => {
    const file = appDatabase(whiteroom, usual)
    const before = songs(file)
    const env = noName(whiteroom)
    const { code, stdout, stderr } = await whiteroom.runWith(env, ["adopt", "-y"])
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" })
    expect(stderr).toBe(
      [
        "~/data/White Room/white_room.db: 2 songs, 0 performances, 1 old backup.",
        "White Room's tables and rows stay as they are, and it goes on reading and writing them. What changes in the file:",
        "  tables and triggers of White Room Backup are added beside those of the app",
        "  its journal mode becomes WAL (now delete): while it is open, two more files lie beside it",
        "A verified copy of it as it is now is made first, and stays beside it until you delete it.",
        "Not protected, because White Room Backup does not know them: the tables markers.",
        "Protected: 2 songs, 0 performances, 1 old backup. b2 is how it is now.",
        "The file as it was: ~/data/White Room/white_room.before-adoption.db. Delete it when you are content.",
        "It is your library from now on: ~/config/white-room/config.json says so.",
        "Next: whiteroom backup --to DIR, with a folder on another disk.",
        ""
      ].join("\n")
    )
    expect(songs(file)).toBe(before)
    const list = JSON.parse((await whiteroom.runWith(env, ["list", "--json"])).stdout)
    expect(list).toMatchObject([
      { backupId: "old-one", number: 1, description: "before the tour", trigger: "imported", songs: 1 },
      { number: 2, description: "Adopted white_room.db", songs: 2 }
    ])
    expect((await whiteroom.runWith(env, ["check", "--full"])).code).toBe(0)
    sqlite(file, "UPDATE song_data SET name = 'by the app' WHERE id = 's-2'")
    expect((await whiteroom.runWith(env, ["restore", "old-one", "--mode", "exact", "-y"])).code).toBe(0)
    expect(sqlite(file, "SELECT id FROM song_data")).toBe("s-1\n")
    expect((await whiteroom.runWith(env, ["undo", "-y"])).code).toBe(0)
    expect(sqlite(file, "SELECT name FROM song_data ORDER BY id")).toBe("Night Drive\nby the app\n")
  })

  it("changes nothing until it was confirmed, and nothing with --dry-run", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    const bytes = readFileSync(file)
    expect(await whiteroom.run(["adopt", file])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Adopting ~/app.db must be confirmed. Nothing was changed.")
    })
    const dry = await whiteroom.run(["adopt", file, "--dry-run"])
    expect(dry).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/2 songs.*\n(.*\n)+Nothing was changed\.\n$/)
    })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect((await whiteroom.list(".")).filter((name) => name.startsWith("app"))).toEqual(["app.db"])
  })

  it("of two at once one does it, and the other finds it done", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    const before = songs(file)
    const words = ["adopt", file, "-y", "--json"]
    const both = await Promise.all([1, 2].map(() => whiteroom.run(words, { asProcess: true })))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(songs(file)).toBe(before)
    const list = JSON.parse((await whiteroom.run(["-l", file, "list", "--json"])).stdout)
    expect(list).toMatchObject([{ number: 1 }, { number: 2 }])
    expect((await whiteroom.run(["-l", file, "check", "--full"])).code).toBe(0)
  })

  it("asks at the terminal", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    const no = await whiteroom.inTerminal(["adopt", file], { answers: ["n"] })
    expect(no.code).toBe(2)
    expect(no.stdout).toContain("Adopt it? [y/N]")
    expect(sqlite(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'library_info'")).toBe("0\n")
    const yes = await whiteroom.inTerminal(["adopt", file], { answers: ["y"] })
    expect(yes.code).toBe(0)
    expect(yes.stdout).toContain("Protected: 2 songs")
  })

  it("says the second time that nothing is to be done", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    await whiteroom.run(["adopt", file, "-y"])
    const again = await whiteroom.run(["adopt", file, "--json"])
    expect(again.code).toBe(0)
    expect(summaryOf(again)).toMatchObject({
      already: true,
      songs: 0,
      backups: 0,
      skipped: 3,
      errors: [],
      capturing: true
    })
    expect((await whiteroom.list(".")).filter((name) => name.includes("before-adoption"))).toEqual([
      "app.before-adoption.db"
    ])
  })

  it("leaves the original as it is with --into, and says how to use the new library", async ({
    whiteroom
  }) => {
    const file = appDatabase(whiteroom)
    const bytes = readFileSync(file)
    mkdirSync(whiteroom.at("mine"))
    const { code, stderr } = await whiteroom.run(["adopt", "app.db", "--into", "mine/new.db", "-y"])
    expect(code).toBe(0)
    expect(stderr).toContain("It is only read and stays as it is. The library is a new file: ~/mine/new.db\n")
    expect(stderr).toContain(
      "Other commands look at ~/library.db: name this one with --library ~/mine/new.db\n"
    )
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect((await whiteroom.run(["-l", "mine/new.db", "check", "--full"])).code).toBe(0)
    expect(await whiteroom.run(["adopt", "app.db", "--into", "mine/new.db", "-y"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("exists already and was left as it is")
    })
  })

  it("names what it cannot take over, exits with 3, and says it once", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    sqlite(file, "INSERT INTO backups VALUES('bad', 'yesterday', 'May', '[]', '[]', '{}', 1, '1', '')")
    const first = await whiteroom.run(["adopt", file, "-y", "--json"])
    expect(first.code).toBe(3)
    const error = { file: "backup bad (May)", reason: "its time cannot be read (yesterday)" }
    // Lines of progress may come before it.
    expect(jsonLines(first.stdout)).toContainEqual({ message_type: "error", ...error })
    expect(summaryOf(first)).toMatchObject({ songs: 2, backups: 1, errors: [error] })
    expect(await whiteroom.run(["adopt", file])).toMatchObject({ code: 0, stdout: "" })
    const status = await whiteroom.run(["-l", file, "status"])
    expect(status.stdout).toContain("! Not protected, because it cannot be read: the app's own backup bad")
  })

  it("takes over what the app backed up since", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    await whiteroom.run(["adopt", file, "-y"])
    sqlite(
      file,
      "INSERT INTO backups SELECT 'new-one', '2026-02-01 10:00:00.000', 'later', songs_json, performances_json, preferences_json, size, version, created_at FROM backups"
    )
    expect((await whiteroom.run(["-l", file, "list"])).stdout).toMatch(/\nb3 .*later\n/)
    expect(sqlite(file, "SELECT count(*) FROM backups")).toBe("2\n")
  })

  it("says so where there is nothing to adopt, or something else", async ({ whiteroom }) => {
    expect(await whiteroom.run(["adopt"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("No White Room database was found in its usual place")
    })
    write(whiteroom, "notes.txt", "my notes")
    expect(await whiteroom.run(["adopt", "notes.txt", "-y"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("It was left as it is.")
    })
    expect((await whiteroom.run(["adopt", "none.db", "-y"])).code).toBe(10)
  })

  it("never changes where the library is when something says so already", async ({ whiteroom }) => {
    appDatabase(whiteroom, usual)
    const env = noName(whiteroom)
    await whiteroom.runWith(env, ["init"])
    const { code, stderr } = await whiteroom.runWith(env, ["adopt", "-y"])
    expect(code).toBe(0)
    expect(stderr).toContain("Other commands look at ~/data/White Room/library.db")
    // What it says can be pasted, as a shell reads it and as one that keeps `~` does.
    const [, pasted = ""] = /name this one with --library (.+)$/m.exec(stderr) ?? []
    expect(pasted).toBe("~/'data/White Room/white_room.db'")
    const songs = (library: string) =>
      execFileSync(
        "/bin/sh",
        ["-c", `"$0" "$1" --library ${library} status --json || true`, process.execPath, whiteroom.program],
        {
          env,
          encoding: "utf8"
        }
      )
    for (const word of [pasted, '"~/data/White Room/white_room.db"'])
      expect(JSON.parse(songs(word))).toMatchObject({ library: { path: whiteroom.at(usual), songs: 2 } })
    expect(existsSync(whiteroom.at("config"))).toBe(false)
  })
})

it("whiteroom finds a library in the app's place that nothing names, and adopt names it", async ({
  whiteroom
}) => {
  appDatabase(whiteroom, usual)
  const named = { ...noName(whiteroom), WHITEROOM_LIBRARY: whiteroom.at(usual) }
  await whiteroom.runWith(named, ["adopt", "-y"])
  const env = noName(whiteroom)
  const first = await whiteroom.runWith(env, [])
  expect(first.stdout).toContain(
    "Found a library that nothing names yet:\n  ~/data/White Room/white_room.db\n"
  )
  expect((await whiteroom.runWith(env, ["adopt"])).code).toBe(0)
  expect((await whiteroom.runWith(env, [])).stdout).toContain("2 songs, 0 performances")
})

it("a library of somebody else becomes one's own only after a yes to what its profiles would do", async ({
  whiteroom
}) => {
  appDatabase(whiteroom, usual)
  const named = { ...noName(whiteroom), WHITEROOM_LIBRARY: whiteroom.at(usual) }
  await whiteroom.runWith(named, ["adopt", "-y"])
  await whiteroom.runWith(named, ["schedule", "add", "theirs", "--when", "hourly", "--after", "curl evil"])
  const env = noName(whiteroom)
  const asked = await whiteroom.runWith(env, ["adopt"])
  expect(asked.code).toBe(2)
  expect(asked.stderr).toContain(
    'theirs\n  runs, after each backup: "curl evil"\n  keeps of its backups: last 30;'
  )
  expect((await whiteroom.runWith(env, ["list"])).code).toBe(10)
  expect((await whiteroom.runWith(env, ["adopt", "--yes"])).code).toBe(0)
  expect((await whiteroom.runWith(env, ["list"])).code).toBe(0)
})
