/**
 * SIGKILL at random moments: a process works on a library and is killed inside an operation, hundreds of times.
 * What it had acknowledged is there byte for byte; what it had not is there as a whole, or not at all.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { backupsOf, librariesAt } from "../../src/bundle/BundleFolder.js"
import { captureAll } from "../../src/capture/Capture.js"
import { rebuild } from "../../src/check/rebuild.js"
import { rounds } from "../support/soak.js"
import type { Command } from "./support/commands.js"
import {
  after,
  differences,
  emptyModel,
  liveState,
  type Model,
  ownBackups,
  type State,
  stateOfBackup
} from "./support/model.js"
import { bundleOtherProcess, OtherProcess } from "./support/OtherProcess.js"
import { randomCommand } from "./support/randomCommand.js"
import { type Seeded, seeded } from "./support/seeded.js"
import {
  appSave,
  asApp,
  damageOf,
  damageOfBundles,
  day,
  documentsOf,
  gapsOf,
  minute,
  newLibrary,
  scratchFolder,
  start,
  using
} from "./support/world.js"

/** What the promise names, and what works long enough to be hit in the middle. */
const longOperations: ReadonlyArray<string> = ["import", "backup", "restore", "prune"]

const goldenRatio = (Math.sqrt(5) - 1) / 2

/** Each of these is killed at least once. */
const kinds: ReadonlyArray<string> = [...longOperations, "save", "rebuild", "copy", "create"]

/** One library, the processes that work on it, and what it must hold. */
class Run {
  model: Model = emptyModel
  readonly path: string
  private readonly copies: string
  private readonly random: Seeded
  private now = start
  private count = 0
  /** How long each kind of command takes, in milliseconds: kills are spread over a little more than that. */
  private readonly typical = new Map<string, number>()
  /** The song whose row is damaged for a rebuild to mend, and the version an app saved last. */
  private damaged: string | undefined
  private byApp: { readonly id: string; readonly document: string } | undefined
  /** Kills by kind of command, and those of them that no acknowledgement came before. */
  readonly killed = new Map<string, { kills: number; interrupted: number }>()

  constructor(
    private readonly folder: string,
    private readonly program: string,
    seed: number
  ) {
    this.random = seeded(seed)
    this.path = join(folder, "library.db")
    this.copies = join(folder, "copies")
    newLibrary(this.path).close()
  }

  private nextCommand(): Command {
    return randomCommand(this.random, this.model, ++this.count, this.folder)
  }

  /** Every kind is killed once; then most kills go to the long operations. */
  private lastCommand(): Command {
    const left = kinds.filter((kind) => !this.killed.has(kind))
    const wanted = left.length > 0 ? left : this.random.chance(0.75) ? longOperations : undefined
    for (let tries = 0; tries < 50; tries++) {
      const command = this.nextCommand()
      if (wanted === undefined || wanted.includes(command.do)) return command
    }
    return this.nextCommand()
  }

  /** Another program writes before the command does, or damage waits for a rebuild. */
  private prepare(command: Command): void {
    const { random } = this
    if (command.do !== "rebuild") {
      if (!random.chance(0.25)) return
      this.byApp = { id: `s${random.int(24)}`, document: `{"by":"the app, ${this.count}"}` }
      const { id, document } = this.byApp
      asApp(this.path, (app) => appSave(app, id, document))
      this.model = { ...this.model, state: new Map(this.model.state).set(`song:${id}`, document) }
      return
    }
    const ids = [...this.model.state.keys()].filter((key) => key.startsWith("song:"))
    if (ids.length === 0 || this.damaged !== undefined) return
    const id = random.pick(ids).slice(5)
    this.damaged = id
    asApp(this.path, (app) =>
      app.transaction(() => {
        const last = app.prepare("SELECT max(number) AS n, last_position AS p FROM command").get() as {
          n: number
          p: number
        }
        app.prepare("UPDATE command SET last_position = -1 WHERE number = ?").run(last.n)
        app.prepare("UPDATE song_data SET name = 'damage' WHERE id = ?").run(id)
        app.prepare("UPDATE command SET last_position = ? WHERE number = ?").run(last.p, last.n)
      })()
    )
  }

  /** A process that loads its program while the one before it still works. */
  private spare: OtherProcess | undefined
  private nextProcess(): OtherProcess {
    const ready = this.spare ?? new OtherProcess(this.program, "victim@studio")
    this.spare = new OtherProcess(this.program, "victim@studio")
    return ready
  }

