/**
 * A full disk: every operation either succeeds or says `DiskFull`, what was saved before is intact, and as soon as
 * there is space the same open library works again. On a real small file system where the test may mount one, and
 * everywhere on a database that SQLite is told to keep small.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { captureAll } from "../../src/capture/Capture.js"
import type { Session } from "../../src/session/Session.js"
import { storageError } from "../../src/sqlite/storageError.js"
import { rounds } from "../support/soak.js"
import type { Command, Wish } from "./support/commands.js"
import { execute } from "./support/execute.js"
import { after, differences, emptyModel, liveState, type Model, ownBackups } from "./support/model.js"
import { seeded } from "./support/seeded.js"
import {
  appSave,
  asApp,
  copyOf,
  damageOf,
  day,
  gapsOf,
  newLibrary,
  open,
  scratchFolder,
  start
} from "./support/world.js"

const random = seeded(4)
const wishes = (count: number, size: number): ReadonlyArray<Wish> =>
  Array.from({ length: count }, (_, n) => [`song:s${n}`, random.text(size)] as const)

const now = start + 40 * day

/** A library with two backups, one of them forgotten long ago, and edits that a prune would release. */
const buildBase = (path: string): Model => {
  let session: Session | undefined = newLibrary(path)
  let model = emptyModel
  const history: ReadonlyArray<Command> = [
    { do: "save", wishes: wishes(12, 9000) },
    { do: "backup", description: "first" },
    { do: "save", wishes: wishes(6, 12_000) },
    { do: "save", wishes: wishes(6, 12_000) },
    { do: "backup", description: "second" },
    { do: "save", wishes: wishes(3, 9000) },
    { do: "forget", description: "first" },
    { do: "backup", description: "third" }
  ]
  for (const command of history) {
    session = execute(session, command, start, "ada@studio").session
    model = after(model, command, start)
  }
  session?.close()
  return model
}

const commands = (folder: string): ReadonlyArray<Command> => [
  { do: "save", wishes: wishes(1, 400_000) },
  { do: "import", wishes: wishes(20, 20_000) },
  { do: "backup", description: "fourth" },
  { do: "restore", description: "first", mode: "exact" },
  { do: "forget", description: "second" },
  { do: "prune", keepLast: 1 },
  { do: "rebuild" },
  { do: "copy", folder: join(folder, "copies") },
  { do: "create", path: join(folder, "new.db") }
]

/** Runs a command; the tag of its error, or "done". What is not an error of ours is a bug and thrown. */
const outcome = (session: Session, command: Command): string => {
  try {
    execute(session, command, now, "ada@studio")
    return "done"
  } catch (error) {
    const known = storageError(error, session.path)
    if (known === undefined) throw error
    return known._tag
  }
}

/** Damage for a rebuild, a change for a capture: what the commands find when they begin. */
const prepare = (path: string, command: Command, model: Model): Model => {
  if (command.do === "rebuild") {
    asApp(path, (app) => {
      app.exec("UPDATE command SET last_position = -1 WHERE number = (SELECT max(number) FROM command)")
      app.exec("DELETE FROM song_data WHERE id IN ('s1', 's2', 's3', 's4')")
      app.exec(
        "UPDATE command SET last_position = (SELECT max(position) FROM event_log) WHERE number = (SELECT max(number) FROM command)"
      )
    })
    return model
  }
  if (command.do !== "save" && command.do !== "backup") return model
  const document = random.text(3000)
  asApp(path, (app) => appSave(app, "s11", document))
  return { ...model, state: new Map(model.state).set("song:s11", document) }
}

interface Disk {
  readonly folder: string
  /** Makes the disk full but for so many bytes. */
  readonly fill: (session: Session, left: number) => void
  readonly free: (session: Session) => void
}

/** One command on a disk with so little space; then again with space. */
const tryCommand = (disk: Disk, base: string, before: Model, command: Command, left: number): string => {
  const when = `${command.do} with ${left} bytes left`
  const path = join(disk.folder, "library.db")
  copyOf(base, path)
  const session = open(path)
  try {
    const model = prepare(path, command, before)
    const finished = after(model, command, now)
    disk.fill(session, left)
    const first = outcome(session, command)
    expect(["done", "DiskFull"], when).toContain(first)
    const live = liveState(session)
    if (command.do !== "rebuild")
      expect(differences((first === "done" ? finished : model).state, live), `${when}, still full`).toEqual(
        []
      )
    disk.free(session)
    if (command.do !== "rebuild") expect(damageOf(session, now), when).toEqual([])
    if (first !== "done") expect(outcome(session, command), `${when}, then freed`).toBe("done")
    captureAll(session, now)
    expect(damageOf(session, now), when).toEqual([])
    expect(gapsOf(session)).toEqual([])
    expect(differences(finished.state, liveState(session)), when).toEqual([])
    const kept = ownBackups(session).map(({ description }) => description)
    expect(kept, when).toEqual(expect.arrayContaining([...finished.backups.keys()]))
    return first
  } finally {
    session.close()
    rmSync(join(disk.folder, "copies"), { recursive: true, force: true })
    rmSync(join(disk.folder, "new.db"), { force: true })
  }
}

