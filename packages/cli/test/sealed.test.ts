/** Sealed vaults on the command line: who has no key reads nothing, who has one is not asked again. */
import { execFileSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import * as path from "node:path"
import { newIdentity } from "@white-room/store/transfer"
import { describe, expect } from "vitest"
import { smallLibrary, sqlite } from "./support/library.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const env = { WHITEROOM_PASSPHRASE: "correct horse" }

const owner = await newIdentity()

/**
 * A library with a sealed vault in the folder `stick`, and the file `owner` that opens it. A passphrase is made to take
 * two seconds, so only tests about one have it.
 */
const sealed = async (whiteroom: Whiteroom, lock = ["--recipient", owner.recipient]): Promise<void> => {
  await smallLibrary(whiteroom)
  mkdirSync(whiteroom.at("stick"))
  writeFileSync(whiteroom.at("owner"), `${owner.identity}\n`)
  const added = await whiteroom.run(["vault", "add", "studio", "stick", "--seal", ...lock], { env })
  expect(added, added.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining("It is sealed") })
  expect(await whiteroom.run(["push"])).toMatchObject({ code: 0 })
}

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())

const keysFolder = (whiteroom: Whiteroom): string => whiteroom.at(".config", "white-room", "keys")

/** A computer that never saw the vault. */
const elsewhere = (whiteroom: Whiteroom) => ({ XDG_CONFIG_HOME: whiteroom.at("elsewhere") })

/** All that a library holds, its history too, whatever order its rows lie in. */
const contents = (file: string): ReadonlyArray<string> =>
  sqlite(file, ".dump song_data performance_data user_preferences event_log backup_catalog")
    .split("\n")
    .toSorted()

const vaultFolder = (whiteroom: Whiteroom): string =>
  whiteroom.at("stick", readdirSync(whiteroom.at("stick"))[0] ?? "")

