/** Calls to a library in a worker thread; see `worker.ts` for the other side. */
import { Worker } from "node:worker_threads"
import { asWhiteRoomError, InvalidInput, type OnProgress, type WhiteRoomError } from "@white-room/core"
import type { CallControl, CallPath, Calls, OpenRequest } from "./Calls.js"
import type { FromWorker, ToWorker } from "./Messages.js"
import { receiveError } from "./SentErrors.js"

/** A call that was sent and is not answered yet. */
class Waiting {
  /** Not 0 once aborted; shared, so that a worker in the middle of a step sees it. */
  readonly aborted: Int32Array | undefined
  private reason: { readonly value: unknown } | undefined
  private readonly onAbort = () => this.abort(this.control.signal?.reason)

  constructor(
    private readonly control: CallControl,
    private readonly tellWorker: () => void,
    private readonly resolve: (value: unknown) => void,
    private readonly reject: (reason: unknown) => void
  ) {
    const watched = control.signal !== undefined || control.onProgress !== undefined
    this.aborted = watched ? new Int32Array(new SharedArrayBuffer(4)) : undefined
    control.signal?.addEventListener("abort", this.onAbort)
  }

  private abort(value: unknown): void {
    this.reason ??= { value }
    if (this.aborted !== undefined) Atomics.store(this.aborted, 0, 1)
    this.tellWorker()
  }

  /** What the caller's function throws ends the call, as it does in one thread. */
  progress(progress: Parameters<OnProgress>[0]): void {
    try {
      this.control.onProgress?.(progress)
    } catch (error) {
      this.abort(error)
    }
  }

  end(outcome: { readonly value: unknown } | { readonly error: unknown } | "aborted"): void {
    this.control.signal?.removeEventListener("abort", this.onAbort)
    if (outcome === "aborted") this.reject(this.reason?.value)
    else if ("error" in outcome) this.reject(outcome.error)
    else this.resolve(outcome.value)
  }
}

class WorkerCalls implements Calls {
  private readonly waiting = new Map<number, Waiting>()
  private readonly ended: Promise<void>
  private last = 0
  private isOver = false

  constructor(
    private readonly worker: Worker,
    readonly path: string
  ) {
    worker.on("message", (message: FromWorker) => this.receive(message))
    this.ended = new Promise((resolve) => worker.once("exit", () => resolve()))
    worker.on("error", (error) => this.failAll(asWhiteRoomError(error)))
    void this.ended.then(() => {
      this.isOver = true
      this.failAll(this.over())
    })
    this.letGo()
  }

  private over(): WhiteRoomError {
    return asWhiteRoomError(new Error("the thread of the library ended"))
  }

  /** A library at rest does not keep the program alive. */
  private letGo(): void {
    if (this.waiting.size === 0) this.worker.unref()
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message)
  }

  private receive(message: FromWorker): void {
    if (message._tag === "Progress") this.waiting.get(message.id)?.progress(message.progress)
    else if (message._tag === "Done") this.end(message.id, message)
    else if (message._tag === "Failed") this.end(message.id, { error: receiveError(message.error) })
    else if (message._tag === "Aborted") this.end(message.id, "aborted")
  }

  private end(id: number, outcome: Parameters<Waiting["end"]>[0]): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    this.letGo()
    waiting?.end(outcome)
  }

  private failAll(error: unknown): void {
    for (const id of [...this.waiting.keys()]) this.end(id, { error })
  }

  async call(path: CallPath, args: ReadonlyArray<unknown>, control: CallControl): Promise<unknown> {
    control.signal?.throwIfAborted()
    if (this.isOver) throw this.over()
    const id = ++this.last
    return await new Promise((resolve, reject) => {
      const tellWorker = () => this.send({ _tag: "Abort", id })
      const waiting = new Waiting(control, tellWorker, resolve, reject)
      this.waiting.set(id, waiting)
      this.worker.ref()
      try {
        const progress = control.onProgress !== undefined
        this.send({ _tag: "Call", id, path, args, progress, aborted: waiting.aborted })
      } catch (error) {
        const reason = `the worker cannot be sent it: ${error instanceof Error ? error.message : error}`
        this.end(id, { error: new InvalidInput({ field: "argument", reason }) })
      }
    })
  }

  async close(): Promise<void> {
    this.worker.ref()
    this.send({ _tag: "Close" })
    await this.ended
  }
}

const notStarted = (error: unknown): InvalidInput =>
  new InvalidInput({
    field: "worker",
    reason: `it cannot be started: ${error instanceof Error ? error.message : error}`
  })

/** @throws InvalidInput */
const start = (request: OpenRequest, file: URL | undefined): Worker => {
  const options = { workerData: request, name: "white-room" }
  try {
    // Bundlers know this form, with the name in place.
    return file ? new Worker(file, options) : new Worker(new URL("./worker.js", import.meta.url), options)
  } catch (error) {
    throw notStarted(error)
  }
}

/**
 * Starts a worker and opens the library in it. `file`: the worker's program; by default the one beside this module,
 * which a bundler must put beside its bundle.
 */
export const workerCalls = (request: OpenRequest, file: URL | undefined): Promise<Calls> =>
  new Promise((resolve, reject) => {
    const worker = start(request, file)
    const fail = (error: unknown) => reject(notStarted(error))
    worker.once("error", fail)
    worker.once("message", (message: FromWorker) => {
      worker.off("error", fail)
      if (message._tag === "Open") resolve(new WorkerCalls(worker, message.path))
      else if (message._tag === "NotOpen") reject(receiveError(message.error))
    })
  })
