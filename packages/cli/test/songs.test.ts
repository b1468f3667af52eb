import { statSync } from "node:fs"
import { describe, expect } from "vitest"
import { smallLibrary, song, sqlite, withLibrary, write } from "./support/library.js"
import { it } from "./support/whiteroom.js"

const time = "2026-05-04T10:00:00.000Z"

describe("songs of an app with triggers", () => {
  it("a deletion and its undo say what triggers of the app changed besides", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const cell = "old.id || 'x', 'Echo again', old.created_at, old.updated_at, '{}', '1'"
    sqlite(
      whiteroom.library,
      `CREATE TRIGGER again AFTER DELETE ON song_data WHEN length(old.id) < 6 BEGIN INSERT INTO song_data
        (id, name, created_at, updated_at, song_data_json, determinism_seed) SELECT ${cell}; END`
    )
    const deleted = await whiteroom.run(["song", "delete", "s-2", "s-3", "--yes", "--json"])
    expect(deleted.code, deleted.stderr).toBe(0)
    expect(JSON.parse(deleted.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      deleted: [{ id: "s-2" }, { id: "s-3" }],
      triggered: [
        { kind: "song", id: "s-2x" },
        { kind: "song", id: "s-3x" }
      ]
    })
    const undone = await whiteroom.run(["undo", "--yes"])
    expect(undone, undone.stderr).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Triggers of the app (again)")
    })
    const quiet = await whiteroom.run(["song", "delete", "s-1", "--yes"])
    expect(quiet.stderr).toContain("A trigger of the app changed song s-1x besides.")
  })
})

describe("song list and show", () => {
  it("prints an aligned table, by name", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["songs", "list"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const lines = stdout.trimEnd().split("\n")
    expect(lines.map((line) => line.replace(/\d+ \w+ ago|just now/, "AGO").replace(/ +/g, " "))).toEqual([
      "Name Changed Id",
      "Echo AGO s-2",
      "Echo AGO s-3",
      "Night Drive AGO s-1"
    ])
    expect(new Set(lines.map((line) => line.search(/Id$|s-\d$/))).size).toBe(1)
  })

  it("says on stderr that there are none, so that a pipe gets nothing", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const { code, stdout, stderr } = await whiteroom.run(["song", "list"])
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "",
      stderr: "No songs yet: whiteroom song import DIR\n"
    })
    expect((await whiteroom.run(["song", "list", "--json"])).stdout).toBe("[]\n")
  })

  it("searches", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { stdout } = await whiteroom.run(["song", "list", "--search", "DRIVE", "--json"])
    expect(JSON.parse(stdout)).toMatchObject([{ id: "s-1", name: "Night Drive" }])
  })

  it("shows one song, its document only for scripts", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { stdout } = await whiteroom.run(["song", "show", "night drive"])
    expect(stdout).toContain("Night Drive\n  id        s-1\n")
    expect(stdout).not.toContain("notes")
    const json = await whiteroom.run(["song", "show", "s-1", "--json"])
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...song("s-1", "Night Drive"),
      createdAt: time,
      updatedAt: time
    })
  })

  it("lists songs of one name with id and date, and exits with 2", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["song", "show", "Echo"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toBe(
      [
        "Error: Echo fits 2 songs:",
        "  s-2  Echo  2026-05-04 10:00:00",
        "  s-3  Echo  2026-05-04 10:00:00",
        "Nothing was changed.",
        "Say which by its id, with id: before it, such as id:s-2.",
        ""
      ].join("\n")
    )
  })

  it("names near matches of an unknown name, and exits with 10", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["song", "show", "Nite Drive"])
    expect(code).toBe(10)
    expect(stderr).toBe(
      "Error: There is no song Nite Drive in this library. Near: Night Drive (s-1). Nothing was changed.\n`whiteroom song list` shows what there is.\n"
    )
  })

  it("prints no control characters that a name holds", async ({ whiteroom }) => {
    await withLibrary(whiteroom, (library) =>
      library.imports.entities({ source: "test", songs: [song("evil", "\u001b[2J\u202eClear\nme")] })
    )
    const shown = ["\ufffd[2J\ufffdClear\ufffdme"]
    for (const words of [
      ["song", "list"],
      ["song", "show", "evil"],
      ["song", "delete", "evil", "-n"],
      ["events"]
    ]) {
      const { stdout } = await whiteroom.run(words)
      expect(stdout).toContain(shown[0])
      expect(stdout).not.toContain("\u001b")
      expect(stdout).not.toContain("\u202e")
    }
    const { stderr } = await whiteroom.run(["song", "show", "\u001b[2J"])
    expect(stderr).not.toContain("\u001b")
    // Scripts get it as it is.
    expect(JSON.parse((await whiteroom.run(["song", "show", "evil", "--json"])).stdout).name).toBe(
      "\u001b[2J\u202eClear\nme"
    )
  })
})

