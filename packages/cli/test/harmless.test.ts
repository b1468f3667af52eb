/** What comes from data reaches a terminal, a log or a program harmless, and what cannot be written is said. */

import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, open, writeFile } from "node:fs/promises"
import { describe, expect } from "vitest"
import {
  jsonLine,
  jsonText,
  printable,
  printableLines,
  quoted,
  withoutPasswords
} from "../src/terminal/Harmless.js"
import { paintFor, withSequences } from "../src/terminal/Paint.js"
import { Stream } from "../src/terminal/Stream.js"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

/** Every character that a terminal or a reader would act on and nobody would see. */
const dangerous = [
  ...Array.from({ length: 0x20 }, (_, n) => n),
  ...Array.from({ length: 0x21 }, (_, n) => 0x7f + n),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069, 0xfeff]
].map((code) => String.fromCharCode(code))

const raw = new RegExp(
  `[${dangerous
    .filter((letter) => letter !== "\n")
    .join("")
    .replace("]", "\\]")}]`,
  "u"
)

describe("texts from data", () => {
  it("that never end are cut in what is said of them", async ({ whiteroom }) => {
    const endless = "9".repeat(20_000)
    await smallLibrary(whiteroom)
    for (const words of [
      ["list", "--since", endless],
      ["find", endless],
      ["show", endless],
      ["song", "show", endless],
      [endless]
    ]) {
      const { stdout, stderr } = await whiteroom.run(words)
      expect(stdout + stderr).toContain("99999")
      expect((stdout + stderr).length).toBeLessThan(2000)
    }
  })

  it.for(dangerous)("lose %j, and nothing else", (letter) => {
    expect(printable(`a${letter}b`)).toBe("a\ufffdb")
    expect(JSON.parse(jsonText(`a${letter}b`))).toBe(`a${letter}b`)
    expect(jsonText({ text: letter })).not.toMatch(raw)
    expect(quoted(letter)).toBe(`"\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}"`)
  })

  it("are the same line of JSON in pieces, of which none holds all of a long list", () => {
    const item = (id: number) => ({ id, name: `a\u202eb ${id}`, notes: [], of: undefined })
    const many = Array.from({ length: 2500 }, (_, id) => item(id))
    for (const value of [
      { "a\u0007": 1, none: undefined, items: many, last: { "\u2066": [] } },
      { items: many, more: many.slice(0, 1001) },
      { first: undefined, items: many.slice(0, 2000) },
      { items: many.slice(0, 1000), few: [] },
      {}
    ]) {
      const pieces = [...jsonLine(value)]
      expect(pieces.join("")).toBe(`${jsonText(value)}\n`)
      for (const piece of pieces) expect(piece.split('"id"').length - 1).toBeLessThanOrEqual(1000)
    }
  })

  it("lose the password of an address in messages, and no other part", () => {
    expect(withoutPasswords("not https://u:s3cr3t@x.example/y?a=b@c, s3://AKIA:key@b.")).toBe(
      "not https://…@x.example/y?a=b@c, s3://…@b."
    )
    for (const plain of [
      "http://127.0.0.1:8421/join",
      "a:b@c",
      "https://x.example/a:b@c",
      "smtp://me@x.example:25"
    ])
      expect(withoutPasswords(plain)).toBe(plain)
  })

  it("keep their lines where there are several, and their letters everywhere", () => {
    expect(printableLines("a\n\tb\r\u001b[2K")).toBe("a\n\tb\ufffd\ufffd[2K")
    for (const plain of ["夜のドライブ", "👩‍🎤", "é", "שלום", '~ \\ "']) expect(printable(plain)).toBe(plain)
    expect(quoted('a"b\\')).toBe('"a\\"b\\\\"')
  })
})

describe("a stream", () => {
  const written = (text: string) => {
    let out = ""
    const target = {
      write: (chunk: string | Uint8Array) => {
        out += chunk
        return true
      },
      on: () => target,
      isTTY: true,
      columns: 80
    }
    // Only what a stream of a process has in common with it.
    new Stream(target as never).write(text)
    return out
  }

  it("shows our colours, and no sequence of anybody else, not even the same one", () => {
    const paint = paintFor({ isTTY: true }, {})
    expect(written(paint("red", "a\u001b[32mb"))).toBe("\u001b[31ma\ufffd[32mb\u001b[39m")
    expect(withSequences("\ufdd031;a")).toBe("\ufdd031;a")
  })
})

