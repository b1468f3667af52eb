import { version } from "./version.js"

const words = process.argv.slice(2)

// Asked often, by scripts and installers: answered before anything else is loaded.
if (words.length === 1 && words[0] === "--version") {
  process.stdout.write(`${version}\n`)
} else {
  const { run } = await import("./cli.js")
  process.exitCode = await run(words)
}
