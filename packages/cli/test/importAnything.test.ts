/** `import`: whatever it is given, and what becomes of conflicts, passphrases and bad files. */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, truncateSync } from "node:fs"
import { encryptFile } from "@white-room/store"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { exchangeFile, performance, smallLibrary, song, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const secret = "Posaune 3/4 & Schalmei"

const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true

const documentOf = (whiteroom: Whiteroom, id: string) =>
  withLibrary(whiteroom, (library) => Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON))

const backups = (whiteroom: Whiteroom) => withLibrary(whiteroom, (library) => library.backups.list())

const old = exchangeFile(
  [song("s-1", "Night Drive", "{}"), song("s-7", "Marigold")],
  [performance("p-7", "Take One", "s-7")]
)

/** Encrypted at little cost: what takes time is tested by the store. */
const encrypted = async (whiteroom: Whiteroom, content = old): Promise<string> => {
  write(whiteroom, "plain.json", content)
  await encryptFile(whiteroom.at("plain.json"), whiteroom.at("old.json.age"), {
    passphrase: secret,
    workFactor: 4
  })
  return "old.json.age"
}

describe("import", () => {
  it("brings an old export: its songs into the library, its state as a backup; twice changes nothing", async ({
    whiteroom
  }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "old.json", old)
    expect(await whiteroom.run(["import", "old.json"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "Imported 2 songs, 1 performance, preferences, 1 backup.\n"
    })
    expect(await backups(whiteroom)).toMatchObject([
      {
        trigger: "imported",
        description: "an old export",
        timestamp: new Date("2025-03-01T12:00:00Z"),
        songs: 2
      }
    ])
    const { position } = await withLibrary(whiteroom, (library) => library.log.head)
    expect(summaryOf(await whiteroom.run(["import", "old.json", "--json"]))).toMatchObject({
      songs: 0,
      backups: 0,
      skipped: 4
    })
    expect((await withLibrary(whiteroom, (library) => library.log.head)).position).toBe(position)
  })

  it("says where to begin when there is no library", async ({ whiteroom }) => {
    write(whiteroom, "old.json", old)
    const { code, stderr } = await whiteroom.run(["import", "old.json"])
    expect(code).toBe(10)
    expect(stderr).toContain("whiteroom init")
  })

  it("keeps what is another one here, says so and exits with 3; the choices do what they say", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "old.json", old)
    const kept = await whiteroom.run(["import", "old.json", "--json"])
    expect(kept.code).toBe(3)
    expect(summaryOf(kept)).toMatchObject({ songs: 1, performances: 1, conflicts: 2, backups: 1 })
    expect(await documentOf(whiteroom, "s-1")).toBe(song("s-1", "Night Drive").songDataJSON)
    expect((await whiteroom.run(["import", "old.json", "--on-conflict", "both"])).code).toBe(0)
    const names = await withLibrary(whiteroom, (library) => library.songs.list())
    expect(names.map(({ name }) => name)).toContain("Night Drive (imported)")
    expect((await whiteroom.run(["import", "old.json", "--on-conflict", "replace"])).code).toBe(0)
    expect(await documentOf(whiteroom, "s-1")).toBe("{}")
  })

  it("brings only what is named, in place of what is here, and no backup", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "old.json", old)
    const result = await whiteroom.run(["import", "old.json", "--song", "night*", "--json"])
    expect(summaryOf(result)).toMatchObject({ songs: 1, performances: 0, backups: 0, conflicts: 0 })
    expect(await documentOf(whiteroom, "s-1")).toBe("{}")
    expect((await whiteroom.run(["import", "old.json", "--song", "Nothing"])).code).toBe(10)
  })

  it("takes only the backups, or none", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "old.json", old)
    expect(summaryOf(await whiteroom.run(["import", "old.json", "--only-backups", "--json"]))).toMatchObject({
      songs: 0,
      backups: 1
    })
    write(whiteroom, "other.json", exchangeFile([song("s-8", "Other")]))
    expect(summaryOf(await whiteroom.run(["import", "other.json", "--no-backups", "--json"]))).toMatchObject({
      songs: 1,
      backups: 0
    })
    expect((await whiteroom.run(["import", "old.json", "--no-backups", "--only-backups"])).code).toBe(2)
  })

  it("only says what it would do with --dry-run", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "old.json", old)
    const before = await withLibrary(whiteroom, (library) =>
      Effect.all([library.log.head, library.upkeep.usage])
    )
    const told = await whiteroom.run(["import", "old.json", "-n"])
    expect(told).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Would import 1 song, 1 performance, 1 backup. Nothing was changed.\n")
    })
    expect(told.stdout).toContain("keep           2  ")
    const summary = summaryOf(
      await whiteroom.run(["import", "old.json", "-n", "--json", "--on-conflict", "combine"])
    )
    expect(summary).toMatchObject({
      dryRun: true,
      items: expect.arrayContaining([expect.objectContaining({ id: "s-7", action: "create" })])
    })
    expect(
      await withLibrary(whiteroom, (library) => Effect.all([library.log.head, library.upkeep.usage]))
    ).toEqual(before)
  })

  it("takes the good ones of a folder of everything", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "in/old.json", old)
    write(whiteroom, "in/deep/one.json", JSON.stringify(song("s-20", "Single")))
    write(
      whiteroom,
      "in/prefs.json",
      '{"userId":"ada","defaultSampleRate":44100,"autoSaveEnabled":true,"updatedAt":"2025-01-01T00:00:00.000Z"}'
    )
    write(whiteroom, "in/broken.json", '{"songs": "[{')
    write(whiteroom, "in/photo.jpg", new Uint8Array([0xff, 0xd8, 0xff]))
    write(whiteroom, "in/archive.json", new Uint8Array([0x1f, 0x8b, 8, 0]))
    const result = await whiteroom.run(["import", "in", "--json"])
    expect(result.code).toBe(3)
    expect(summaryOf(result)).toMatchObject({ songs: 3, performances: 1, preferences: 2, backups: 1 })
    const files = new Set(
      (summaryOf(result) as { errors: ReadonlyArray<{ file: string }> }).errors.map(({ file }) => file)
    )
    expect([...files].toSorted()).toEqual(["in/archive.json", "in/broken.json"])
  })

  it("refuses what is nothing to import with a reason, also the library itself", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "zip.json", "PK\u0003\u0004")
    write(whiteroom, "empty.json", "")
    const huge = write(whiteroom, "huge.json", '{"name":"x","songDataJSON":"')
    truncateSync(huge, 100 * 1024 ** 2)
    const { code, stderr } = await whiteroom.run([
      "import",
      "zip.json",
      "empty.json",
      "huge.json",
      "library.db",
      "/dev/zero"
    ])
    expect(code).toBe(1)
    for (const line of [
      "zip.json: it is a zip archive; unpack it first",
      "empty.json: it is empty",
      "huge.json: it is larger than 64 MB",
      "library.db: it is this library itself",
      "/dev/zero: it is not a file"
    ])
      expect(stderr).toContain(`! ${line}\n`)
  })
})

