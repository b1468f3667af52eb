import { existsSync, mkdirSync } from "node:fs"
import * as path from "node:path"
import { describe, expect } from "vitest"
import { defaultConfigFile } from "../src/settings/Environment.js"
import { write } from "./support/library.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

/** Nothing says where the library is but, perhaps, the settings. */
const bare = (whiteroom: Whiteroom, more: Record<string, string> = {}) => {
  const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
  return { ...env, XDG_CONFIG_HOME: whiteroom.at("settings"), ...more }
}

const settings = (whiteroom: Whiteroom, content: unknown, name = "settings/white-room/config.json") =>
  write(whiteroom, name, typeof content === "string" ? content : JSON.stringify(content))

const libraryOf = async (
  whiteroom: Whiteroom,
  env: Record<string, string>,
  words: ReadonlyArray<string> = []
) => {
  const { stdout, stderr, code } = await whiteroom.runWith(env, ["init", "--dry-run", "--json", ...words])
  expect({ stderr, code }).toMatchObject({ code: 0 })
  return JSON.parse(stdout).library
}

describe("the library", () => {
  it("is that of the option, else of the environment, else of the settings, else the default", async ({
    whiteroom
  }) => {
    if (process.platform !== "linux") return
    expect(await libraryOf(whiteroom, bare(whiteroom))).toBe(whiteroom.at("data/White Room/library.db"))
    settings(whiteroom, { library: whiteroom.at("c.db") })
    expect(await libraryOf(whiteroom, bare(whiteroom))).toBe(whiteroom.at("c.db"))
    const env = bare(whiteroom, { WHITEROOM_LIBRARY: whiteroom.at("e.db") })
    expect(await libraryOf(whiteroom, env)).toBe(whiteroom.at("e.db"))
    expect(await libraryOf(whiteroom, env, ["-l", "o.db"])).toBe(whiteroom.at("o.db"))
  })

  it("of the settings may begin at the home folder, or at the folder of the settings", async ({
    whiteroom
  }) => {
    const env = bare(whiteroom, { WHITEROOM_CONFIG: "elsewhere/my.json" })
    mkdirSync(whiteroom.at("music"))
    settings(whiteroom, { library: "~/music/l.db" }, "elsewhere/my.json")
    expect(await libraryOf(whiteroom, env)).toBe(whiteroom.at("music/l.db"))
    settings(whiteroom, '\uFEFF{"library": "l.db"}', "elsewhere/my.json")
    expect(await libraryOf(whiteroom, env)).toBe(whiteroom.at("elsewhere/l.db"))
  })

  it("is elsewhere when the settings say nothing of it", async ({ whiteroom }) => {
    settings(whiteroom, {})
    const env = bare(whiteroom, { WHITEROOM_LIBRARY: whiteroom.at("e.db") })
    expect(await libraryOf(whiteroom, env)).toBe(whiteroom.at("e.db"))
  })
})

