import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import * as path from "node:path"
import { describe, expect } from "vitest"
import { disksIn } from "../src/settings/FindVaults.js"
import { smallLibrary, sqlite, withLibrary, write } from "./support/library.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

const appDatabase = (whiteroom: Whiteroom) => {
  const file = write(whiteroom, "data/White Room/white_room.db", "")
  sqlite(
    file,
    `PRAGMA journal_mode = WAL;
     CREATE TABLE song_data(id TEXT PRIMARY KEY, updated_at TEXT);
     INSERT INTO song_data VALUES ('a', '2026-01-27 09:00:00.000'), ('b', '2026-01-26 09:00:00.000')`
  )
  return file
}

/** Nothing says where the library is: the default place in the data folder. */
const noName = (whiteroom: Whiteroom) => {
  const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
  return env
}

describe("whiteroom, without a library", () => {
  it("offers to bring songs in, or to start empty", async ({ whiteroom }) => {
    const { code, stdout, stderr } = await whiteroom.run([])
    expect({ code, stderr }).toEqual({ code: 5, stderr: "" })
    expect(stdout).toBe(
      [
        "White Room Backup: every version of your songs, and a way back.",
        "",
        "Nothing is protected yet: there is no library at",
        "  ~/library.db",
        "",
        "  whiteroom setup    protect everything, after one question",
        "  whiteroom import   bring in a folder, an old export or a .whiteroom file",
        "  whiteroom init     start empty",
        "",
        "Nothing was changed. All commands: whiteroom help",
        ""
      ].join("\n")
    )
  })

  it("finds the app's database, offers to adopt it, and leaves it as it is", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    const before = await whiteroom.readBytes("data/White Room/white_room.db")
    const { code, stdout } = await whiteroom.run([])
    expect(code).toBe(5)
    expect(stdout.replace(/last changed \d+ \w+ ago/, "last changed 12 min ago")).toBe(
      [
        "White Room Backup: every version of your songs, and a way back.",
        "",
        "Not protected yet. Found 2 songs, last changed 12 min ago:",
        "  ~/data/White Room/white_room.db",
        "",
        "  whiteroom setup    protect everything, after one question",
        "  whiteroom adopt    protect them where they are; the app keeps working",
        "  whiteroom import   bring in a folder, an old export or a .whiteroom file",
        "  whiteroom init     start empty",
        "",
        "Nothing was changed. All commands: whiteroom help",
        ""
      ].join("\n")
    )
    expect(JSON.parse((await whiteroom.run(["--json"])).stdout)).toMatchObject({
      protected: false,
      library: null,
      found: [{ path: file, library: false, songs: 2, changedAt: "2026-01-27T09:00:00.000Z" }]
    })
    expect(await whiteroom.list("data/White Room")).toEqual(["white_room.db"])
    expect(await whiteroom.readBytes("data/White Room/white_room.db")).toEqual(before)
  })

  it("leaves the file alone that a journal beside it names, and the journal too", async ({ whiteroom }) => {
    const file = appDatabase(whiteroom)
    const victim = write(whiteroom, "precious.txt", "precious")
    const name = Buffer.from(victim)
    const words = (...values: ReadonlyArray<number>) =>
      Buffer.concat(
        values.map((value) => {
          const bytes = Buffer.alloc(4)
          bytes.writeUInt32BE(value)
          return bytes
        })
      )
    const magic = Buffer.from("d9d505f920a163d7", "hex")
    const head = Buffer.concat([magic, words(0, 0, statSync(file).size / 4096, 512, 4096)], 512)
    const sum = name.reduce((all, byte) => all + byte, 0)
    // As a crash leaves it, in the middle of a write to several databases: SQLite removes what it names.
    sqlite(file, "PRAGMA journal_mode = DELETE")
    const tail = Buffer.concat([words(2 ** 30 / 4096 + 1), name, words(name.length, sum), magic])
    writeFileSync(`${file}-journal`, Buffer.concat([head, tail]))
    for (const words of [[], ["status"], ["setup", "--dry-run"], ["connect", "nowhere"]])
      await whiteroom.run(words, { env: noName(whiteroom) })
    expect((await whiteroom.run([])).stdout).toContain("Not protected yet. Found a White Room database:\n")
    expect(await whiteroom.read("precious.txt")).toBe("precious")
    expect(existsSync(`${file}-journal`)).toBe(true)
  })

  it("says that there is a database also when it cannot be read", async ({ whiteroom }) => {
    write(whiteroom, "data/White Room/white_room.db", "no database")
    expect((await whiteroom.run([])).stdout).toContain("Not protected yet. Found a White Room database:\n")
  })

  it("makes one in the data folder of the platform when nobody names a place", async ({ whiteroom }) => {
    if (process.platform !== "linux") return
    const child = await whiteroom.runWith(noName(whiteroom), ["init"])
    expect(child.stderr).toBe(
      `Created ${whiteroom.at("data/White Room/library.db")}.\nNext: whiteroom song import DIR, then whiteroom backup.\n`
    )
    expect(existsSync(whiteroom.at("data/White Room/library.db"))).toBe(true)
  })
})

