import { fileURLToPath } from "node:url"
import type * as Program from "./cli.js"
import { loadCompiled } from "./compiled.js"
import { version } from "./version.js"

const words = process.argv.slice(2)

// Asked often, by scripts and installers: answered before anything else is loaded.
if (words.length === 1 && words[0] === "--version") {
  process.stdout.write(`${version}\n`)
} else {
  const bundle = fileURLToPath(new URL("program.cjs", import.meta.url))
  const { exports, keep } = loadCompiled<typeof Program>(bundle, process.env)
  process.exitCode = await exports.run(words)
  keep()
}
