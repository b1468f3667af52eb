/**
 * What the second thread of a check runs, bundled (`build.mjs`): the blocks and SQLite's own check of its file, on a snapshot of its own. It
 * uses what the first would use, and says that all is well or that it doubts it; words for it has the first.
 */
import { type Transferable, workerData } from "node:worker_threads"
import { Database } from "../sqlite/Database.js"
import { integrity } from "../sqlite/integrity.js"
import { soundBlocks } from "./soundBlocks.js"
import { at, states, type ThreadData, type Told } from "./ThreadTalk.js"

const { path, numbers, port }: ThreadData = workerData

/** The first thread wants nothing any more. */
class Ended extends Error {}

/** Says that it goes on. */
const beat = (): void => {
  if (Atomics.load(numbers, at.state) === states.ended) throw new Ended()
  Atomics.add(numbers, at.beats, 1)
  Atomics.notify(numbers, at.beats)
}

const tell = (told: Told, memory: ReadonlyArray<Transferable> = []): void => {
  port.postMessage(told, memory)
  beat()
}

const tellBlocks = (db: Database): void => {
  const steps = soundBlocks(db, () => {})
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) beat()
  if (step.value === undefined) throw new Error("something is not as it must be")
  const { objects, bytes, stored } = step.value
  const { sent, memory } = stored.send()
  tell({ _tag: "Stored", objects, bytes, sent }, memory)
}

const look = (): void => {
  const db = Database.open(path, { readonly: true })
  try {
    // It reads from one end to the other: more than 2 MB of pages would be held for nothing (SQLite takes 16).
    db.pragma("cache_size = -2000")
    db.exec("BEGIN")
    // What is read first is what all of it is read with.
    void db.schemaVersion
    Atomics.store(numbers, at.begun, 1)
    beat()
    tellBlocks(db)
    const { lines, unchecked } = integrity(db, "full", 1)
    if (lines.length + unchecked.length > 0) throw new Error("the file is not sound")
  } finally {
    db.close()
    Atomics.compareExchange(numbers, at.state, states.open, states.closed)
  }
}

Atomics.wait(numbers, at.state, states.waiting)
if (Atomics.compareExchange(numbers, at.state, states.asked, states.open) === states.asked) {
  let isWell = true
  try {
    look()
  } catch {
    isWell = false
  }
  // Whoever ended it waits until the library is closed.
  Atomics.compareExchange(numbers, at.state, states.ended, states.closed)
  Atomics.notify(numbers, at.state)
  port.postMessage({ _tag: isWell ? "Sound" : "Doubt" } satisfies Told)
  Atomics.add(numbers, at.beats, 1)
  Atomics.notify(numbers, at.beats)
}
port.close()
