/** Vaults on the command line, from the first push to the day on which the laptop is gone. */
import { randomBytes } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite } from "./support/library.js"
import { it, jsonLines, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** A library that was pushed to a vault in the folder `stick`. */
const pushed = async (whiteroom: Whiteroom): Promise<void> => {
  await smallLibrary(whiteroom)
  mkdirSync(whiteroom.at("stick"))
  expect(await whiteroom.run(["vault", "add", "studio", "stick"])).toMatchObject({ code: 0 })
  expect(await whiteroom.run(["push"])).toMatchObject({ code: 0 })
}

/** The files of segments in the folder `stick`. */
const segments = (whiteroom: Whiteroom): ReadonlyArray<string> =>
  readdirSync(whiteroom.at("stick"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".seg"))
    .map((name) => whiteroom.at("stick", name))

/** Changes two bytes so far apart that what is kept beside them tells of neither: they stand in one column of its sums. */
const changeTwo = (bytes: Buffer, at: number): void => {
  for (const byte of [at, at + 1024]) bytes[byte] = (bytes[byte] ?? 0) ^ 255
}

/**
 * Damages one document in the only file of the folder `stick`, and nothing else: by the order of hashes, another place of it
 * holds a node of the tree in each run.
 */
const damageOne = async (whiteroom: Whiteroom): Promise<void> => {
  const [file = ""] = segments(whiteroom)
  const whole = readFileSync(file)
  for (let part = 8; part < 38; part++) {
    const bytes = Buffer.from(whole)
    const at = Math.floor((bytes.length * part) / 40)
    changeTwo(bytes, at)
    writeFileSync(file, bytes)
    const { stdout, stderr } = await whiteroom.run(["check", "--from", "stick", "--full"])
    if (new Set(`${stdout}${stderr}`.match(/song Song \d+/g)).size === 1) return
  }
  throw new Error("damage anywhere is more than one document")
}

const rows = (file: string): string => sqlite(file, "SELECT * FROM song_data ORDER BY id")

describe("a vault in a folder", () => {
  it("gets a folder of its own, says who can read it, and is pushed to once for each change", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const added = await whiteroom.run(["vault", "add", "studio", "stick"])
    expect(added.stderr).toContain("anyone who can read that place can read the songs")
    expect(await whiteroom.list("stick")).toEqual([expect.stringMatching(/^White Room [0-9a-f]{8}$/)])
    const first = summaryOf(await whiteroom.run(["push", "--json"]))
    expect(first).toMatchObject({ vaults: [{ name: "studio", segments: 1, began: "first" }] })
    const nothing = await whiteroom.run(["push", "studio"])
    expect(nothing).toMatchObject({ code: 0, stderr: expect.stringContaining("studio has everything") })
    sqlite(whiteroom.library, "UPDATE song_data SET name = 'Night Drive II' WHERE id = 's-1'")
    expect(summaryOf(await whiteroom.run(["push", "--json"]))).toMatchObject({
      vaults: [{ name: "studio", segments: 1, events: 1 }]
    })
    expect(segments(whiteroom)).toHaveLength(2)
    const [listed] = JSON.parse((await whiteroom.run(["vault", "list", "--json"])).stdout)
    expect(listed).toMatchObject({ name: "studio", behind: 0 })
  })

  it("brings a lost library back whole, with its history, and undo goes on working", async ({
    whiteroom
  }) => {
    await pushed(whiteroom)
    const held = rows(whiteroom.library)
    renameSync(whiteroom.library, whiteroom.at("lost.db"))
    const clone = await whiteroom.run(["clone", "stick", "--json"])
    expect(clone).toMatchObject({ code: 0, stderr: "" })
    expect(summaryOf(clone)).toMatchObject({ songs: 3, damaged: [] })
    expect(rows(whiteroom.library)).toBe(held)
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    expect((await whiteroom.run(["restore", "b1", "--mode", "exact", "-y"])).code).toBe(0)
    expect(rows(whiteroom.library)).toBe(held)
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    expect(rows(whiteroom.library)).not.toBe(held)
    const again = summaryOf(await whiteroom.run(["push", "--json"]))
    expect(again).toMatchObject({ vaults: [{ name: "home", began: "copy" }] })
  })

  it("gives back one song of any moment to the library that is there", async ({ whiteroom }) => {
    await pushed(whiteroom)
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    await whiteroom.run(["push"])
    const list = JSON.parse((await whiteroom.run(["list", "--from", "studio", "--json"])).stdout)
    expect(list).toMatchObject([{ number: 1 }])
    for (const source of [["b1"], ["@4"]]) {
      const restored = await whiteroom.run([
        "restore",
        ...source,
        "--from",
        "studio",
        "--song",
        "s-1",
        "-y",
        "--json"
      ])
      expect(summaryOf(restored)).toMatchObject({ songsRestored: 1, isSuccess: true })
      sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    }
  })

  it("answers show, history, diff and find for a library that is gone", async ({ whiteroom }) => {
    await pushed(whiteroom)
    sqlite(whiteroom.library, "UPDATE song_data SET name = 'Day Drive' WHERE id = 's-1'")
    await whiteroom.run(["push"])
    rmSync(whiteroom.library)
    const ask = (...words: ReadonlyArray<string>) => whiteroom.run([...words, "--from", "stick", "--json"])
    expect(JSON.parse((await ask("show", "b1")).stdout)).toMatchObject({ number: 1, songs: 3 })
    expect(
      JSON.parse((await ask("history", "s-1")).stdout).map(({ name }: { name: string }) => name)
    ).toEqual(["Night Drive", "Day Drive"])
    expect(JSON.parse((await ask("diff", "b1")).stdout)).toMatchObject({ changed: [{ id: "s-1" }] })
    expect(JSON.parse((await ask("find", "night")).stdout)).toMatchObject([{ id: "s-1" }])
    const told = await whiteroom.run(["find", "night", "--from", "stick"])
    expect(told.stderr).toContain("--song s-1 --from stick")
    expect(await whiteroom.list(".")).not.toContain("library.db")
  })

  it("says when it lost what was sent there, and gets it again", async ({ whiteroom }) => {
    await pushed(whiteroom)
    for (const file of segments(whiteroom)) rmSync(file)
    const again = await whiteroom.run(["push"])
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("It was sent again") })
    sqlite(whiteroom.library, "UPDATE vault_upkeep SET missed_at = missed_at - 600000")
    for (const file of segments(whiteroom)) rmSync(file)
    const gone = await whiteroom.run(["push"])
    expect(gone).toMatchObject({ code: 4, stderr: expect.stringContaining("was rolled back or emptied") })
    expect((await whiteroom.run(["status"])).stdout).toContain("studio had lost what was sent there")
    expect((await whiteroom.run(["check", "--from", "studio", "--full"])).code).toBe(0)
  })

  it("is kept up by hand, by a policy that can be changed", async ({ whiteroom }) => {
    await pushed(whiteroom)
    const policy = await whiteroom.run(["vault", "policy", "studio"])
    expect(policy.stderr).toContain("every version for 90 days")
    const changed = await whiteroom.run(["vault", "policy", "studio", "--keep-edits", "365", "--json"])
    expect(summaryOf(changed)).toMatchObject({ keepEdits: 365, graceDays: 30 })
    expect((await whiteroom.run(["vault", "policy", "stick"])).stderr).toContain("365 days")
    const less = ["vault", "policy", "studio", "--keep-edits", "0"]
    expect(await whiteroom.run(less)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Keeping less in studio")
    })
    expect((await whiteroom.run(["vault", "policy", "stick"])).stderr).toContain("365 days")
    expect(summaryOf(await whiteroom.run([...less, "--yes", "--json"]))).toMatchObject({ keepEdits: 0 })
    expect((await whiteroom.run(["vault", "upkeep", "studio", "--dry-run"])).stderr).toContain(
      "nothing to do"
    )
    const kept = await whiteroom.run(["vault", "upkeep", "studio"])
    expect(kept).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing to do") })
  })

  it("is mended from the library, and the library from it", async ({ whiteroom }) => {
    await pushed(whiteroom)
    const [file = ""] = segments(whiteroom)
    const bytes = readFileSync(file)
    bytes[200] = (bytes[200] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const looked = await whiteroom.run(["repair", "studio", "--dry-run"])
    expect(looked).toMatchObject({ code: 4, stderr: expect.stringContaining("Nothing was changed") })
    const mended = await whiteroom.run(["repair", "studio"])
    expect(mended).toMatchObject({ code: 0, stderr: expect.stringContaining("1 segment sent again") })
    expect((await whiteroom.run(["check", "--from", "studio", "--full"])).code).toBe(0)
    expect((await whiteroom.run(["repair", "studio"])).stderr).toContain("nothing to repair")
    const held = rows(whiteroom.library)
    sqlite(whiteroom.library, "UPDATE block SET data = zeroblob(length(data))")
    const back = await whiteroom.run(["repair", "--from", "studio"])
    expect(back, back.stderr).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("no damage any more")
    })
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
    expect(rows(whiteroom.library)).toBe(held)
    expect((await whiteroom.run(["repair", "studio", "--from", "stick"])).code).toBe(2)
  })

  it("is checked from its names, and byte by byte; damage is named", async ({ whiteroom }) => {
    await pushed(whiteroom)
    expect((await whiteroom.run(["check", "--from", "studio"])).code).toBe(0)
    expect((await whiteroom.run(["check", "--from", "stick", "--full"])).code).toBe(0)
    const [file = ""] = segments(whiteroom)
    const bytes = readFileSync(file)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 200)
    writeFileSync(file, bytes)
    const found = await whiteroom.run(["check", "--from", "studio", "--full", "--json"])
    expect(found.code).toBe(4)
    expect(summaryOf(found)).toMatchObject({ ok: false })
    rmSync(whiteroom.library)
    const refused = await whiteroom.run(["clone", "stick"])
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain("--partial")
    rmSync(file)
    expect((await whiteroom.run(["clone", "stick"])).code).not.toBe(0)
  })

  it("of which one document is damaged gives back all others, by a restore as by an import", async ({
    whiteroom
  }) => {
    mkdirSync(whiteroom.at("in"))
    mkdirSync(whiteroom.at("stick"))
    for (let n = 0; n < 40; n++) {
      const noise = randomBytes(3000).toString("base64")
      writeFileSync(
        whiteroom.at("in", `${n}.json`),
        JSON.stringify({ id: `s${n}`, name: `Song ${n}`, noise })
      )
    }
    await whiteroom.run(["init"])
    await whiteroom.run(["song", "import", "in"])
    expect(await whiteroom.run(["backup", "--to", "stick"])).toMatchObject({ code: 0 })
    await damageOne(whiteroom)
    for (const words of [
      ["restore", "latest", "--from", "stick", "-y"],
      ["import", "stick", "-y"]
    ]) {
      renameSync(whiteroom.library, whiteroom.at(`before-${words[0]}.db`))
      await whiteroom.run(["init"])
      const { code, stderr } = await whiteroom.run(words)
      expect({ words, code }).toEqual({ words, code: 3 })
      expect(stderr).toMatch(/song Song \d+/)
      const songs = JSON.parse((await whiteroom.run(["song", "list", "--json"])).stdout)
      expect(songs).toHaveLength(39)
      expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
    }
    const exact = await whiteroom.run(["restore", "latest", "--from", "stick", "--mode", "exact", "-y"])
    expect(exact).toMatchObject({ code: 2, stderr: expect.stringContaining("merge instead") })
    const seen = await whiteroom.run(["restore", "latest", "--from", "stick", "--dry-run", "--json"])
    const lines = seen.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(lines).toContainEqual({
      ...{ message_type: "error", file: expect.stringMatching(/^song Song \d+/) },
      reason: expect.any(String)
    })
    expect(lines.at(-1)).toMatchObject({ message_type: "summary" })
  })

  it("that is away stops no other one, and is gone on with when it is back", async ({ whiteroom }) => {
    await pushed(whiteroom)
    mkdirSync(whiteroom.at("other"))
    await whiteroom.run(["vault", "add", "other", "other"])
    renameSync(whiteroom.at("stick"), whiteroom.at("away"))
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    const partly = await whiteroom.run(["push", "--json"])
    expect(partly.code).toBe(3)
    const { vaults } = summaryOf(partly) as { vaults: ReadonlyArray<Record<string, unknown>> }
    expect(vaults).toMatchObject([
      { name: "other", segments: 1 },
      { name: "studio", error: "PlaceUnreachable" }
    ])
    expect(await whiteroom.list(".")).not.toContain("stick")
    renameSync(whiteroom.at("away"), whiteroom.at("stick"))
    expect((await whiteroom.run(["push"])).code).toBe(0)
    expect((await whiteroom.run(["check", "--from", "studio", "--full"])).code).toBe(0)
  })

  it("is joined by a second library, and each is cloned by its id", async ({ whiteroom }) => {
    await pushed(whiteroom)
    const second = whiteroom.at("second.db")
    await whiteroom.run(["init", "-l", second])
    expect(
      summaryOf(await whiteroom.run(["vault", "add", "same", "stick", "-l", second, "--json"]))
    ).toMatchObject({
      isNew: false
    })
    await whiteroom.run(["song", "import", "songs", "-l", second])
    writeFileSync(whiteroom.at("x.json"), '{"name":"X"}')
    await whiteroom.run(["song", "import", "x.json", "-l", second])
    expect((await whiteroom.run(["push", "-l", second])).code).toBe(0)
    const unclear = await whiteroom.run(["clone", "stick", "-l", whiteroom.at("c.db")])
    expect(unclear.code).toBe(2)
    const show = JSON.parse((await whiteroom.run(["vault", "show", "stick", "--json"])).stdout)
    expect(show.libraries).toHaveLength(2)
    for (const { libraryId } of show.libraries)
      expect(
        (await whiteroom.run(["clone", "stick", "--of", libraryId, "-l", whiteroom.at(`${libraryId}.db`)]))
          .code
      ).toBe(0)
  })
})