const evil = "A\u001b[31mB\u009b1mC\u202eD\rE\u007f"

const hostile = async (whiteroom: Whiteroom) => {
  await smallLibrary(whiteroom)
  await withLibrary(whiteroom, (library) => library.songs.upsert({ ...song("s-1", evil), composer: evil }))
  await whiteroom.run(["backup", "--description", evil, "--tag", evil])
}

const looks = [
  ["song", "list"],
  ["song", "show", "s-1"],
  ["history", "s-1"],
  ["find", "B"],
  ["list"],
  ["show", "b2"],
  ["diff", "b1", "b2"],
  ["events"],
  ["restore", "b1", "--song", "s-1", "-n"],
  ["song", "delete", "s-1", "-n"],
  ["forget", "b1", "-n"],
  ["prune", "--keep-last", "1", "-n"],
  ["show", evil],
  ["song", "show", evil],
  ["list", "--since", evil],
  ["list", `--${evil}`],
  ["-l", evil, "list"]
]

describe("no command", () => {
  it("writes a control of a name, a description or its own words, neither as text nor as JSON", async ({
    whiteroom
  }) => {
    await hostile(whiteroom)
    for (const words of looks)
      for (const options of [[], ["--json"], ["-v"]]) {
        const { stdout, stderr } = await whiteroom.run([...words, ...options])
        expect([words, options, raw.exec(stdout + stderr)]).toEqual([words, options, null])
      }
  })

  it("begins a line with what stands after a newline of a name, a path or its own words", async ({
    whiteroom
  }) => {
    const lines = "Safe\nAll is well"
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      library.songs.upsert({ ...song("s-1", lines), composer: lines })
    )
    await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-2", lines)))
    const place = whiteroom.at(lines)
    await mkdir(place)
    const all = [
      ["backup", "--description", lines, "--tag", lines],
      ["backup", "--to", place],
      ["push"],
      ["vault", "list"],
      ["check", "--from", place],
      ["list", "--from", place],
      ["schedule", "add", "daily", "--when", "daily", "--to", place, "--yes"],
      ["schedule", "list"],
      ["schedule", "show", "daily"],
      ["schedule", "run", "daily"],
      ["schedule", "next"],
      ["status"],
      ["export", "latest", whiteroom.at(`${lines}.json`)],
      ["export", "latest", whiteroom.at(`${lines}.json`)],
      ["import", whiteroom.at(`${lines}.json`)],
      ["import", whiteroom.at(`${lines}.no`)],
      ["-l", whiteroom.at(`${lines}.db`), "init"],
      ["-l", whiteroom.at(`${lines}.db`), "status"],
      ["-l", whiteroom.at(`${lines}.db`), "init"],
      ["-l", whiteroom.at("All\nis", lines), "status"],
      ["adopt", whiteroom.at(`${lines}.no`)],
      ["clone", place, whiteroom.at(`${lines}.clone.db`)],
      ["song", "show", lines],
      ["vault", "add", lines, place],
      ...looks.filter((words) => !words.some((word) => word.includes(evil))),
      ["show", lines],
      ["song", "show", `${lines}?`],
      ["list", "--since", lines],
      ["list", `--${lines}`],
      ["-l", lines, "list"]
    ]
    const found: Array<string> = []
    for (const words of all) {
      const { stdout, stderr } = await whiteroom.run(words)
      if (/^All is well/m.test(stdout + stderr)) found.push(words.join(" "))
    }
    expect(found).toEqual([])
  })

  it("puts a newline of a name into a question", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-1", "Safe\nAll is well. Go on?")))
    const { stdout } = await whiteroom.inTerminal(["restore", "b1"], {
      answers: ["k"],
      env: { NO_COLOR: "1" }
    })
    expect(stdout).toContain("Go on? changed after b1: [k]eep")
    expect(stdout).not.toContain("\nAll is well")
  })
})

