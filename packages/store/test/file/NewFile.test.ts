/** Files that are whole or not there, whatever stops them. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { beginFile, discard, publish } from "../../src/file/NewFile.js"
import { writeTarget } from "../../src/file/TargetFile.js"
import { DiskFull, FileExists, FileNotVerified, StorageFailed } from "../../src/index.js"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const target = () => join(folder, "out.json")

async function* chunks(then: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from("one ")
  then()
  yield Buffer.from("two")
}

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code })
}

it("a file is written under another name until it is whole", async () => {
  const seen: Array<ReadonlyArray<string>> = []
  const bytes = await writeTarget(
    target(),
    chunks(() => seen.push(readdirSync(folder))),
    { force: false }
  )
  expect(bytes).toBe(7)
  expect(seen).toEqual([[expect.stringMatching(/^\.whiteroom-new-\d+-[0-9a-f]{8}$/)]])
  expect(readdirSync(folder)).toEqual(["out.json"])
  expect(readFileSync(target(), "utf8")).toBe("one two")
})

it.each([
  ["ENOSPC", DiskFull],
  ["EDQUOT", DiskFull],
  ["EIO", StorageFailed]
])("a disk that says %s leaves what was there", async (code, error) => {
  writeFileSync(target(), "before")
  await expect(writeTarget(target(), chunks(failing(code)), { force: true })).rejects.toBeInstanceOf(error)
  expect(readdirSync(folder)).toEqual(["out.json"])
  expect(readFileSync(target(), "utf8")).toBe("before")
})

it("a file that is read again and found to be another one is removed", async () => {
  const check = async (file: string) => {
    throw new FileNotVerified({ file, reason: "test" })
  }
  await expect(writeTarget(target(), chunks(), { force: false, check })).rejects.toBeInstanceOf(
    FileNotVerified
  )
  expect(readdirSync(folder)).toEqual([])
})

it("bytes that changed on their way to the disk are noticed", async () => {
  const spoil = () => {
    const [name = ""] = readdirSync(folder)
    writeFileSync(join(folder, name), "spoiled by somebody else, and longer")
  }
  await expect(writeTarget(target(), chunks(spoil), { force: false })).rejects.toBeInstanceOf(FileNotVerified)
  expect(readdirSync(folder)).toEqual([])
})

it("a file that came to be meanwhile is not replaced", async () => {
  const appear = () => writeFileSync(target(), "theirs")
  await expect(writeTarget(target(), chunks(appear), { force: false })).rejects.toBeInstanceOf(FileExists)
  expect(readFileSync(target(), "utf8")).toBe("theirs")
  expect(readdirSync(folder)).toEqual(["out.json"])
})

it("may be read by its owner alone, or by whom the file may that it is a copy of", () => {
  const source = join(folder, "source")
  writeFileSync(source, "")
  const modeOf = (readers: Parameters<typeof beginFile>[1]) => {
    const temporary = beginFile(folder, readers)
    const modes = [statSync(temporary).mode & 0o777]
    publish(temporary, target())
    modes.push(statSync(target()).mode & 0o777)
    rmSync(target())
    return modes
  }
  expect(modeOf("owner")).toEqual([0o600, 0o600])
  for (const mode of [0o600, 0o640]) {
    chmodSync(source, mode)
    expect(modeOf({ of: source })).toEqual([mode, mode])
  }
})

it("what a process that is no more left in the making is removed with its companions, and nothing else", () => {
  const dead = `.whiteroom-new-${2 ** 22 + 1}-0123abcd`
  const mine = beginFile(folder)
  const others = [".whiteroom-new-1-0123abc", `.whiteroom-new-${2 ** 22 + 1}-0123abcd.json`]
  for (const name of [dead, `${dead}-wal`, `${dead}-journal`, ...others])
    writeFileSync(join(folder, name), "")
  discard(beginFile(folder))
  expect(readdirSync(folder).toSorted()).toEqual([mine.slice(folder.length + 1), ...others].toSorted())
})
