import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { smallLibrary, song, sqlite, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const backups = (whiteroom: Whiteroom) => withLibrary(whiteroom, (library) => library.backups.list())

/** Small library with b2 and b3 besides b1, each after a change. */
const threeBackups = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  await withLibrary(whiteroom, (library) =>
    Effect.forEach(["two", "three"], (description) =>
      library.songs
        .upsert(song("s-1", `Night Drive ${description}`))
        .pipe(Effect.zipRight(library.backups.take({ description })))
    )
  )
}

describe("backup", () => {
  it("says in one line what was kept", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run(["backup", "-d", "second"])
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" })
    expect(stderr).toMatch(/^b2: 3 songs, 2 performances, 0 changed \(\+\d+ B\)\.\n$/)
  })

  it("keeps description, tags and pin", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const words = [
      "backup",
      "--description",
      "Tür auf 🎹",
      "--tag",
      "live",
      "--tag=münchen",
      "--pin",
      "--json"
    ]
    const summary = summaryOf(await whiteroom.run(words))
    expect(summary).toMatchObject({ number: 2, songs: 3, performances: 2, preferences: 1, changed: 0 })
    expect((await backups(whiteroom)).at(-1)).toMatchObject({
      backupId: summary.backupId,
      description: "Tür auf 🎹",
      tags: ["live", "münchen"],
      pinned: true
    })
  })

  it("takes none when nothing changed, if told so", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const skipped = await whiteroom.run(["backup", "--skip-if-unchanged"])
    expect(skipped).toMatchObject({ code: 0, stderr: "Nothing changed since b1, so none was taken.\n" })
    expect(await backups(whiteroom)).toHaveLength(1)
  })

  it("takes what another program wrote meanwhile", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    sqlite(whiteroom.library, "UPDATE song_data SET name = 'By the app' WHERE id = 's-1'")
    expect(summaryOf(await whiteroom.run(["backup", "--json"]))).toMatchObject({ changed: 1 })
    expect((await whiteroom.run(["show", "latest"])).stdout).toContain("By the app")
  })

  it("says of a copy that failed that the backup was taken, and takes no empty tags", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "file", "mine")
    const { code, stderr } = await whiteroom.run(["backup", "--to", "file", "--tag", "", "--tag", "a"])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^b2: 3 songs, .*\nError: --to: .*file is not a folder\./)
    expect(JSON.parse((await whiteroom.run(["list", "--json"])).stdout)[1]).toMatchObject({ tags: ["a"] })
  })

  it("sends what another place lacks with --to, by folder and by name, and nothing twice", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const first = await whiteroom.run(["backup", "--to", "copies", "--tag", "away", "--json"])
    const { pushed, number } = summaryOf(first)
    expect(number).toBe(2)
    const place = expect.stringMatching(/\/copies\/White Room [0-9a-f]{8}$/)
    expect(pushed).toMatchObject({ name: "copies", isNew: true, segments: 1, place })
    const again = ["backup", "--skip-if-unchanged", "--to"]
    for (const to of ["copies", whiteroom.at("copies")])
      expect(summaryOf(await whiteroom.run([...again, to, "--json"]))).toMatchObject({
        pushed: { name: "copies", isNew: false, segments: 0 }
      })
    expect(await backups(whiteroom)).toHaveLength(2)
    const { stderr } = await whiteroom.run(["backup", "--to", "copies"])
    expect(stderr).toMatch(
      /copies: 1 event sent, .*\nb3 is there: what was sent was read back, byte for byte/
    )
    expect((await whiteroom.run(["check", "--from", "copies", "--full"])).code).toBe(0)
  })

  it("writes one file with --to FILE.whiteroom, and never over one that is there", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["backup", "--to", "one.whiteroom"])
    expect([code, stderr]).toEqual([0, expect.stringContaining("Verified file with b2")])
    expect((await whiteroom.run(["check", "--from", "one.whiteroom"])).code).toBe(0)
    const twice = await whiteroom.run(["backup", "--to", "one.whiteroom", "--json"])
    expect(twice.code).toBe(2)
    expect(JSON.parse(twice.stderr).message).toContain("The backup b3 stands; it is nowhere else yet.")
  })

  it("makes no folder with --to unless --make says so, and takes no emptied one for a place", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const folder = whiteroom.at("disk", "my copies")
    const missing = await whiteroom.run(["backup", "--to", folder])
    expect([missing.code, existsSync(whiteroom.at("disk"))]).toEqual([10, false])
    expect(missing.stderr).toContain(`whiteroom backup --to '${folder}' --make\`.`)
    expect((await whiteroom.run(["backup", "--to", folder, "--make"])).code).toBe(0)
    for (const name of await whiteroom.list("disk/my copies")) rmSync(join(folder, name), { recursive: true })
    const away = await whiteroom.run(["backup", "--to", folder, "--json"])
    expect(away.code).toBe(14)
    expect(JSON.parse(away.stderr)).toMatchObject({ error: "PlaceAway", code: 14 })
    expect(await whiteroom.list("disk/my copies")).toEqual([])
    const status = await whiteroom.run(["status"])
    expect([status.code, status.stdout]).toEqual([5, expect.stringContaining("not there now")])
    expect((await whiteroom.run(["backup", "--make"])).code).toBe(2)
    expect((await whiteroom.run(["backup", "--to", folder, "--make"])).code).toBe(0)
    expect(JSON.parse((await whiteroom.run(["vault", "list", "--json"])).stdout)).toHaveLength(1)
  })

  it("changes nothing with --dry-run", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["backup", "-n"])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Would back up 3 songs, 2 performances, 0 changed. Nothing was changed.\n"
    })
    expect(await backups(whiteroom)).toHaveLength(1)
  })
})

