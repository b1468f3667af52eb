/** Every version, also those from before: what adopted and imported backups hold, in the commands of every day. */
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import {
  appDatabase,
  exchangeFile,
  smallLibrary,
  song,
  sqlite,
  withLibrary,
  write
} from "./support/library.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

/** Backups of the app's own, one a day from 20 January 2026 on, each with these songs; then it is adopted. */
const adopted = async (whiteroom: Whiteroom) => {
  appDatabase(whiteroom, "library.db")
  const drive = (name: string, tempo: number) =>
    song("s-1", name, JSON.stringify({ session_model: { tempo } }))
  const states = [
    [drive("Night Ride", 96), song("s-9", "Gone West")],
    [drive("Night Ride", 104), song("s-9", "Gone West")],
    [drive("Night Ride", 104)]
  ]
  for (const [index, songs] of states.entries())
    sqlite(
      whiteroom.library,
      `INSERT INTO backups VALUES ('from-${index}', '2026-01-${20 + index} 10:00:00.000', 'app', '${JSON.stringify(songs)}', '[]', 'null', 9, '1.0.0', '')`
    )
  expect((await whiteroom.run(["adopt", whiteroom.library, "-y"])).code).toBe(0)
}

const stdoutOf = async (whiteroom: Whiteroom, words: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await whiteroom.run(words)
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
  return stdout
}

const nameOf = (whiteroom: Whiteroom, id: string) =>
  withLibrary(whiteroom, (library) => Effect.map(library.songs.read(id), ({ name }) => name))

describe("a library whose app had backups of its own", () => {
  it("lists, prints, restores and takes back versions from before, by the backups between which they were made", async ({
    whiteroom
  }) => {
    await adopted(whiteroom)
    const lines = (await stdoutOf(whiteroom, ["history", "night drive"])).trimEnd().split("\n").slice(1)
    expect(lines).toEqual([
      expect.stringMatching(/^ +1 {2}before b1 \(.* ago\) +unknown .* b1 {2}created$/),
      expect.stringMatching(/^ +2 {2}between b1 and b2 \(.* ago\) +unknown .* b2 {2}tempo 96 → 104$/),
      expect.stringMatching(/^ +3 {2}between b3 and b4 \(.* ago\) +unknown /),
      expect.stringMatching(/^ +4 {2}after b4 \(.* ago|just now\) +another program /)
    ])
    const one = await whiteroom.run(["history", "s-1", "--version", "1"])
    expect(JSON.parse(one.stdout)).toEqual({ session_model: { tempo: 96 } })
    expect(one.stderr).toContain(
      "Version 1 of Night Ride, before b1. To restore it: whiteroom restore --song s-1"
    )
    const at = await whiteroom.run(["history", "s-1", "--at", "2026-01-21 23:00"])
    expect(JSON.parse(at.stdout)).toEqual({ session_model: { tempo: 104 } })
    expect(at.stderr).toContain("Version 2 of Night Ride, between b1 and b2.")
    const restored = await whiteroom.run(["restore", "--song", "s-1", "--version", "2", "-y"])
    expect(restored.stderr).toContain("Restore version 2 of Night Drive (made between b1 and b2), b2 (")
    expect(restored.code).toBe(0)
    expect(await nameOf(whiteroom, "s-1")).toBe("Night Ride")
    expect(await stdoutOf(whiteroom, ["undo", "--list"])).toContain(
      "restore of Night Ride as it was between b1 and b2"
    )
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    expect(await nameOf(whiteroom, "s-1")).toBe("Night Drive")
  })

  it("says of a time before the log which backup is the last before it, and restores and compares that", async ({
    whiteroom
  }) => {
    await adopted(whiteroom)
    const when = ["--at", "2026-01-21 23:00"]
    const diff = await whiteroom.run(["diff", "b1", "b2"])
    const told = await whiteroom.run(["diff", ...when])
    expect(diff.stdout).toContain("tempo 96 → 104")
    expect(told.stdout).toMatch(/^From b2 to now:/)
    expect(told.stderr).toMatch(
      /^The log begins later\. The last backup before 2026-01-21 23:00:00 is b2, 2026-01-21 10:00:00 \(.* ago\); what changed after it is known from b3 on, 2026-01-22 10:00:00\.\n$/
    )
    expect((await whiteroom.run(["restore", ...when, "--song", "Gone West", "-y"])).code).toBe(0)
    expect(await nameOf(whiteroom, "s-9")).toBe("Gone West")
    expect(await whiteroom.run(["show", "--at", "2026-01-01"])).toMatchObject({
      code: 10,
      stderr: expect.stringContaining("the log begins later. Nearest moments that exist: b1 of 2026-01-20")
    })
  })

  it("finds and brings back what was gone before the log began", async ({ whiteroom }) => {
    await adopted(whiteroom)
    expect(await stdoutOf(whiteroom, ["find", "gone west"])).toMatch(
      /Gone West +song +name +before b1 .* b1 +s-9/
    )
    const shown = await whiteroom.run(["song", "show", "Gone West"])
    expect(shown.stderr).toContain("Gone West was deleted between b2 and b3: whiteroom undelete 'Gone West'")
    const asBackup = await whiteroom.run(["show", "Night Drive"])
    expect(asBackup).toMatchObject({
      code: 10,
      stderr: expect.stringContaining(
        "Night Drive is a song: whiteroom history 'Night Drive' shows its versions"
      )
    })
    const [missing] = JSON.parse((await whiteroom.run(["rescue", "gone wst", "--json"])).stdout)
    expect(missing).toMatchObject({
      ...{ name: "Gone West", deleted: true, last: { firstIn: "b3", notIn: "b2" } },
      versions: [{ source: "b1", actor: "unknown", restore: "whiteroom restore --song s-9 --version 1" }]
    })
    const rescued = await whiteroom.run(["rescue", "gone", "west"])
    expect(rescued.stdout).toMatch(/Gone West\n +deleted between b2 and b3 \(.* ago\)\n/)
    const { code, stderr } = await whiteroom.run(["undelete", "Gone West", "-y"])
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("bring back") })
    expect(await nameOf(whiteroom, "s-9")).toBe("Gone West")
  })
})

