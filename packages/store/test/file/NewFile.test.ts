/** Files that are whole or not there, whatever stops them. */
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { fileChunks } from "../../src/file/FileChunks.js"
import { hostId } from "../../src/file/hostId.js"
import { beginFile, discard, publish } from "../../src/file/NewFile.js"
import { liesIn, openFile, readWhole } from "../../src/file/OpenFile.js"
import { writeTarget } from "../../src/file/TargetFile.js"
import { writeNewFile } from "../../src/file/writeNewFile.js"
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
    { readers: "owner", force: false }
  )
  expect(bytes).toBe(7)
  expect(seen).toEqual([[expect.stringMatching(/^\.whiteroom-new-[0-9a-f]{8}-\d+-[0-9a-f]{8}$/)]])
  expect(readdirSync(folder)).toEqual(["out.json"])
  expect(readFileSync(target(), "utf8")).toBe("one two")
})

it.each([
  ["ENOSPC", DiskFull],
  ["EDQUOT", DiskFull],
  ["EIO", StorageFailed]
])("a disk that says %s leaves what was there", async (code, error) => {
  writeFileSync(target(), "before")
  await expect(
    writeTarget(target(), chunks(failing(code)), { readers: "owner", force: true })
  ).rejects.toBeInstanceOf(error)
  expect(readdirSync(folder)).toEqual(["out.json"])
  expect(readFileSync(target(), "utf8")).toBe("before")
})

it("a file that is read again and found to be another one is removed", async () => {
  const check = async (file: string) => {
    throw new FileNotVerified({ file, reason: "test" })
  }
  await expect(
    writeTarget(target(), chunks(), { readers: "owner", force: false, check })
  ).rejects.toBeInstanceOf(FileNotVerified)
  expect(readdirSync(folder)).toEqual([])
})

it("bytes that changed on their way to the disk are noticed", async () => {
  const spoil = () => {
    const [name = ""] = readdirSync(folder)
    writeFileSync(join(folder, name), "spoiled by somebody else, and longer")
  }
  await expect(
    writeTarget(target(), chunks(spoil), { readers: "owner", force: false })
  ).rejects.toBeInstanceOf(FileNotVerified)
  expect(readdirSync(folder)).toEqual([])
})

it("a file that came to be meanwhile is not replaced", async () => {
  const appear = () => writeFileSync(target(), "theirs")
  await expect(
    writeTarget(target(), chunks(appear), { readers: "owner", force: false })
  ).rejects.toBeInstanceOf(FileExists)
  expect(readFileSync(target(), "utf8")).toBe("theirs")
  expect(readdirSync(folder)).toEqual(["out.json"])
})

const modeOf = (readers: Parameters<typeof beginFile>[1]) => {
  const temporary = beginFile(folder, readers)
  const modes = [statSync(temporary).mode & 0o777]
  publish(temporary, target())
  modes.push(statSync(target()).mode & 0o777)
  rmSync(target())
  return modes
}

it("may be read by its owner alone, or by whom the file may that it is a copy of", () => {
  const before = process.umask(0o022)
  try {
    const source = join(folder, "source")
    writeFileSync(source, "")
    expect(modeOf("owner")).toEqual([0o600, 0o600])
    for (const mode of [0o600, 0o640, 0o644, 0o755]) {
      chmodSync(source, mode)
      const kept = mode & 0o644
      expect(modeOf({ of: source })).toEqual([kept, kept])
    }
    process.umask(0o077)
    expect(modeOf({ of: source })).toEqual([0o600, 0o600])
    expect(modeOf({ of: join(folder, "gone") })).toEqual([0o600, 0o600])
  } finally {
    process.umask(before)
  }
})

it.skipIf(process.getuid?.() !== 0)("is not readable by another group than its source was", () => {
  const source = join(folder, "source")
  writeFileSync(source, "")
  chmodSync(source, 0o640)
  chownSync(source, 0, 4242)
  expect(modeOf({ of: source })).toEqual([0o600, 0o600])
})

const nobody = 2 ** 22 + 1

/** What a process of this machine that ended is called, or one of another. */
const left = (host = hostId()) => `.whiteroom-new-${host}-${nobody}-0123abcd`

it("what a process that is no more left in the making is removed with its companions, and nothing else", () => {
  const mine = beginFile(folder, "owner")
  const others = [".whiteroom-new-1-0123abc", `${left()}.json`, "unfinished.whiteroom.new-1-0123abcd"]
  for (const name of [left(), `${left()}-wal`, `${left()}-journal`, ...others])
    writeFileSync(join(folder, name), "")
  discard(beginFile(folder, "owner"))
  expect(readdirSync(folder).toSorted()).toEqual([mine.slice(folder.length + 1), ...others].toSorted())
})

