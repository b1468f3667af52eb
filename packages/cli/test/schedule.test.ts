import { describe, expect } from "vitest"
import { smallLibrary, withLibrary, write } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const list = async (whiteroom: Whiteroom) =>
  JSON.parse((await whiteroom.run(["schedule", "list", "--json"])).stdout)

describe("schedule", () => {
  it("adds, changes, renames, pauses and removes a profile", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "disk/.here", "")
    const words = ["--when", "weekdays 18:00", "--when", "sat 9:00", "--to", "disk", "--keep-daily", "7"]
    const care = ["--before", "true", "--drill", "sundays 12:00", "--stale-after", "2d", "--catch-up", "12h"]
    const added = await whiteroom.run(["schedule", "add", "daily", ...words, ...care, "--json"])
    expect(added.code).toBe(0)
    expect(summaryOf(added).profile).toMatchObject({
      ...{ name: "daily", when: ["weekdays 18:00", "sat 9:00"], places: [whiteroom.at("disk")] },
      ...{ keep: { daily: 7 }, hooks: { before: "true", timeLimit: 60 }, staleAfterHours: 48 },
      ...{ drill: { when: ["sundays 12:00"], sample: 20 }, catchUp: { withinMinutes: 720 } }
    })
    const edited = await whiteroom.run(
      "schedule edit daily --name nightly --after true --sample all --clear to --clear keep --json".split(" ")
    )
    expect(summaryOf(edited).profile).toMatchObject({
      ...{ name: "nightly", when: ["weekdays 18:00", "sat 9:00"], places: [], keep: { last: 30 } },
      ...{ hooks: { before: "true", after: "true" }, drill: { when: ["sundays 12:00"], sample: "all" } }
    })
    expect((await list(whiteroom)).map(({ name }: { name: string }) => name)).toEqual(["nightly"])
    await whiteroom.run(["schedule", "pause", "nightly"])
    expect((await list(whiteroom))[0]).toMatchObject({ next: null, profile: { enabled: false } })
    expect((await whiteroom.run(["schedule", "next"])).stdout).toContain("whiteroom schedule resume")
    await whiteroom.run(["schedule", "resume", "nightly"])
    expect((await list(whiteroom))[0]).toMatchObject({ next: expect.any(String), profile: { enabled: true } })
    expect((await whiteroom.run(["schedule", "remove", "nightly"])).code).toBe(2)
    expect((await whiteroom.run(["schedule", "remove", "nightly", "-y"])).stderr).toContain(
      "its backups stay"
    )
    expect(await list(whiteroom)).toMatchObject([{ name: "default", stored: false }])
  })

  it.for([
    [["add", "x", "--when", "0 0 31 2 *"], "no month has such a day"],
    [["add", "x", "--when", "someday"], "its days are not known; try `weekdays 18:00`"],
    [["add", "x", "--when", "daily 18:00", "--zone", "Mars/Olympus"], "Europe/Berlin"],
    [["add", "x", "--when", "daily 18:00", "--to", "nowhere"], "a run never does"],
    [["add", "x", "--when", "daily 18:00", "--quiet-time", "night"], "quiet"],
    [["add", "x", "--when", "daily 18:00", "--keep-last", "0"], "it would keep nothing"],
    [
      ["add", "x", "--when", "daily 18:00", "--catch-up", "soon"],
      "cannot be meant: say once, off or a duration"
    ],
    [["add", "../x", "--when", "daily 18:00"], "a name has"],
    [["add", "x"], "--when"],
    [["edit", "nobody", "--keep-last", "1"], "known: default"],
    [["edit", "default", "--clear", "everything"], "everything"],
    [["pause", "default", "--until", "yesterday"], "that is not to come"],
    [["remove", "default", "-y"], "autoBackupEnabled=off"],
    [["run", "nobody"], "known: default"],
    [["import", "none.json"], "is not there"]
  ] as const)("refuses %s", async ([words, reason], { whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stderr } = await whiteroom.run(["schedule", ...words])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) })
    expect(stderr).toContain("Nothing was changed")
    expect(await withLibrary(whiteroom, (library) => library.schedule.profiles)).toEqual([])
  })

  it("runs a profile now, and says when something besides the backup did not work", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "disk/.here", "")
    await whiteroom.run([
      "schedule",
      "add",
      "now",
      "--when",
      "day 1 3:00",
      "--to",
      "disk",
      "--even-if-unchanged",
      "--no-notify"
    ])
    const good = await whiteroom.run(["schedule", "run", "now"])
    expect(good).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^backup here: done b2\ncopy .*disk: done b2\n$/)
    })
    await whiteroom.run(["schedule", "edit", "now", "--after", "echo no; exit 3"])
    const partly = await whiteroom.run(["schedule", "run", "now"])
    expect(partly).toMatchObject({ code: 3, stderr: expect.stringContaining("ended with 3: no") })
    await whiteroom.run(["schedule", "edit", "now", "--before", "exit 4"])
    const failed = await whiteroom.run(["schedule", "run", "now", "--json"])
    expect(failed.code).toBe(1)
    expect(summaryOf(failed).runs).toMatchObject([
      { outcome: "failed", detail: expect.stringContaining("ended with 4") }
    ])
  })

  it("takes profiles to another library as a file, secrets included, and shows them nowhere else", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const secret = "https://hc.example.com/0d4f"
    await whiteroom.run(["schedule", "add", "daily", "--when", "daily 18:00", "--heartbeat", secret])
    for (const words of [
      ["schedule", "list"],
      ["schedule", "list", "--json"],
      ["status", "--json"]
    ])
      expect((await whiteroom.run(words)).stdout).not.toContain("0d4f")
    const { stdout } = await whiteroom.run(["schedule", "export"])
    expect(stdout).toContain(secret)
    const other = ["-l", whiteroom.at("other.db")]
    await whiteroom.run(["init", ...other])
    write(whiteroom, "profiles.json", stdout)
    const imported = await whiteroom.run(["schedule", "import", "profiles.json", "--yes", ...other])
    expect(imported.code).toBe(0)
    expect(imported.stderr).not.toContain("0d4f")
    expect((await whiteroom.run(["schedule", "export", ...other])).stdout).toBe(stdout)
    expect((await whiteroom.run(["schedule", "import", "profiles.json", ...other])).code).toBe(2)
    write(
      whiteroom,
      "bad.json",
      JSON.stringify([
        { name: "good", when: ["hourly"] },
        { name: "bad", when: [] }
      ])
    )
    expect((await whiteroom.run(["schedule", "import", "bad.json", ...other])).code).toBe(2)
    expect((await whiteroom.run(["schedule", "export", ...other])).stdout).toBe(stdout)
  })

  it("takes over nothing of a file without a yes, and first shows what it would send, run and let go", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const theirs = {
      name: "theirs",
      when: ["hourly"],
      places: ["/srv/the\u202eirs"],
      webhook: "https://evil.example/s3cret",
      webhookKey: "/home/ada/.sec\u202eret",
      heartbeat: "https://user:s3cret@watch.example:8443/s3cret",
      mail: {
        to: ["eve@evil.example"],
        server: "smtps://mail.evil.example",
        user: "\u202eada",
        passwordFile: "/home/ada/.key"
      },
      hooks: { before: "true", failed: 'touch "/tmp/\u001b[2Jowned"' },
      keep: { last: 1 }
    }
    write(whiteroom, "theirs.json", JSON.stringify(theirs))
    const shown = `theirs
  sends every backup of all songs to the folder "/srv/the\\u202eirs"
  tells evil.example of failures: with the path of the library, and maybe names of songs
  signs that with the first line of the file "/home/ada/.sec\\u202eret"
  calls watch.example:8443 after every good run
  mails eve@evil.example of failures, and of all backups mondays 8:00, by mail.evil.example: with the path of the library, and maybe names of songs
  gives that server the user "\\u202eada" and the first line of the file "/home/ada/.key"
  runs, before each backup: "true"
  runs, when one failed: "touch \\"/tmp/\\u001b[2Jowned\\""
  keeps of its backups: last 1; others go to the trash
`
    const stored = async () => (await whiteroom.run(["schedule", "list", "--json"])).stdout
    const preview = await whiteroom.run(["schedule", "import", "theirs.json", "-n"])
    expect([preview.code, preview.stderr.startsWith(shown)]).toEqual([0, true])
    for (const options of [[], ["-q"], ["--json"]]) {
      const asked = await whiteroom.run(["schedule", "import", "theirs.json", ...options])
      expect(asked.code).toBe(2)
      expect(asked.stderr).not.toContain("s3cret")
      if (options.length === 0) expect(asked.stderr.startsWith(shown)).toBe(true)
    }
    expect(await stored()).not.toContain("theirs")
    expect((await whiteroom.run(["schedule", "import", "theirs.json", "--yes"])).code).toBe(0)
    expect(await stored()).toContain("theirs")
  })

  it.for([
    ["places", ["/srv/theirs"]],
    ["webhook", "https://evil.example"],
    ["heartbeat", "https://evil.example"],
    ["mail", { to: ["eve@evil.example"], server: "smtps://evil.example" }],
    ["hooks", { after: "true" }],
    ["keep", { last: 1 }],
    ["enabled", false]
  ] as const)("asks also when a file has only %s", async ([field, value], { whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "theirs.json", JSON.stringify([{ name: "theirs", when: ["hourly"], [field]: value }]))
    expect((await whiteroom.run(["schedule", "import", "theirs.json"])).code).toBe(2)
    expect((await whiteroom.run(["schedule", "list"])).stdout).not.toContain("theirs")
  })

  it("shows what the rules of a profile would forget", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run([
      "schedule",
      "add",
      "often",
      "--when",
      "hourly",
      "--keep-last",
      "2",
      "--even-if-unchanged"
    ])
    for (let n = 0; n < 3; n++) await whiteroom.run(["schedule", "run", "often"])
    const preview = await whiteroom.run(["prune", "--profile", "often", "--keep-last", "1", "-n"])
    expect(preview.stdout).toMatch(/b1 +.* keep +not taken by often/)
    expect(preview.stdout).toMatch(/b3 +.* forget/)
    // Its own rules were applied after each run.
    expect((await whiteroom.run(["list", "--trash", "--json"])).stdout).toContain('"number": 2')
  })
})
