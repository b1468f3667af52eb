// A process that holds V8 to little for what is new, as the program does, and begins a thread of the program that is named. Says
// how many bytes V8 took for what is new when much was.
import { setFlagsFromString } from "node:v8"
import { Worker } from "node:worker_threads"
import { newSpaceOfMuch } from "./newSpaceOfMuch.mjs"

const [file, data] = process.argv.slice(2)
setFlagsFromString("--semi-space-growth-factor=1")
const thread = new Worker(file, { workerData: { data } })
// What it says to this, or that it cannot go on with what it got.
const told = new Promise((resolve) => {
  for (const event of ["message", "error", "exit"]) thread.once(event, resolve)
})
thread.postMessage({ id: 1, request: { _tag: "Close", file: "none" } })
await told
console.log(newSpaceOfMuch())
process.exit()