describe("list, show, edit", () => {
  it("filters by time, tag and text", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    const numbers = async (...words: ReadonlyArray<string>) => {
      const found: ReadonlyArray<{ number: number }> = JSON.parse(
        (await whiteroom.run(["list", "--json", ...words])).stdout
      )
      return found.map(({ number }) => number)
    }
    expect(await numbers()).toEqual([1, 2, 3])
    expect(await numbers("--tag", "tour")).toEqual([1])
    expect(await numbers("--search", "THREE")).toEqual([3])
    expect(await numbers("--until", "2020-01-01")).toEqual([])
    expect(await numbers("--since", "1y", "--search", "t")).toEqual([1, 2, 3])
  })

  it("prints a table, marks and description last", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { stdout } = await whiteroom.run(["list"])
    expect(stdout).toMatch(/^Backup {2}Taken +Songs {2}Perf\. +Size +New +Description\n/)
    expect(stdout).toMatch(/\nb1 .* 3 {6}2 .* #tour {2}before the tour\n$/)
  })

  it("shows what a backup holds, found by number, id or latest", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const [backup] = await backups(whiteroom)
    for (const name of ["b1", "B1", "latest", backup?.backupId ?? ""]) {
      const { code, stdout } = await whiteroom.run(["show", name])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^b1 {2}before the tour\n/)
      expect(stdout).toMatch(/song +Night Drive +\d+ B +s-1\n/)
    }
    const { code, stderr } = await whiteroom.run(["show", "latest~1"])
    expect(code).toBe(10)
    expect(stderr).toContain("There is no backup latest~1. Near: b1.")
  })

  it("changes description, tags and pin, and nothing else", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const edited = await whiteroom.run(["edit", "b1", "--tag", "a", "--tag", "b", "--pin"])
    expect(edited).toMatchObject({ code: 0, stderr: "b1: before the tour  pinned #a #b\n" })
    await whiteroom.run(["edit", "b1", "--no-pin", "--tag=", "-d", "new"])
    expect(await backups(whiteroom)).toMatchObject([{ description: "new", tags: [], pinned: false }])
    expect((await whiteroom.run(["edit", "b1"])).code).toBe(2)
  })
})

describe("forget, undelete, prune", () => {
  it("moves to the trash after a yes, and back", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    const unconfirmed = await whiteroom.run(["forget", "b1", "b2"])
    expect(unconfirmed.code).toBe(2)
    expect(unconfirmed.stderr).toContain("Forgetting 2 backups must be confirmed. Nothing was changed.\n")
    expect(await backups(whiteroom)).toHaveLength(3)

    const forgotten = await whiteroom.run(["forget", "b1", "b2", "-y"])
    expect(forgotten.stderr).toContain("Forgot b1, b2. For 7 days at least: whiteroom undelete BACKUP\n")
    expect((await whiteroom.run(["list", "--trash"])).stdout).toMatch(/^Backup {2}Taken +Forgotten /)
    expect((await whiteroom.run(["list", "--json"])).stdout).not.toContain('"number": 1')

    expect((await whiteroom.run(["undelete", "b1"])).stderr).toBe("b1 is back.\n")
    expect((await backups(whiteroom)).map(({ number }) => number)).toEqual([1, 3])
  })

  it("forgets all or none", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    expect((await whiteroom.run(["forget", "b1", "b9", "-y"])).code).toBe(10)
    expect(await backups(whiteroom)).toHaveLength(3)
  })

  it("forgets the newest after a question, and not without an answer", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    expect((await whiteroom.run(["forget", "latest"])).code).toBe(2)
    expect(await backups(whiteroom)).toHaveLength(3)
    expect((await whiteroom.run(["forget", "latest", "-y"])).stderr).toContain("Forgot b3.")
    expect((await backups(whiteroom)).map(({ number }) => number)).toEqual([1, 2])
    expect((await whiteroom.run(["undelete", "b3"])).code).toBe(0)
  })

  it("shows the reason for each decision before it prunes", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    await whiteroom.run(["edit", "b1", "--pin"])
    const plan = await whiteroom.run(["prune", "--keep-last", "1", "-n"])
    expect(plan).toMatchObject({ code: 0, stderr: "Nothing was changed.\n" })
    expect(plan.stdout).toMatch(
      /\nb3 .* keep +newest backup, last 1\nb2 .* forget +outside last 1\nb1 .* keep +pinned\n/
    )
    expect(plan.stdout).toContain("\nTo the trash: b2.\n")
    expect((await whiteroom.run(["prune", "--keep-last", "1"])).code).toBe(2)
    expect(await backups(whiteroom)).toHaveLength(3)

    const pruned = await whiteroom.run(["prune", "--keep-last", "1", "-y"])
    expect(pruned.code).toBe(0)
    expect(pruned.stderr).toContain("Forgot 1 backup, removed 0 backups for good.")
    expect((await backups(whiteroom)).map(({ number }) => number)).toEqual([1, 3])
  })

  it("keeps the last 30 unless told otherwise, by tags and by time if told so", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    const forgotten = async (...words: ReadonlyArray<string>) => {
      const summary = summaryOf(await whiteroom.run(["prune", "-n", "--json", ...words]))
      return Array.isArray(summary.forgotten) ? summary.forgotten.map(({ number }) => number) : undefined
    }
    expect(await forgotten()).toEqual([])
    expect(await forgotten("--keep-tag", "tour")).toEqual([2])
    expect(await forgotten("--keep-within", "1h")).toEqual([])
    expect((await whiteroom.run(["prune", "--keep-last", "0", "-y"])).code).toBe(2)
  })
})

