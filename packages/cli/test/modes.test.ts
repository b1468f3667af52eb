/** Who may read what is written: its owner, whatever the umask says. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { newIdentity } from "@white-room/store/transfer"
import { describe, expect } from "vitest"
import { smallLibrary } from "./support/library.js"
import { computer, invite, serve } from "./support/server.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

/** What lies in the folder of a test, with who may do what. */
const modesIn = (whiteroom: Whiteroom): ReadonlyMap<string, number> =>
  new Map(
    readdirSync(whiteroom.folder, { recursive: true, encoding: "utf8" }).map((name) => [
      name,
      statSync(whiteroom.at(name)).mode & 0o777
    ])
  )

/** What is there and was not before, and can be read or changed by others. */
const open = (whiteroom: Whiteroom, before: ReadonlyMap<string, number>) =>
  [...modesIn(whiteroom)].filter(([name, mode]) => !before.has(name) && (mode & 0o077) !== 0)

describe.skipIf(process.platform === "win32")("with a umask that takes nothing away", () => {
  it("libraries, copies, vaults, exports, plans, kits and settings are their owner's alone", async ({
    whiteroom
  }) => {
    const owner = await newIdentity()
    writeFileSync(whiteroom.at("owner"), `${owner.identity}\n`)
    writeFileSync(whiteroom.at("song.json"), '{"id":"n","name":"Night Drive","tempo":96}')
    for (const place of ["disk", "stick", "out", "far"]) mkdirSync(whiteroom.at(place))
    const before = modesIn(whiteroom)
    const cache = { WHITEROOM_CACHE: "on", XDG_CACHE_HOME: whiteroom.at("cache") }
    for (const words of [
      ["init"],
      ["song", "import", "song.json", "--yes"],
      ["backup"],
      ["backup", "--to", "disk"],
      ["vault", "add", "studio", "stick", "--seal", "--recipient", owner.recipient],
      ["push"],
      ["key", "export", "studio", "kit.txt"],
      ["export", "now", "out/songs.json"],
      ["export", "now", "out/songs", "--format", "files"],
      ["export", "b1", "out/b1.whiteroom", "--format", "bundle"],
      ["restore", "b1", "--save-plan", "out/plan.json", "--dry-run"],
      ["schedule", "add", "daily", "--when", "daily 18:00", "--to", "studio"],
      ["clone", "disk", "-l", "far/copy.db"],
      ["check", "--from", "studio", "--full"]
    ]) {
      const result = await whiteroom.run(words, { env: cache, umask: 0 })
      expect([words.join(" "), result.code, result.stderr.includes("Error")]).toEqual([
        words.join(" "),
        0,
        false
      ])
    }
    expect(open(whiteroom, before)).toEqual([])
    const made = [...modesIn(whiteroom).keys()].filter((name) => !before.has(name))
    for (const part of [
      "library.db",
      "disk/",
      "stick/",
      "out/songs.json",
      "out/plan.json",
      "kit.txt",
      "far/copy.db",
      ".config",
      "keys"
    ])
      expect(
        made.filter((name) => name.includes(part.split("/").join(path.sep))),
        part
      ).not.toEqual([])
  })

  it("all that a server keeps is, and what a device keeps of it", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("mirror"))
    mkdirSync(whiteroom.at("anna"))
    const before = modesIn(whiteroom)
    const umask = process.umask(0)
    const starting = serve(whiteroom, "127.0.0.1:0", "--mirror", "mirror")
    process.umask(umask)
    const served = await starting
    const { link } = await invite(whiteroom)
    const connected = await whiteroom.run(["connect", link, "--yes"], { umask: 0 })
    expect(connected, connected.stderr).toMatchObject({ code: 0 })
    const second = {
      ...computer(whiteroom, "anna"),
      WHITEROOM_CACHE: "on",
      XDG_CACHE_HOME: whiteroom.at("cache")
    }
    await whiteroom.run(["init"], { env: second, umask: 0 })
    expect(await whiteroom.run(["list", "-l", "server/anna"], { umask: 0 })).toBeDefined()
    served.child.kill("SIGTERM")
    await served.ended
    expect(open(whiteroom, before)).toEqual([])
    const made = [...modesIn(whiteroom).keys()].filter((name) => !before.has(name))
    for (const part of ["srv/control.db", "srv/server.lock", "srv/libraries", "mirror/control"])
      expect(
        made.filter((name) => name.includes(part.split("/").join(path.sep))),
        part
      ).not.toEqual([])
  })
})