describe("what cannot be meant", () => {
  it.for([
    [2, ["push"]],
    [2, ["push", "nobody"]],
    [2, ["vault", "remove", "nobody"]],
    [2, ["vault", "add", "x", "ftp://somewhere"]],
    [2, ["vault", "add", "x", "s3://B"]],
    [2, ["vault", "add", "x", ".", "--region", "eu"]],
    [2, ["vault", "add", "../x", "."]],
    [14, ["vault", "add", "x", "not-there"]],
    [10, ["clone", ".", "-l", "new.db"]],
    [2, ["clone", "."]],
    [10, ["vault", "show", "."]]
  ] as const)("exit code %i: whiteroom %s", async ([code, words], { whiteroom }) => {
    await smallLibrary(whiteroom)
    const before = readdirSync(whiteroom.folder).sort()
    const result = await whiteroom.run([...words])
    expect(result.code, result.stderr).toBe(code)
    expect(readdirSync(whiteroom.folder).sort()).toEqual(before)
  })

  it("a bucket without keys is told what is missing, and no key is shown", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run(["vault", "add", "cloud", "s3://songs/anna"])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain("AWS_ACCESS_KEY_ID")
  })

  it("removing a vault forgets it here and deletes nothing there", async ({ whiteroom }) => {
    await pushed(whiteroom)
    const there = segments(whiteroom)
    expect((await whiteroom.run(["vault", "remove", "studio"])).code).toBe(0)
    expect(segments(whiteroom)).toEqual(there)
    expect(jsonLines((await whiteroom.run(["vault", "list", "--json"])).stdout.replace(/\n/g, ""))).toEqual([
      []
    ])
    expect(path.basename(there[0] ?? "")).toMatch(/\.seg$/)
  })
})