describe("song delete", () => {
  it("shows the plan and changes nothing when there is nobody to ask", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["song", "delete", "Night Drive"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toBe(
      [
        "Delete 1 song:",
        "  Night Drive  s-1",
        "1 performance of it will stay.",
        "Error: Deleting 1 song must be confirmed. Nothing was changed.",
        "Run it again in a terminal, or with --yes.",
        ""
      ].join("\n")
    )
    expect(await withLibrary(whiteroom, (library) => library.songs.count)).toBe(3)
  })

  it("takes no answer from a pipe", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["song", "delete", "s-1"], { input: "y\n" })).code).toBe(2)
  })

  it("deletes all that were named with --yes", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["song", "delete", "s-2", "Night Drive", "s-2", "--yes"])
    expect(code).toBe(0)
    expect(stderr).toContain("Deleted 2 songs. Backups still have what they had.\n")
    const left = await withLibrary(whiteroom, (library) => library.songs.list())
    expect(left.map(({ id }) => id)).toEqual(["s-3"])
  })

  it("asks about a word that is the id of one and the name of another; id: says which", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    sqlite(whiteroom.library, "UPDATE song_data SET name = 's-1' WHERE id = 's-2'")
    await whiteroom.run(["backup"])
    for (const words of [
      ["song", "delete", "s-1", "-y"],
      ["song", "show", "s-1"],
      ["song", "export", "s-1", "--to", "out"],
      ["history", "s-1"],
      ["restore", "latest", "--song", "s-1", "-y"]
    ]) {
      const { code, stderr } = await whiteroom.run(words)
      expect(code, words.join(" ")).toBe(2)
      expect(stderr).toMatch(/s-1 .*Night Drive/)
    }
    expect((await whiteroom.run(["song", "show", "id:s-2"])).stdout).toContain("s-2")
    expect(await whiteroom.run(["song", "delete", "id:s-1", "-y"])).toMatchObject({ code: 0 })
    expect((await whiteroom.run(["song", "list", "--json"])).stdout).toContain('"s-2"')
  })

  it("deletes none when one name fits nothing", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["song", "delete", "s-1", "nobody", "-y"])).code).toBe(10)
    expect(await withLibrary(whiteroom, (library) => library.songs.count)).toBe(3)
  })
})

describe("song export", () => {
  it("writes documents byte for byte, under names that are safe and different", async ({ whiteroom }) => {
    const document = '\ufeff{ "odd" : "bytes \u2028 \ufffd" }\r\n'
    await withLibrary(whiteroom, (library) =>
      library.imports.entities({
        source: "test",
        songs: [
          song("1", "../../evil", document),
          song("2", "CON", "2"),
          song("3", "Same", "3"),
          song("4", "same", "4")
        ]
      })
    )
    const { code, stdout } = await whiteroom.run(["song", "export", "--all", "--to", "out", "--json"])
    expect(code).toBe(0)
    const files: ReadonlyArray<{ id: string; file: string }> = JSON.parse(stdout).files
    const byId = new Map(files.map(({ id, file }) => [id, file.slice(whiteroom.at("out").length + 1)]))
    expect([...byId.values()].some((name) => name.includes("/") || name.startsWith("."))).toBe(false)
    expect(new Set([...byId.values()].map((name) => name.toLowerCase())).size).toBe(4)
    // Nobody may read them who may not read the library.
    for (const { file } of files) expect(statSync(file).mode & 0o077).toBe(0)
    expect(await whiteroom.read(`out/${byId.get("1")}`)).toBe(document)
    expect(await whiteroom.read(`out/${byId.get("4")}`)).toBe("4")
  })

  it("writes the bytes as they are also when they are not text", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    sqlite(
      whiteroom.library,
      "UPDATE song_data SET song_data_json = CAST(x'7bff00fe7d' AS TEXT) WHERE id = 's-1'"
    )
    expect((await whiteroom.run(["song", "export", "s-1", "--to", "out"])).code).toBe(0)
    expect(await whiteroom.readBytes("out/Night Drive.json")).toEqual(Buffer.from("7bff00fe7d", "hex"))
  })

  it("leaves files that are there as they are, unless --force", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "out/Night Drive.json", "mine")
    const kept = await whiteroom.run(["song", "export", "s-1", "s-2", "--to", "out"])
    expect(kept.code).toBe(3)
    expect(kept.stderr).toContain(
      "out/Night Drive.json: a file of this name is there and was left as it is; --force replaces it\n"
    )
    expect(await whiteroom.read("out/Night Drive.json")).toBe("mine")
    expect((await whiteroom.run(["song", "export", "s-1", "--to", "out", "--force"])).code).toBe(0)
    expect(await whiteroom.read("out/Night Drive.json")).toBe(song("s-1", "Night Drive").songDataJSON)
    expect(await whiteroom.list("out")).toEqual(["Echo.json", "Night Drive.json"])
  })

  it("asks for names or --all", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["song", "export", "--to", "out"])).code).toBe(2)
    expect((await whiteroom.run(["song", "export", "--all", "s-1", "--to", "out"])).code).toBe(2)
  })
})