describe("the document of a version", () => {
  it("is as it was saved in a file or pipe, and harmless in a terminal", async ({ whiteroom }) => {
    const document = '{"text":"\u009b31m\u202e"}'
    await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-1", "Night", document)))
    const words = ["history", "s-1", "--version", "1", "-q"]
    expect((await whiteroom.run(words)).stdout).toBe(`${document}\n`)
    expect((await whiteroom.inTerminal(words)).stdout).toBe('{"text":"\ufffd31m\ufffd"}\n')
  })
})

/** Runs it with one stream on a disk that is full. */
const onFullDisk = async (whiteroom: Whiteroom, words: ReadonlyArray<string>, full: "stdout" | "stderr") => {
  const device = await open("/dev/full", "w")
  try {
    const stdio =
      full === "stdout" ? (["ignore", device.fd, "pipe"] as const) : (["ignore", "pipe", device.fd] as const)
    const child = spawn(process.execPath, [whiteroom.program, ...words], {
      cwd: whiteroom.folder,
      env: whiteroom.environment(),
      stdio: [...stdio]
    })
    let said = ""
    const other = full === "stdout" ? child.stderr : child.stdout
    other?.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk
    })
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve))
    return { code, said }
  } finally {
    await device.close()
  }
}

describe.runIf(existsSync("/dev/full"))("on a full disk", () => {
  it.for([
    ["--version"],
    ["help"],
    ["completion", "bash"],
    ["list"],
    ["list", "--json"],
    ["song", "list", "--json"],
    ["events"],
    ["backup", "--json"],
    ["schedule", "export"],
    ["status"]
  ])("%s fails and says so", async (words, { whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, said } = await onFullDisk(whiteroom, words, "stdout")
    expect(said).toContain("could not be written")
    expect(code).toBe(words[0] === "status" ? 5 : 1)
    if (words.includes("--json")) expect(JSON.parse(said)).toMatchObject({ error: "OutputLost", code: 1 })
  })

  it("a daemon says at once that its log is lost, goes on, and ends with that", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const device = await open("/dev/full", "w")
    const child = spawn(process.execPath, [whiteroom.program, "daemon"], {
      cwd: whiteroom.folder,
      env: whiteroom.environment(),
      stdio: ["ignore", device.fd, "pipe"]
    })
    let said = ""
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk
      // Its first line is the one that could not be written.
      child.kill("SIGTERM")
    })
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve))
    await device.close()
    expect([code, said.split("could not be written").length]).toEqual([1, 2])
  })

  it("a report that nobody can read fails too, and what was asked for is done", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await onFullDisk(whiteroom, ["backup"], "stderr")).code).toBe(1)
    expect(JSON.parse((await whiteroom.run(["list", "--json"])).stdout)).toHaveLength(2)
  })

  it("a file with nothing to say about it is no failure", async ({ whiteroom }) => {
    await writeFile(whiteroom.at("empty"), "")
    await smallLibrary(whiteroom)
    expect((await onFullDisk(whiteroom, ["backup", "-q"], "stdout")).code).toBe(0)
  })
})

describe("an address with a password, where it does not belong", () => {
  const address = "https://u:s3cr3t@x.example/y"

  it.for([
    ["status", "-l", address],
    ["backup", "--to", address],
    ["push", "s3://AKIA:s3cr3t@bucket/x"],
    ["vault", "add", "v", address],
    ["clone", address],
    ["connect", `${address}#ABCD-EFGH-JKMN`],
    ["schedule", "add", "p", "--when", "hourly", "--to", address],
    [
      "schedule",
      "add",
      "p",
      "--when",
      "hourly",
      "--mail",
      "a@b.example",
      "--mail-server",
      "smtp://u:s3cr3t@x.example"
    ],
    ["check", "--from", address],
    ["server", "start", "--data", "srv", "--url", `${address}?x`],
    ["server", "start", "--data", "srv", "--url", "https://u:s3cr3t@backup.example"]
  ])("is refused without it: %j", async (words, { whiteroom }) => {
    if (words[0] !== "clone") await smallLibrary(whiteroom)
    for (const options of [[], ["--json"], ["--verbose"]]) {
      const { code, stdout, stderr } = await whiteroom.run([...words, ...options])
      expect(code).not.toBe(0)
      expect(stdout + stderr).not.toContain("s3cr3t")
      expect(stderr).not.toContain("itself failed")
    }
  })
})