  async end(): Promise<void> {
    await this.spare?.kill()
  }

  /** Works for a while, then is killed in the middle of a command. */
  async live(): Promise<void> {
    const { random } = this
    const process = this.nextProcess()
    const open: Command = { do: "open", path: this.path }
    const many = random.int(4)
    if (random.chance(0.08)) return this.die(process, open)
    await this.finish(process, open)
    for (let n = 0; n < many; n++) {
      const command = this.nextCommand()
      this.prepare(command)
      await this.finish(process, command)
    }
    const command = this.lastCommand()
    this.prepare(command)
    await this.die(process, command)
  }

  private learn(command: Command, milliseconds: number): void {
    const known = this.typical.get(command.do) ?? milliseconds
    this.typical.set(command.do, known * 0.7 + milliseconds * 0.3)
  }

  private async finish(process: OtherProcess, command: Command): Promise<void> {
    this.now += 20 * minute
    const from = performance.now()
    const { error, expired } = await process.ask(command, this.now)
    this.learn(command, performance.now() - from)
    expect(error, `${command.do} failed`).toBeUndefined()
    this.model = this.without(after(this.model, command, this.now), expired ?? [])
    if (command.do === "rebuild") this.damaged = undefined
    if (command.do === "copy") {
      this.checkCopy()
      // The next copy that succeeds takes away what killed ones left.
      expect(readdirSync(this.copies).filter((name) => !name.endsWith(".whiteroom"))).toEqual([])
    }
  }

  private without(model: Model, expired: ReadonlyArray<string>): Model {
    const backups = new Map(model.backups)
    for (const description of expired) backups.delete(description)
    return { ...model, backups }
  }

  private async die(process: OtherProcess, command: Command): Promise<void> {
    this.now += 20 * minute
    process.order(command, this.now)
    const from = performance.now()
    const tally = this.killed.get(command.do) ?? { kills: 0, interrupted: 0 }
    // Evenly spread over the time that it takes and a little more, however few kills there are.
    const part = (0.2 + tally.kills * goldenRatio) % 1
    const delay = part * 1.4 * (this.typical.get(command.do) ?? 5)
    if (delay > 3) await new Promise((resolve) => setTimeout(resolve, delay - 2))
    while (performance.now() - from < delay);
    await process.kill()
    const answer = await process.answer()
    expect(answer?.error).toBeUndefined()
    this.killed.set(command.do, tally)
    tally.kills++
    if (answer === undefined) tally.interrupted++
    const finished = this.without(after(this.model, command, this.now), answer?.expired ?? [])
    const possible = answer === undefined ? [this.model, finished] : [finished]
    this.model = this.verify(command, possible)
    if (command.do === "copy") this.checkCopy()
    if (command.do === "create") this.checkCreated(command.path, answer !== undefined)
  }

  /** The library as the next process would find it: in place, or as a copy, so that the next one recovers it. */
  private verify(command: Command, possible: ReadonlyArray<Model>): Model {
    if (this.random.chance(0.5)) return this.verifyFile(this.path, command, possible)
    const aside = join(this.folder, "aside.db")
    for (const suffix of ["", "-wal", "-shm"]) rmSync(aside + suffix, { force: true })
    for (const suffix of ["", "-wal"])
      if (existsSync(this.path + suffix)) copyFileSync(this.path + suffix, aside + suffix)
    return this.verifyFile(aside, command, possible)
  }

  private verifyFile(path: string, command: Command, possible: ReadonlyArray<Model>): Model {
    return using(path, (session) => {
      const found = damageOf(session, this.now).filter(
        (line) => this.damaged === undefined || !line.includes(`(${this.damaged})`)
      )
      expect(found, `damage after a kill in ${command.do}`).toEqual([])
      expect(gapsOf(session)).toEqual([])
      const model = this.settle(session, command, possible)
      captureAll(session, this.now)
      if (this.byApp !== undefined) expect(documentsOf(session, this.byApp.id)).toContain(this.byApp.document)
      if (this.damaged !== undefined && path === this.path) {
        rebuild(session, {}, this.now)
        this.damaged = undefined
        expect(damageOf(session, this.now)).toEqual([])
      }
      return model
    })
  }

