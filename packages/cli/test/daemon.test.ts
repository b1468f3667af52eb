/** Real daemons: started, stopped, killed, suspended, two at once. */
import type { ChildProcess } from "node:child_process"
import { readdirSync, renameSync, watch } from "node:fs"
import { describe, expect } from "vitest"
import { schemaFaults } from "./support/jsonSchema.js"
import { smallLibrary, sqlite, withLibrary, write } from "./support/library.js"
import { it, type Whiteroom } from "./support/whiteroom.js"

type Line = Readonly<Record<string, unknown>>

/** A daemon and what it says, line by line; ended when the test is, whatever happens. */
class Daemon {
  readonly lines: Array<Line> = []
  readonly ended: Promise<number | null>
  private heard: () => void = () => undefined

  constructor(
    readonly child: ChildProcess,
    onTestFinished: (end: () => void) => void
  ) {
    let rest = ""
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n")
      rest = parts.pop() ?? ""
      for (const part of parts) this.lines.push(JSON.parse(part))
      this.heard()
    })
    this.ended = new Promise((resolve) => {
      child.once("close", (code) => {
        resolve(code)
        this.heard()
      })
    })
    onTestFinished(() => void child.kill("SIGKILL"))
  }

  /** Waits for a line with these fields among those that were not asked for yet. */
  async says(wanted: Line): Promise<Line> {
    for (;;) {
      const at = this.lines.findIndex((line) =>
        Object.entries(wanted).every(([name, value]) => line[name] === value)
      )
      const found = this.lines[at]
      if (found !== undefined) {
        this.lines.splice(at, 1)
        expect(schemaFaults("daemon-line", found)).toEqual([])
        return found
      }
      if (this.child.exitCode !== null) throw new Error(`it ended without ${JSON.stringify(wanted)}`)
      await new Promise<void>((resolve) => {
        this.heard = resolve
      })
    }
  }
}

const start = (whiteroom: Whiteroom, onTestFinished: (end: () => void) => void) =>
  new Daemon(whiteroom.start(["daemon", "--json"]), onTestFinished)

/** Does something while a daemon is suspended; again when it was stopped in the middle of writing. */
const suspended = (daemon: Daemon, work: () => unknown): void => {
  for (let tries = 1; ; tries++) {
    daemon.child.kill("SIGSTOP")
    try {
      work()
      return
    } catch (error) {
      if (tries === 100) throw error
    } finally {
      daemon.child.kill("SIGCONT")
    }
  }
}

/** Waits until a file is there. */
const appears = (folder: string, name: string): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(folder)
    const look = (): void => {
      if (!readdirSync(folder).includes(name)) return
      watcher.close()
      resolve()
    }
    watcher.on("change", look)
    look()
  })

const schedule = async (whiteroom: Whiteroom, ...words: ReadonlyArray<string>) => {
  const { code, stderr } = await whiteroom.run(["schedule", ...words])
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
}

const runs = (whiteroom: Whiteroom) =>
  withLibrary(whiteroom, (library) => library.schedule.runs({ activity: "backup" }))

