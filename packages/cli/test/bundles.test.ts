/**
 * `backup --to`, from the backup to the day on which the laptop is gone: a vault in a folder, one file, and folders of
 * bundles that earlier versions wrote.
 */
import { execFileSync } from "node:child_process"
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** Every cell of every live table, with its storage class. */
const rows = (whiteroom: Whiteroom): string =>
  ["song_data", "performance_data", "user_preferences"]
    .map((table) =>
      execFileSync("sqlite3", ["-quote", whiteroom.library, `SELECT * FROM ${table} ORDER BY 1`], {
        encoding: "utf8"
      })
    )
    .join("\n")

const lose = (whiteroom: Whiteroom): void => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(whiteroom.library + suffix, { force: true })
}

/** Two backups in a vault in the folder `stick`; then the library is gone. Gives what it held. */
const lostLibrary = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  expect((await whiteroom.run(["backup", "--to", "stick"])).code).toBe(0)
  sqlite(whiteroom.library, "UPDATE song_data SET name = 'Night Drive II' WHERE id = 's-1'")
  sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-3'")
  const { pushed } = summaryOf(await whiteroom.run(["backup", "--to", "stick", "-d", "last", "--json"]))
  expect(pushed).toMatchObject({ name: "stick", segments: 1, isNew: false })
  const held = rows(whiteroom)
  lose(whiteroom)
  return { held }
}

/** A folder of three bundles, each with a song that those before it lack, as earlier versions wrote it. */
const oldFolder = (whiteroom: Whiteroom): ReadonlyArray<string> => {
  cpSync(fileURLToPath(new URL("../../store/test/golden/chain", import.meta.url)), whiteroom.at("stick"), {
    recursive: true
  })
  return readdirSync(whiteroom.at("stick")).sort()
}

describe("a lost library", () => {
  it.for(["restore", "import"])(
    "comes back in part by %s where a file of its vault is missing",
    async (how, { whiteroom }) => {
      await smallLibrary(whiteroom)
      await whiteroom.run(["backup", "--to", "stick"])
      sqlite(whiteroom.library, `UPDATE song_data SET song_data_json = '{"take":9}' WHERE id = 's-2'`)
      sqlite(whiteroom.library, "UPDATE song_data SET name = 'Night Drive II' WHERE id = 's-1'")
      await whiteroom.run(["backup", "--to", "stick"])
      lose(whiteroom)
      const segments = readdirSync(whiteroom.at("stick"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".seg"))
        .map((name) => whiteroom.at("stick", name))
      const [first = ""] = segments.toSorted((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1))
      rmSync(first)
      await whiteroom.run(["init"])
      const words = how === "restore" ? ["restore", "latest", "--from", "stick"] : ["import", "stick"]
      const back = await whiteroom.run([...words, "-y"])
      expect(back, back.stderr).toMatchObject({ code: 3, stderr: expect.stringContaining("are missing") })
      expect(JSON.parse((await whiteroom.run(["song", "list", "--json"])).stdout)).toMatchObject([
        { id: "s-2" }
      ])
      // Its new name is there, its document was in the file that is gone.
      expect(back.stderr).toContain("song s-1")
    }
  )

  it("comes back byte for byte by restore --from, after init", async ({ whiteroom }) => {
    const { held } = await lostLibrary(whiteroom)
    await whiteroom.run(["init"])
    const restored = await whiteroom.run([
      "restore",
      "latest",
      "--from",
      "stick",
      "--mode",
      "exact",
      "-y",
      "--json"
    ])
    expect(restored.stderr).toBe("")
    expect(restored.code).toBe(0)
    expect(summaryOf(restored)).toMatchObject({ songsRestored: 2, performancesRestored: 2, isSuccess: true })
    expect(rows(whiteroom)).toBe(held)
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
  })

  it("comes back with all its backups by import, after init", async ({ whiteroom }) => {
    const { held } = await lostLibrary(whiteroom)
    await whiteroom.run(["init"])
    const imported = await whiteroom.run(["import", "stick", "-y", "--json"])
    expect(imported.code, imported.stderr).toBe(0)
    expect(rows(whiteroom)).toBe(held)
    const backups = JSON.parse((await whiteroom.run(["list", "--json"])).stdout)
    expect(backups.map(({ description }: { description: string }) => description)).toEqual([
      "before the tour",
      "",
      "last"
    ])
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
    expect((await whiteroom.run(["restore", "b1", "--mode", "exact", "-y"])).code).toBe(0)
    expect(rows(whiteroom)).toContain("'Night Drive'")
  })
})

