import { execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmod,
  chown,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile
} from "node:fs/promises"
import { createRequire } from "node:module"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { loadCompiled } from "../src/loadCompiled.js"
import { song, withLibrary } from "./support/library.js"
import { serveHere } from "./support/server.js"
import { it, program, resultOf, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const longAgo = new Date("2001-01-01")
const name = `${process.version}-${process.arch}.compiled`

/** A bundle with another module, as the driver is one. */
const writeBundle = async (whiteroom: Whiteroom, answer: string) => {
  await writeFile(whiteroom.at("driver.cjs"), "")
  await writeFile(
    whiteroom.at("bundle.cjs"),
    `require("./driver.cjs"); exports.answer = () => /^[–♭é🎵]$/u.test("♭") && \`${answer}\`; exports.file = __filename`
  )
}

/** Runs the bundle; tells what it answers, and whether it left a compiled form. */
const run = async (whiteroom: Whiteroom, env: Readonly<Record<string, string>> = {}) => {
  const file = whiteroom.at("cache", "white-room", name)
  await utimes(file, longAgo, longAgo).catch(() => undefined)
  const { exports, keep } = loadCompiled<{ readonly answer: () => string }>(whiteroom.at("bundle.cjs"), {
    XDG_CACHE_HOME: whiteroom.at("cache"),
    ...env
  })
  const answer = exports.answer()
  keep()
  const found = await stat(file).catch(() => undefined)
  return { answer, kept: found !== undefined && found.mtime > longAgo, file }
}

describe("the bundle", () => {
  it.for(["worker.js", "checkThread.cjs"])(
    "holds V8 to little for what is new while its thread %s goes on",
    async (name, { whiteroom }) => {
      const beside = fileURLToPath(new URL("support/beside.mjs", import.meta.url))
      const thread = path.join(path.dirname(program), name)
      const bytes = Number(execFileSync(process.execPath, [beside, thread, whiteroom.at("data")]))
      expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024)
    }
  )

  it("holds V8 to it when documents were opened ahead, too", async ({ whiteroom }) => {
    const songs = Array.from({ length: 200 }, (_, n) =>
      song(`s${n}`, `Song ${n}`, randomBytes(50_000).toString("hex"))
    )
    await withLibrary(whiteroom, (library) =>
      Effect.gen(function* () {
        yield* library.songs.upsertAll(songs)
        yield* library.backups.take()
        yield* Effect.forEach(songs, ({ id }) => library.songs.delete(id))
      })
    )
    const whenDone = new URL("support/whenDone.mjs", import.meta.url).href
    const { code, stderr } = await whiteroom.run(["restore", "b1", "--mode", "exact", "--yes"], {
      env: { NODE_DEBUG: "worker", NODE_OPTIONS: `--import ${whenDone}` },
      asProcess: true
    })
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("create new worker") })
    const [, taken, ofMuch] = /new space (\d+), of much (\d+)/.exec(stderr) ?? []
    // The thread may begin late, and until then V8 may take some more. Without the bound it grows to twice as much, and again.
    expect(Number(ofMuch)).toBeGreaterThan(0)
    expect(Number(ofMuch)).toBeLessThan(1.5 * Number(taken))
  })

  it("has the second thread of a full check beside itself", async ({ whiteroom }) => {
    const songs = Array.from({ length: 100 }, (_, n) =>
      song(`s${n}`, `Song ${n}`, randomBytes(50_000).toString("hex"))
    )
    await withLibrary(whiteroom, (library) => library.songs.upsertAll(songs))
    const check = (words: ReadonlyArray<string>) =>
      whiteroom.run(["check", ...words], { env: { NODE_DEBUG: "worker" }, asProcess: true })
    const full = await check(["--full"])
    expect(full).toMatchObject({ code: 0 })
    expect(full.stdout).toContain("No damage (full check, 102 objects")
    const started = /create new worker (.*checkThread\.cjs)/.exec(full.stderr)?.[1] ?? ""
    // It is the one that the tests of the store run, below the line that binds V8.
    const store = createRequire(import.meta.url).resolve("@white-room/store")
    const built = path.join(path.dirname(store), "check", "checkThread.cjs")
    const [, ...lines] = (await readFile(started, "utf8")).split("\n")
    expect(lines.join("\n") === (await readFile(built, "utf8"))).toBe(true)
    expect((await check([])).stderr).not.toContain("create new worker")
  })
})

