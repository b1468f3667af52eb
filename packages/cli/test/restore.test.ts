import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** After b1: Night Drive edited, an Echo and its performance deleted, a song added. */
const changed = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  await withLibrary(whiteroom, (library) =>
    Effect.all([
      library.songs.upsert(song("s-1", "Night Drive", "ruined")),
      library.songs.delete("s-2"),
      library.performances.delete("p-2"),
      library.songs.upsert(song("s-4", "Brand New"))
    ])
  )
}

/** Id to document of all songs. */
const documents = (whiteroom: Whiteroom) =>
  withLibrary(whiteroom, (library) =>
    Effect.flatMap(library.songs.list(), (songs) =>
      Effect.forEach(songs, ({ id }) => library.songs.read(id)).pipe(
        Effect.map((all) => Object.fromEntries(all.map(({ id, songDataJSON }) => [id, songDataJSON])))
      )
    )
  )

const original = {
  "s-1": song("s-1", "Night Drive").songDataJSON,
  "s-2": song("s-2", "Echo").songDataJSON,
  "s-3": '{"title":"Echo","take":2}'
}
const added = { "s-4": song("s-4", "Brand New").songDataJSON }

describe("restore", () => {
  it("shows the plan on stdout with --dry-run and changes nothing", async ({ whiteroom }) => {
    await changed(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["restore", "b1", "-n"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Nothing was changed.\n" })
    expect(stdout.replace(/\(.*?, "/, '(AGO, "')).toBe(
      [
        'Restore b1 (AGO, "before the tour"), mode merge:',
        "  bring back     2  Echo, Rehearsal (performance)",
        "  keep           1  Night Drive  (changed after b1)",
        "  keep           1  Brand New  (not in b1)",
        "  unchanged      3",
        ""
      ].join("\n")
    )
    expect(Object.keys(await documents(whiteroom)).toSorted()).toEqual(["s-1", "s-3", "s-4"])
  })

  it("changes nothing when there is nobody to ask", async ({ whiteroom }) => {
    await changed(whiteroom)
    const before = await documents(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["restore", "b1"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toContain("Error: Restoring b1 must be confirmed. Nothing was changed.\n")
    expect(await documents(whiteroom)).toEqual(before)
    expect(await withLibrary(whiteroom, (library) => library.backups.list())).toHaveLength(1)
  })

  it("merge brings back, keeps what changed after the backup, says so and exits with 3; -y settles no conflict", async ({
    whiteroom
  }) => {
    await changed(whiteroom)
    const result = await whiteroom.run(["restore", "latest", "--yes"])
    expect(result.code).toBe(3)
    expect(result.stderr).toContain(
      [
        "Restored b1: 2 brought back, 0 replaced, 0 deleted.",
        "What was there before is in b2; whiteroom undo takes this restore back.",
        "1 item changed after b1 and was kept; --on-conflict replace, both or combine settles that otherwise.",
        ""
      ].join("\n")
    )
    expect(await documents(whiteroom)).toEqual({ ...original, ...added, "s-1": "ruined" })
  })

  it("merge with --on-conflict replace takes the backup's and deletes nothing", async ({ whiteroom }) => {
    await changed(whiteroom)
    const result = await whiteroom.run(["restore", "b1", "-y", "--on-conflict", "replace", "--json"])
    expect(result.code).toBe(0)
    expect(summaryOf(result)).toMatchObject({
      number: 1,
      mode: "merge",
      songsRestored: 2,
      performancesRestored: 1,
      preferencesRestored: 0,
      isSuccess: true,
      conflicts: 0,
      plan: { create: 2, update: 1, delete: 0, keep: 1, unchanged: 3 }
    })
    expect(await documents(whiteroom)).toEqual({ ...original, ...added })
  })

  it("takes single parts of a song, by the names it gives them", async ({ whiteroom }) => {
    const document = (tempo: number, key: string, ...names: ReadonlyArray<string>) =>
      JSON.stringify({ tempo, key, tracks: names.map((name) => ({ name, instrument: `${name} sound` })) })
    await withLibrary(whiteroom, (library) =>
      Effect.gen(function* () {
        yield* library.songs.create(song("s-1", "Night Drive", document(96, "C", "Lead", "Bass")))
        yield* library.backups.take()
        yield* library.songs.upsert(song("s-1", "Night Drive", document(120, "D", "Lead", "Pad")))
      })
    )
    const words = ["restore", "b1", "--song", "s-1"]
    const unknown = await whiteroom.run([...words, "--part", "organ", "-y"])
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain("Error: Night Drive has no part organ that differs in b1.")
    expect(unknown.stderr).toContain("Its parts: tempo; key; track Pad; track Bass.")
    const file = whiteroom.at("plan.json")
    const parts = ["--part", "Track Bass", "--part", "tempo=combine"]
    const kept = await whiteroom.run([...words, ...parts, "--dry-run", "--save-plan", file])
    expect(kept.stdout).toContain("Night Drive: tempo 120 → 96, track Bass added")
    expect((await whiteroom.run(["restore", "--plan", file, "-y"])).code).toBe(0)
    expect(JSON.parse((await documents(whiteroom))["s-1"] ?? "")).toEqual(
      JSON.parse(document(96, "D", "Lead", "Bass", "Pad"))
    )
    const rest = await whiteroom.run([...words, "--on-conflict", "replace", "--part", "track Pad=keep", "-y"])
    expect(rest.code).toBe(0)
    expect(JSON.parse((await documents(whiteroom))["s-1"] ?? "")).toEqual(
      JSON.parse(document(96, "C", "Lead", "Bass", "Pad"))
    )
    for (const wrong of [
      ["restore", "b1", "--part", "tempo"],
      [...words, "--part", "tempo", "--as-copy"]
    ])
      expect((await whiteroom.run([...wrong, "-y"])).code).toBe(2)
  })

  it("exact makes the library what the backup is, and its safety backup takes that back", async ({
    whiteroom
  }) => {
    await changed(whiteroom)
    const before = await documents(whiteroom)
    const summary = summaryOf(await whiteroom.run(["restore", "b1", "--mode", "exact", "-y", "--json"]))
    expect(summary).toMatchObject({ plan: { create: 2, update: 1, delete: 1, keep: 0 }, isSuccess: true })
    expect(await documents(whiteroom)).toEqual(original)
    const back = await whiteroom.run(["restore", String(summary.safetyBackupId), "--mode", "exact", "-y"])
    expect(back.code).toBe(0)
    expect(await documents(whiteroom)).toEqual(before)
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
  })

  it("a song that is named is replaced, and nothing else is touched", async ({ whiteroom }) => {
    await changed(whiteroom)
    const result = await whiteroom.run(["restore", "b1", "--song", "night drive", "-y"])
    expect(result.code).toBe(0)
    expect(await documents(whiteroom)).toEqual({ "s-1": original["s-1"], "s-3": original["s-3"], ...added })
  })

  it("a performance brings back its song", async ({ whiteroom }) => {
    await changed(whiteroom)
    await whiteroom.run(["restore", "b1", "--performance", "Rehearsal", "-y"])
    expect(await documents(whiteroom)).toHaveProperty("s-2", original["s-2"])
    expect(await withLibrary(whiteroom, (library) => library.performances.count)).toBe(2)
  })

  it("restores preferences alone", async ({ whiteroom }) => {
    await changed(whiteroom)
    await whiteroom.run(["prefs", "set", "theme=light"])
    expect((await whiteroom.run(["restore", "b1", "--preferences", "-y"])).code).toBe(0)
    const theme = await withLibrary(whiteroom, (library) => library.preferences.current)
    expect(theme).toMatchObject({ theme: "dark" })
    expect(await documents(whiteroom)).toHaveProperty("s-1", "ruined")
  })

  it("asks for the id when a name fits several songs of the backup", async ({ whiteroom }) => {
    await changed(whiteroom)
    const { code, stderr } = await whiteroom.run(["restore", "b1", "--song", "Echo", "-y"])
    expect(code).toBe(2)
    expect(stderr).toContain("Echo fits 2 songs:\n  s-2  Echo")
  })

  it("names near matches in the backup for an unknown name", async ({ whiteroom }) => {
    await changed(whiteroom)
    const { code, stderr } = await whiteroom.run([
      "restore",
      "b1",
      "--song",
      "Brand New",
      "--song",
      "s-1",
      "-y"
    ])
    expect(code).toBe(10)
    expect(stderr).toContain("There is no song Brand New in b1.")
    expect(await documents(whiteroom)).toHaveProperty("s-1", "ruined")
  })

  it("has nothing to ask when there is nothing to restore", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["restore", "b1", "--mode", "exact"])
    expect(code).toBe(0)
    expect(stderr).toContain("There was nothing to restore.\n")
  })
})