describe("settings that cannot be meant", () => {
  const refused = async (whiteroom: Whiteroom, env: Record<string, string>, reason: string | RegExp) => {
    const { code, stdout, stderr } = await whiteroom.runWith(env, ["init"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(reason)
    expect(stderr).toContain("Nothing was changed.\n")
    expect(existsSync(whiteroom.at("data"))).toBe(false)
  }

  it.for([
    ["no JSON", "{library: 1}", /are not JSON\./],
    ["nothing", "", /are not JSON\./],
    ["a list", "[]", /are not a JSON object such as/],
    ["null", "null", /are not a JSON object such as/],
    ["an unknown key", { libary: "/x" }, /have "libary", which is not a setting; there is only "library"\./],
    ["a number", { library: 7 }, /have a "library" that is not the path of a file\./],
    ["null for a path", { library: null }, /have a "library" that is not the path of a file\./],
    ["an empty path", { library: " " }, /have a "library" that is not the path of a file\./],
    ["far too much", " ".repeat(70_000), /the file is too large for settings\./]
  ] as const)("%s: an error that names the file", async ([, content, reason], { whiteroom }) => {
    const file = settings(whiteroom, content)
    await refused(whiteroom, bare(whiteroom), reason)
    await refused(whiteroom, bare(whiteroom), file)
  })

  it("a folder, or a file that WHITEROOM_CONFIG names and that is not there", async ({ whiteroom }) => {
    const env = (name: string) => bare(whiteroom, { WHITEROOM_CONFIG: name })
    await refused(whiteroom, env(whiteroom.folder), /cannot be read: it is not a file\./)
    await refused(
      whiteroom,
      env("none.json"),
      /none\.json are not there, and WHITEROOM_CONFIG names that file\./
    )
    await refused(whiteroom, env(""), /WHITEROOM_CONFIG is empty\./)
    await refused(whiteroom, env(path.join(write(whiteroom, "file", "x"), "below.json")), /below\.json/)
  })

  it("are none where no folder can be, in a home that is a file", async ({ whiteroom }) => {
    const { WHITEROOM_LIBRARY: _, XDG_CONFIG_HOME: __, ...env } = whiteroom.environment()
    const nowhere = { ...env, HOME: write(whiteroom, "file", "x") }
    const words = ["init", "--library", whiteroom.at("there.db")]
    expect(await whiteroom.runWith(nowhere, words)).toMatchObject({ code: 0 })
    expect(await whiteroom.runWith({ ...nowhere, HOME: "/dev/null" }, ["list", ...words.slice(1)])).toEqual({
      code: 0,
      stdout: "",
      stderr: "No backups yet: whiteroom backup\n"
    })
  })

  it("do not keep help and the version from being told", async ({ whiteroom }) => {
    settings(whiteroom, "no")
    expect((await whiteroom.runWith(bare(whiteroom), ["help"])).code).toBe(0)
    expect((await whiteroom.runWith(bare(whiteroom), ["--version"])).code).toBe(0)
  })
})

describe("the default file", () => {
  it("lies where the platform keeps settings", () => {
    const env = { XDG_CONFIG_HOME: "/settings", APPDATA: "/roaming" }
    expect(defaultConfigFile(env, "linux")).toBe("/settings/white-room/config.json")
    expect(defaultConfigFile({}, "linux")).toMatch(/\/\.config\/white-room\/config\.json$/)
    expect(defaultConfigFile(env, "win32")).toBe("/roaming/White Room/config.json")
    expect(defaultConfigFile(env, "darwin")).toMatch(
      /\/Library\/Application Support\/White Room\/config\.json$/
    )
  })
})

describe("a machine whose time zone is not known", () => {
  const readers = [
    ["schedule", "list"],
    ["schedule", "next"]
  ]
  const writers = [
    ["schedule", "run", "often"],
    ["prune", "--keep-daily", "3", "-y"]
  ]
  it.for([
    { TZ: "", commands: writers.slice(0, 1) },
    { TZ: "Nowhere/Town", commands: [...readers, ...writers] }
  ])("with TZ=$TZ goes by UTC, and is told so once", async ({ TZ, commands }, { whiteroom }) => {
    const run = (words: ReadonlyArray<string>) => whiteroom.run(words, { env: { TZ } })
    await whiteroom.run(["init", "-q"])
    await whiteroom.run(["schedule", "add", "often", "--when", "every 1 minutes", "-q"])
    for (const words of commands) {
      const { code, stderr } = await run(words)
      expect([words, code, stderr.split("is not a time zone known here").length]).toEqual([words, 0, 2])
      expect((await run([...words, "--json"])).stderr).toBe("")
    }
    const status = await run(["status"])
    expect([status.code, status.stdout]).toEqual([5, expect.stringContaining("often")])
    expect(JSON.parse((await run(["prefs", "show", "--json"])).stdout).timeZone).toBe("UTC")
  })
})