describe.skipIf(process.platform !== "linux")("the compiled form of the program", () => {
  it("is left by the first run and used by the next", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
  })

  it("is of its own for what uses another part of the program", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    await run(whiteroom)
    const { keep } = loadCompiled(
      whiteroom.at("bundle.cjs"),
      { XDG_CACHE_HOME: whiteroom.at("cache") },
      "restore"
    )
    keep()
    const found = await readdir(whiteroom.at("cache", "white-room"))
    expect(found.sort()).toEqual([name.replace(".compiled", "-restore.compiled"), name])
  })

  it("is never that of another bundle, even of one as long", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    await run(whiteroom)
    await writeBundle(whiteroom, "no!")
    expect(await run(whiteroom)).toMatchObject({ answer: "no!", kept: true })
    expect(await run(whiteroom)).toMatchObject({ answer: "no!", kept: false })
  })

  it("is made again when it is cut off or changed", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    const { file } = await run(whiteroom)
    const whole = await readFile(file)
    for (const length of [0, 31, 64, whole.length - 1]) {
      await truncate(file, length)
      expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    }
    for (const at of [0, 40, 64, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(file, changed)
      expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    }
  })

  it("is not taken from a file that somebody else may write", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    const { file } = await run(whiteroom)
    await chmod(file, 0o666)
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
    for (const folder of ["cache/white-room", "cache", "."]) {
      await chmod(whiteroom.at(folder), 0o777)
      await writeFile(file, "")
      expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
      await chmod(whiteroom.at(folder), 0o700)
    }
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
  })

  it("is neither read nor written through a link, and a pipe in its place is not waited for", async ({
    whiteroom
  }) => {
    await writeBundle(whiteroom, "yes")
    const { file } = await run(whiteroom)
    await rename(file, whiteroom.at("elsewhere"))
    await symlink(whiteroom.at("elsewhere"), file)
    const before = await readFile(whiteroom.at("elsewhere"))
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    expect((await lstat(file)).isFile()).toBe(true)
    expect(before.equals(await readFile(whiteroom.at("elsewhere")))).toBe(true)
    await rm(file)
    execFileSync("mkfifo", [file])
    expect(await run(whiteroom)).toMatchObject({ answer: "yes" })
    expect((await lstat(file)).isFile()).toBe(true)
    await rename(whiteroom.at("cache"), whiteroom.at("other"))
    await symlink(whiteroom.at("other"), whiteroom.at("cache"))
    if (process.getuid?.() !== 0) expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
  })

  it.skipIf(process.getuid?.() !== 0)("of root is not left in the home of a user", async ({ whiteroom }) => {
    await mkdir(whiteroom.at("home"))
    await chown(whiteroom.at("home"), 54_321, 54_321)
    const env = { XDG_CACHE_HOME: whiteroom.at("home", ".cache") }
    await whiteroom.run(["init"], { env, asProcess: true })
    expect(await whiteroom.list("home")).toEqual([])
  })

  it.skipIf(process.getuid?.() !== 0)("needs no home", async ({ whiteroom }) => {
    // A copy that this user may read, and a user whom the system does not know.
    await chmod(whiteroom.folder, 0o755)
    for (const part of ["whiteroom.mjs", "program.cjs"])
      await copyFile(path.join(path.dirname(whiteroom.program), part), whiteroom.at(part))
    const child = spawn(process.execPath, [whiteroom.at("whiteroom.mjs"), "help", "export"], {
      uid: 54_321,
      gid: 54_321,
      env: {}
    })
    expect(await resultOf(child)).toMatchObject({ code: 0, stdout: expect.stringContaining("age1…") })
  })

  it("is of the same program: characters beyond ASCII are what they were", async ({ whiteroom }) => {
    await whiteroom.run(["init"])
    const add = ["schedule", "add", "nightly", "--when", "18:00", "--quiet-time", "22:00–06:00"]
    expect(await whiteroom.run(add, { asProcess: true })).toMatchObject({ code: 0 })
    expect((await whiteroom.run(["help", "export"], { asProcess: true })).stdout).toContain("age1…")
  })

  it("is missing without harm where it cannot be kept, or shall not", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    expect(await run(whiteroom, { NODE_DISABLE_COMPILE_CACHE: "1" })).toMatchObject({ kept: false })
    const nowhere = { XDG_CACHE_HOME: whiteroom.at("no", "home", ".cache") }
    expect(await run(whiteroom, nowhere)).toMatchObject({ answer: "yes", kept: false })
    expect(await whiteroom.list(".")).toEqual(["bundle.cjs", "driver.cjs"])
    await writeFile(whiteroom.at("cache"), "a file in place of the folder")
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
  })

  it("is kept by a run of whiteroom that opened a library, and changes no answer", async ({ whiteroom }) => {
    const options = { env: { XDG_CACHE_HOME: whiteroom.at("cache") }, asProcess: true }
    const file = whiteroom.at("cache", "white-room", name)
    await whiteroom.run(["help"], options)
    await expect(stat(file)).rejects.toThrow()
    await whiteroom.run(["init"], options)
    await utimes(file, longAgo, longAgo)
    const backup = await whiteroom.run(["backup", "--json"], options)
    expect(summaryOf(backup)).toMatchObject({ number: 1, songs: 0 })
    expect((await stat(file)).mtime).toEqual(longAgo)
    const wrong = await whiteroom.run(["backup", "--jsno"], options)
    expect(wrong).toMatchObject({ code: 2, stdout: "" })
  })

  it("of the server is kept and used as well", async ({ whiteroom }) => {
    const options = { env: { XDG_CACHE_HOME: whiteroom.at("cache") }, asProcess: true }
    const file = whiteroom.at("cache", "white-room", name.replace(".compiled", "-server-bundle.compiled"))
    await serveHere(whiteroom)
    const invite = ["server", "invite", "Anna", "--data", "srv"]
    expect(await whiteroom.run(invite, options)).toMatchObject({ code: 0 })
    await utimes(file, longAgo, longAgo)
    expect(await whiteroom.run(invite, options)).toMatchObject({ code: 0 })
    expect((await stat(file)).mtime).toEqual(longAgo)
  })

  it("has its folder by an absolute path, or the command is refused", async ({ whiteroom }) => {
    await mkdir(whiteroom.at("cache"))
    const refused = await whiteroom.run(["init"], { env: { XDG_CACHE_HOME: "cache" } })
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain("XDG_CACHE_HOME")
    expect(await whiteroom.list("cache")).toEqual([])
  })
})