describe("a sealed vault", () => {
  it("shows nothing of a song to who reads the folder", async ({ whiteroom }) => {
    await sealed(whiteroom)
    const files = filesIn(whiteroom.at("stick"))
    expect(files.some((file) => file.endsWith(".seg"))).toBe(true)
    for (const file of files)
      expect(file + readFileSync(file).toString("latin1")).not.toContain("Night Drive")
  })

  it("is pushed to, checked, listed and restored from without the passphrase", async ({ whiteroom }) => {
    await sealed(whiteroom)
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    expect(summaryOf(await whiteroom.run(["push", "--json"]))).toMatchObject({
      vaults: [{ name: "studio", events: 1 }]
    })
    expect((await whiteroom.run(["check", "--from", "studio", "--full"])).code).toBe(0)
    expect((await whiteroom.run(["list", "--from", "stick"])).code).toBe(0)
    const restored = await whiteroom.run(["restore", "b1", "--from", "studio", "--song", "s-1", "-y"])
    expect(restored.code, restored.stderr).toBe(0)
    for (const file of filesIn(keysFolder(whiteroom))) expect(statSync(file).mode & 0o077).toBe(0)
    const show = JSON.parse((await whiteroom.run(["vault", "show", "studio", "--json"])).stdout)
    expect(show).toMatchObject({ sealed: true })
  })

  it("comes back on another computer with its passphrase alone, and is then pushed to", async ({
    whiteroom
  }) => {
    await sealed(whiteroom, [])
    const other = { ...elsewhere(whiteroom), WHITEROOM_LIBRARY: whiteroom.at("other.db") }
    const wrong = await whiteroom.run(["clone", "stick"], {
      env: { ...other, WHITEROOM_PASSPHRASE: "wrong" }
    })
    expect(wrong.code).toBe(12)
    const nobody = await whiteroom.run(["clone", "stick"], { env: other })
    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining("--passphrase-file") })
    expect(existsSync(whiteroom.at("other.db"))).toBe(false)
    writeFileSync(whiteroom.at("words"), "correct horse\n")
    const cloned = await whiteroom.run(["clone", "stick", "--passphrase-file", "words", "--json"], {
      env: other
    })
    expect(cloned).toMatchObject({ code: 0, stderr: "" })
    expect(summaryOf(cloned)).toMatchObject({ songs: 3, damaged: [] })
    sqlite(whiteroom.at("other.db"), "DELETE FROM song_data WHERE id = 's-1'")
    expect((await whiteroom.run(["push"], { env: other })).code).toBe(0)
    // Both keys are in the ring, and the first computer goes on by itself.
    expect((await whiteroom.run(["push"])).code).toBe(0)
    const { keys } = JSON.parse((await whiteroom.run(["key", "list", "studio", "--json"])).stdout)
    expect(keys.map(({ held }: { held: boolean }) => held)).toEqual([false, true, true])
  })

  it("shows twelve words at a terminal and asks for two; they open it, however they are typed", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const wordsIn = (shown: string) =>
      [...shown.matchAll(/ (\d+) ([a-z]+)/g)]
        .toSorted((a, b) => Number(a[1]) - Number(b[1]))
        .map(([, , word = ""]) => word)
    let words: ReadonlyArray<string> = []
    const asked = (shown: string) => {
      words = wordsIn(shown.slice(shown.indexOf("paper."), shown.indexOf("Which word")))
      const [, number] = [...shown.matchAll(/Which word is number (\d+)/g)].at(-1) ?? []
      return words[Number(number) - 1] ?? ""
    }
    const add = ["vault", "add", "studio", "stick", "--seal"]
    const wrong = await whiteroom.inTerminal(add, { answers: ["", () => "no", () => "no", () => "no"] })
    expect(wrong).toMatchObject({ code: 2, stdout: expect.stringContaining("Nothing was sealed") })
    expect(await whiteroom.list("stick")).toEqual([])
    const { code, stdout } = await whiteroom.inTerminal(add, { answers: ["", asked, asked] })
    expect(stdout).toContain("It is sealed")
    expect(code).toBe(0)
    expect(new Set(words).size).toBeGreaterThan(9)
    expect(words).toHaveLength(12)
    expect(await whiteroom.run(["push"])).toMatchObject({ code: 0 })
    writeFileSync(whiteroom.at("typed"), `  ${words.join("  ").toUpperCase()} \n`)
    const other = { ...elsewhere(whiteroom), WHITEROOM_LIBRARY: whiteroom.at("other.db") }
    const cloned = await whiteroom.run(["clone", "stick", "--passphrase-file", "typed"], { env: other })
    expect(cloned, cloned.stderr).toMatchObject({ code: 0 })
  })

  it("is not exchanged for a plain one on a computer that never saw it, where something to open it with is given", async ({
    whiteroom
  }) => {
    await sealed(whiteroom)
    const mallory = { WHITEROOM_LIBRARY: whiteroom.at("mallory.db") }
    mkdirSync(whiteroom.at("other"))
    await whiteroom.run(["init"], { env: mallory })
    writeFileSync(whiteroom.at("fake.json"), '{"id":"n","name":"Night Drive"}')
    await whiteroom.run(["song", "import", "fake.json", "--yes"], { env: mallory })
    await whiteroom.run(["vault", "add", "fake", "other"], { env: mallory })
    expect(await whiteroom.run(["push"], { env: mallory })).toMatchObject({ code: 0 })
    rmSync(whiteroom.at("stick"), { recursive: true })
    renameSync(whiteroom.at("other"), whiteroom.at("stick"))
    writeFileSync(whiteroom.at("words"), "any words at all\n")
    const fresh = { ...elsewhere(whiteroom), WHITEROOM_LIBRARY: whiteroom.at("fresh.db") }
    for (const key of [
      ["--identity", "owner"],
      ["--passphrase-file", "words"],
      ["--passphrase-command", "cat words"]
    ]) {
      const refused = await whiteroom.run(["clone", "stick", ...key], { env: fresh })
      expect(refused, refused.stderr).toMatchObject({
        code: 13,
        stderr: expect.stringContaining("not sealed")
      })
      expect(existsSync(whiteroom.at("fresh.db"))).toBe(false)
    }
    expect(await whiteroom.run(["clone", "stick"], { env: fresh })).toMatchObject({ code: 0 })
  })

  it("asks for a kit until there is one", async ({ whiteroom }) => {
    await sealed(whiteroom)
    const warnings = async () => JSON.parse((await whiteroom.run(["status", "--json"])).stdout).warnings
    const lacking = "studio has no recovery kit: without this computer only its passphrase opens it."
    expect(await warnings()).toContain(lacking)
    expect((await whiteroom.run(["status"])).stdout).toContain("whiteroom key export studio kit.html")
    const made = await whiteroom.run(["key", "export", "studio", "kit.txt", "--json"])
    expect(made.code, made.stderr).toBe(0)
    expect(await warnings()).not.toContain(lacking)
    await whiteroom.run(["key", "remove", "studio", String(summaryOf(made).slot), "--yes"])
    expect(await warnings()).toContain(lacking)
  })

  it("is joined by a second library of the same computer without a second key", async ({ whiteroom }) => {
    await sealed(whiteroom)
    const second = { WHITEROOM_LIBRARY: whiteroom.at("second.db") }
    await whiteroom.run(["init"], { env: second })
    const plain = await whiteroom.run(["vault", "add", "same", "stick", "--plain"], { env: second })
    expect(plain.code).toBe(2)
    const joined = await whiteroom.run(["vault", "add", "same", "stick", "--json"], { env: second })
    expect(summaryOf(joined)).toMatchObject({ isNew: false, sealed: true })
    const { keys } = JSON.parse(
      (await whiteroom.run(["key", "list", "same", "--json"], { env: second })).stdout
    )
    expect(keys).toHaveLength(2)
  })

  it("is made for one lock, and joined with the keys it has", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const add = (...words: ReadonlyArray<string>) =>
      whiteroom.run(["vault", "add", "studio", "stick", "--recipient", owner.recipient, ...words])
    expect((await add("--plain")).stderr).toContain("opposites")
    writeFileSync(whiteroom.at("words"), "correct horse\n")
    expect((await add("--passphrase-file", "words")).stderr).toContain("not both")
    expect(await whiteroom.list("stick")).toEqual([])
    expect((await add()).code).toBe(0)
    expect((await whiteroom.run(["vault", "remove", "studio"])).code).toBe(0)
    expect(await add()).toMatchObject({ code: 2, stderr: expect.stringContaining("has its keys already") })
  })

  it("is not made for what is not a recipient", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const added = await whiteroom.run(["vault", "add", "studio", "stick", "--recipient", "age1none"])
    expect(added.code).toBe(2)
    expect(filesIn(whiteroom.at("stick"))).toEqual([])
  })

  it("is not made without a passphrase and nobody to ask", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    const added = await whiteroom.run(["vault", "add", "studio", "stick", "--seal"])
    expect(added.code).toBe(2)
    expect(await whiteroom.list("stick")).toEqual([])
  })

  it("that was exchanged for a plain one of its id, or for older keys, is not used", async ({
    whiteroom
  }) => {
    await sealed(whiteroom)
    const file = path.join(vaultFolder(whiteroom), "vault.json")
    const text = readFileSync(file, "utf8")
    const { vault } = JSON.parse(text)
    rmSync(file)
    writeFileSync(file, JSON.stringify({ format: 1, vault, kind: "plain" }))
    const before = filesIn(whiteroom.at("stick"))
    sqlite(whiteroom.library, "DELETE FROM song_data WHERE id = 's-1'")
    const pushed = summaryOf(await whiteroom.run(["push", "--json"]))
    expect(pushed).toMatchObject({ vaults: [{ error: "VaultReplaced" }] })
    for (const words of [
      ["check", "--from", "studio"],
      ["list", "--from", "stick"],
      ["clone", "stick", "-l", "x.db"]
    ]) {
      const result = await whiteroom.run(words, { env })
      expect(result.stderr).toContain("is not the vault that it should be")
    }
    expect(filesIn(whiteroom.at("stick"))).toEqual(before)
    rmSync(file)
    writeFileSync(file, text)
    const keys = path.join(vaultFolder(whiteroom), "keys")
    const rings = readdirSync(keys)
    expect((await whiteroom.run(["key", "rotate", "studio"])).code).toBe(0)
    for (const name of readdirSync(keys)) if (!rings.includes(name)) rmSync(path.join(keys, name))
    const older = await whiteroom.run(["check", "--from", "studio"])
    expect(older.stderr).toContain("keys are older")
    // Who put it back themselves says so.
    expect((await whiteroom.run(["vault", "remove", "studio"])).code).toBe(0)
    expect((await whiteroom.run(["vault", "add", "studio", "stick"])).code).toBe(0)
    expect((await whiteroom.run(["push"])).code).toBe(0)
  })
})

