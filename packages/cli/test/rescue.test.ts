/** Taking back exactly what one wants: history, diff, find, undo, and the sources of a restore. */
import { execFileSync } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { performance, smallLibrary, song, sqlite, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const drive = (tempo: number, key: string) =>
  song("s-1", "Night Drive", JSON.stringify({ title: "Night Drive", tempo, key, notes: [1, 2, 3] }))

/** Versions of Night Drive: 1 of `smallLibrary`, 2 with tempo 96, 3 with tempo 104, 4 with tempo 104 in another key. */
const edited = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  for (const [tempo, key] of [
    [96, "Am"],
    [104, "Am"],
    [104, "Em"]
  ] as const)
    await withLibrary(whiteroom, (library) => library.songs.upsert(drive(tempo, key)))
}

const read = (whiteroom: Whiteroom, id = "s-1") =>
  withLibrary(whiteroom, (library) => Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON))

const names = (whiteroom: Whiteroom) =>
  withLibrary(whiteroom, (library) =>
    Effect.map(library.songs.list(), (songs) => songs.map(({ name }) => name).toSorted())
  )

const stdoutOf = async (whiteroom: Whiteroom, words: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await whiteroom.run(words)
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
  return stdout
}

describe("history", () => {
  it("lists the versions of a song with what changed in words", async ({ whiteroom }) => {
    await edited(whiteroom)
    const lines = (await stdoutOf(whiteroom, ["history", "night"])).trimEnd().split("\n")
    expect(lines[0]).toMatch(/^Version +When +By +Size +Position +Changes$/)
    expect(lines.slice(1).map((line) => line.replace(/^ +(\d) .*@\d+ +/, "$1 "))).toEqual([
      "1 imported, created",
      expect.stringMatching(/^2 .*tempo/),
      "3 tempo 96 → 104",
      "4 key Am → Em"
    ])
  })

  it("shows a change of another program as an interval, and finds what that deleted", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    const [, deleted] = JSON.parse(await stdoutOf(whiteroom, ["song", "history", "Night Drive", "--json"]))
    expect(deleted).toMatchObject({ version: 2, actor: "external", deleted: true, changes: ["deleted"] })
    expect(Date.parse(deleted.since)).toBeLessThanOrEqual(Date.parse(deleted.timestamp))
    expect(await stdoutOf(whiteroom, ["history", "s-1"])).toContain("another program")
  })

  it("prints one version by number or by time, byte for byte", async ({ whiteroom }) => {
    await edited(whiteroom)
    const { stdout, stderr } = await whiteroom.run(["history", "s-1", "--version", "2"])
    expect(stdout).toBe(`${drive(96, "Am").songDataJSON}\n`)
    expect(stderr).toContain("Version 2 of Night Drive")
    expect(await stdoutOf(whiteroom, ["history", "s-1", "--at", "now"])).toBe(
      `${drive(104, "Em").songDataJSON}\n`
    )
    expect((await whiteroom.run(["history", "s-1", "--version", "9"])).code).toBe(2)
    expect((await whiteroom.run(["history", "s-1", "--at", "2001-01-01"])).code).toBe(10)
    expect((await whiteroom.run(["history", "Nobody"])).code).toBe(10)
  })
})

