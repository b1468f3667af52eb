// core promises to run anywhere: this bundles its built entry for a neutral platform, where any Node module would be
// an unresolved import, and looks in its source for clocks and randomness that do not come through a service.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const core = fileURLToPath(new URL("../../packages/core/", import.meta.url))
const problems = []

try {
  const { warnings } = await build({
    absWorkingDir: core,
    entryPoints: ["dist/index.js"],
    bundle: true,
    format: "esm",
    platform: "neutral",
    logLevel: "silent",
    write: false
  })
  problems.push(...warnings.map(describe))
} catch (error) {
  if (!Array.isArray(error.errors)) throw error
  problems.push(...error.errors.map(describe))
}

const ambient =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bcrypto\.(?:subtle|random|get)/
for (const file of readdirSync(path.join(core, "src"), { recursive: true })) {
  if (!file.endsWith(".ts")) continue
  const lines = readFileSync(path.join(core, "src", file), "utf8").split("\n")
  for (const [index, line] of lines.entries()) {
    const code = line.replace(/^\s*(?:\*|\/\*|\/\/).*/, "")
    if (ambient.test(code))
      problems.push(`src/${file}:${index + 1} uses a clock or randomness of its own: ${code.trim()}`)
  }
}

for (const problem of problems) console.error(`@white-room/core: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log("@white-room/core bundles for a neutral platform, without Node modules, clocks or randomness.")

function describe({ location, text }) {
  return location === null ? text : `${location.file}:${location.line} ${text}`
}