it("what another machine has in the making stays, whatever its process is called, until nobody can go on with it", () => {
  const theirs = [left("00000000"), `.whiteroom-new-${nobody}-0123abcd`]
  for (const name of theirs) writeFileSync(join(folder, name), "")
  discard(beginFile(folder, "owner"))
  expect(readdirSync(folder).toSorted()).toEqual(theirs.toSorted())
  for (const name of theirs) utimesSync(join(folder, name), 0, 0)
  discard(beginFile(folder, "owner"))
  expect(readdirSync(folder)).toEqual([])
})

it("a file in memory is written whole, and over another one only when that is wished; links are replaced, not followed", () => {
  writeNewFile(target(), Buffer.from("one"), { readers: "owner" })
  expect(() => writeNewFile(target(), Buffer.from("two"), { readers: "owner" })).toThrow(FileExists)
  expect(readFileSync(target(), "utf8")).toBe("one")
  const elsewhere = join(folder, "elsewhere")
  writeFileSync(elsewhere, "precious")
  const link = join(folder, "link")
  symlinkSync(elsewhere, link)
  expect(() => writeNewFile(link, Buffer.from("two"), { readers: "owner" })).toThrow(FileExists)
  writeNewFile(link, Buffer.from("two"), { readers: "owner", force: true })
  expect([readFileSync(link, "utf8"), readFileSync(elsewhere, "utf8")]).toEqual(["two", "precious"])
  expect(readdirSync(folder).toSorted()).toEqual(["elsewhere", "link", "out.json"])
})

it("only what is a file is opened, and none waits for a pipe or reads without end", () => {
  execFileSync("mkfifo", [join(folder, "pipe")])
  mkdirSync(join(folder, "sub"))
  symlinkSync(join(folder, "pipe"), join(folder, "to-pipe"))
  for (const name of ["pipe", "sub", "to-pipe", "/dev/zero", "/dev/null"]) {
    const place = name.startsWith("/") ? name : join(folder, name)
    expect(() => openFile(place)).toThrow("it is not a file")
    expect(() => [...fileChunks(place)]).toThrow("it is not a file")
    expect(() => readWhole(place, 10)).toThrow("it is not a file")
  }
  writeFileSync(join(folder, "text"), "12345")
  symlinkSync(join(folder, "text"), join(folder, "to-text"))
  expect(readWhole(join(folder, "to-text"), 5).toString()).toBe("12345")
  expect(() => readWhole(join(folder, "text"), 4)).toThrow("it is larger than 4 bytes")
  expect(() => openFile(join(folder, "to-text"), { links: "refused" })).toThrow("it is not a file")
})

it("a file lies in a folder only when links do not lead out of it", () => {
  mkdirSync(join(folder, "drop"))
  writeFileSync(join(folder, "drop", "song.json"), "{}")
  writeFileSync(join(folder, "secret.json"), "{}")
  symlinkSync(join(folder, "secret.json"), join(folder, "drop", "out.json"))
  symlinkSync(join(folder, "drop", "song.json"), join(folder, "drop", "in.json"))
  symlinkSync(join(folder, "drop"), join(folder, "linked"))
  const drop = join(folder, "drop")
  expect(["song.json", "in.json", "out.json"].map((name) => liesIn(drop, join(drop, name)))).toEqual([
    true,
    true,
    false
  ])
  expect(liesIn(join(folder, "linked"), join(folder, "linked", "song.json"))).toBe(true)
  expect(liesIn(drop, folder)).toBe(false)
})

it("takes the place of a file and of a link, never of a pipe, a device or a folder", async () => {
  const force = { readers: "owner", force: true } as const
  const kept = join(folder, "kept.json")
  writeFileSync(kept, "kept")
  symlinkSync(kept, target())
  await writeTarget(target(), chunks(), force)
  expect(readFileSync(target(), "utf8")).toBe("one two")
  expect(readFileSync(kept, "utf8")).toBe("kept")
  const pipe = join(folder, "pipe")
  execFileSync("mkfifo", [pipe])
  await expect(writeTarget(pipe, chunks(), force)).rejects.toMatchObject({
    _tag: "InvalidInput",
    reason: `${pipe} is not a file, and is not replaced by one`
  })
  expect(statSync(pipe).isFIFO()).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(["kept.json", "out.json", "pipe"])
})
