// How long a command takes that does nothing.
import { runProgram } from "../Workers.mjs"

export const starting = async ({ cli, report, runs }) => {
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
}