describe("usage, events, migrate, check, rebuild", () => {
  it("adds up what the backups take", async ({ whiteroom }) => {
    await threeBackups(whiteroom)
    const { stdout } = await whiteroom.run(["usage"])
    expect(stdout).toMatch(/^3 backups\n/)
    expect(stdout).toMatch(/\n\d{4}-\d\d +3 +\+/)
  })

  it("shows the newest events, or those after a position", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { stdout } = await whiteroom.run(["events", "--limit", "2"])
    expect(stdout).toMatch(/ LibraryImported .*\n.* BackupTaken +b1 +tester@here /)
    const first = await whiteroom.run(["events", "--after", "0", "--limit", "1"])
    expect(first.stdout).toMatch(/@1 .* SongCreated +Night Drive +tester@here +s-1\n$/)
  })

  it("refuses to go back to a format that would lose something", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["migrate", "status"])).stdout).toContain(
      "This library has format 1, the newest.\n"
    )
    expect((await whiteroom.run(["migrate", "down", "0"])).code).toBe(2)
    expect(await whiteroom.run(["migrate", "down", "0", "-y"])).toMatchObject({
      code: 13,
      stderr: expect.stringContaining("would lose the log and every backup. Nothing was changed.")
    })
    expect((await whiteroom.run(["migrate", "up"])).stderr).toBe("The library has format 1 already.\n")
  })

  it("names damage by backup and song and exits with 4", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["check", "--full"])).stdout).toMatch(
      /^No damage \(full check, \d+ objects, /
    )
    sqlite(whiteroom.library, "UPDATE block SET data = CAST(data || x'00' AS BLOB)")
    const { code, stdout } = await whiteroom.run(["check", "--full", "-n"])
    expect(code).toBe(4)
    expect(stdout).toContain("Night Drive (s-1)")
    expect(stdout).toMatch(/needed by b1/)
    expect(stdout).toMatch(/Damage in \d+ places? \(full check.*Nothing was changed\.\n/)
    const status = await whiteroom.run(["status"])
    expect(status.code).toBe(5)
    expect(status.stdout).toContain("! The last check found damage.\n  whiteroom check --full\n")
  })

  it("mends what is whole elsewhere in the library, says so, and then finds no damage", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    sqlite(whiteroom.library, "UPDATE block SET data = CAST(data || x'00' AS BLOB)")
    const { code, stdout } = await whiteroom.run(["check", "--full"])
    expect(code).toBe(4)
    expect(stdout).toMatch(/: .* \(mended\)\n {2}needed by b1/)
    expect(stdout).toMatch(/Damage in \d+ places \(full check.*\), all of it mended from what is whole/)
    expect((await whiteroom.run(["status"])).stdout).not.toContain("damage.")
    expect(await whiteroom.run(["check", "--full"])).toMatchObject({ code: 0 })
  })

  it("rebuilds rows that no program was seen changing, after a yes", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    // As damage would: without a trace of who did it.
    sqlite(
      whiteroom.library,
      "UPDATE song_data SET name = 'Garbled' WHERE id = 's-1'; DELETE FROM external_changes"
    )
    const preview = await whiteroom.run(["rebuild", "-n"])
    expect(preview.stderr).toBe("1 row differs from the log. Nothing was changed.\n")
    expect((await whiteroom.run(["rebuild"])).code).toBe(2)
    expect(await whiteroom.run(["rebuild", "-y"])).toMatchObject({ code: 0 })
    expect((await whiteroom.run(["song", "show", "s-1"])).stdout).toContain("Night Drive\n")
  })
})