describe.concurrent("whiteroom daemon", { timeout: 60_000 }, () => {
  it("takes what is due into the library and a folder, captures what the app writes, and stops in time", async ({
    whiteroom,
    onTestFinished
  }) => {
    await smallLibrary(whiteroom)
    const disk = whiteroom.at("disk")
    write(whiteroom, "disk/.here", "")
    await schedule(
      whiteroom,
      "add",
      "hourly",
      "--when",
      "hourly",
      "--to",
      disk,
      "--even-if-unchanged",
      "--no-notify"
    )
    const daemon = start(whiteroom, onTestFinished)
    await daemon.says({ event: "opened" })
    expect(await daemon.says({ event: "run", activity: "backup" })).toMatchObject({
      outcome: "done",
      number: 2
    })
    expect(await daemon.says({ event: "run", activity: "copy" })).toMatchObject({
      outcome: "done",
      place: disk
    })
    expect(
      readdirSync(disk, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".seg"))
    ).not.toEqual([])
    sqlite(whiteroom.library, "UPDATE song_data SET name = 'Day Drive' WHERE id = 's-1'")
    await daemon.says({ event: "captured", changes: 1 })
    const history = JSON.parse((await whiteroom.run(["history", "s-1", "--json"])).stdout)
    expect(JSON.stringify(history)).toContain("Day Drive")
    // It saves nothing over a restore, as an app may: nobody is told to quit it.
    const restored = await whiteroom.run(["restore", "b1", "--song", "s-1", "-y"])
    expect({ ...restored, stdout: "" }).toMatchObject({ code: 0 })
    expect(restored.stderr).not.toContain("Quit White Room")
    const undone = await whiteroom.run(["undo", "-y"])
    expect(undone.code).toBe(0)
    expect(undone.stderr).not.toContain("Quit White Room")
    daemon.child.kill("SIGTERM")
    await daemon.says({ event: "stopped", signal: "SIGTERM" })
    expect(await daemon.ended).toBe(0)
  })

  it("goes on after it was killed in the middle of a run", async ({ whiteroom, onTestFinished }) => {
    await smallLibrary(whiteroom)
    const ready = whiteroom.at("ready")
    const before = `echo > '${whiteroom.at("begun")}'; test -e '${ready}' || exec sleep 30 > /dev/null 2>&1`
    await schedule(
      whiteroom,
      "add",
      "hourly",
      "--when",
      "hourly",
      "--before",
      before,
      "--even-if-unchanged",
      "--no-notify"
    )
    const killed = start(whiteroom, onTestFinished)
    await killed.says({ event: "opened" })
    await appears(whiteroom.folder, "begun")
    killed.child.kill("SIGKILL")
    await killed.ended
    const [cut] = await runs(whiteroom)
    expect(cut).toMatchObject({ profile: "hourly" })
    expect(cut?.outcome).toBeUndefined()
    write(whiteroom, "ready", "")
    // As if its lease had run out and its failure were long ago: nobody waits for that here.
    sqlite(
      whiteroom.library,
      "UPDATE lease SET expires_at = taken_at; UPDATE run SET started_at = started_at - 7200000, due_at = due_at - 7200000"
    )
    const next = start(whiteroom, onTestFinished)
    expect(await next.says({ event: "run" })).toMatchObject({ outcome: "done", attempt: 2, number: 2 })
    next.child.kill("SIGTERM")
    expect(await next.ended).toBe(0)
    expect((await whiteroom.run(["check", "--full"])).code).toBe(0)
  })

  it("notices after a gap that a run was missed, and takes one", async ({ whiteroom, onTestFinished }) => {
    await smallLibrary(whiteroom)
    await schedule(whiteroom, "add", "hourly", "--when", "hourly", "--even-if-unchanged", "--no-notify")
    const daemon = start(whiteroom, onTestFinished)
    await daemon.says({ event: "run", outcome: "done" })
    suspended(daemon, () =>
      // Five hours pass.
      sqlite(
        whiteroom.library,
        "UPDATE run SET started_at = started_at - 18000000, due_at = due_at - 18000000, ended_at = ended_at - 18000000"
      )
    )
    expect(await daemon.says({ event: "run" })).toMatchObject({ outcome: "done", missed: 4 })
    daemon.child.kill("SIGINT")
    expect(await daemon.ended).toBe(0)
    expect(await runs(whiteroom)).toHaveLength(2)
  })

  it("two of them take each backup once", async ({ whiteroom, onTestFinished }) => {
    await smallLibrary(whiteroom)
    await schedule(whiteroom, "add", "hourly", "--when", "hourly", "--even-if-unchanged", "--no-notify")
    const daemons = [start(whiteroom, onTestFinished), start(whiteroom, onTestFinished)]
    await Promise.all(daemons.map((daemon) => daemon.says({ event: "opened" })))
    await Promise.race(daemons.map((daemon) => daemon.says({ event: "run", outcome: "done" })))
    for (const daemon of daemons) daemon.child.kill("SIGTERM")
    expect(await Promise.all(daemons.map(({ ended }) => ended))).toEqual([0, 0])
    // More than one where the hour ends meanwhile.
    const taken = await runs(whiteroom)
    expect(new Set(taken.map(({ dueAt }) => dueAt.getTime())).size).toBe(taken.length)
    expect(new Set(taken.map(({ outcome }) => outcome))).toEqual(new Set(["done"]))
  })

  it("waits for a library that is away, and ends hooks that hang when it is stopped", async ({
    whiteroom,
    onTestFinished
  }) => {
    await smallLibrary(whiteroom)
    const before = `echo > '${whiteroom.at("begun")}'; exec sleep 600`
    await schedule(whiteroom, "add", "hourly", "--when", "hourly", "--before", before, "--no-notify")
    renameSync(whiteroom.library, whiteroom.at("away.db"))
    const daemon = start(whiteroom, onTestFinished)
    await daemon.says({ event: "trouble", error: "LibraryNotFound" })
    renameSync(whiteroom.at("away.db"), whiteroom.library)
    await appears(whiteroom.folder, "begun")
    expect(await runs(whiteroom)).toHaveLength(1)
    daemon.child.kill("SIGTERM")
    expect(await daemon.ended).toBe(0)
  })
})
