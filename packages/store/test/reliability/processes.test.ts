/**
 * Four real processes on one library at once: two of ours save, back up, forget and prune, the SQLite shell writes
 * as the app does, and a third of ours reads and restores. Nothing is lost, and no write of the app fails.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { expect, it } from "vitest"
import { captureAll } from "../../src/capture/Capture.js"
import { rounds } from "../support/soak.js"
import type { Command } from "./support/commands.js"
import { bundleOtherProcess, OtherProcess } from "./support/OtherProcess.js"
import { seeded } from "./support/seeded.js"
import {
  damageOf,
  documentsOf,
  gapsOf,
  minute,
  newLibrary,
  releasedSince,
  scratchFolder,
  start,
  using
} from "./support/world.js"

/** The SQLite shell with a busy time of five seconds, fed line by line; ends with what it said on stderr. */
class Shell {
  private readonly child: ChildProcess
  private errors = ""
  private out = ""
  private waiting: (() => void) | undefined

  constructor(path: string) {
    this.child = spawn("sqlite3", ["-batch", path], { stdio: ["pipe", "pipe", "pipe"] })
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.out += text
      if (this.out.includes("written\n")) this.waiting?.()
    })
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text
    })
    this.child.stdin?.write(".timeout 5000\n")
  }

  /** Runs SQL and waits until the shell is through with it, well or not. */
  run(sql: string): Promise<void> {
    this.out = ""
    const done = new Promise<void>((resolve) => {
      this.waiting = resolve
    })
    this.child.stdin?.write(`${sql}\n.print written\n`)
    return done
  }

  async end(): Promise<string> {
    const ended = new Promise((resolve) => this.child.on("close", resolve))
    this.child.stdin?.end(".quit\n")
    await ended
    return this.errors
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

it("processes that write at once lose nothing and never make the app's write fail", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const path = join(folder, "library.db")
  newLibrary(path).close()
  const program = await bundleOtherProcess(folder)
  const count = rounds(30, 500)
  const acknowledged = new Map<string, Array<string>>()
  const note = (id: string, document: string) =>
    acknowledged.set(id, [...(acknowledged.get(id) ?? []), document])
  const refused: Array<string> = []
  let backups = 0
  let restores = 0
  /** How many of those that save and back up are not through yet. */
  let working = 2

  const worker = async (name: string, seed: number): Promise<void> => {
    const random = seeded(seed)
    const other = new OtherProcess(program, `${name}@studio`)
    await other.ask({ do: "open", path }, start)
    for (let n = 0; n < count; n++) {
      const now = start + n * minute
      // Songs of its own, and some that both write; documents big enough that backups seal them into blocks.
      const id = random.pick([`${name}${random.int(8)}`, `both${random.int(4)}`])
      const document = `{"by":"${name} ${n}",${random.text(random.pick([200, 9000, 60_000])).slice(1)}`
      const command: Command = random.pick([
        { do: "save", wishes: [[`song:${id}`, document]] },
        { do: "save", wishes: [[`song:${id}`, document]] },
        {
          do: "import",
          wishes: [
            [`song:${id}`, document],
            [`song:${name}-extra${n}`, document]
          ]
        },
        { do: "backup", description: `${name} ${n}` },
        { do: "prune", keepLast: 3 }
      ])
      const answer = await other.ask(command, now)
      if (answer.error !== undefined) refused.push(`${command.do}: ${answer.error}`)
      else if (command.do === "save" || command.do === "import")
        for (const [key, content] of command.wishes) note(key.slice(5), content ?? "")
      else if (command.do === "backup") backups++
    }
    await other.end()
  }

  const app = async (): Promise<string> => {
    const random = seeded(31)
    const shell = new Shell(path)
    for (let n = 0; n < 2 * count; n++) {
      const id = random.pick([`app${random.int(6)}`, `both${random.int(4)}`])
      const document = `{"by":"the app ${n}"}`
      await shell.run(
        `INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
         VALUES(${quoted(id)}, 'App', '2026-01-02', '2026-01-02', ${quoted(document)}, 's')
         ON CONFLICT(id) DO UPDATE SET song_data_json = excluded.song_data_json;`
      )
      // The app's own next write may come before anybody captures: only its last one of each song must be kept.
      lastByApp.set(id, document)
    }
    return shell.end()
  }
  const lastByApp = new Map<string, string>()

  const restorer = async (): Promise<void> => {
    const other = new OtherProcess(program, "carl@laptop")
    await other.ask({ do: "open", path }, start)
    // On a busy machine every restore may be told to plan again until the others are through: one more then.
    for (let n = 0; working > 0 || (restores === 0 && refused.length === 0); n++) {
      const now = start + count * minute
      const read = await other.ask({ do: "read" }, now)
      // A backup that a prune forgot may expire between listing and reading only after days: here never.
      if (read.error !== undefined) refused.push(`read: ${read.error}`)
      if (n % 8 !== 7 || backups === 0) continue
      const restored = await other.ask({ do: "restore", description: "latest", mode: "merge" }, now)
      // Who restores while three others write may be told to plan again.
      if (restored.error !== undefined && restored.error !== "PlanOutdated")
        refused.push(`restore: ${restored.error}`)
      if (restored.error === undefined) restores++
    }
    await other.end()
  }

  const [, , complaints] = await Promise.all([
    worker("ada", 11).finally(() => working--),
    worker("bob", 21).finally(() => working--),
    app(),
    restorer()
  ])
  expect(complaints).toBe("")
  expect(refused).toEqual([])
  expect(backups).toBeGreaterThan(0)
  expect(restores).toBeGreaterThan(0)
  using(path, (session) => {
    captureAll(session, start + count * minute)
    expect(damageOf(session, start)).toEqual([])
    expect(gapsOf(session)).toEqual([])
    expect(releasedSince(session, start)).toEqual([])
    for (const [id, documents] of acknowledged) {
      const kept = new Set(documentsOf(session, id))
      expect(
        documents.filter((document) => !kept.has(document)).map((lost) => lost.slice(0, 30)),
        id
      ).toEqual([])
    }
    for (const [id, document] of lastByApp)
      if (id.startsWith("app")) expect(documentsOf(session, id), id).toContain(document)
  })
})
