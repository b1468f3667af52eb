import { fileURLToPath } from "node:url"
import { boundHeap } from "./boundHeap.js"
import { loadCompiled } from "./loadCompiled.js"
import type * as Program from "./run.js"
import { processStreams } from "./terminal/Stream.js"
import { version } from "./version.js"

const words = process.argv.slice(2)

/** Commands that use more of the program than most, and other parts of it. */
const larger = ["restore", "clone", "push", "pull", "check", "import", "server", "open"]

// Asked often, by scripts and installers: answered before anything else is loaded.
if (words.length === 1 && words[0] === "--version") {
  const { stdout, stderr } = processStreams()
  stdout.write(`${version}\n`)
  await stdout.end()
  if (stdout.lost !== undefined) {
    stderr.write(`Error: The output could not be written: ${stdout.lost}.\n`)
    process.exitCode = 1
  }
} else {
  boundHeap(words)
  const bundle = fileURLToPath(new URL("program.cjs", import.meta.url))
  const { exports, keep } = loadCompiled<typeof Program>(
    bundle,
    process.env,
    larger.find((word) => words.includes(word))
  )
  const code = await exports.run(words, true)
  keep()
  // All is said and written: without this V8 looks through its memory once more before the process ends.
  process.exit(code)
}
