import { chmod, mkdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises"
import { describe, expect } from "vitest"
import { loadCompiled } from "../src/compiled.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const longAgo = new Date("2001-01-01")
const name = `${process.version}-${process.arch}.compiled`

/** A bundle with another module, as the driver is one. */
const writeBundle = async (whiteroom: Whiteroom, answer: string) => {
  await writeFile(whiteroom.at("driver.cjs"), "")
  await writeFile(
    whiteroom.at("bundle.cjs"),
    `require("./driver.cjs"); exports.answer = () => "${answer}"; exports.file = __filename`
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

describe.skipIf(process.platform !== "linux")("the compiled form of the program", () => {
  it("is left by the first run and used by the next", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: true })
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
  })

  it("is never that of another bundle, even of one as long", async ({ whiteroom }) => {
    await writeBundle(whiteroom, "yes")
    await run(whiteroom)
    await writeBundle(whiteroom, "no!")
    expect(await run(whiteroom)).toMatchObject({ answer: "no!", kept: true })
    expect(await run(whiteroom)).toMatchObject({ answer: "no!", kept: false })
  })

  it("is made anew when it is cut off or changed", async ({ whiteroom }) => {
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
    await chmod(whiteroom.at("cache", "white-room"), 0o777)
    await writeFile(file, "")
    expect(await run(whiteroom)).toMatchObject({ answer: "yes", kept: false })
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
    const env = { XDG_CACHE_HOME: whiteroom.at("cache") }
    const file = whiteroom.at("cache", "white-room", name)
    await whiteroom.run(["help"], { env })
    await expect(stat(file)).rejects.toThrow()
    await whiteroom.run(["init"], { env })
    await utimes(file, longAgo, longAgo)
    const backup = await whiteroom.run(["backup", "--json"], { env })
    expect(summaryOf(backup)).toMatchObject({ number: 1, songs: 0 })
    expect((await stat(file)).mtime).toEqual(longAgo)
    const wrong = await whiteroom.run(["backup", "--jsno"], { env })
    expect(wrong).toMatchObject({ code: 2, stdout: "" })
  })

  it("has its folder by an absolute path, or the command is refused", async ({ whiteroom }) => {
    await mkdir(whiteroom.at("cache"))
    const refused = await whiteroom.run(["init"], { env: { XDG_CACHE_HOME: "cache" } })
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain("XDG_CACHE_HOME")
    expect(await whiteroom.list("cache")).toEqual([])
  })
})