describe("restore --from", () => {
  it("takes single songs out of a file, with all that a restore can do", async ({ whiteroom }) => {
    await lostLibrary(whiteroom)
    await whiteroom.run(["init"])
    const dry = await whiteroom.run(["restore", "b1", "--from", "stick", "--song", "Night Drive", "-n"])
    expect(dry.stdout).toContain("Night Drive")
    expect(rows(whiteroom)).not.toContain("Night Drive")
    const one = await whiteroom.run([
      "restore",
      "b1",
      "--from",
      "stick",
      "--song",
      "Night Drive",
      "-y",
      "--with-performances"
    ])
    expect(one.code, one.stderr).toBe(0)
    expect(rows(whiteroom)).toContain("'Live at Dawn'")
    const copy = await whiteroom.run(["restore", "b3", "--from", "stick", "--song", "s-1", "--as-copy", "-y"])
    expect(copy.code, copy.stderr).toBe(0)
    expect(rows(whiteroom)).toContain("'Night Drive II (b3)'")
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    expect(rows(whiteroom)).not.toContain("(b3)")
  })

  it("takes the newest backup when none is named", async ({ whiteroom }) => {
    const { held } = await lostLibrary(whiteroom)
    await whiteroom.run(["init"])
    const { code, stderr } = await whiteroom.run(["restore", "--from", "stick", "--mode", "exact", "-y"])
    expect(code, stderr).toBe(0)
    expect(rows(whiteroom)).toBe(held)
  })

  it("refuses what a bundle cannot have", async ({ whiteroom }) => {
    oldFolder(whiteroom)
    await whiteroom.run(["init"])
    for (const words of [["@3"], ["--at", "2026-01-01"], ["--song", "song-1", "--version", "1"]])
      expect((await whiteroom.run(["restore", ...words, "--from", "stick", "-y"])).code).toBe(2)
    expect((await whiteroom.run(["restore", "b9", "--from", "stick", "-y"])).code).toBe(10)
    expect((await whiteroom.run(["restore", "latest", "--from", "nowhere", "-y"])).code).toBe(10)
  })
})

/** The first of three files is gone, or cut. */
const chain = async (whiteroom: Whiteroom, spoil: (file: string) => void) => {
  const [first = ""] = oldFolder(whiteroom)
  spoil(whiteroom.at("stick", first))
  await whiteroom.run(["init"])
  return first
}

describe("a folder of bundles of which a file is gone", () => {
  it("gives back the rest by restore, and names the file and the song", async ({ whiteroom }) => {
    const first = await chain(whiteroom, (file) => rmSync(file))
    const { code, stderr } = await whiteroom.run(["restore", "latest", "--from", "stick", "-y"])
    expect(code).toBe(3)
    expect(stderr).toContain(`${first}: it is missing; others build on it`)
    expect(stderr).toContain("Damaged in stick: song Song 1 (its document is missing)")
    expect(stderr).toContain("Restored b3: 2 brought back, 0 replaced, 0 deleted.")
    expect(stderr.slice(stderr.indexOf("Restored"))).not.toContain("Nothing was changed")
    expect(rows(whiteroom)).toMatch(/Song 2(?:.|\n)*Song 3/)
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
  })

  it("gives back the rest by import, backups in part under names of their own", async ({ whiteroom }) => {
    const first = await chain(whiteroom, (file) => rmSync(file))
    const imported = await whiteroom.run(["import", "stick", "-y", "--json"])
    expect(imported.code).toBe(3)
    const { songs, backups, errors } = summaryOf(imported)
    expect({ songs, backups }).toEqual({ songs: 2, backups: 2 })
    expect(JSON.stringify(errors)).toContain(first)
    expect(JSON.stringify(errors)).toContain("song Song 1")
    expect((await whiteroom.run(["list"])).stdout).toContain("#incomplete")
    expect(await whiteroom.run(["import", "stick", "-y", "--json"])).toMatchObject({ code: 3 })
    expect((await whiteroom.run(["list", "--json"])).stdout.match(/backupId/g)).toHaveLength(2)
  })

  it("takes from a file that was cut what is left of it", async ({ whiteroom }) => {
    await chain(whiteroom, (file) => writeFileSync(file, readFileSync(file).subarray(0, -20)))
    const { code, stderr } = await whiteroom.run(["restore", "latest", "--from", "stick", "-y"])
    expect(stderr).toContain("only a part of it can be read; others build on it")
    expect(stderr).toContain("3 brought back")
    expect(code).toBe(0)
  })
})

describe("repair --from", () => {
  it("takes from a bundle what is damaged in the library and whole nowhere else in it", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["backup", "--to", "one.whiteroom"])
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    await whiteroom.run(["backup"])
    sqlite(whiteroom.library, "UPDATE block SET data = zeroblob(length(data))")
    const checked = await whiteroom.run(["check", "--full"])
    expect(checked.code).toBe(4)
    expect(checked.stdout).toMatch(/\d+ places? mended from what is whole in the library, \d+ left\./)
    const preview = await whiteroom.run(["repair", "--from", "one.whiteroom", "-n"])
    expect(preview).toMatchObject({ code: 4, stderr: expect.stringContaining("Nothing was changed.") })
    const repaired = await whiteroom.run(["repair", "--from", "one.whiteroom"])
    expect(repaired).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("A full check finds no damage any more")
    })
    expect((await whiteroom.run(["restore", "b1", "--song", "s-1", "-y"])).code).toBe(0)
    expect(await whiteroom.run(["check", "--full"])).toMatchObject({ code: 0 })
    expect((await whiteroom.run(["repair", "--from", "one.whiteroom"])).stderr).toContain("nothing to repair")
  })

  it("asks for a place, and says what is left where the copy is damaged too", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["backup"])
    expect((await whiteroom.run(["repair"])).code).toBe(2)
    expect((await whiteroom.run(["repair", "--from", "nowhere"])).code).toBe(10)
  })
})

describe("check --from", () => {
  it("names the file, the backups and the songs that are damaged", async ({ whiteroom }) => {
    const files = oldFolder(whiteroom)
    const whole = await whiteroom.run(["check", "--from", "stick"])
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining("No damage") })
    const file = whiteroom.at("stick", files[0] ?? "")
    const bytes = readFileSync(file)
    bytes[200] = (bytes[200] ?? 0) ^ 4
    writeFileSync(file, bytes)
    const { code, stdout } = await whiteroom.run(["check", "--from", "stick"])
    expect(code).toBe(4)
    expect(stdout).toContain(`${files[0]}: `)
    expect(stdout).toMatch(/needed by b1/)
  })
})