describe("diff", () => {
  it("tells in words what changed from a backup to now", async ({ whiteroom }) => {
    await edited(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.all([library.songs.upsert(song("s-4", "Brand New")), library.performances.delete("p-2")])
    )
    const text = await stdoutOf(whiteroom, ["diff", "latest"])
    expect(text).toMatch(
      /^From b1 to now:\n\nCreated 1\n {2}Brand New\n\nDeleted 1\n {2}Rehearsal \(performance\)\n\nChanged 1\n {2}Night Drive\n/
    )
    expect(text).toContain("tempo")
    const json = JSON.parse(await stdoutOf(whiteroom, ["diff", "b1", "now", "--json"]))
    expect(json.changed[0].patch).toContainEqual({ op: "add", path: "/songDataJSON/tempo", value: 104 })
    expect(await stdoutOf(whiteroom, ["diff", "now", "now"])).toBe("From now to now: no difference.\n")
  })

  it("tells what changed in the first fifty, and of the others when asked", async ({ whiteroom }) => {
    const edition = (tempo: number) =>
      Array.from({ length: 53 }, (_, index) => ({
        ...song(`n-${index}`, `Number ${String(index).padStart(2, "0")}`),
        songDataJSON: JSON.stringify({ tempo })
      }))
    await withLibrary(whiteroom, (library) => library.songs.upsertAll(edition(96)))
    const { position } = await withLibrary(whiteroom, (library) => library.log.head)
    await withLibrary(whiteroom, (library) => library.songs.upsertAll(edition(104)))
    const from = `@${position}`
    const text = await stdoutOf(whiteroom, ["diff", from])
    expect(text.match(/tempo 96 → 104/g)).toHaveLength(50)
    expect(text).toMatch(
      / {2}Number 52\n {2}The last 3 by name only: --verbose tells what changed in them\n$/
    )
    expect((await stdoutOf(whiteroom, ["diff", from, "--verbose"])).match(/tempo/g)).toHaveLength(53)
    const { changed } = JSON.parse(await stdoutOf(whiteroom, ["diff", from, "--json"]))
    expect(changed.every(({ changes }: { changes: ReadonlyArray<string> }) => changes.length === 1)).toBe(
      true
    )
  })

  it("takes positions and times, and refuses what says nothing", async ({ whiteroom }) => {
    await edited(whiteroom)
    const { position } = await withLibrary(whiteroom, (library) => library.log.head)
    expect(await stdoutOf(whiteroom, ["diff", `@${position - 1}`])).toContain("    key Am → Em\n")
    expect(await stdoutOf(whiteroom, ["diff", "--at", "now"])).toContain("no difference")
    for (const words of [["diff"], ["diff", "b1", "now", "--at", "now"]])
      expect((await whiteroom.run(words)).code).toBe(2)
    expect((await whiteroom.run(["diff", "b9"])).code).toBe(10)
  })
})

describe("find", () => {
  it("finds what was renamed and deleted, and where it can be restored from", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.all([
        library.songs.upsert({ ...drive(96, "Am"), name: "Day Trip" }),
        library.songs.delete("s-1")
      ])
    )
    const { stdout, stderr } = await whiteroom.run(["find", "NIGHT"])
    expect(stdout.split("\n")[1]).toMatch(/^Night Drive +song +name +just now +just now +@\d+ +s-1$/)
    const command = /whiteroom (restore @\d+ --song s-1)/.exec(stderr)?.[1] ?? ""
    expect((await whiteroom.run([...command.split(" "), "-y"])).code).toBe(0)
    expect(await names(whiteroom)).toContain("Night Drive")
    expect(JSON.parse(await stdoutOf(whiteroom, ["find", "no such text", "--json"]))).toEqual([])
  })
})

describe("undelete", () => {
  it("brings a deleted song back by name or id, byte for byte, after a yes; undo takes that back", async ({
    whiteroom
  }) => {
    await edited(whiteroom)
    await whiteroom.run(["song", "delete", "s-1", "-y"])
    expect((await whiteroom.run(["undelete", "night"])).code).toBe(2)
    expect(await names(whiteroom)).not.toContain("Night Drive")
    const preview = await whiteroom.run(["undelete", "night drive", "-n"])
    expect(preview.stdout).toContain("  bring back     1  Night Drive\n")
    const { code, stderr } = await whiteroom.run(["undelete", "night", "-y"])
    expect({ code, back: /1 brought back/.test(stderr) }).toEqual({ code: 0, back: true })
    expect(await read(whiteroom)).toBe(drive(104, "Em").songDataJSON)
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    expect((await whiteroom.run(["undelete", "s-1", "-y"])).code).toBe(0)
    expect(await names(whiteroom)).toContain("Night Drive")
  })

  it("also what another program deleted, and performances", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-2'; DELETE FROM performance_data")
    expect((await whiteroom.run(["undelete", "Echo", "-y"])).code).toBe(0)
    expect((await whiteroom.run(["undelete", "rehearsal", "-y"])).code).toBe(0)
    expect(sqlite(whiteroom.library, "SELECT id FROM song_data ORDER BY id")).toBe("s-1\ns-2\ns-3\n")
    expect(sqlite(whiteroom.library, "SELECT name FROM performance_data")).toBe("Rehearsal\n")
  })

  it("names what is near, lists what fits several, and tells songs from backups", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["undelete", "Night Drive"])).code).toBe(10)
    sqlite(whiteroom.library, "DELETE FROM song_data")
    const near = await whiteroom.run(["undelete", "Nigth Drive", "-y"])
    expect(near.code).toBe(10)
    expect(near.stderr).toContain("There is no song Nigth Drive in what was deleted. Near: Night Drive (s-1)")
    const several = await whiteroom.run(["undelete", "Echo", "-y"])
    expect(several.code).toBe(2)
    expect(several.stderr).toMatch(/Echo fits 2 songs:\n {2}s-\d {2}Echo {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n/)
    const backup = await whiteroom.run(["undelete", "b9"])
    expect([backup.code, /no backup b9/.test(backup.stderr)]).toEqual([10, true])
  })
})

