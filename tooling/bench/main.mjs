// `npm run bench`: measures the library against its baselines and prints what was reached and what was missed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Cli } from "./Cli.mjs"
import { installedTools } from "./FileTools.mjs"
import { describeMachine, machineLine } from "./Machine.mjs"
import { Report } from "./Report.mjs"
import { backupAfterEdits, firstBackup } from "./scenarios/backup.mjs"
import { pushingToBucket } from "./scenarios/bucket.mjs"
import { looking } from "./scenarios/console.mjs"
import { keeping } from "./scenarios/kept.mjs"
import { locking } from "./scenarios/locks.mjs"
import { remembering } from "./scenarios/memory.mjs"
import { rebuilding } from "./scenarios/rebuild.mjs"
import { rescuing } from "./scenarios/rescue.mjs"
import { restoring } from "./scenarios/restore.mjs"
import { serving } from "./scenarios/server.mjs"
import { asking } from "./scenarios/sql.mjs"
import { starting } from "./scenarios/startup.mjs"
import { pushing } from "./scenarios/vault.mjs"
import { freeing } from "./scenarios/worker.mjs"
import { appending, editing, importing } from "./scenarios/writing.mjs"
import { livingOn } from "./scenarios/year.mjs"
import { someOf } from "./songs.mjs"
import { Templates } from "./Templates.mjs"
import { Workers } from "./Workers.mjs"

const scenarios = {
  import: importing,
  append: appending,
  edits: editing,
  locks: locking,
  first: firstBackup,
  backup: backupAfterEdits,
  kept: keeping,
  restore: restoring,
  rescue: rescuing,
  rebuild: rebuilding,
  memory: remembering,
  startup: starting,
  sql: asking,
  vault: pushing,
  bucket: pushingToBucket,
  console: looking,
  server: serving,
  year: livingOn,
  worker: freeing
}

const peakLimit = 300e6

const usage = `usage: npm run bench -- [options]

  --only NAME   only this: ${Object.keys(scenarios).join(", ")}; may be repeated
  --quick       a tenth of the songs and few runs: shows that it works, not how fast it is
  --json        print the results as JSON in place of the table
  --markdown    print the table as Markdown, as docs/performance.md has it
  --dir DIR     measure on another disk (default: a folder in node_modules)`

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true, default: Object.keys(scenarios) },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        dir: {
          type: "string",
          default: fileURLToPath(new URL("../../node_modules/.cache/white-room", import.meta.url))
        }
      }
    })
    const unknown = values.only.filter((name) => !Object.hasOwn(scenarios, name))
    if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`)
    return values
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`)
    process.exit(2)
  }
}

const options = readOptions()
const { quick } = options
const folder = path.join(options.dir, `bench-${process.pid}`)
mkdirSync(folder, { recursive: true })
const inFolder = (name) => path.join(folder, name)
const workers = new Workers()
const cleanUp = () => {
  workers.endAll()
  rmSync(folder, { recursive: true, force: true })
}
process.once("exit", cleanUp)
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130))

const size = quick ? 1000 : 10_000
const tools = installedTools()
const report = new Report()
const bench = {
  workers,
  report,
  size,
  quick,
  runs: quick ? 1 : 5,
  tools,
  cli: new Cli(folder),
  templates: new Templates(workers, inFolder, size),
  path: inFolder,
  some: someOf
}

const machine = describeMachine(folder, tools)
const began = Date.now()
for (const [name, scenario] of Object.entries(scenarios)) {
  if (!options.only.includes(name)) continue
  const from = performance.now()
  report.begin(name)
  try {
    await scenario(bench)
  } catch (error) {
    // One that fails must not cost the figures of the others; its sides would wait for calls for ever.
    process.exitCode = 1
    workers.endAll()
    console.error(error)
    report.absent(name, `failed: ${error.message.split("\n")[0]}`)
  }
  console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(1)} s`)
}
report.begin("memory")
for (const [name, bytes] of workers.peaks) report.reported(`peak memory, ${name}`, "bytes", [bytes])
// The limit is for 10,000 songs in one thread.
const limited = [...workers.peaks]
  .filter(([name]) => !/^(rescue|worker)/.test(name))
  .map(([, bytes]) => bytes)
if (limited.length > 0)
  report.limit(`peak memory with ${size} songs`, "bytes", Math.max(...limited), peakLimit)

const results = {
  measuredAt: new Date(began).toISOString(),
  seconds: Math.round((Date.now() - began) / 1000),
  quick,
  songs: size,
  machine,
  rows: report.rows.map(({ text: _, ...row }) => row)
}
const file = fileURLToPath(new URL("results.json", import.meta.url))
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
if (options.json) console.log(JSON.stringify(results, null, 2))
else if (options.markdown) console.log(`${machineLine(machine)}\n\n${report.markdown()}`)
else {
  const missed = report.rows.filter(({ met }) => met === false).length
  const failed = process.exitCode === 1 ? "not all could be measured; " : ""
  console.log(`\n${report.table()}\n\n${machineLine(machine)}`)
  if (quick) console.log("A quick run: smaller than the targets are meant for.")
  console.log(
    `${failed}${missed === 0 ? "No target was missed" : `${missed} missed`}; ${results.seconds} s; all figures: ${path.relative(process.cwd(), file)}`
  )
}