describe("imported backups", () => {
  it("say in the list, in full and in JSON where they came from", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["song", "delete", "s-1", "-y"])
    expect((await whiteroom.run(["restore", "b1", "-y"])).code).toBe(0)
    await whiteroom.run(["init", "-l", "new.db"])
    write(whiteroom, "old/export.json", exchangeFile([song("s-7", "Marigold")]))
    const there = ["-l", "new.db"]
    expect((await whiteroom.run(["import", whiteroom.library, ...there])).code).toBe(0)
    // The preferences of the export are others than those of the first import, which stay.
    expect((await whiteroom.run(["import", "old/export.json", ...there])).code).toBe(3)
    const list = JSON.parse(await stdoutOf(whiteroom, ["list", "--json", ...there]))
    expect(list.at(0)).toMatchObject({ trigger: "imported", origin: { trigger: "manual", number: 1 } })
    expect(list.at(-1)).toMatchObject({ trigger: "imported", origin: { source: "old/export.json" } })
    const safety = list.find(({ origin }: { origin: { trigger?: string } }) => origin.trigger === "safety")
    expect(safety).toMatchObject({ number: 2, trigger: "imported" })
    const table = await stdoutOf(whiteroom, ["list", ...there])
    expect(table).toMatch(/imported, safety there +b2 of library\.db +before restoring b1\n/)
    expect(table).toMatch(/imported #tour +b1 of library\.db +before the tour\n/)
    expect(table).toMatch(/imported +export\.json +an old export\n/)
    expect(await stdoutOf(whiteroom, ["show", "b1", ...there])).toMatch(/came from +b1 of .*library\.db\n/)
    expect(await stdoutOf(whiteroom, ["show", "latest", ...there])).toMatch(/\(imported/)
  })
})
