// How long a command takes that does nothing, and what it costs one that reads a library that the program can speak to servers.
import { copyFileSync, mkdirSync, realpathSync, symlinkSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { runProgram } from "../Workers.mjs"

const ofCli = createRequire(new URL("../../../packages/cli/package.json", import.meta.url))

/** Nothing in the place of what speaks to vaults and servers, and of the server; SQLite's driver stays outside, as in the build. */
const nothing = {
  name: "nothing",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@white-room\/(?:vault|server)$/ }, ({ path }) => ({ path, namespace: "nothing" }))
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {}" }))
    onResolve({ filter: /^better-sqlite3$/ }, ({ namespace, path }) =>
      namespace === "lazy" ? { path, external: true } : { path, namespace: "lazy" }
    )
    onLoad({ filter: /.*/, namespace: "lazy" }, () => ({
      contents: 'module.exports = require("better-sqlite3")'
    }))
  }
}

/** The same program without a client, in a folder. */
const buildWithout = async (cli, folder) => {
  mkdirSync(path.join(folder, "node_modules"), { recursive: true })
  const driver = path.dirname(ofCli.resolve("better-sqlite3/package.json"))
  symlinkSync(realpathSync(driver), path.join(folder, "node_modules", "better-sqlite3"))
  copyFileSync(cli.program, path.join(folder, "whiteroom.mjs"))
  await ofCli("esbuild").build({
    ...{
      bundle: true,
      platform: "node",
      target: "node20",
      minify: true,
      legalComments: "none",
      charset: "ascii"
    },
    entryPoints: [fileURLToPath(new URL("../../../packages/cli/src/run.ts", import.meta.url))],
    outfile: path.join(folder, "program.cjs"),
    format: "cjs",
    define: { WHITEROOM_VERSION: '"0.0.0"' },
    plugins: [nothing]
  })
  return path.join(folder, "whiteroom.mjs")
}

/** A command that opens a library and says little. */
const withAndWithout = async ({ cli, report, runs, path: inFolder }) => {
  const without = await buildWithout(cli, inFolder("without"))
  const file = inFolder("startup.db")
  await cli.run(["-l", file, "init"])
  const sides = Object.entries({ ours: cli.program, without }).map(([name, program]) => {
    // Each keeps its compiled form for itself.
    const HOME = inFolder(`home-${name}`)
    mkdirSync(HOME, { mode: 0o700 })
    return { program, times: [], env: { ...process.env, HOME, XDG_CACHE_HOME: path.join(HOME, "cache") } }
  })
  for (let run = 0; run <= 3 * runs; run++)
    for (const { program, times, env } of sides) {
      const { ms } = await runProgram(process.execPath, [program, "-l", file, "list", "--json"], { env })
      // The first two leave the compiled form behind.
      if (run > 1) times.push(ms)
    }
  const [ours, other] = sides
  report.atMost(
    "whiteroom list, of a library without backups",
    "ms",
    ours.times,
    { name: "the program without a client", values: other.times },
    1.1
  )
}

export const starting = async (bench) => {
  const { cli, report, runs } = bench
  const what = "whiteroom --version"
  if (!cli.exists()) {
    report.absent(what, "the CLI is not built")
    return
  }
  const times = { ours: [], node: [] }
  for (let run = 0; run <= 3 * runs; run++) {
    const { ms: mine } = await cli.run(["--version"])
    const { ms: bare } = await runProgram(process.execPath, ["-e", "0"])
    // The first run warms up.
    if (run === 0) continue
    times.ours.push(mine)
    times.node.push(bare)
  }
  report.reported(what, "ms", times.ours, { name: "node -e 0", values: times.node })
  await withAndWithout(bench)
}
