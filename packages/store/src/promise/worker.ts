/**
 * The thread of a library that was opened with `worker: true`. It does what the caller's thread asks for and sends
 * back values, errors and progress. Bundled programs take it along as `@white-room/store/worker`.
 */
import { parentPort, workerData } from "node:worker_threads"
import type { OnProgress } from "@white-room/core"
import { type Calls, localCalls, type OpenRequest } from "./Calls.js"
import type { FromWorker, ToWorker } from "./Messages.js"
import { sendError } from "./SentErrors.js"

const send = (message: FromWorker): void => parentPort?.postMessage(message)

/** Signals of the calls that run. */
const running = new Map<number, AbortController>()

const answer = async (calls: Calls, call: Extract<ToWorker, { _tag: "Call" }>): Promise<void> => {
  const { id, path, args, progress, aborted } = call
  const controller = new AbortController()
  running.set(id, controller)
  const { signal } = controller
  const onProgress: OnProgress = (step) => {
    if (aborted !== undefined && Atomics.load(aborted, 0) !== 0) controller.abort()
    signal.throwIfAborted()
    if (progress) send({ _tag: "Progress", id, progress: step })
  }
  try {
    const watched = progress || aborted !== undefined
    const value = await calls.call(path, args, watched ? { signal, onProgress } : {})
    send({ _tag: "Done", id, value })
  } catch (error) {
    if (signal.aborted && error === signal.reason) send({ _tag: "Aborted", id })
    else send({ _tag: "Failed", id, error: sendError(error) })
  } finally {
    running.delete(id)
  }
}

const serve = (calls: Calls): void => {
  parentPort?.on("message", async (message: ToWorker) => {
    if (message._tag === "Call") await answer(calls, message)
    else if (message._tag === "Abort") running.get(message.id)?.abort()
    else {
      await calls.close()
      parentPort?.close()
    }
  })
  send({ _tag: "Open", path: calls.path })
}

const request: OpenRequest = workerData
localCalls(request).then(serve, (error: unknown) => send({ _tag: "NotOpen", error: sendError(error) }))
