import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs"
import { setImmediate as nextTurn } from "node:timers/promises"
import { describe, expect } from "vitest"
import { otherWords } from "../src/command/otherWords.js"
import { CliError } from "../src/error/CliError.js"
import { Answered, parse } from "../src/Grammar.js"
import { smallLibrary, sqlite, write } from "./support/library.js"
import { it, jsonLines, program, resultOf } from "./support/whiteroom.js"

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)

/** Whether a process has a file open, as Linux tells. */
const hasOpen = (pid: number | undefined, file: string): boolean => {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).some((name) => readlinkSync(`${folder}/${name}`) === file)
  } catch {
    // A file that was closed in between; a process that ended would be seen by the test itself.
    return false
  }
}

describe("arguments", () => {
  it.for([["--version"], ["-q", "--version"]])("answers %s", async (words, { whiteroom }) => {
    const answer = { code: 0, stdout: `${manifest.version}\n`, stderr: "" }
    expect(await whiteroom.run(words, { asProcess: true })).toEqual(answer)
  })

  it("takes global options before and after the command, and inside groups of letters", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const place = ["-l", whiteroom.library]
    const env = { WHITEROOM_LIBRARY: whiteroom.at("none.db") }
    for (const words of [
      [...place, "--json", "song", "list"],
      ["song", ...place, "list", "--json"],
      ["songs", "list", "--json", `--library=${whiteroom.library}`],
      ["-qv", "song", "list", "--json", ...place]
    ]) {
      const { code, stdout } = await whiteroom.run(words, { env })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toHaveLength(3)
    }
  })

  it.for([
    [["bakcup"], '"bakcup" is not known here. Did you mean `backup`? Nothing was changed.', "help"],
    [["recover", "b1"], "no command recover; `whiteroom rescue` finds what is missing", "help"],
    [["-q", "Trash"], "no command Trash; `whiteroom list --trash` shows forgotten backups", "help"],
    [["versions", "Night Drive"], "no command versions; `whiteroom history SONG`", "help"],
    [["song", "lst"], "Did you mean `list`?", "help song"],
    [["backup", "--pim"], '"--pim" is not known here. Did you mean `--pin`? Nothing', "help backup"],
    [["find", "--song", "a"], '"--song" is not known here. Nothing', "help find"],
    [
      ["events", "--limit", "100000000000000000000"],
      '`--limit`: "100000000000000000000" cannot be meant: say a whole number, at least 1.',
      "help events"
    ],
    [["song", "list", "--limit"], '"--limit" is not known here. Nothing', "help song list"],
    [["song"], "Say what to do with songs: list, show, history, import, export or delete.", "help song"],
    [
      ["restore", "b1", "--mode", "half"],
      '`--mode`: "half" cannot be meant: say merge or exact.',
      "help restore"
    ],
    [
      ["list", "--since", "soon"],
      '`--since`: "soon": it is not a time; write "2026-11-20 14:30"',
      "help list"
    ],
    [["check", "--read-data-subset", "3/2"], '"3/2" cannot be meant: say a part such as', "help check"],
    [["prune", "--keep-last", "-1"], "--keep-last", "help prune"],
    [["undo", "last"], '`N`: "last" cannot be meant: say a whole number, at least 1.', "help undo"],
    [["forget"], "`BACKUP` is missing.", "help forget"],
    [["schedule", "run"], "`NAME` is missing.", "help schedule run"],
    [["schedule", "run", "--"], "A word is missing.", "help schedule run"],
    [["diff", "b1", "b2", "b3"], "b3", "help diff"],
    [
      ["history", "x", "--at", "soon"],
      '`--at`: "soon": it is not a time; write "2026-11-20 14:30"',
      "help history"
    ]
  ] as const)("does not understand %s", async ([words, message, help], { whiteroom }) => {
    // One of them here, and all in the soak, as a process, which has a code and streams of its own.
    const options = words[0] === "bakcup" ? { asProcess: true } : {}
    const { code, stdout, stderr } = await whiteroom.run(words, options)
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(/^Error: /)
    expect(stderr).toContain(message)
    expect(stderr).toContain(`\nSee \`whiteroom ${help}\`.\n`)
  })

  it("says in the words of people what is wrong with the words of any command", () => {
    const answer = (words: ReadonlyArray<string>): string => {
      try {
        parse(words, { colours: false, width: undefined })
        return ""
      } catch (error) {
        if (error instanceof Answered) return error.text
        return error instanceof CliError ? error.message : "a defect"
      }
    }
    const listed = (help: string) => [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name ?? "")
    // A part of them here, and all in the soak: what is near a word that is not known takes long to find.
    const every = process.env.SOAK === "1" ? 1 : 10
    const chosen = listed(answer(["help"])).filter((_, index) => index % every === 0)
    expect(chosen.length).toBeGreaterThan(4)
    const commands = chosen.flatMap((name) => [
      [name],
      ...listed(answer(["help", name])).map((below) => [name, below])
    ])
    const seen = new Set<string>()
    const wrong = commands.flatMap((command) => {
      const options = (answer(["help", ...command]).match(/--[a-z-]+/g) ?? []).filter((o) => !seen.has(o))
      for (const option of options) seen.add(option)
      const words = [[], ["--"], ["--frob"], ["?", "?", "?"], ...options.flatMap((o) => [[o], [o, "?"]])]
      return words.map((each) => [...command, ...each])
    })
    const told = wrong.map(answer)
    expect(told.filter((text) => text !== "").length).toBeGreaterThan(200 / every)
    expect(told.filter((text) => /Expected|end of input|No matching|too few|a defect/.test(text))).toEqual([])
  })

  it("explains every command, and names none that does not exist", async ({ whiteroom }) => {
    const { code, stdout, stderr } = await whiteroom.run(["help"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
    expect(listed).toEqual(
      "setup init adopt import status open song performance prefs export backup list show edit forget undelete prune vault push pull clone key connect disconnect inbox server schedule daemon rescue restore undo history diff find check repair usage events migrate rebuild help completion".split(
        " "
      )
    )
    const led = [...otherWords.values()].map(([command]) => command.split(" ")[0])
    expect(led.filter((name) => !listed.includes(name))).toEqual([])
    expect([...otherWords.keys()].filter((word) => listed.includes(word))).toEqual([])
    expect((await whiteroom.run(["--help"])).stdout).toBe(stdout)
    const restore = await whiteroom.run(["help", "restore"])
    expect(restore.stdout).toContain("Usage: whiteroom restore ")
    expect(restore.stdout).toContain("--on-conflict")
    expect((await whiteroom.run(["song", "import", "--help"])).stdout).toContain(
      "Usage: whiteroom song import "
    )
  })

  it("completes in three shells", async ({ whiteroom }) => {
    for (const shell of ["bash", "zsh", "fish"])
      expect((await whiteroom.run(["completion", shell])).stdout).toContain("whiteroom")
    expect((await whiteroom.run(["completion", "bash", "re"])).stdout.split("\n")).toEqual(
      expect.arrayContaining(["restore", "rebuild"])
    )
    expect((await whiteroom.run(["completion", "bash", "restore", "--on"])).stdout).toContain("--on-conflict")
    expect((await whiteroom.run(["completion", "tcsh"])).code).toBe(2)
  })

  it("completes songs, performances, backups, profiles and vaults by their names", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await whiteroom.run(["schedule", "add", "evening", "--when", "daily 18:00"])
    mkdirSync(whiteroom.at("studio"))
    await whiteroom.run(["vault", "add", "studio", "studio"])
    const offered = async (...words: ReadonlyArray<string>) =>
      (await whiteroom.run(["completion", "bash", ...words])).stdout.split("\n").filter((line) => line !== "")
    expect(await offered("restore", "--song", "ni")).toEqual(["Night\\ Drive"])
    expect(await offered("history", "Ec")).toEqual(["Echo"])
    expect(await offered("restore", "--performance", "L")).toEqual(["Live\\ at\\ Dawn"])
    expect(await offered("show", "b")).toEqual(["b1"])
    expect(await offered("schedule", "edit", "e")).toEqual(["evening"])
    expect(await offered("push", "st")).toEqual(["studio"])
    expect(await offered("list", "--from", "st")).toEqual(["studio"])
    // Of the library that is named, and without one of none.
    expect(await offered("-l", "none.db", "restore", "--song", "ni")).toEqual([])
  })

  it("completes a name with spaces in a real bash", async ({ whiteroom, skip }) => {
    if (spawnSync("bash", ["--version"]).status !== 0) skip("there is no bash")
    await smallLibrary(whiteroom)
    const bin = write(whiteroom, "bin/whiteroom", `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
    chmodSync(bin, 0o755)
    const script = `eval "$(whiteroom completion bash)"
COMP_WORDS=(whiteroom restore --song Ni); COMP_CWORD=3; COMP_LINE="whiteroom restore --song Ni"; COMP_POINT=27
_whiteroom; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = spawnSync("bash", ["-c", script], {
      encoding: "utf8",
      env: whiteroom.environment({ PATH: `${whiteroom.at("bin")}:${process.env.PATH ?? ""}` })
    })
    expect(stdout.trim()).toBe("Night\\ Drive")
  })
})

describe("help", () => {
  it("is given also after global options", async ({ whiteroom }) => {
    const { stdout } = await whiteroom.run(["help", "restore"])
    for (const before of [
      ["-l", "x.db"],
      ["--library=x.db", "-n"],
      ["--json", "-q", "--library", "x.db"]
    ])
      expect(await whiteroom.run([...before, "help", "restore"])).toEqual({ code: 0, stdout, stderr: "" })
  })
})

describe("the environment", () => {
  it.for([
    ["WHITEROOM_LIBRARY", ""],
    ["XDG_DATA_HOME", "relative"],
    ["HOME", ""],
    ["HOME", "relative"]
  ] as const)("is an error when %s is %j", async ([name, value], { whiteroom }) => {
    const { WHITEROOM_LIBRARY: _, XDG_DATA_HOME: __, XDG_CONFIG_HOME: ___, ...env } = whiteroom.environment()
    const { code, stdout, stderr } = await whiteroom.runWith({ ...env, [name]: value }, ["status"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toContain(`Error: The environment variable ${name} is `)
  })
})

describe("files that are not a library", () => {
  it.for([
    ["a text", "hello", "it is not a SQLite database"],
    ["an empty file", "", "it is empty"]
  ] as const)("refuses %s and leaves it as it is", async ([, content, reason], { whiteroom }) => {
    write(whiteroom, "library.db", content)
    const { code, stderr } = await whiteroom.run(["song", "list"])
    expect(code).toBe(1)
    expect(stderr).toContain(`is not a White Room library: ${reason}. It was left as it is.\n`)
    expect(await whiteroom.read("library.db")).toBe(content)
    expect(await whiteroom.list(".")).toEqual(["library.db"])
  })
})

describe("streams", () => {
  it("puts data on stdout alone, and nothing but data with --quiet", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const asProcess = true
    const backup = await whiteroom.run(["backup", "-q"], { asProcess })
    expect(backup).toEqual({ code: 0, stdout: "", stderr: "" })
    const list = await whiteroom.run(["list", "-q"], { asProcess })
    expect(list.stdout).toContain("before the tour")
    expect(list.stderr).toBe("")
    const wrong = await whiteroom.run(["show", "b9", "-q"], { asProcess })
    expect(wrong.stderr).toContain("There is no backup b9.")
  })

  it("prints no colours into pipes", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    for (const words of [["status"], ["list"], ["show", "b1"], ["help"], ["bakcup"], ["check"]]) {
      const options = words.includes("status") || words.includes("bakcup") ? { asProcess: true } : {}
      const { stdout, stderr } = await whiteroom.run(words, { env: { TERM: "xterm-256color" }, ...options })
      expect(stdout + stderr).not.toContain("\u001b")
    }
  })

  it("goes on when the reader of its output leaves", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const child = whiteroom.start(["events", "--follow", "--after", "0", "--json"])
    const result = resultOf(child)
    child.stdout?.once("data", () => child.stdout?.destroy())
    await new Promise((resolve) => child.stdout?.once("close", resolve))
    await whiteroom.run(["backup"])
    expect((await result).code).toBe(0)
  })

  it("ends with 130 when it is interrupted", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const child = whiteroom.start(["events", "--follow", "--after", "0", "--json"])
    const result = resultOf(child)
    child.stdout?.once("data", () => child.kill("SIGINT"))
    const { code, stdout, stderr } = await result
    expect(code).toBe(130)
    expect(jsonLines(stdout)[0]).toMatchObject({ position: 1, type: "SongCreated" })
    expect(jsonLines(stderr)).toMatchObject([{ message_type: "exit_error", code: 130, error: "Interrupted" }])
  })

  it.runIf(process.platform === "linux")(
    "changes nothing when it is interrupted while a plan is made, also with --yes",
    async ({ whiteroom }) => {
      await smallLibrary(whiteroom)
      // The plan takes over what the app wrote, and for that it waits for the app, which keeps the library to itself.
      sqlite(whiteroom.library, "UPDATE song_data SET name = 'ruined' WHERE id = 's-1'")
      const app = spawn("sqlite3", [whiteroom.library], { stdio: ["pipe", "pipe", "inherit"] })
      app.stdin.write("BEGIN IMMEDIATE; SELECT 1;\n")
      await once(app.stdout, "data")
      const child = whiteroom.start(["restore", "b1", "--song", "s-1", "--yes"])
      const result = resultOf(child)
      while (!hasOpen(child.pid, whiteroom.library)) await nextTurn()
      child.kill("SIGINT")
      app.stdin.end("ROLLBACK;\n")
      expect(await result).toMatchObject({
        code: 130,
        stderr: expect.stringContaining("Error: Interrupted.")
      })
      expect(sqlite(whiteroom.library, "SELECT name FROM song_data WHERE id = 's-1'")).toBe("ruined\n")
    }
  )
})
