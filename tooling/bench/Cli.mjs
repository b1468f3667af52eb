// The command line program as a person runs it: one process per command.
import { existsSync, readFileSync, rmSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { runProgram } from "./Workers.mjs"

const bundle = fileURLToPath(new URL("../../packages/cli/dist/whiteroom.mjs", import.meta.url))
const peakHook = new URL("notePeak.mjs", import.meta.url).href

export class Cli {
  constructor(folder) {
    this.folder = folder
  }

  /** The file that Node runs. */
  get program() {
    return bundle
  }

  exists() {
    return existsSync(bundle)
  }

  run(args) {
    return runProgram(process.execPath, [bundle, ...args])
  }

  /** Most resident bytes of one run, which is not timed. */
  async peakBytes(args) {
    const file = path.join(this.folder, "peak")
    rmSync(file, { force: true })
    const env = { ...process.env, WHITEROOM_BENCH_PEAK: file }
    await runProgram(process.execPath, ["--import", peakHook, bundle, ...args], { env })
    return Number(readFileSync(file, "utf8"))
  }
}