describe("the keys of a sealed vault", () => {
  it.for(["kit.txt", "kit.html"])(
    "security 28: are given out once in a recovery kit: %s",
    async (kit, { whiteroom }) => {
      await sealed(whiteroom)
      const exported = await whiteroom.run(["key", "export", "studio", kit])
      expect(exported, exported.stderr).toMatchObject({ code: 0 })
      expect(statSync(whiteroom.at(kit)).mode & 0o777).toBe(0o600)
      const [secret = ""] = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(await whiteroom.read(kit)) ?? []
      expect(exported.stdout + exported.stderr).not.toContain(secret)
      const other = elsewhere(whiteroom)
      writeFileSync(whiteroom.at("typed.txt"), `${secret}\n`)
      renameSync(whiteroom.library, whiteroom.at("lost.db"))
      const identity = kit.endsWith(".txt") ? kit : "typed.txt"
      // To look there, and to bring one song, it need not be cloned.
      const named = { ...other, WHITEROOM_IDENTITY: whiteroom.at(identity) }
      expect((await whiteroom.run(["list", "--from", "stick"], { env: other })).stderr).toContain(
        "WHITEROOM_IDENTITY"
      )
      expect((await whiteroom.run(["list", "--from", "stick"], { env: named })).stdout).toContain("b1")
      expect((await whiteroom.run(["init", "-l", "one.db"], { env: other })).code).toBe(0)
      const one = [
        "restore",
        "--from",
        "stick",
        "--song",
        "Night Drive",
        "--identity",
        identity,
        "-l",
        "one.db",
        "--yes",
        "--json"
      ]
      const restored = await whiteroom.run(one, { env: other })
      expect(restored, restored.stderr).toMatchObject({ code: 0 })
      const cloned = await whiteroom.run(["clone", "stick", "--identity", identity, "--json"], { env: other })
      expect(cloned, cloned.stderr).toMatchObject({ code: 0 })
      const lost = contents(whiteroom.at("lost.db"))
      expect(lost.join()).toContain("Night Drive")
      expect(contents(whiteroom.library)).toEqual(lost)
      expect((await whiteroom.run(["push"], { env: other })).code).toBe(0)
    }
  )

  it("are given to nobody when the disk of the kit is full", async ({ whiteroom }) => {
    await sealed(whiteroom)
    mkdirSync(whiteroom.at("full"))
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", whiteroom.at("full")], {
        stdio: "ignore"
      })
    } catch {
      return
    }
    try {
      writeFileSync(whiteroom.at("full/filled"), Buffer.alloc(4096))
      const { code, stderr } = await whiteroom.run(["key", "export", "studio", "full/kit.txt"])
      expect(code).toBe(1)
      expect(stderr).toContain(`The disk of ${whiteroom.at("full")} is full.`)
      expect(readdirSync(whiteroom.at("full"))).toEqual(["filled"])
    } finally {
      execFileSync("umount", ["-l", whiteroom.at("full")])
    }
    const { keys } = JSON.parse((await whiteroom.run(["key", "list", "studio", "--json"])).stdout)
    expect(keys).toHaveLength(2)
  })

  it("are not written over a file, into the vault, or into a file of another kind", async ({ whiteroom }) => {
    await sealed(whiteroom)
    writeFileSync(whiteroom.at("kit.txt"), "mine")
    for (const target of ["kit.txt", path.join(vaultFolder(whiteroom), "kit.txt"), "kit.pdf", "none/kit.txt"])
      expect((await whiteroom.run(["key", "export", "studio", target])).code, target).toBe(2)
    expect(await whiteroom.read("kit.txt")).toBe("mine")
    const { keys } = JSON.parse((await whiteroom.run(["key", "list", "studio", "--json"])).stdout)
    expect(keys).toHaveLength(2)
  })

  it("are added, changed, and removed after a question; a removed one opens nothing", async ({
    whiteroom
  }) => {
    await sealed(whiteroom)
    const ada = { ...elsewhere(whiteroom), WHITEROOM_PASSPHRASE: "for Ada" }
    const added = await whiteroom.run(["key", "add", "studio", "--label", "Ada", "--json"], { env: ada })
    expect(added.code).toBe(12)
    writeFileSync(whiteroom.at("words"), "for Ada\n")
    const words = ["key", "add", "studio", "--label", "Ada", "--passphrase-file", "words", "--json"]
    const { slot } = summaryOf(await whiteroom.run(words))
    // With a passphrase, which takes a second each time.
    const opens = () => whiteroom.run(["check", "--from", "stick"], { env: ada })
    expect((await whiteroom.run(["key", "rotate", "studio"])).code).toBe(0)
    expect((await opens()).code).toBe(0)
    const asked = await whiteroom.run(["key", "remove", "studio", String(slot)])
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing was changed") })
    const removed = await whiteroom.run(["key", "remove", "studio", String(slot), "-y"])
    expect(removed).toMatchObject({ code: 0, stderr: expect.not.stringContaining("keeps no key") })
    expect((await opens()).code).toBe(12)
    expect((await whiteroom.run(["push"])).code).toBe(0)
  })

  it("are changed for what is there too, and a second try goes on with the first", async ({ whiteroom }) => {
    await sealed(whiteroom)
    const would = await whiteroom.run(["key", "rotate", "studio", "--reseal", "--dry-run"])
    expect(would.stderr).toContain("and seal 1 file there again")
    // What was pushed a moment ago waits for a minute.
    const reseal = async () =>
      summaryOf(await whiteroom.run(["key", "rotate", "studio", "--reseal", "--json"]))
    const first = await reseal()
    expect(first).toMatchObject({ generation: 3, resealed: { files: 0, left: 1 } })
    expect(await reseal()).toMatchObject({ generation: 3, resealed: { files: 0, left: 1 } })
    const again = await whiteroom.run(["key", "rotate", "studio", "--reseal"])
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining("Went on with what was begun") })
    expect(again.stderr).toContain("in every copy that was made of them")
    expect(summaryOf(await whiteroom.run(["key", "rotate", "studio", "--json"]))).toMatchObject({
      generation: 4
    })
  })

  it("of this computer is removed here too, and another key is asked for again", async ({ whiteroom }) => {
    await sealed(whiteroom)
    const { keys } = JSON.parse((await whiteroom.run(["key", "list", "studio", "--json"])).stdout)
    const own = keys.find(({ held }: { held: boolean }) => held).slot
    const removed = await whiteroom.run(["key", "remove", "studio", own.slice(0, 8), "-y"])
    expect(removed.stderr).toContain("keeps no key")
    expect(filesIn(keysFolder(whiteroom)).filter((file) => file.endsWith(".key"))).toEqual([])
    expect((await whiteroom.run(["check", "--from", "studio"])).code).toBe(2)
    expect((await whiteroom.run(["key", "list", "studio", "--identity", "owner"])).code).toBe(0)
  })

  it("are not those of a plain vault", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    mkdirSync(whiteroom.at("stick"))
    await whiteroom.run(["vault", "add", "studio", "stick"])
    const result = await whiteroom.run(["key", "list", "studio"])
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining("is not sealed") })
    const sealedToo = await whiteroom.run(["vault", "add", "again", "stick", "--seal"], { env })
    expect(sealedToo.code).toBe(2)
  })
})
