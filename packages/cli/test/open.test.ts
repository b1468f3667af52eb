/** The library of this computer in a browser, as its owner opens it. */
import { type ChildProcess, execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { userInfo } from "node:os"
import { describe, expect } from "vitest"
import { schemaFaults } from "./support/jsonSchema.js"
import { smallLibrary, write } from "./support/library.js"
import { it, jsonLines, type Result, resultOf, type Whiteroom } from "./support/whiteroom.js"

interface Opened {
  readonly child: ChildProcess
  /** What it said when it listened. */
  readonly said: string
  readonly ended: Promise<Result>
}

/** `whiteroom open` in a process of its own, when it listens. */
const open = async (
  whiteroom: Whiteroom,
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<Opened> => {
  const child = whiteroom.start(["open", ...words], whiteroom.environment(env))
  const ended = resultOf(child)
  const said = await new Promise<string>((resolve, reject) => {
    let text = ""
    child.stdout?.on("data", (chunk: string) => {
      text += chunk
      if (/Ctrl-C ends it|"listening".*\n/.test(text)) resolve(text)
    })
    child.once("close", () => reject(new Error("it ended before it listened")))
  })
  return { child, said, ended }
}

/** A browser that came with the link. */
const visit = async (link: string) => {
  const { origin, hash } = new URL(link)
  const response = await fetch(`${origin}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: hash.slice(1), secret: randomBytes(32).toString("base64url") })
  })
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  return async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const answer: unknown = await (await fetch(`${origin}${path}`, { headers: { cookie } })).json()
    return typeof answer === "object" && answer !== null ? { ...answer } : {}
  }
}

const linkIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+\/#[0-9A-Z-]+/.exec(text)?.[0] ?? ""

describe("open", () => {
  it("shows the library to the browser that has the link, as the commands show it", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { child, said, ended } = await open(whiteroom, ["--json"])
    const [line] = jsonLines(said)
    expect(schemaFaults("open-line", line)).toEqual([])
    expect(line?.link).toBe(linkIn(said))
    const ask = await visit(linkIn(said))
    const { items } = await ask("/v1/libraries")
    const [{ id }] = items as [{ id: string }]
    expect(items).toMatchObject([{ name: userInfo().username, home: "server" }])

    const { line: own, devices, proven, ...status } = await ask(`/v1/libraries/${id}/status`)
    expect([own, devices, proven]).toEqual([id, [], null])
    const printed = await whiteroom.run(["status", "--json"])
    expect(status).toEqual(JSON.parse(printed.stdout))
    const songs = await whiteroom.run(["song", "list", "--json"])
    expect((await ask(`/v1/libraries/${id}/songs`)).items).toEqual(JSON.parse(songs.stdout))
    const history = await whiteroom.run(["history", "s-1", "--json"])
    expect((await ask(`/v1/libraries/${id}/songs/s-1/history`)).items).toEqual(JSON.parse(history.stdout))

    // What is pending belongs to what is told, and the commands go on working beside it.
    const backup = await whiteroom.run(["backup", "--json"])
    expect(backup.code).toBe(0)
    expect((await ask(`/v1/libraries/${id}/backups`)).items).toHaveLength(2)

    child.kill("SIGINT")
    const { code, stdout, stderr } = await ended
    expect([code, stderr]).toEqual([0, ""])
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: "stopped", signal: "SIGINT" })
    expect(jsonLines(stdout).flatMap((each) => schemaFaults("open-line", each))).toEqual([])
  })

  it("gives the link to the browser, and says it where there is none", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    execFileSync("mkfifo", [whiteroom.at("shown")])
    write(whiteroom, "browser", '#!/bin/sh\necho "$1" > shown\n')
    execFileSync("chmod", ["+x", whiteroom.at("browser")])
    const shown = readFile(whiteroom.at("shown"), "utf8")
    const first = await open(whiteroom, [], { BROWSER: whiteroom.at("browser") })
    expect((await shown).trim()).toBe(linkIn(first.said))
    expect(first.said).toContain("is open in your browser")

    const told = [
      await open(whiteroom, [], { BROWSER: whiteroom.at("none") }),
      await open(whiteroom, ["--no-browser"], { BROWSER: whiteroom.at("browser") })
    ]
    for (const { said } of told) expect(said).toContain("Open this in a browser:")
    // Each takes its temporary folder away.
    for (const { child, ended } of [first, ...told]) {
      child.kill("SIGINT")
      expect((await ended).code).toBe(0)
    }
  })

  it("says what is missing where there is no library, and opens nothing on trial", async ({ whiteroom }) => {
    const none = await whiteroom.run(["open", "-l", "none.db"])
    expect([none.code, none.stdout]).toEqual([10, ""])
    await smallLibrary(whiteroom)
    expect((await whiteroom.run(["open", "-n"])).code).toBe(2)
  })
})