describe("undo", () => {
  it("takes back a delete, then the undo itself by its number", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["song", "delete", "s-1", "-y"])
    const undone = await whiteroom.run(["undo", "-y"])
    expect(undone.code).toBe(0)
    expect(undone.stderr).toContain(
      "Took back delete song Night Drive: 1 brought back, 0 replaced, 0 deleted."
    )
    expect(await names(whiteroom)).toContain("Night Drive")
    const again = /whiteroom (undo \d+) takes that back/.exec(undone.stderr)?.[1] ?? ""
    expect((await whiteroom.run([...again.split(" "), "-y"])).code).toBe(0)
    expect(await names(whiteroom)).not.toContain("Night Drive")
  })

  it("keeps later edits and exits with 3, unless told to replace or combine", async ({ whiteroom }) => {
    await edited(whiteroom)
    await whiteroom.run(["restore", "--song", "s-1", "--version", "2", "-y"])
    await withLibrary(whiteroom, (library) => library.songs.upsert(drive(96, "Gm")))
    const preview = await whiteroom.run(["undo", "-n"])
    expect(preview.stdout).toContain("  keep           1  Night Drive  (changed since)\n")
    const combined = await whiteroom.run(["undo", "-n", "--on-conflict", "combine", "--json"])
    expect(summaryOf(combined)).toMatchObject({
      plan: { update: 1 },
      items: [{ changes: ["tempo 96 → 104"] }]
    })
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(3)
    expect(await read(whiteroom)).toBe(drive(96, "Gm").songDataJSON)
  })

  it("asks first, and says when there is nothing", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["undo"])
    expect(code).toBe(2)
    expect(stderr).toContain("Take back import of test (just now):\n  delete         6  ")
    expect(await names(whiteroom)).toHaveLength(3)
    await withLibrary(whiteroom, (library) => library.history.undo())
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(2)
  })

  it("takes a forgotten backup back out of the trash", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.zipRight(library.backups.take({ pinned: true }), library.backups.forget(["b1"]))
    )
    expect(JSON.parse(await stdoutOf(whiteroom, ["undo", "--list", "--json"]))[0]).toMatchObject({
      what: "forget",
      description: "forget b1"
    })
    expect((await whiteroom.run(["undo", "-y"])).code).toBe(0)
    const kept = await withLibrary(whiteroom, (library) => library.backups.list())
    expect(kept.map(({ number }) => number)).toEqual([1, 2])
  })
})