describe("init", () => {
  it("never touches what is there", async ({ whiteroom }) => {
    write(whiteroom, "library.db", "mine")
    const { code, stderr } = await whiteroom.run(["init"])
    expect(code).toBe(2)
    expect(stderr).toContain("exists already and was left as it is.\n")
    expect(await whiteroom.read("library.db")).toBe("mine")
  })

  it("refuses folders of synchronising services unless told to", async ({ whiteroom }) => {
    const place = ["-l", whiteroom.at("Dropbox/library.db")]
    mkdirSync(whiteroom.at("Dropbox"))
    expect(await whiteroom.run(["init", ...place])).toMatchObject({
      code: 13,
      stderr: expect.stringContaining("lies in a folder of Dropbox")
    })
    expect(readdirSync(whiteroom.at("Dropbox"))).toEqual([])
    expect((await whiteroom.run(["init", ...place, "--unsafe-allow-synced-folder"])).code).toBe(0)
  })

  it("creates nothing with --dry-run", async ({ whiteroom }) => {
    expect((await whiteroom.run(["init", "-n"])).code).toBe(0)
    expect(existsSync(whiteroom.library)).toBe(false)
  })
})

/** A folder on another disk than the temporary ones, where this machine has one. */
const otherDisk = (whiteroom: Whiteroom): string | undefined =>
  ["/dev/shm", "/var/tmp"].find(
    (folder) => existsSync(folder) && statSync(folder).dev !== statSync(whiteroom.folder).dev
  )