  /** Which of the possible models the library is; exactly one of them, wholly. */
  private settle(
    session: Parameters<typeof liveState>[0],
    command: Command,
    possible: ReadonlyArray<Model>
  ): Model {
    const live = liveState(session)
    const present = new Map(ownBackups(session).map((backup) => [backup.description, backup]))
    const misfits = possible.map((model) => {
      const lost = [...model.backups.keys()].filter(
        (description) => !present.has(description) && !this.mayExpire(model, description, command)
      )
      const extra = [...present.keys()].filter((description) => !model.backups.has(description))
      return [
        ...differences(model.state, live),
        ...lost.map((d) => `${d} is lost`),
        ...extra.map((d) => `${d} is extra`)
      ]
    })
    const model = possible[misfits.findIndex((lines) => lines.length === 0)]
    if (model === undefined) throw new Error(`after a kill in ${command.do}: ${JSON.stringify(misfits)}`)
    const kept = this.without(
      model,
      [...model.backups.keys()].filter((description) => !present.has(description))
    )
    const forgotten = new Map<string, number>()
    for (const { description, forgottenAt } of present.values())
      if (forgottenAt !== undefined) forgotten.set(description, forgottenAt.getTime())
    const names = [...kept.backups.keys()]
    for (const description of new Set([names.at(-1), names[this.random.int(Math.max(1, names.length))]]))
      this.compareBackup(session, description, kept.backups)
    return { ...kept, forgotten }
  }

  private compareBackup(
    session: Parameters<typeof liveState>[0],
    description: string | undefined,
    backups: ReadonlyMap<string, State>
  ): void {
    const backup = ownBackups(session).find((each) => each.description === description)
    if (description === undefined || backup === undefined) return
    expect(
      differences(backups.get(description) ?? new Map(), stateOfBackup(session, backup)),
      description
    ).toEqual([])
  }

  private mayExpire(model: Model, description: string, command: Command): boolean {
    const forgotten = model.forgotten.get(description)
    return command.do === "prune" && forgotten !== undefined && this.now - forgotten >= 7 * day
  }

  /** What is named a bundle is whole and holds the backups as they are; half-made ones have other names. */
  private checkCopy(): void {
    if (!existsSync(this.copies)) return
    expect(damageOfBundles(this.copies)).toEqual([])
    const copied = librariesAt(this.copies).sets.flatMap((set) => backupsOf(set))
    using(this.path, (session) => {
      const roots = new Map(ownBackups(session).map(({ backupId, root }) => [backupId, root]))
      for (const { backup } of copied)
        expect(roots.get(backup.backupId) ?? backup.root, backup.description).toBe(backup.root)
    })
  }

  private checkCreated(path: string, acknowledged: boolean): void {
    if (acknowledged) expect(existsSync(path)).toBe(true)
    if (existsSync(path)) using(path, (session) => expect(damageOf(session, this.now)).toEqual([]))
    rmSync(path, { force: true })
  }

  checkEverything(): void {
    using(this.path, (session) => {
      for (const description of this.model.backups.keys())
        this.compareBackup(session, description, this.model.backups)
    })
  }
}

it("a process that is killed at any moment loses nothing it acknowledged and leaves nothing half done", {
  timeout: 3_600_000
}, async () => {
  const folder = scratchFolder()
  const program = await bundleOtherProcess(folder)
  const lives = rounds(8, 180)
  const runs = [1, 2].map((seed) => {
    const own = join(folder, `${seed}`)
    mkdirSync(own)
    return new Run(own, program, seed)
  })
  await Promise.all(
    runs.map(async (run) => {
      for (let n = 0; n < lives; n++) await run.live()
      await run.end()
      run.checkEverything()
    })
  )
  const total = new Map<string, { kills: number; interrupted: number }>()
  for (const [kind, { kills, interrupted }] of runs.flatMap((run) => [...run.killed])) {
    const sum = total.get(kind) ?? { kills: 0, interrupted: 0 }
    total.set(kind, { kills: sum.kills + kills, interrupted: sum.interrupted + interrupted })
  }
  const text = [...total].map(([kind, each]) => `${kind} ${each.interrupted} of ${each.kills}`).join(", ")
  console.info(`killed before the acknowledgement: ${text}`)
  // Otherwise the kills come too late to prove anything.
  const inTheMiddle = [...total.values()].reduce((sum, each) => sum + each.interrupted, 0)
  expect(inTheMiddle).toBeGreaterThan(lives / 2)
  // When a kill comes is the machine's to say: of few lives no kind need be hit in the middle.
  for (const kind of longOperations)
    expect(total.get(kind)?.interrupted, kind).toBeGreaterThanOrEqual(rounds(0, 8))
  expect([...total.keys()]).toEqual(expect.arrayContaining([...kinds]))
})
