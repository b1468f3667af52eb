// The thread of a server, as built, with a gate for each library: while the file of one is there, imports, restores, what takes them back and exports in it wait,
// before they begin, or with `after` in it when they have ended and said how far they were.
import { existsSync, readFileSync, watch } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parentPort } from "node:worker_threads"

const gated = new Set(["Import", "Restore", "Undo", "Export"])

const gateOf = ({ change, question, facts }) =>
  gated.has((change ?? question)?._tag) ? `white-room-gate-${facts.library}` : undefined

const isShut = (gate, when) => {
  const file = join(tmpdir(), gate)
  return existsSync(file) && readFileSync(file, "utf8") === when
}

/** Goes on as soon as the gate is not shut. */
const through = (gate, when, goOn) => {
  if (gate === undefined || !isShut(gate, when)) return goOn()
  let hasGone = false
  const look = () => {
    if (hasGone || isShut(gate, when)) return
    hasGone = true
    watcher.close()
    goOn()
  }
  const watcher = watch(tmpdir(), look)
  // It may have been opened before it was watched.
  look()
}

const gates = new Map()
const on = parentPort.on.bind(parentPort)
const postMessage = parentPort.postMessage.bind(parentPort)
parentPort.on = (event, listener) =>
  on(event, (asked) => {
    const gate = gateOf(asked.request)
    if (gate !== undefined) gates.set(asked.id, gate)
    through(gate, "before", () => listener(asked))
  })
parentPort.postMessage = (told) => {
  if (told._tag === "Progress") return postMessage(told)
  through(gates.get(told.id), "after", () => {
    gates.delete(told.id)
    postMessage(told)
  })
}

await import("../../dist/replica/worker.js")