describe("performance", () => {
  it("lists performances with their songs, shows, exports and deletes them", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["performance", "list"])).stdout).toMatch(
      /Live at Dawn +Night Drive +1:00 .* p-1\n/
    )
    expect((await whiteroom.run(["performance", "show", "Rehearsal"])).stdout).toContain(
      "song       Echo  s-2\n"
    )
    await whiteroom.run(["performance", "export", "Rehearsal", "--to", "out"])
    expect(await whiteroom.read("out/Rehearsal.json")).toBe('{"take":"Rehearsal"}')
    expect((await whiteroom.run(["performance", "delete", "Rehearsal", "-y"])).code).toBe(0)
    expect(await withLibrary(whiteroom, (library) => library.performances.count)).toBe(1)
  })
})

describe("prefs", () => {
  it("sets what is named and keeps the rest", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const words = [
      "prefs",
      "set",
      "maxBackups=50",
      "autoSaveEnabled=off",
      "language=de=AT",
      'customPreferences={"a":1}'
    ]
    expect(await whiteroom.run(words)).toMatchObject({ code: 0, stderr: "Set.\n" })
    expect(await whiteroom.run(words)).toMatchObject({ code: 0, stderr: "They were set so already.\n" })
    expect(JSON.parse((await whiteroom.run(["prefs", "show", "--json"])).stdout)).toMatchObject({
      theme: "dark",
      maxBackups: 50,
      autoSaveEnabled: false,
      language: "de=AT",
      customPreferences: { a: 1 },
      backupIntervalHours: 24
    })
  })

  it("settles the time zone of the library, which is nobody's own", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const zoneOf = async (...words: ReadonlyArray<string>) =>
      JSON.parse((await whiteroom.run(["prefs", "show", "--json", ...words])).stdout).timeZone
    expect(await zoneOf()).toBeNull()
    await whiteroom.run(["prefs", "set", "timeZone=Asia/Tokyo", "-n"])
    expect(await zoneOf()).toBeNull()
    expect(await whiteroom.run(["prefs", "set", "timeZone=Asia/Tokyo"])).toMatchObject({ stderr: "Set.\n" })
    expect(await whiteroom.run(["prefs", "set", "timeZone=Asia/Tokyo"])).toMatchObject({
      stderr: "They were set so already.\n"
    })
    expect(await zoneOf()).toBe("Asia/Tokyo")
    for (const bad of ["timeZone=", "timeZone=Nowhere", "timeZone=Etc/Unknown"])
      expect((await whiteroom.run(["prefs", "set", "maxBackups=9", bad])).code).toBe(2)
    expect((await withLibrary(whiteroom, (library) => library.preferences.current)).maxBackups).toBe(30)
    const pruned = await whiteroom.run(["prune", "--keep-daily", "2", "-n"])
    expect(pruned.stdout).toContain("Days and hours are those of Asia/Tokyo, the library's time zone.")
  })

  it("sets nothing when one of the settings cannot be meant", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["prefs", "set", "maxBackups=1", "colour=red"])
    expect(code).toBe(2)
    expect(stderr).toContain("Error: colour: there is no such preference; there are displayName, ")
    const left = await withLibrary(whiteroom, (library) => library.preferences.current)
    expect(left).toMatchObject({ maxBackups: 30 })
  })
})