describe("a restore from the log", () => {
  it("takes a version, a position or a time, and says which event it chose", async ({ whiteroom }) => {
    await edited(whiteroom)
    const { position } = await withLibrary(whiteroom, (library) => library.log.head)
    const version = await whiteroom.run(["restore", "--song", "night", "--version", "2", "-y"])
    expect(version.stderr).toContain(
      `Restore version 2 of Night Drive, @${position - 2} (just now), mode merge:\n`
    )
    expect(version.stderr).toContain("      Night Drive: tempo 104 → 96, key Em → Am\n")
    expect(await read(whiteroom)).toBe(drive(96, "Am").songDataJSON)
    await whiteroom.run(["restore", `@${position - 1}`, "--song", "s-1", "-y"])
    expect(await read(whiteroom)).toBe(drive(104, "Am").songDataJSON)
    const { code, stderr } = await whiteroom.run(["restore", "--at", "now", "-n"])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^The last event before .* is @\d+, BackupRestored, of /)
  })

  it("combine takes back one change of a song and keeps the later one", async ({ whiteroom }) => {
    await edited(whiteroom)
    const words = ["restore", "--song", "s-1", "--version", "2", "--on-conflict", "combine", "-y"]
    expect((await whiteroom.run(words)).code).toBe(0)
    expect(JSON.parse(await read(whiteroom))).toMatchObject({ tempo: 96, key: "Em" })
  })

  it("as copy puts the old one beside today's", async ({ whiteroom }) => {
    await edited(whiteroom)
    const { stderr } = await whiteroom.run(["restore", "b1", "--song", "s-1", "--as-copy", "-y"])
    expect(stderr).toContain("  add copy       1  Night Drive (b1)\n")
    expect(await names(whiteroom)).toEqual(["Echo", "Echo", "Night Drive", "Night Drive (b1)"])
    expect(await read(whiteroom)).toBe(drive(104, "Em").songDataJSON)
  })

  it.for([
    [2, ["restore"]],
    [2, ["restore", "b1", "--at", "now"]],
    [2, ["restore", "--version", "1"]],
    [2, ["restore", "--song", "s-1", "--version", "99"]],
    [2, ["restore", "b1", "--on-conflict", "ask"]],
    [2, ["restore", "b1", "--save-plan", "plan.json"]],
    [2, ["restore", "b1", "--field", "theme"]],
    [2, ["restore", "b1", "--preferences", "--field", "themes"]],
    [2, ["restore", "b1", "--tag", "none"]],
    [2, ["restore", "b1", "--as-copy", "--mode", "exact"]],
    [2, ["restore", "b1", "--plan", "plan.json"]],
    [10, ["restore", "@99999"]],
    [10, ["restore", "--at", "2001-01-01"]]
  ] as const)("refuses with %i: whiteroom %s", async ([code, words], { whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run([...words, "-y"])
    expect(result.stderr).toMatch(/^Error: .*Nothing was changed\.\n/s)
    expect(result.code).toBe(code)
    expect(await withLibrary(whiteroom, (library) => library.backups.list())).toHaveLength(1)
  })
})

describe("a restore of a selection", () => {
  it("takes the beginning of a name, part of it, and patterns; ambiguous ones list the candidates", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.forEach(["s-1", "s-2", "s-3"], (id) => library.songs.delete(id))
    )
    const created = async (name: string) =>
      summaryOf(await whiteroom.run(["restore", "b1", "--song", name, "-n", "--json"])).plan
    expect(await created("night")).toMatchObject({ create: 1 })
    expect(await created("DRIVE")).toMatchObject({ create: 1 })
    expect(await created("*")).toMatchObject({ create: 3 })
    expect(await created("e*")).toMatchObject({ create: 2 })
    const { code, stderr } = await whiteroom.run(["restore", "b1", "--song", "ech", "-n"])
    expect(code).toBe(2)
    expect(stderr).toContain("ech fits 2 songs:\n  s-2  Echo")
  })

  it("offers the performances of a song, and takes them with it when asked", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.all([library.songs.delete("s-1"), library.performances.delete("p-1")])
    )
    const offered = await whiteroom.run(["restore", "b1", "--song", "s-1"])
    expect(offered.stderr).toContain(
      "Its performance Live at Dawn is another one in b1; --with-performances restores it too.\n"
    )
    const words = ["restore", "b1", "--song", "s-1", "--with-performances", "-y", "--json"]
    expect(summaryOf(await whiteroom.run(words))).toMatchObject({ songsRestored: 1, performancesRestored: 1 })
  })

  it("takes performances by tag, without their song when told so", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.gen(function* () {
        yield* library.performances.upsert({ ...performance("p-1", "Live at Dawn", "s-1"), tags: ["live"] })
        yield* library.backups.take({})
        yield* library.performances.delete("p-1")
        yield* library.songs.delete("s-1")
      })
    )
    const restored = async (...more: ReadonlyArray<string>) =>
      summaryOf(await whiteroom.run(["restore", "b2", "--tag", "live", "-n", "--json", ...more])).plan
    expect(await restored()).toMatchObject({ create: 2 })
    expect(await restored("--without-song")).toMatchObject({ create: 1 })
  })

  it("takes single fields of the preferences", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["prefs", "set", "theme=light", "maxBackups=7"])
    await whiteroom.run(["restore", "b1", "--preferences", "--field", "theme", "-y"])
    expect(JSON.parse(await stdoutOf(whiteroom, ["prefs", "show", "--json"]))).toMatchObject({
      theme: "dark",
      maxBackups: 7
    })
  })
})