/** A file system of its own in memory; `undefined` where the test may not mount one. */
const smallDisk = (megabytes: number): Disk | undefined => {
  const folder = join(scratchFolder(), "disk")
  mkdirSync(folder)
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "ignore" })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]))
  const filler = join(folder, "filler")
  return {
    folder,
    fill: (_, left) => {
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)))
    },
    free: () => rmSync(filler, { force: true })
  }
}

const spaces = [0, 4096, 12_288, 40_960, 81_920, 163_840, 327_680, 655_360].filter(
  (_, nth) => nth % rounds(2, 1) === 0
)

const tryAll = async (disk: Disk, base: string, model: Model, lefts: ReadonlyArray<number>) => {
  const seen = new Map<string, Set<string>>()
  for (const command of commands(disk.folder))
    for (const left of lefts) {
      await new Promise(setImmediate)
      const known = seen.get(command.do) ?? new Set()
      seen.set(command.do, known.add(tryCommand(disk, base, model, command, left)))
    }
  return seen
}

const more = Array.from({ length: rounds(0, 30) }, () => random.int(700_000))

it("on a full disk nothing is lost, and work goes on when there is space", {
  timeout: 3_600_000
}, async (test) => {
  const disk = smallDisk(12)
  if (disk === undefined) return test.skip("no right to mount a small file system")
  const base = join(scratchFolder(), "base.db")
  const model = buildBase(base)
  const seen = await tryAll(disk, base, model, [...spaces, ...more])
  for (const [command, outcomes] of seen)
    expect([...outcomes], `${command} never met a full disk`).toContain("DiskFull")
})

it("what was committed counts as done, also where no room is left to write it back into the file", (test) => {
  const disk = smallDisk(12)
  if (disk === undefined) return test.skip("no right to mount a small file system")
  const path = join(disk.folder, "library.db")
  const model = buildBase(path)
  const session = open(path)
  const save = (id: string, size: number) =>
    expect(outcome(session, { do: "save", wishes: [[`song:${id}`, random.text(size)]] })).toBe("done")
  try {
    // Leaves a log with room for what follows, of which the file has nothing yet.
    save("large", 2_000_000)
    session.requireCheckpoint()
    save("larger", 2_000_000)
    session.db.pragma("wal_checkpoint(PASSIVE)")
    save("other", 1_000_000)
    prepare(path, { do: "rebuild" }, model)
    disk.fill(session, 0)
    expect(outcome(session, { do: "rebuild" })).toBe("done")
    expect(() => session.requireCheckpoint()).toThrow("full")
    disk.free(session)
    session.requireCheckpoint()
    expect(damageOf(session, now)).toEqual([])
    expect([...liveState(session).keys()]).toEqual(expect.arrayContaining(["song:s1", "song:other"]))
  } finally {
    session.close()
  }
})

it("a database that may not grow loses nothing, and grows again later", { timeout: 3_600_000 }, async () => {
  const folder = scratchFolder()
  const base = join(folder, "base.db")
  const model = buildBase(base)
  const pages = (session: Session): number => Number(session.db.pragma("page_count"))
  const disk: Disk = {
    folder,
    fill: (session, left) => void session.db.pragma(`max_page_count = ${pages(session) + (left >> 12)}`),
    free: (session) => void session.db.pragma("max_page_count = 1000000")
  }
  const seen = await tryAll(disk, base, model, [...spaces, ...more])
  for (const command of ["save", "import"])
    expect([...(seen.get(command) ?? [])], `${command} never met its limit`).toContain("DiskFull")
})

it("a library on a full disk opens or says so, and either way stays as it is", async (test) => {
  const disk = smallDisk(4)
  if (disk === undefined) return test.skip("no right to mount a small file system")
  const base = join(scratchFolder(), "base.db")
  buildBase(base)
  const path = copyOf(base, join(disk.folder, "library.db"))
  open(path).close()
  const size = statSync(path).size
  for (const left of [0, 4096, 20_480, 36_864]) {
    const filler = join(disk.folder, "filler")
    const { bavail, bsize } = statfsSync(disk.folder)
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)))
    let result = "open"
    try {
      const session = open(path)
      try {
        expect(damageOf(session, now)).toEqual([])
      } finally {
        session.close()
      }
    } catch (error) {
      const known = storageError(error, path)
      if (known === undefined) throw error
      result = known._tag
    }
    expect(["open", "DiskFull"], `${left} bytes left`).toContain(result)
    rmSync(filler)
    expect(existsSync(path) && statSync(path).size).toBe(size)
  }
  const session = open(path)
  expect(damageOf(session, now)).toEqual([])
  session.close()
})