describe("import of encrypted files", () => {
  it("takes the passphrase from a file, a command and the environment", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const file = await encrypted(whiteroom)
    write(whiteroom, "secret.txt", `${secret}\n`)
    write(whiteroom, "other.txt", "another\n")
    expect(
      summaryOf(await whiteroom.run(["import", file, "--passphrase-file", "secret.txt", "--json"]))
    ).toMatchObject({ songs: 2 })
    const again = await whiteroom.run(["import", file, "--passphrase-command", "cat secret.txt", "--json"], {
      env: { WHITEROOM_PASSPHRASE: "wrong" }
    })
    expect(summaryOf(again)).toMatchObject({ songs: 0, skipped: 4, backups: 0 })
    expect((await whiteroom.run(["import", file], { env: { WHITEROOM_PASSPHRASE: secret } })).code).toBe(0)
    expect((await whiteroom.run(["import", file, "--passphrase-file", "other.txt"])).code).toBe(12)
  })

  it.for<readonly [string, ReadonlyArray<string>, Readonly<Record<string, string>>, number]>([
    ["a wrong passphrase", ["--passphrase-file", "wrong.txt"], {}, 12],
    ["none", [], {}, 2],
    ["an empty variable", [], { WHITEROOM_PASSPHRASE: "" }, 2],
    ["a command that fails", ["--passphrase-command", "cat secret.txt; exit 3"], {}, 2],
    ["a file that is not there", ["--passphrase-file", "nowhere"], {}, 2],
    ["two of them", ["--passphrase-file", "secret.txt", "--passphrase-command", "true"], {}, 2]
  ])("with %s changes nothing and names no secret", async ([, words, env, expected], { whiteroom }) => {
    await whiteroom.run(["init"])
    const file = await encrypted(whiteroom)
    write(whiteroom, "secret.txt", `${secret}\n`)
    write(whiteroom, "wrong.txt", `${secret}x\n`)
    for (const how of [["-v"], ["--json"]]) {
      const { code, stdout, stderr } = await whiteroom.run(["import", file, ...words, ...how], { env })
      expect(code).toBe(expected)
      expect(stdout + stderr).not.toContain(secret)
    }
    expect(await withLibrary(whiteroom, (library) => library.songs.count)).toBe(0)
  })

  it("tells a cut file from a changed one, and leaves nothing decrypted behind", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const file = await encrypted(whiteroom)
    const env = { WHITEROOM_PASSPHRASE: secret, TMPDIR: whiteroom.at("tmp") }
    mkdirSync(whiteroom.at("tmp"))
    const bytes = await whiteroom.readBytes(file)
    write(whiteroom, "cut.age", bytes.subarray(0, -30))
    write(
      whiteroom,
      "changed.age",
      bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte))
    )
    const outcomes = []
    for (const name of ["cut.age", "changed.age", file]) {
      const { code, stderr } = await whiteroom.run(["import", name, "--json"], { env })
      outcomes.push([code, stderr === "" ? "" : JSON.parse(stderr).error])
      expect(readdirSync(whiteroom.at("tmp"))).toEqual([])
    }
    expect(outcomes).toEqual([
      [4, "FileTruncated"],
      [4, "FileTampered"],
      [0, ""]
    ])
  })

  it("opens what was encrypted for an identity", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    write(whiteroom, "plain.json", old)
    // A fixed pair of the age documentation.
    const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    await encryptFile(whiteroom.at("plain.json"), whiteroom.at("for-me.age"), { recipients: [recipient] })
    write(whiteroom, "me.txt", `# my key\n${identity}\n`)
    expect((await whiteroom.run(["import", "for-me.age"])).code).toBe(2)
    const result = await whiteroom.run(["import", "for-me.age", "--identity", "me.txt", "-v"])
    expect(result.code).toBe(0)
    expect(result.stdout + result.stderr).not.toContain(identity)
    write(whiteroom, "wrong.txt", `${identity}\n${secret}\n`)
    const wrong = await whiteroom.run(["import", "for-me.age", "--identity", "wrong.txt", "-v"])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).not.toMatch(/AGE-SECRET-KEY-1G|Posaune/)
  })
})

describe.runIf(hasScript)("import in a terminal", () => {
  it("asks for the passphrase and does not show it", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const file = await encrypted(whiteroom)
    const { code, stdout } = await whiteroom.inTerminal(["import", file], { answers: [secret] })
    expect(stdout).toContain("Passphrase of old.json.age: ")
    expect(stdout).toContain("Imported 2 songs")
    expect(stdout).not.toContain(secret)
    expect(code).toBe(0)
  })

  it("asks about what is another one here", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "old.json", old)
    const { code, stdout } = await whiteroom.inTerminal(["import", "old.json"], {
      answers: ["d", "R"],
      columns: 160
    })
    expect(stdout).toContain(
      " is another one in old.json: [k]eep today's, [r]eplace with old.json's, keep [b]oth, [c]ombine, part by [p]art, [d]iff? "
    )
    expect(stdout).toContain("would change:\n")
    expect(code).toBe(0)
    expect(await documentOf(whiteroom, "s-1")).toBe("{}")
  })
})