describe("status", () => {
  it("exits with 5 while there is no backup", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const { code, stdout } = await whiteroom.run(["status"])
    expect(code).toBe(5)
    expect(stdout).toMatch(/^NOT FULLY PROTECTED {12}0 songs, 0 performances\n\nHere +no backup yet +!\n/)
    expect(stdout).toContain("! There is no backup yet.\n  whiteroom backup\n")
  })

  it("offers to clone what lies on a disk or in the folder of a sync service, where there is no library", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "Dropbox/White Room deadbeef/notes.txt", "not a vault")
    await whiteroom.run(["backup", "--to", "Dropbox"])
    rmSync(whiteroom.library)
    const vault = (await whiteroom.list("Dropbox")).find((name) => !name.endsWith("deadbeef")) ?? ""
    const { code, stdout } = await whiteroom.run([])
    expect(code).toBe(5)
    expect(stdout).toContain(`Found 1 vault, from which`)
    expect(stdout).toContain(`  whiteroom clone ~/'Dropbox/${vault}'\n`)
    const json = JSON.parse((await whiteroom.run(["--json"])).stdout)
    expect(json.foundVaults).toEqual([whiteroom.at("Dropbox", vault)])
    expect((await whiteroom.run(["clone", whiteroom.at("Dropbox", vault)])).code).toBe(0)
    expect((await whiteroom.run(["undo", "--list"])).code).toBe(0)
  })

  it("knows disks by the table of mounts: none on a network, and names with spaces", () => {
    const table = String.raw`/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /media/ada/Studio\040SSD exfat rw 0 0
nas:/music /media/nas nfs4 rw 0 0
//nas/music /mnt/music cifs rw 0 0
/dev/sdc1 /mnt ext4 rw 0 0
tmpfs /run/media tmpfs rw 0 0`
    expect(disksIn(table)).toEqual(["/media/ada/Studio SSD", "/mnt"])
  })

  it("warns while there is no copy", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout } = await whiteroom.run([])
    expect(code).toBe(5)
    expect(stdout).toMatch(/\nHere {9}b1, /)
    expect(stdout).toContain(
      "! No copy outside this disk: if it is lost, everything is lost.\n  whiteroom backup --to DIR\n"
    )
  })

  it("is not content with copies on the library's own disk", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["backup", "--to", "copies"])
    const { code, stdout } = await whiteroom.run(["status"])
    expect(code).toBe(5)
    expect(stdout).toMatch(/\ncopies {7}pushed .*, same disk\n/)
    expect(stdout).toContain(
      "! The only copies lie on the same disk as the library, and would be lost with it.\n"
    )
  })

  it("says that what was pushed just now is not there any more", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["backup", "--to", "copies"])
    for (const name of await whiteroom.list("copies"))
      for (const file of readdirSync(whiteroom.at("copies", name), { recursive: true, encoding: "utf8" }))
        if (file.endsWith(".seg")) rmSync(whiteroom.at("copies", name, file))
    const { code, stdout } = await whiteroom.run(["status"])
    expect(code).toBe(5)
    expect(stdout).toMatch(/\ncopies {7}pushed just now, same disk, not there any more +!\n/)
    expect(stdout).toContain("! What was sent to copies is not there any more: ")
    expect(stdout).toContain("! No copy outside this disk: if it is lost, everything is lost.\n")
    expect(JSON.parse((await whiteroom.run(["status", "--json"])).stdout).vaults).toMatchObject([
      { present: false }
    ])
    expect((await whiteroom.run(["push", "copies"])).code).toBe(0)
    expect((await whiteroom.run(["status"])).stdout).not.toContain("not there any more")
  })

  it("is content with a fresh backup and a copy on another disk, and not once that is gone", async ({
    whiteroom,
    skip
  }) => {
    const disk = otherDisk(whiteroom)
    if (disk === undefined) return skip("this machine has one disk")
    await smallLibrary(whiteroom)
    const folder = await mkdtemp(path.join(disk, "whiteroom-test-"))
    try {
      await whiteroom.run(["backup", "--to", folder])
      const { code, stdout } = await whiteroom.run(["status"])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^PROTECTED {22}3 songs, 2 performances\n/)
      expect(stdout).not.toContain("!")
    } finally {
      await rm(folder, { recursive: true })
    }
    const { code, stdout } = await whiteroom.run(["status"])
    expect(code).toBe(5)
    expect(stdout).toContain("! No copy can be reached: ")
  })

  it("counts what changed since the backup, also what the app just wrote", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) => library.songs.delete("s-3"))
    sqlite(whiteroom.library, "UPDATE song_data SET name = 'By the app' WHERE id = 's-1'")
    const { stdout } = await whiteroom.run(["status"])
    expect(stdout).toMatch(/\nHere .* 2 changed since\n/)
    expect(stdout).toMatch(/\nApp changes +watched, with changes to be taken over\n/)
  })

  it("says, in words and JSON, what of the app's tables cannot be protected", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    sqlite(
      whiteroom.library,
      `INSERT INTO song_data(name, created_at, updated_at, song_data_json, determinism_seed)
       VALUES('nobody', '', '', '{}', '');
       DROP TABLE user_preferences; CREATE VIEW user_preferences AS SELECT 'default' AS user_id`
    )
    const { code, stdout } = await whiteroom.run(["status"])
    expect(code).toBe(5)
    expect(stdout).toContain("! Not protected, because they have no id: 1 row of song_data.\n")
    expect(stdout).toMatch(/! Not protected, .*: the tables user_preferences\.\n/)
    const json = JSON.parse((await whiteroom.run(["status", "--json"])).stdout)
    expect(json.capture).toMatchObject({
      unprotectedTables: ["user_preferences"],
      namelessRows: [{ table: "song_data", rows: 1 }]
    })
  })

  it("fails with 10 when there is no library", async ({ whiteroom }) => {
    expect(await whiteroom.run(["status"])).toMatchObject({
      code: 10,
      stderr: expect.stringContaining(
        "Nothing was created.\nName another file with --library, or create one here"
      )
    })
  })
})
