/**
 * A second thread for a full check, which looks at the blocks, and has SQLite look at its file, while the first looks at the log.
 *
 * 1. It sees what the first sees: a third connection tells whether anybody wrote between the beginnings of their snapshots,
 *    and where somebody did, what the thread says is not listened to.
 * 2. It says that all is well, or that it doubts it, never what is damaged: then the first looks at everything alone. So
 *    what is found is the same with a second thread and without one, in the same order.
 * 3. Nobody waits for a thread that has not begun, or has died: the first does its part too. So it goes on as without one
 *    where none can be started.
 */
import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { MessageChannel, receiveMessageOnPort, SHARE_ENV, Worker } from "node:worker_threads"
import type { Session } from "../session/Session.js"
import { Database } from "../sqlite/Database.js"
import { StoredObjects } from "./StoredObjects.js"
import type { SoundObjects } from "./soundBlocks.js"
import { at, states, type ThreadData, type Told } from "./ThreadTalk.js"

/** Of fewer bytes the thread would begin when all is done. */
const fewBytes = 8 * 1024 * 1024

/** So many milliseconds are waited at a time, in which nothing else runs. */
const patience = 5

/** A thread that does nothing for so many milliseconds is dead. */
const longestSilence = 30_000

/** Nobody waits longer for the thread to close the library. */
const longestClosing = 2000

/** The program lies beside this module, or beside the bundle that this is in; beside what it was built from when a test runs that. */
const programs = ["./checkThread.cjs", "../../dist/check/checkThread.cjs"]

const programFile = (): string | undefined =>
  programs.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((file) => existsSync(file))

const startWorker = (path: string, numbers: Int32Array) => {
  try {
    const file = programFile()
    if (file === undefined) return undefined
    const { port1, port2 } = new MessageChannel()
    const workerData: ThreadData = { path, numbers, port: port2 }
    const worker = new Worker(file, {
      workerData,
      transferList: [port2],
      env: SHARE_ENV,
      name: "white-room-check",
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 }
    })
    worker.unref()
    port1.unref()
    return { worker, port: port1 }
  } catch {
    return undefined
  }
}

type Started = NonNullable<ReturnType<typeof startWorker>>

/** The thread is sure of nothing. */
export const doubt = Symbol("doubt")

export class CheckThread {
  private isAlive = true
  /** Whether it sees what the first sees, once that is known. */
  private isSame: boolean | undefined
  private witness: Database | undefined
  private version: unknown

  private constructor(
    private readonly path: string,
    private readonly numbers: Int32Array,
    private readonly port: Started["port"],
    { worker }: Started
  ) {
    const over = () => {
      this.isAlive = false
    }
    worker.on("error", over)
    worker.on("exit", over)
  }

  /** A thread, where it is worth its while and can be started. The caller ends it. */
  static for(session: Session, least = fewBytes): CheckThread | undefined {
    if (availableParallelism() < 2 || session.db.size < least) return undefined
    const { path } = session.db
    const numbers = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
    const started = startWorker(path, numbers)
    return started && new CheckThread(path, numbers, started.port, started)
  }

  /** Before the first thread's snapshot begins. */
  beforeSnapshot(): void {
    this.witness ??= Database.open(this.path, { readonly: true })
    this.version = this.witness.pragma("data_version")
  }

  /** After it began: now the thread takes its own, and begins to look. */
  begin(): void {
    if (Atomics.compareExchange(this.numbers, at.state, states.waiting, states.asked) === states.waiting)
      Atomics.notify(this.numbers, at.state)
  }

  /** Whether it looks at what the first thread looks at. */
  private get isLooking(): boolean {
    if (Atomics.load(this.numbers, at.begun) === 0) return false
    if (this.isSame === undefined) {
      this.isSame = this.witness?.pragma("data_version") === this.version
      if (!this.isSame) this.stop()
    }
    return this.isSame
  }

  private received(): Told | undefined {
    return receiveMessageOnPort(this.port)?.message
  }

  /** What it tells next; `undefined` where nothing will come. */
  private *next(): Generator<void, Told | undefined> {
    let since = performance.now()
    while (this.isLooking) {
      const beats = Atomics.load(this.numbers, at.beats)
      const told = this.received()
      if (told !== undefined) return told
      if (!this.isAlive || performance.now() - since > longestSilence) return undefined
      if (Atomics.wait(this.numbers, at.beats, beats, patience) !== "timed-out") since = performance.now()
      yield
    }
    return undefined
  }

  /** What the blocks hold, where it has told already. */
  arrived(): SoundObjects | typeof doubt | undefined {
    return this.isLooking ? objectsOf(this.received()) : undefined
  }

  /** What the blocks hold; `undefined` where the caller must look. */
  *objects(): Generator<void, SoundObjects | typeof doubt | undefined> {
    return objectsOf(yield* this.next())
  }

  /** Whether SQLite found nothing wrong; `undefined` where the caller must look. */
  *isSound(): Generator<void, boolean | undefined> {
    const told = yield* this.next()
    return told && told._tag === "Sound"
  }

  /** It looks no further. */
  private stop(): number {
    const state = Atomics.exchange(this.numbers, at.state, states.ended)
    Atomics.notify(this.numbers, at.state)
    return state
  }

  /** Ends it. When this returns it has the library open no more. */
  end(): void {
    const state = this.stop()
    if ((state === states.open || state === states.ended) && this.isAlive)
      Atomics.wait(this.numbers, at.state, states.ended, longestClosing)
    this.witness?.close()
    this.port.close()
  }
}

const objectsOf = (told: Told | undefined): SoundObjects | typeof doubt | undefined => {
  if (told === undefined) return undefined
  if (told._tag !== "Stored") return doubt
  const { objects, bytes, sent } = told
  return { objects, bytes, stored: StoredObjects.received(sent) }
}