describe("a plan", () => {
  it("can be kept and carried out later, once; exits with 15 when the library moved on", async ({
    whiteroom
  }) => {
    await edited(whiteroom)
    const keep = ["restore", "b1", "--song", "s-1", "-n", "--save-plan", "plan.json"]
    expect((await whiteroom.run(keep)).stderr).toContain("whiteroom restore --plan plan.json")
    expect((await whiteroom.run(keep)).stderr).toContain("is there already and was left as it is")
    // Nobody may read it who may not read the library.
    expect(statSync(path.join(whiteroom.folder, "plan.json")).mode & 0o077).toBe(0)
    await withLibrary(whiteroom, (library) => library.songs.upsert(drive(120, "Em")))
    const outdated = await whiteroom.run(["restore", "--plan", "plan.json", "-y", "--json"])
    expect(outdated.code).toBe(15)
    expect(JSON.parse(outdated.stderr)).toMatchObject({ error: "PlanOutdated", code: 15 })
    expect(await read(whiteroom)).toBe(drive(120, "Em").songDataJSON)
    expect((await whiteroom.run(["restore", "--plan", "plan.json", "-y", "--replan"])).code).toBe(0)
    expect(await read(whiteroom)).toBe(song("s-1", "Night Drive").songDataJSON)
  })

  it("that is none is refused", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    for (const content of ["", "{}", '{"format":"white-room-plan-1"}']) {
      write(whiteroom, "plan.json", content)
      expect((await whiteroom.run(["restore", "--plan", "plan.json", "-y"])).code).toBe(2)
    }
    expect((await whiteroom.run(["restore", "--plan", "none.json", "-y"])).code).toBe(2)
    execFileSync("mkfifo", [path.join(whiteroom.folder, "pipe")])
    for (const place of ["/dev/zero", "pipe", "."]) {
      const { code, stderr } = await whiteroom.run(["restore", "--plan", place, "-y"])
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining("cannot be read: it is not a file")
      })
    }
  })
})

describe("an open app", () => {
  it.runIf(existsSync("/proc/self/fd"))("is warned of before a restore", async ({ whiteroom }) => {
    await edited(whiteroom)
    const { stderr } = await withLibrary(whiteroom, () =>
      Effect.promise(() => whiteroom.run(["restore", "b1", "--song", "s-1"]))
    )
    expect(stderr).toContain("Quit White Room first: it may save over this restore. The library is open in ")
  })

  it("that saved its old copy over a restore is told by status, with the command that restores again", async ({
    whiteroom
  }) => {
    await edited(whiteroom)
    const row = "song_data_json, updated_at FROM song_data WHERE id = 's-1'"
    sqlite(whiteroom.library, `CREATE TABLE held AS SELECT ${row}`)
    await whiteroom.run(["restore", "b1", "--song", "s-1", "-y"])
    expect((await whiteroom.run(["status"])).stdout).not.toContain("old copy")
    sqlite(
      whiteroom.library,
      "UPDATE song_data SET (song_data_json, updated_at) = (SELECT * FROM held) WHERE id = 's-1'; DROP TABLE held"
    )
    const { stdout } = await whiteroom.run(["status"])
    expect(stdout).toContain("! An open app saved its old copy of Night Drive over the restore of b1.")
    const command = /whiteroom (restore b1 --song s-1)/.exec(stdout)?.[1] ?? ""
    expect((await whiteroom.run([...command.split(" "), "-y"])).code).toBe(0)
    expect(await read(whiteroom)).toBe(song("s-1", "Night Drive").songDataJSON)
    expect((await whiteroom.run(["status"])).stdout).not.toContain("old copy")
  })
})
